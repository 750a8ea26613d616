"""MRG: the hospital says that two of its numbers are one person (A40), or are not after all (A37), or that a visit
was another person's or has another number (A42, A44, A45, A50).

What MRG names loses, what PID and PV1 before or after it name survives. Facts never move from one person to
another: a visit that moves is taken back from the one and told of the other, and what else was told of that
visit waits for the hospital to send it again, by a note in the review pile.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from adapters.acute.identity import local_number, read_identity
from adapters.acute.telling import Telling
from adapters.acute.values import said, text
from adapters.elements import Element, coding
from adapters.fields import BadField
from adapters.wire.hl7v2 import Message, Segment
from schemas.codes import Heading
from schemas.contribution import NumberMerge, Refusal, Statement
from schemas.identifiers import SubjectKey

_UNKNOWN: Element = coding("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK")


def read_merges(
    message: Message, organisation: str, facilities: frozenset[str], at: datetime
) -> list[NumberMerge]:
    """One merge for each PID and MRG pair. Raises ``BadField``: half a list of merges is never kept."""
    merges: list[NumberMerge] = []
    for pid, mrg in _pairs(message):
        surviving = read_identity(pid, organisation, facilities).key
        losing = _losing(mrg, organisation, facilities)
        if losing is None:
            raise BadField("MRG-1", "has no number of this organisation")
        if losing == surviving:
            raise BadField("MRG-1", "is the surviving number itself")
        merges.append(NumberMerge(losing, surviving, at))
    return merges


def read_undoing(keys: list[SubjectKey], telling: Telling) -> NumberMerge:
    """A37: the two persons named are two; the second, whose number was lost, stands by itself again."""
    if len(keys) != 2 or keys[0] == keys[1]:
        raise BadField("PID", "does not come twice, for the two persons that are unlinked")
    return NumberMerge(keys[1], keys[0], telling.at, undone=True)


def read_move(
    message: Message, telling: Telling, organisation: str, facilities: frozenset[str], part: str
) -> tuple[list[Statement], list[Refusal]]:
    """The visits that MRG takes back, and what somebody has to look at. Raises ``BadField``."""
    account = telling.event.merge == "account"
    position = 3 if account else 5
    if not account and len(message.segments("MRG")) > 1:
        raise BadField("MRG", "comes more than once: one message moves one visit")
    gone: list[Statement] = []
    notes: list[Refusal] = []
    for pid, mrg in _pairs(message):
        now = read_identity(pid, organisation, facilities).key
        before = _losing(mrg, organisation, facilities) or now
        number = text(mrg, position)
        if not number:
            raise BadField(f"MRG-{position}", "is missing: the visit that moves is not named")
        visit = telling.named("visit", number)
        if before == now and visit == telling.visit:
            raise BadField(f"MRG-{position}", "is the visit itself: nothing moves")
        resource: Element = {"resourceType": "Encounter", "status": "cancelled", "class": _UNKNOWN}
        gone.append(
            telling.say(visit, resource, Heading.ENCOUNTERS, retracts=True, subject=before, delicate=False)
        )
        if account or before != now:
            reason = "moves a visit to another person: send again under the right number what was told of it"
            notes.append(Refusal(f"MRG-{position}", reason, f"{part} MRG"))
    return gone, notes


def _pairs(message: Message) -> Iterator[tuple[Segment, Segment]]:
    pid: Segment | None = None
    for segment in message.segments():
        if segment.name == "PID":
            if pid is not None:
                raise BadField("MRG", "is missing after a PID")
            pid = segment
        elif segment.name == "MRG":
            if pid is None:
                raise BadField("PID", "is missing before MRG")
            yield pid, segment
            pid = None
    if pid is not None:
        raise BadField("MRG", "is missing after a PID")


def _losing(mrg: Segment, organisation: str, facilities: frozenset[str]) -> SubjectKey | None:
    # By kind and giver, not by position: PID-3 and MRG-1 pair by position only when both list the same kinds.
    local = local_number([n for n in mrg.repetitions(1) if said(n.get(1))], organisation, facilities)
    return None if local is None else SubjectKey(organisation, local)
