"""What people decide about who is one person: link, apart, joined by two, and taking any of it back.

A decision is kept as a verdict on a pair and holds whatever is told later; links follow from it. Parting what a
trace or a source's merge joined is a decision too: everybody on one side is set apart from everybody on the
other. Who may decide, and the audit, are ``care.identifying``'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.people import linking
from aggregator.people.grouping import DECIDED, JOINED, RULES
from aggregator.people.linking import Cause
from aggregator.store import links, matches, subjects
from aggregator.store.links import Link
from aggregator.store.matches import Pair
from aggregator.store.postgres import Connection
from schemas.errors import BadInput, Clash
from schemas.identifiers import new_id

_STATES = {"link": "linked", "apart": "apart"}


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, for which organisation, and why."""

    user: str
    organisation: str
    because: str


async def decide(connection: Connection, pair: Pair, verdict: str, by: Decider) -> None:
    """Raises ``Clash`` when the pair was decided meanwhile, or a rule keeps the two apart."""
    if verdict not in _STATES:
        raise BadInput("verdict", "it is link or apart")
    both = [pair.subject_a, pair.subject_b]
    await linking.take_turns(connection, both)
    held = await matches.by_id(connection, pair.match_id, lock=True)
    if held is None or held.state not in ("open", "undone") or held.by_two:
        raise Clash("Somebody else has decided on these two meanwhile.")
    await _say(connection, [(pair.match_id, verdict, _STATES[verdict])], by)
    made = await linking.regroup(connection, both, Cause(by.user, by.because))
    if verdict == "link" and pair.subject_b not in linking.beside(made.grouped, pair.subject_a):
        raise Clash("A rule keeps these two apart: their verified numbers, or what somebody decided before.")


async def join(connection: Connection, one: str, other: str, by: Decider) -> bool:
    """Join two persons of whom one has an invalidated number: True once a second person has said so too."""
    sides = [await subjects.of_person(connection, person_id) for person_id in (one, other)]
    if one == other or not all(sides):
        raise BadInput("person", "two persons are joined")
    a, b = (min(side, key=lambda s: (s.traced != "invalidated", s.subject_id)).subject_id for side in sides)
    await linking.take_turns(connection, [a, b])
    pair = await matches.between(connection, a, b, by_two=True)
    if pair.state in ("linked", "apart"):
        raise Clash("Somebody else has decided on these two meanwhile.")
    first = await matches.joined_by(connection, pair.match_id)
    if first == by.user:
        raise Clash("Another person has to confirm it.")
    await _say(connection, [(pair.match_id, "join", "linked" if first else pair.state)], by)
    made = await linking.regroup(connection, [a, b], Cause(by.user, by.because)) if first else None
    if made and b not in linking.beside(made.grouped, a):
        raise Clash("A rule keeps these two apart: their verified numbers, or what somebody decided before.")
    return made is not None


async def undo(connection: Connection, pair: Pair, by: Decider) -> None:
    """Take back the last decision on a pair, with all that was decided in the same act."""
    await linking.take_turns(connection, [pair.subject_a, pair.subject_b])
    held = await matches.by_id(connection, pair.match_id, lock=True)
    together = await matches.decided_with(connection, pair.match_id)
    if held is None or held.state not in ("linked", "apart") or not together:
        raise Clash("There is no decision on these two to take back.")
    everybody = sorted({s for _, a, b in together for s in (a, b)})
    await linking.take_turns(connection, everybody)
    await _say(connection, [(match_id, "undo", "undone") for match_id, _, _ in together], by)
    await linking.regroup(connection, everybody, Cause(by.user, by.because))


async def part(connection: Connection, link: Link, by: Decider) -> None:
    """Undo a link that holds now, however it was made: a decision is taken back, anything else is set apart."""
    await linking.take_turns(connection, [link.subject_id])
    made = linking.group(await links.around(connection, [link.subject_id]))
    held = await links.by_id(connection, link.link_id)
    place = made.places[link.subject_id]
    if held is None or held.until is not None or not place.parent:
        raise Clash("This link does not hold any more, or it is nobody's to undo.")
    if place.rule in (RULES[DECIDED], RULES[JOINED]):
        await undo(connection, await matches.between(connection, link.subject_id, place.parent), by)
        return
    side = linking.hanging_on(made, link.subject_id)
    rest = linking.beside(made, link.subject_id) - side
    pairs = [await matches.between(connection, a, b) for a in sorted(side) for b in sorted(rest)]
    await _say(connection, [(p.match_id, "apart", "apart") for p in pairs if p.state != "linked"], by)
    await linking.regroup(connection, sorted(side | rest), Cause(by.user, by.because))


async def _say(connection: Connection, pairs: list[tuple[str, str, str]], by: Decider) -> None:
    await matches.decide(connection, pairs, new_id(), by.user, by.organisation, by.because)
