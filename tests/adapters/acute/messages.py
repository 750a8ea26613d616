"""Messages to try the hospital's mapping with: test people of one invented hospital."""

from __future__ import annotations

from dataclasses import replace

from adapters.acute.events import EVENTS, Event, Visit
from adapters.acute.translate import Sender, translate
from schemas.checks import refusals
from schemas.contribution import Resource, Statement, Translated
from schemas.versions import fold

SENDER = Sender("ZAC01", frozenset({"ZAC02"}))
LOCAL = "H4410^^^ZAC01^MR"
NUMBER = "9990000018"


def header(event: str, **fields: str) -> str:
    """MSH; ``facility``, ``processing``, ``at`` and ``id`` may be given."""
    return "|".join(
        (
            "MSH",
            "^~\\&",
            "PAS",
            fields.get("facility", "ZAC01"),
            "ROUTE",
            "ROUTE",
            fields.get("at", "20260301101500"),
            "",
            event,
            fields.get("id", "C-77"),
            fields.get("processing", "P"),
            "2.4",
        )
    )


def segment(name: str, **fields: str) -> str:
    """A segment from its fields by number: ``segment("PID", f3="7", f8="2")``."""
    numbers = {int(key[1:]): value for key, value in fields.items()}
    return "|".join([name, *(numbers.get(n, "") for n in range(1, max(numbers, default=0) + 1))])


def evn(occurred: str = "20260301101000", recorded: str = "20260301101500") -> str:
    return segment("EVN", f2=recorded, f6=occurred)


def pid(**fields: str) -> str:
    """PID of Anne Wolds; what is given replaces what she has."""
    usual = {
        "f1": "1",
        "f3": f"{NUMBER}^^^NHS~{LOCAL}",
        "f5": "WOLDS^ANNE^MAY^^MRS^^L",
        "f7": "19410203",
        "f8": "2",
        "f11": "1 MILL ROW^^BARTON^WOLDSHIRE^ZZ1 4AA^^H",
        "f13": "01632960001^PRN^PH",
    }
    return segment("PID", **{**usual, **fields})


def pv1(**fields: str) -> str:
    usual = {
        "f1": "1",
        "f2": "I",
        "f3": "W4^WARD 4^2^ZAC01",
        "f4": "21",
        "f19": "V900",
        "f44": "20260301100000",
    }
    return segment("PV1", **{**usual, **fields})


def octets(*segments: str) -> bytes:
    return "".join(f"{one}\r" for one in segments).encode()


def adt(event: str, *more: str, person: str = "", occurred: str = "20260301101000", **fields: str) -> bytes:
    """An ADT message of an event such as "A31"; a visit's events get a PV1 unless one is among ``more``."""
    about = EVENTS.get(f"ADT^{event}", Event(visit=Visit()))
    visit = [pv1()] if about.visit and not any(m.startswith("PV1") for m in more) else []
    return octets(header(f"ADT^{event}", **fields), evn(occurred), person or pid(), *visit, *more)


# What a partial version of a type changes at the least: only their sum has to be a whole resource.
_BASE: dict[str, Resource] = {
    "Encounter": {"status": "unknown", "class": {"system": "http://example.org", "code": "X"}},
    "EpisodeOfCare": {"status": "active"},
}


def told(data: bytes) -> Translated:
    """What the message says; every statement is one that intake would keep, every partial one adds up."""
    found = translate(data, SENDER)
    for statement in found.statements:
        whole = (
            {**_BASE.get(statement.type, {}), **statement.resource}
            if statement.partial
            else statement.resource
        )
        assert not refusals(replace(statement, resource=whole, partial=False))
    return found


def accepted(data: bytes) -> Translated:
    found = told(data)
    assert found.refusals == ()
    return found


def refused(data: bytes) -> tuple[str, ...]:
    """The fields that a message is refused by, when all of it is refused."""
    found = told(data)
    assert found == Translated(refusals=found.refusals)
    return tuple(refusal.field for refusal in found.refusals)


def of_type(found: Translated, kind: str) -> list[Statement]:
    return [statement for statement in found.statements if statement.type == kind]


def one(found: Translated, kind: str) -> Statement:
    (statement,) = of_type(found, kind)
    return statement


def standing(kind: str, *messages: bytes) -> Resource:
    """What stands of the one resource of a kind after these messages, in true-time order."""
    versions = [s for data in messages for s in of_type(accepted(data), kind)]
    assert len({s.identifier for s in versions}) == 1
    versions.sort(key=lambda s: s.true_time)
    return fold([(s.resource, s.partial, s.clears) for s in versions])
