"""From one raw input to everything it says: checks, then event -> what is read, on one screen.

A message is kept whole or refused whole where its person, its time or its visit cannot be understood; one bad
clinical segment is refused by itself and by name. Restrictions (ZU8) are read before any statement is made, so
that what they shield never leaves this room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from adapters.acute.clinical import read_allergy, read_diagnosis, read_procedure
from adapters.acute.encounter import read_encounter, visit_of
from adapters.acute.identity import Identity, read_identity
from adapters.acute.merging import read_merges
from adapters.acute.person import shield, tell_choice, tell_losing, tell_person
from adapters.acute.relations import read_relation
from adapters.acute.results import groups, read_group
from adapters.acute.sharing import Sharing, read_sharing
from adapters.acute.telling import Telling
from adapters.acute.values import moment, text
from adapters.fields import BadField
from adapters.wire.hl7v2 import Malformed, Message, Segment, parse
from schemas.contribution import (
    ChoiceClaim,
    NumberMerge,
    Refusal,
    RelationshipClaim,
    Statement,
    SubjectClaim,
    Translated,
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom the feed speaks for. ``facilities`` are further codes that MSH-4 and PID-3 may carry (its sites).

    ``processing`` are the values of MSH-11 that are taken: a training system must not write into a record.
    """

    organisation: str
    facilities: frozenset[str] = frozenset()
    processing: frozenset[str] = frozenset({"P"})


@dataclass(frozen=True, slots=True)
class Event:
    """What is read of a message of one kind. ``whole``: it tells the person whole, not what changed."""

    visit: bool = False
    merge: bool = False
    results: bool = False
    whole: bool = False


EVENTS: Final[Mapping[str, Event]] = {
    "ADT^A01": Event(visit=True),  # admit
    "ADT^A02": Event(visit=True),  # transfer
    "ADT^A03": Event(visit=True),  # discharge
    "ADT^A04": Event(visit=True),  # register (A&E, outpatients)
    "ADT^A05": Event(visit=True),  # pre-admit
    "ADT^A08": Event(visit=True),  # update
    "ADT^A11": Event(visit=True),  # cancel admit
    "ADT^A12": Event(visit=True),  # cancel transfer
    "ADT^A13": Event(visit=True),  # cancel discharge
    "ADT^A28": Event(whole=True),  # add person
    "ADT^A31": Event(),  # update person
    "ADT^A40": Event(merge=True),  # merge
    "ORU^R01": Event(results=True),  # results
}

SEGMENTS: Final[Mapping[str, Callable[[Segment, Telling], list[Statement]]]] = {
    "NK1": read_relation,
    "AL1": read_allergy,
    "DG1": read_diagnosis,
    "PR1": read_procedure,
}

_READ: Final = frozenset(
    {*SEGMENTS, *["MSH", "EVN", "PID", "PD1", "PV1", "PV2", "MRG", "OBR", "OBX", "NTE", "ZU1", "ZU8"]}
)
# Insurance, guarantors, roles, orders and specimens beside a result, statistics: not this record's business.
_LEFT: Final = frozenset(
    [
        "ACC",
        "CTD",
        "CTI",
        "DB1",
        "DRG",
        "DSC",
        "FT1",
        "GT1",
        "IN1",
        "IN2",
        "IN3",
        "ORC",
        "PDA",
        "ROL",
        "SFT",
        "SPM",
        "TQ1",
        "TQ2",
        "UB1",
        "UB2",
        "ZU3",
        "ZU4",
        "ZU6",
        "ZU7",
    ]
)


_What = TypeVar("_What")


@dataclass(slots=True)
class _Said:
    """Claims of one message as they come together."""

    subjects: list[SubjectClaim] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    relationships: list[RelationshipClaim] = field(default_factory=list)
    choices: list[ChoiceClaim] = field(default_factory=list)
    merges: list[NumberMerge] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def translate(octets: bytes, sender: Sender) -> Translated:
    """Everything that one frame, file or batch says. Pure; never raises for bad input.

    A refusal's ``part`` is "message 2" when the whole message is refused, "message 2 AL1[1]" when one segment is.
    """
    told = [
        _translate_one(part, sender, f"message {number}")
        for number, part in enumerate(parse(octets), start=1)
    ]
    return Translated(
        subjects=tuple(claim for one in told for claim in one.subjects),
        statements=tuple(claim for one in told for claim in one.statements),
        relationships=tuple(claim for one in told for claim in one.relationships),
        choices=tuple(claim for one in told for claim in one.choices),
        merges=tuple(claim for one in told for claim in one.merges),
        refusals=tuple(claim for one in told for claim in one.refusals),
    )


