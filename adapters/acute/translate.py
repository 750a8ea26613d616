"""From one raw input to everything it says: checks, then event -> what is read, on one screen.

A message is kept whole or refused whole where its person, its time or its visit cannot be understood; one bad
clinical segment is refused by itself and by name. Restrictions (ZU8) are read before any statement is made, so
that what they shield never leaves this room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from adapters.acute.appointments import read_appointment
from adapters.acute.clinical import read_allergy, read_diagnosis, read_procedure
from adapters.acute.community import read_plan
from adapters.acute.encounter import read_encounter, visit_of
from adapters.acute.events import EVENTS, LEFT, READ, Event
from adapters.acute.identity import read_identity
from adapters.acute.legal import read_legal_status
from adapters.acute.letters import read_document
from adapters.acute.merging import read_merges, read_move, read_undoing
from adapters.acute.person import shield, tell_choice, tell_others, tell_person
from adapters.acute.relations import read_relation
from adapters.acute.results import groups, read_group
from adapters.acute.sharing import Sharing, read_sharing
from adapters.acute.telling import CASELOAD, CONTACT, Telling
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
from schemas.identifiers import SubjectKey


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom the feed speaks for. ``facilities`` are further codes that MSH-4 and PID-3 may carry (its sites).

    ``processing`` are the values of MSH-11 that are taken: a training system must not write into a record.
    """

    organisation: str
    facilities: frozenset[str] = frozenset()
    processing: frozenset[str] = frozenset({"P"})

    @property
    def own(self) -> frozenset[str]:
        """Every code that the organisation speaks under, in capitals."""
        return frozenset(code.upper() for code in (self.organisation, *self.facilities))


SEGMENTS: Final[Mapping[str, Callable[[Segment, Telling], list[Statement]]]] = {
    "NK1": read_relation,
    "AL1": read_allergy,
    "DG1": read_diagnosis,
    "PR1": read_procedure,
    "ZU5": read_legal_status,
}

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
    if len(told) == 1:
        return told[0]
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
        return replace(_restrictions(message, sender), refusals=(Refusal(fault.field, fault.reason, part),))


def _restrictions(message: Message, sender: Sender) -> Translated:
    """What a refused message hides or objects to: that does not wait for the mend of another field of it."""
    sharing = read_sharing(message, "")
    people = message.segments("PID")
    if len(people) != 1 or not (sharing.hidden or sharing.dissent):
        return Translated()
    event = EVENTS.get(message.event, Event())
    try:
        _insist_own(message, sender)
        identity = read_identity(people[0], sender.organisation, sender.facilities)
        try:
            _, at = _times(message, event)
        except BadField:
            at = moment(text(message.header, 7), "MSH-7")
    except BadField:
        return Translated()
    claims = tell_others([identity.key], (), sharing.hidden)
    return Translated(
        tuple(claims), choices=tuple(tell_choice(sharing, Telling(message, event, identity.key, at, at)))
    )


def _read(message: Message, sender: Sender, part: str) -> Translated:
    event = expect(message, sender)
    people = message.segments("PID")
    if len(people) > 1 and not event.merge:
        raise BadField("PID", "comes more than once: messages about several people are not read")
    sharing = read_sharing(message, part)
    said = _Said(refusals=list(sharing.refusals))
    identities = [read_identity(pid, sender.organisation, sender.facilities) for pid in people]
    telling = _telling(message, identities[0].key, sharing, event)
    for pid, identity in zip(people, identities, strict=True):
        speaker = telling if pid is people[0] else replace(telling, key=identity.key)
        claim, patient = tell_person(pid, identity, sharing, speaker, whole=event.whole)
        said.subjects.append(claim)
        said.statements.append(patient)
        said.choices += tell_choice(sharing, speaker)
    if event.visit:
        pv1 = message.segment("PV1")
        assert pv1 is not None, "the reader refuses a visit without PV1"
        encounters, relationships = read_encounter(pv1, telling)
        said.statements += encounters
        said.relationships += relationships
    if event.merge:
        _read_merge(message, telling, sender, said, part)
    if event.appointment:
        said.statements.append(read_appointment(message, telling))
    if event.plan:
        said.statements.append(read_plan(message, telling))
    _read_segments(message, telling, said, part)
    if event.document:
        said.statements.append(read_document(message, telling))
    else:
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


