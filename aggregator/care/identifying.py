"""Are these two one person? The queue of possible matches, decisions on it, and their history.

Through the gate (``Interaction.IDENTITY``) and audited without any number: staff see a pair of which their own
organisation is a side, demographics only. Nothing is ever linked by its score.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from aggregator.access import audit
from aggregator.care import candidates, functions
from aggregator.care.candidates import JOINED_BY_TWO, UNDOABLE, Candidate, LinkEvent, Side
from aggregator.care.record import Records, well_formed
from aggregator.people import deciding, details
from aggregator.people.deciding import Decider
from aggregator.store import links, matches, subjects
from aggregator.store.matches import Pair
from aggregator.store.postgres import Connection, Database
from aggregator.store.subjects import Subject
from aggregator.store.vault import Vault
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.decision import Decision
from schemas.errors import NotAllowed, NothingToShow

__all__ = ["Candidate", "Identifying", "LinkEvent", "Side"]

RESTRICTED_ACTIVITY = "identity-restricted"
"""Joining what an invalidated number belongs to (people-and-safety 1.2)."""
_MOST = 200


class Identifying:
    def __init__(self, records: Records, record: Database, vault: Vault) -> None:
        self._records = records
        self._record = record
        self._vault = vault

    async def matches(self, caller: Caller, after: str = "", limit: int = 50) -> tuple[Candidate, ...]:
        """Open pairs of which the caller's organisation is a side, likeliest first. Raises ``NotAllowed``.

        ``after``: the ``match_id`` of the last one on the page before.
        """
        decision = await functions.insisted(self._records, caller, Interaction.IDENTITY)
        limit = max(1, min(limit, _MOST))
        async with self._record.connection() as connection:
            last = await matches.by_id(connection, well_formed(after)) if after else None
            position = (last.score, last.match_id) if last else None
            found = await matches.open_pairs(connection, caller.organisation, position, limit)
            made = await self._candidates(connection, caller, found)
        await self._audit(decision, "shown", matches=[c.match_id for c in made])
        return made

    async def match(self, caller: Caller, match_id: str) -> Candidate:
        """One pair, whatever its state. Raises ``NothingToShow``."""
        decision = await functions.insisted(self._records, caller, Interaction.IDENTITY)
        try:
            async with self._record.connection() as connection:
                pair, sides = await self._pair(connection, decision, match_id)
                (made,) = await self._candidates(connection, caller, [pair])
        except NothingToShow:
            await self._audit(decision, "nothing")
            raise
        for person_id in sorted({s.person_id for s in sides}):
            await self._audit(decision, "shown", person_id, match=match_id)
        return made

    async def decide(self, caller: Caller, match_id: str, verdict: str, because: str) -> None:
        """``verdict``: "link" or "apart". Raises ``BadInput`` without a reason, ``Clash`` when it was decided
        already, or when a rule keeps the two apart."""
        by = _decider(caller, because)
        decision = await functions.insisted(self._records, caller, Interaction.IDENTITY)

        async def act(connection: Connection) -> Iterable[str]:
            pair, sides = await self._pair(connection, decision, match_id)
            await deciding.decide(connection, pair, verdict, by)
            return [s.person_id for s in sides]

        await self._write(decision, act, match=match_id, verdict=verdict)

    async def join(self, caller: Caller, person_a: str, person_b: str, because: str) -> bool:
        """Join two persons of whom one has an invalidated number: two people with the activity, each with a
        reason. True when it is done, False when it waits for the second. Nothing lists such a pair. Raises
        ``NotAllowed``.
        """
        by = _decider(caller, because)
        decision = await functions.insisted(self._records, caller, Interaction.IDENTITY)
        await self._insist_restricted(caller, decision)
        done = False

        async def act(connection: Connection) -> Iterable[str]:
            nonlocal done
            one, other = well_formed(person_a), well_formed(person_b)
            sides = [await subjects.of_person(connection, person_id) for person_id in (one, other)]
            if not all(sides) or not any(
                s.organisation == caller.organisation for side in sides for s in side
            ):
                raise NothingToShow()
            done = await deciding.join(connection, one, other, by)
            return [one]  # never both: no row of the log relates the two

        await self._write(decision, act, verdict="join")
        return done

    async def history(self, caller: Caller, person_id: str) -> tuple[LinkEvent, ...]:
        """How this person came together, newest first. Raises ``NothingToShow``."""
        decision = await functions.insisted(self._records, caller, Interaction.IDENTITY)
        person_id = well_formed(person_id)
        async with self._record.connection() as connection:
            once = await subjects.by_ids(connection, await links.once_in(connection, person_id))
            found = self._tellable(caller, person_id, once)
            told = await links.of_subjects(connection, list(found)) if found else []
        await self._audit(decision, "shown" if found else "nothing", person_id)
        if not found:
            raise NothingToShow()
        if not self._restricted_role(caller):
            told = [link for link in told if link.rule != JOINED_BY_TWO]
        events = [
            event
            for link in told
            if link.person_id == person_id
            for event in candidates.events(link, told, found)
        ]
        return tuple(sorted(events, key=lambda e: (e.at, e.event_id), reverse=True))

    async def undo(self, caller: Caller, match_or_event_id: str, because: str) -> None:
        """Take a decision back, or part what a trace or a source's merge joined. Everything is as before."""
        by = _decider(caller, because)
        decision = await functions.insisted(self._records, caller, Interaction.IDENTITY)
        opaque = well_formed(match_or_event_id)

        async def act(connection: Connection) -> Iterable[str]:
            link = await links.by_id(connection, opaque)
            if link is None:
                pair, sides = await self._pair(connection, decision, opaque)
                await deciding.undo(connection, pair, by)
                return [s.person_id for s in sides]
            hidden = link.rule == JOINED_BY_TWO and not self._restricted_role(caller)
            if hidden or link.rule not in UNDOABLE or link.until is not None:
                raise NothingToShow()
            beside = await subjects.of_person(connection, link.person_id)
            if not any(s.organisation == caller.organisation for s in beside):
                raise NothingToShow()
            await deciding.part(connection, link, by)
            return [link.person_id]

        await self._write(decision, act, undone=opaque)

    async def _audit(self, decision: Decision, outcome: str, person_id: str = "", **more: object) -> None:
        row = audit.of_decision(decision, outcome, **more)
        await self._records.statements.audited(decision.decided_at, person_id, row)

    async def _write(
        self, decision: Decision, act: Callable[[Connection], Awaitable[Iterable[str]]], **more: str
    ) -> None:
        """Decide in one transaction, and audit for each person before it is committed."""
        try:
            async with self._record.transaction() as connection:
                for person_id in sorted(set(await act(connection))):
                    await self._audit(decision, "written", person_id, **more)
        except NothingToShow:
            await self._audit(decision, "nothing")
            raise

    def _tellable(self, caller: Caller, person_id: str, once: Mapping[str, Subject]) -> dict[str, Subject]:
        """Those who once read as this person and of whom its history may tell; {} when it may not be told at all.

        An organisation whose own have left learns of theirs only. Where a number was invalidated, who left and
        who stayed may be the old and the new identity of one person, so nothing is told of who left.
        """
        apart = any(s.traced == "invalidated" for s in once.values()) and not self._restricted_role(caller)
        own = {i: s for i, s in once.items() if s.organisation == caller.organisation}
        now = {i: s for i, s in once.items() if s.person_id == person_id}
        if own.keys() & now.keys():
            return now if apart else dict(once)
        return {} if apart else own

    def _restricted_role(self, caller: Caller) -> bool:
        role = self._records.gate.policy.roles.get(caller.role)
        return role is not None and RESTRICTED_ACTIVITY in caller.activities & role.activities

    async def _insist_restricted(self, caller: Caller, decision: Decision) -> None:
        if not self._restricted_role(caller):
            await self._audit(decision, "refused", verdict="join")
            raise NotAllowed("Your role does not allow this function.")

    async def _pair(
        self, connection: Connection, decision: Decision, match_id: str
    ) -> tuple[Pair, list[Subject]]:
        """A pair that this decision covers. Raises ``NothingToShow``, for what is never listed as well."""
        pair = await matches.by_id(connection, well_formed(match_id))
        found = await subjects.by_ids(connection, [pair.subject_a, pair.subject_b]) if pair else {}
        sides = list(found.values())
        theirs = any(s.organisation in decision.controllers for s in sides)
        if pair is None or pair.by_two or not theirs or any(s.traced == "invalidated" for s in sides):
            raise NothingToShow()
        return pair, sides

    async def _candidates(
        self, connection: Connection, caller: Caller, pairs: Sequence[Pair]
    ) -> tuple[Candidate, ...]:
        ids = sorted({s for p in pairs for s in (p.subject_a, p.subject_b)})
        found = await subjects.by_ids(connection, ids)
        hidden = await matches.restricted(connection, ids)
        keys = await self._vault.find({s.key_id for s in found.values()})

        def side(subject_id: str) -> Side:
            subject = found[subject_id]
            key = keys.get(subject.key_id)
            who = details.who_of(key, subject) if key else details.Who()
            own = subject.organisation == caller.organisation
            return candidates.side(subject, who, own=own, hidden=subject_id in hidden)

        return tuple(candidates.candidate(p, side(p.subject_a), side(p.subject_b)) for p in pairs)


def _decider(caller: Caller, because: str) -> Decider:
    return Decider(caller.user_id, caller.organisation, functions.reason(because))