def _translate_one(message: Message | Malformed, sender: Sender, part: str) -> Translated:
    if isinstance(message, Malformed):
        return Translated(refusals=(Refusal(message.location, message.reason, part),))
    try:
        return _read(message, sender, part)
    except BadField as fault:
        return Translated(refusals=(Refusal(fault.field, fault.reason, part),))


def _read(message: Message, sender: Sender, part: str) -> Translated:
    event = _expected(message, sender)
    people = message.segments("PID")
    if len(people) > 1 and not event.merge:
        raise BadField("PID", "comes more than once: results of several people in one message are not read")
    sharing = read_sharing(message, part)
    said = _Said(refusals=list(sharing.refusals))
    for pid in reversed(people):  # the first is the one that the rest of the message is about
        identity = read_identity(pid, sender.organisation, sender.facilities)
        telling = _telling(message, identity, sharing, event)
        claim, patient = tell_person(pid, identity, sharing, telling, whole=event.whole)
        said.subjects.append(claim)
        said.statements.append(patient)
        said.choices += tell_choice(sharing, telling)
    if event.visit:
        pv1 = message.segment("PV1")
        assert pv1 is not None, "the reader refuses a visit without PV1"
        encounters, relationships = read_encounter(pv1, telling)
        said.statements += encounters
        said.relationships += relationships
    if event.merge:
        said.merges += read_merges(message, sender.organisation, sender.facilities, telling.at)
        said.subjects += tell_losing(said.merges, said.subjects, sharing)
    _read_segments(message, telling, said, part)
    _read_results(message, telling, said, part)
    _refuse_unknown(message, said, part)
    if telling.hidden:
        said.statements = shield(message, said.statements)
    return Translated(
        subjects=tuple(said.subjects),
        statements=tuple(said.statements),
        relationships=tuple(said.relationships),
        choices=tuple(said.choices),
        merges=tuple(said.merges),
        refusals=tuple(said.refusals),
    )


def _expected(message: Message, sender: Sender) -> Event:
    """Is this a message that the feed may send? Raises ``BadField``."""
    event = EVENTS.get(message.event)
    if event is None:
        raise BadField("MSH-9", "is an event that this mapping does not read")
    if text(message.header, 11).upper() not in sender.processing:
        raise BadField("MSH-11", "marks the message as training or debugging")
    own = {code.upper() for code in (sender.organisation, *sender.facilities)}
    if text(message.header, 4).upper() not in own:
        raise BadField("MSH-4", "names an organisation that this feed does not speak for")
    return event


def _telling(message: Message, identity: Identity, sharing: Sharing, event: Event) -> Telling:
    """When: EVN-6 (occurred), else EVN-2 (recorded); results have no EVN, so MSH-7."""
    evn = message.segment("EVN")
    times = [(message.header, 7)] if evn is None else [(evn, 6), (evn, 2)]
    segment, position = next(((s, p) for s, p in times if text(s, p)), times[0])
    if not text(segment, position):
        raise BadField(f"{segment.name}-{position}", "is missing")
    at = moment(text(segment, position), f"{segment.name}-{position}")
    telling = Telling(message, identity.key, at, hidden=bool(sharing.hidden))
    pv1 = message.segment("PV1")
    if pv1 is None:
        return telling
    telling = replace(telling, service=text(pv1, 10))
    if event.visit or (event.results and text(pv1, 19)):
        return replace(telling, visit=visit_of(pv1, telling))
    return telling


def _read_segments(message: Message, telling: Telling, said: _Said, part: str) -> None:
    for name, read in SEGMENTS.items():
        if name == "NK1" and telling.hidden:
            continue
        for number, segment in enumerate(message.segments(name), start=1):
            _keep(said, f"{part} {name}[{number}]", read, segment, telling)


def _read_results(message: Message, telling: Telling, said: _Said, part: str) -> None:
    for number, group in enumerate(groups(message.segments()), start=1):
        name = "OBR" if group.obr else "OBX"
        _keep(said, f"{part} {name}[{number}]", read_group, group, telling)


def _keep(
    said: _Said,
    part: str,
    read: Callable[[_What, Telling], Iterable[Statement]],
    what: _What,
    telling: Telling,
) -> None:
    try:
        said.statements += read(what, telling)
    except BadField as fault:
        said.refusals.append(Refusal(fault.field, fault.reason, part))


def _refuse_unknown(message: Message, said: _Said, part: str) -> None:
    """A segment that nobody reads may be the one that restricts the rest, so it is refused by name."""
    for name in dict.fromkeys(line[:3] for line in message.lines):
        if name not in _READ and name not in _LEFT:
            said.refusals.append(
                Refusal(name, "is a segment that this mapping does not know", f"{part} {name}")
            )
