"""The one writer of links: works out who is one person and writes what changed, in the caller's transaction.

Links follow from what was told, traced and decided (``people.grouping``), so nothing is undone by hand: a tie is
taken away, or a pair is set apart, and whoever it concerns is grouped again. Person ids come back by that, too.

An old person id reads as nobody while its subjects read as another person: the constant "nothing". Leading on
from it would tell whoever holds it that two people are one, which may be just what is being undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.people.grouping import DECIDED, JOINED, MERGED, NAMED, Grouped, Member, Tie, grouped
from aggregator.store import links, matches, subjects
from aggregator.store.links import Around
from aggregator.store.postgres import Connection


@dataclass(frozen=True, slots=True)
class Cause:
    """Who makes links be worked out anew, and why: a source's name, or a user and their reason."""

    made_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Regrouped:
    """``moved``: subject id -> the person that it reads as from now on. ``grouped``: everybody who was looked at.

    ``unmerged``: (losing, surviving) that a source says are one, and a rule keeps apart.
    """

    moved: Mapping[str, str]
    grouped: Grouped
    unmerged: frozenset[tuple[str, str]]


async def regroup(connection: Connection, subject_ids: Sequence[str], cause: Cause) -> Regrouped:
    """Put these subjects and all that is tied to them where they belong.

    Pairs that something ties and a veto keeps apart go to the queue of possible matches. The caller has made
    writers take turns on what it changed (``subjects.take_turns``, ``take_turns``).
    """
    if not subject_ids:
        return Regrouped({}, Grouped({}, ()), frozenset())
    found = await links.around(connection, subject_ids)
    made = group(found)
    moved = []
    for subject_id, _, _, own, _, now, *_ in found.subjects or ():
        place = made.places[subject_id]
        if place.person_id != now:
            rule = "parted" if now and place.person_id == own else place.rule
            moved.append((subject_id, place.person_id, rule))
    await links.put(connection, sorted(moved), cause.made_by, cause.reason)
    await matches.dispute(connection, made.disputes)
    unmerged = frozenset(
        (a, b) for a, b, _ in found.merges or () if made.places[a].person_id != made.places[b].person_id
    )
    return Regrouped({s: person_id for s, person_id, _ in moved}, made, unmerged)


async def take_turns(connection: Connection, subject_ids: Sequence[str]) -> None:
    """Wait for whoever else is changing what is tied to these: numbers and local ids of all of them."""
    found = await links.around(connection, subject_ids)
    await subjects.take_turns(connection, [h for s in found.subjects or () for h in (s[1], *s[6])])


async def mend(connection: Connection, subject_ids: Sequence[str]) -> None:
    """Group those of these again who met somebody at the very moment when both were told of: neither saw the other."""
    found = await links.around(connection, subject_ids)
    places = group(found).places
    stray = [s[0] for s in found.subjects or () if places[s[0]].person_id != s[5]]
    if stray:
        await take_turns(connection, stray)
        await regroup(connection, stray, Cause("met at once"))


def group(found: Around) -> Grouped:
    """``grouping.grouped`` of what the store found."""
    rows = found.subjects or ()
    members = [
        Member(subject_id, key, organisation, own, since, now, frozenset(numbers), invalid, unknown)
        for subject_id, key, organisation, own, since, now, numbers, invalid, unknown, _ in rows
    ]
    named = [Tie(NAMED, s[0], s[9]) for s in rows if s[9]]
    merged = [Tie(MERGED, losing, surviving, at) for losing, surviving, at in found.merges or ()]
    decided = [
        Tie(JOINED if by_two else DECIDED, a, b, at) if at else Tie(DECIDED, a, b)
        for a, b, state, by_two, at in found.pairs or ()
        if state == "linked"
    ]
    apart = [(a, b) for a, b, state, _, _ in found.pairs or () if state == "apart"]
    return grouped(members, [*named, *merged, *decided], apart)


def hanging_on(made: Grouped, subject_id: str) -> set[str]:
    """This subject and those that are of its person only through it."""
    side = {subject_id}
    while more := {s for s, place in made.places.items() if place.parent in side and s not in side}:
        side |= more
    return side


def beside(made: Grouped, subject_id: str) -> set[str]:
    """Everybody of the same person, itself included."""
    person_id = made.places[subject_id].person_id
    return {s for s, place in made.places.items() if place.person_id == person_id}
