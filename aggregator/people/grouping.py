"""Which subjects are one person: a pure function of what was told, traced and decided, in whatever order it came.

Ties are tried strongest first: joined by two people, decided by one, merged by the source, named by the sender,
then the same number by our own trace. One that a veto forbids is left out:

* decided apart, by anybody, at any time;
* two verified numbers: no person ever has more than one (a superseded one counts as its successor);
* an invalidated number: only two people, with a reason, join what it belongs to;
* unknown identity: never by number nor by being named, only by its own source or a decision;
* one number at two local ids of one organisation: neither is linked to the other until its source or somebody
  says that they are one; the number goes on keying one of them, always the same one.

Nothing here depends on the order of arrival, so undoing anything is leaving it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

JOINED, DECIDED, MERGED, NAMED, NUMBER = range(5)
RULES = {
    JOINED: "joined-by-two",
    DECIDED: "decided",
    MERGED: "merged-by-source",
    NAMED: "named-by-sender",
    NUMBER: "traced-number",
}
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Member:
    """A subject as far as grouping goes. ``numbers``: keyed hashes of what our trace verified, superseded too.

    ``key`` orders members alike wherever and whenever they arrive.
    """

    subject_id: str
    key: str
    organisation: str
    own_person: str
    since: datetime
    person_id: str = ""
    numbers: frozenset[str] = frozenset()
    invalidated: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """Something that says that two subjects are one. A merge goes from the losing to the surviving."""

    kind: int
    a: str
    b: str
    at: datetime = _EVER


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject belongs. ``parent``: the subject through which it does, "" for the one that leads."""

    person_id: str
    rule: str
    parent: str


@dataclass(slots=True)
class _Block:
    members: list[Member]
    number: str | None
    ties: list[Tie] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grouped:
    """``places`` by subject id; ``disputes``: pairs that a tie names and a veto keeps apart, with why."""

    places: Mapping[str, Place]
    disputes: tuple[tuple[str, str, str], ...]


def grouped(members: Sequence[Member], ties: Iterable[Tie], apart: Iterable[tuple[str, str]]) -> Grouped:
    """Put every member in its place. Ties and pairs that name others than the members are left alone."""
    known = {m.subject_id: m for m in members}
    kept_apart = {frozenset(pair) for pair in apart}
    classes = _number_classes(members)
    blocks = {m.subject_id: _Block([m], classes.get(m.subject_id)) for m in members}
    disputes: dict[tuple[str, str], str] = {}
    said = [t for t in ties if t.a in known and t.b in known and t.a != t.b]
    said.sort(key=lambda t: (t.kind, t.at, known[t.a].key, known[t.b].key))
    for tie in chain(said, _by_number(members, classes, kept_apart)):
        one, other = blocks[tie.a], blocks[tie.b]
        if one is other:
            one.ties.append(tie)
            continue
        why = _veto(tie, known, one, other, kept_apart)
        if why:
            for pair in _twice(one, other) if why == ONE_NUMBER_TWICE else ((tie.a, tie.b),):
                disputes.setdefault((min(pair), max(pair)), why)
            continue
        one.members += other.members
        one.ties += [*other.ties, tie]
        one.number = one.number or other.number
        for member in other.members:
            blocks[member.subject_id] = one
    places: dict[str, Place] = {}
    for block in {id(b): b for b in blocks.values()}.values():
        places |= _placed(block)
    listed = ((a, b, why) for (a, b), why in sorted(disputes.items()) if why in _LISTED)
    return Grouped(places, tuple((a, b, why) for a, b, why in listed if blocks[a] is not blocks[b]))


TWO_NUMBERS, ONE_NUMBER_TWICE = "two-numbers", "one-number-twice"
_LISTED = frozenset({TWO_NUMBERS, ONE_NUMBER_TWICE})
"""The others are nobody's to look at: what was decided apart stays, and an invalidated number shows nowhere."""


def _veto(
    tie: Tie, known: Mapping[str, Member], one: _Block, other: _Block, apart: set[frozenset[str]]
) -> str:
    if one.number and other.number and one.number != other.number:
        return TWO_NUMBERS
    if apart and any(
        frozenset((a.subject_id, b.subject_id)) in apart for a in one.members for b in other.members
    ):
        return "apart"
    ends = (known[tie.a], known[tie.b])
    if tie.kind != JOINED and any(m.invalidated for m in ends):
        return "invalidated"
    if tie.kind in (NUMBER, NAMED) and any(m.unknown for m in ends):
        return "unknown"
    return ONE_NUMBER_TWICE if tie.kind == NUMBER and _twice(one, other) else ""


def _twice(one: _Block, other: _Block) -> list[tuple[str, str]]:
    """The pairs that one organisation knows under two local ids."""
    return [
        (a.subject_id, b.subject_id)
        for a in one.members
        for b in other.members
        if a.organisation == b.organisation
    ]


def _number_classes(members: Sequence[Member]) -> dict[str, str]:
    """Subject id -> a name for its number. Numbers that one subject has together are one number."""
    name: dict[str, str] = {}

    def root(number: str) -> str:
        while name.setdefault(number, number) != number:
            number = name[number]
        return number

    for member in members:
        first, *others = sorted(member.numbers) or [""]
        for number in others:
            low, high = sorted((root(first), root(number)))
            name[high] = low
    return {m.subject_id: root(min(m.numbers)) for m in members if m.numbers}


def _by_number(
    members: Sequence[Member], classes: Mapping[str, str], apart: set[frozenset[str]]
) -> Iterable[Tie]:
    """Each member with every earlier one of its number, those that were never set apart first."""
    parted: defaultdict[str, int] = defaultdict(int)
    for pair in apart:
        for subject_id in pair:
            parted[subject_id] += 1
    ordered = sorted(
        (m for m in members if m.subject_id in classes), key=lambda m: (parted[m.subject_id], m.key)
    )
    earlier: defaultdict[str, list[Member]] = defaultdict(list)
    for member in ordered:
        same = earlier[classes[member.subject_id]]
        for one in same:
            yield Tie(NUMBER, one.subject_id, member.subject_id)
        same.append(member)


def _placed(block: _Block) -> dict[str, Place]:
    """The lead is nobody's losing side, and the oldest of those; the others hang on it by their strongest ties."""
    losing = {t.a for t in block.ties if t.kind == MERGED}
    lead = min(block.members, key=lambda m: (m.subject_id in losing, m.since, m.key))
    around: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for tie in block.ties:
        around[tie.a].append((tie.kind, tie.b))
        around[tie.b].append((tie.kind, tie.a))
    rule = "first-statement" if len(block.members) == 1 else "leads"
    places = {lead.subject_id: Place(lead.own_person, rule, "")}
    reached = [lead.subject_id]
    for subject_id in reached:
        for kind, other in sorted(around[subject_id]):
            if other not in places:
                places[other] = Place(lead.own_person, RULES[kind], subject_id)
                reached.append(other)
    return places