def expect(message: Message, sender: Sender) -> Event:
    """Is this a message that the feed may send? Raises ``BadField``."""
    event = EVENTS.get(message.event)
    if event is None:
        raise BadField("MSH-9", "is an event that this mapping does not read")
    _insist_own(message, sender)
    return event


def _insist_own(message: Message, sender: Sender) -> None:
    if text(message.header, 11).upper() not in sender.processing:
        raise BadField("MSH-11", "marks the message as training or debugging")
    if text(message.header, 4).upper() not in sender.own:
        raise BadField("MSH-4", "names an organisation that this feed does not speak for")


def _telling(message: Message, key: SubjectKey, sharing: Sharing, event: Event) -> Telling:
    happened, at = _times(message, event)
    pv1 = message.segment("PV1")
    visit, service, setting = None, "", ""
    if pv1 is not None:
        service, setting = text(pv1, 10), text(pv1, 18).upper()
        setting = setting if setting in (CASELOAD, CONTACT) else ""
        if event.visit or ((event.results or event.document) and text(pv1, 19)):
            visit = visit_of(pv1, key.organisation)
    return Telling(message, event, key, happened, at, sharing.shielded, visit, service, setting)


def _times(message: Message, event: Event) -> tuple[datetime, datetime]:
    """(when it happened, from when it counts): EVN-6, else EVN-2; messages without EVN have MSH-7.

    A cancel comes after what it cancels, and a discharge after the admission, even within one second.
    """
    evn = message.segment("EVN")
    times = [(evn, 6), (evn, 2)] if evn is not None else []
    if not (evn is not None and message.event.startswith("ADT")):
        times.append((message.header, 7))  # only ADT orders what happened by EVN
    segment, position = next(((s, p) for s, p in times if text(s, p)), times[0])
    if not text(segment, position):
        raise BadField(f"{segment.name}-{position}", "is missing")
    happened = moment(text(segment, position), f"{segment.name}-{position}")
    visit = event.visit
    if visit is None or not visit.recorded or evn is None:
        return happened, happened
    recorded = moment(text(evn, 2), "EVN-2") if text(evn, 2) else happened
    return happened, max(happened, recorded) + timedelta(microseconds=1 if visit.mark else 2)


def _read_merge(message: Message, telling: Telling, sender: Sender, said: _Said, part: str) -> None:
    organisation, facilities = sender.organisation, sender.facilities
    if telling.event.merge == "undo":
        said.merges.append(read_undoing([claim.key for claim in said.subjects], telling))
    elif telling.event.merge == "person":
        said.merges += read_merges(message, organisation, facilities, telling.at)
        losing = [merge.losing for merge in said.merges]
        said.subjects += tell_others(losing, said.subjects, telling.hidden or None)
    else:
        gone, notes = read_move(message, telling, organisation, facilities, part)
        said.statements += gone
        said.refusals += notes
        said.subjects += tell_others([one.subject for one in gone], said.subjects)


def _read_segments(message: Message, telling: Telling, said: _Said, part: str) -> None:
    for name, read in SEGMENTS.items():
        if name == "NK1" and telling.hidden:
            continue
        for number, segment in enumerate(message.segments(name), start=1):
            _keep(said, f"{part} {name}[{number}]", read, segment, telling)


def _read_results(message: Message, telling: Telling, said: _Said, part: str) -> None:
    if not message.segments("OBX") and not message.segments("OBR"):
        return
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
    for name in {line[:3]: None for line in message.lines}:
        if name not in READ and name not in LEFT:
            said.refusals.append(
                Refusal(name, "is a segment that this mapping does not know", f"{part} {name}")
            )
