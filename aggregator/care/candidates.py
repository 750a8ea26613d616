"""A possible match and a person's links as those see them who decide: values, and the words for each rule.

How pairs are found and who may see them is ``care.identifying``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from aggregator.people import scoring
from aggregator.people.details import Who
from aggregator.people.grouping import DECIDED, JOINED, MERGED, NAMED, NUMBER, RULES
from aggregator.store.links import Link
from aggregator.store.matches import Pair
from aggregator.store.subjects import Subject

JOINED_BY_TWO = RULES[JOINED]
_RULES = {
    "first-statement": "known for the first time",
    "leads": "the record that others were joined to",
    "parted": "reads as itself again",
    RULES[NUMBER]: "our own trace found the same NHS number for both",
    RULES[MERGED]: "its source merged two of its own numbers",
    RULES[NAMED]: "its sender named this person",
    RULES[DECIDED]: "somebody decided that they are one person",
    JOINED_BY_TWO: "two people decided that they are one person",
}
UNDOABLE = frozenset({RULES[NUMBER], RULES[MERGED], RULES[NAMED], RULES[DECIDED], JOINED_BY_TWO})
_TRACED = {
    "verified": "our trace found number, name and birth date together",
    "superseded": "our trace found them under a newer number",
    "not-found": "our trace found nobody",
    "many": "our trace found more than one",
    "unavailable": "the demographics service has not answered yet",
}


@dataclass(frozen=True, slots=True)
class Side:
    """A person as one organisation knows them. ``address`` is () where it may not be shown.

    ``traced`` in plain words: how our own trace of them ended. ``own``: held by the caller's organisation.
    ``person_id``: whose record it reads as now.
    """

    organisation: str
    own: bool
    family: str = field(repr=False)
    given: tuple[str, ...] = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    traced: str
    location_restricted: bool
    multiple_birth: bool
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that may be one person. ``score`` is 0-100; it orders the queue and links nobody.

    ``for_it`` and ``against`` say why in plain words, strongest first. ``state``: "open", "linked", "apart" or
    "undone" (open again). ``decided_*`` and ``because`` are of the last decision.
    """

    match_id: str
    score: int
    for_it: tuple[str, ...]
    against: tuple[str, ...]
    sides: tuple[Side, Side]
    state: str
    found_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """Someone's statements from one organisation began to read as this person, or ceased to.

    ``what``: "joined" or "left". ``rule`` in plain words; ``undoable``: ``undo`` takes ``event_id``.
    """

    event_id: str
    at: datetime
    what: str
    organisation: str
    rule: str
    made_by: str
    because: str
    undoable: bool


def side(subject: Subject, who: Who, *, own: bool, hidden: bool) -> Side:
    """``hidden``: any source, or our trace, says that this person's place is not to be told."""
    home = tuple(part for part in (*who.address, who.postcode) if part)
    return Side(
        organisation=subject.organisation,
        own=own,
        family=who.family,
        given=who.given,
        birth_date=who.birth_date,
        sex=who.gender,
        address=() if hidden else home,
        traced=_TRACED.get(subject.traced, "not traced: too little is known"),
        location_restricted=hidden,
        multiple_birth=who.multiple_birth or bool(who.order),
        person_id=subject.person_id,
    )


def candidate(pair: Pair, one: Side, other: Side) -> Candidate:
    codes, score = pair.reasons, pair.score
    if one.location_restricted or other.location_restricted:
        # Scored before the restriction came: that they agree on a place would tell it, by the score too.
        codes = tuple(c for c in codes if not c.startswith(("postcode", "street", "phone")))
        score = score if codes == pair.reasons else scoring.scored(codes)
    for_it, against = scoring.in_words(codes)
    return Candidate(
        match_id=pair.match_id,
        score=score,
        for_it=for_it,
        against=against,
        sides=(one, other) if one.own or not other.own else (other, one),
        state=pair.state,
        found_at=pair.created_at,
        decided_by=pair.decided_by,
        decided_at=pair.decided_at,
        because=pair.because,
    )


def events(link: Link, told: Sequence[Link], found: Mapping[str, Subject]) -> Iterable[LinkEvent]:
    organisation = found[link.subject_id].organisation
    yield LinkEvent(
        event_id=link.link_id,
        at=link.since,
        what="joined",
        organisation=organisation,
        rule=_RULES.get(link.rule, link.rule),
        made_by=link.made_by,
        because=link.reason,
        undoable=link.until is None and link.rule in UNDOABLE,
    )
    after = [n for n in told if n.subject_id == link.subject_id and n.since > link.since]
    if link.until is not None and after:
        then = min(after, key=lambda n: n.since)
        rule = _RULES.get(then.rule, then.rule)
        yield LinkEvent(
            f"{link.link_id}.left", link.until, "left", organisation, rule, then.made_by, then.reason, False
        )
