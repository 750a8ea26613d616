"""Refreshing what a record is about to show: permitted sources that are older than their terms allow.

All are asked side by side under one deadline; whoever is later than that is shown as late and its answer is
kept when it comes. How each is asked, so that one that hangs never holds up another, is ``intake.asking``'s work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from adapters.source import Ask, CannotBeAsked, Raw, Source, SourceDown, Speaks
from adapters.wire.rest import WrongPerson
from aggregator.intake.asking import Asking, Resting
from aggregator.intake.ingest import Intake
from aggregator.people.identity import Identity
from aggregator.store import sources
from aggregator.store.facts import Snapshot
from aggregator.store.postgres import Database
from schemas.codes import Audience
from schemas.decision import Decision
from schemas.errors import Unavailable

log = structlog.get_logger()


class Refresh:
    def __init__(self, record: Database, intake: Intake, identity: Identity, deadline: timedelta) -> None:
        self._record = record
        self._intake = intake
        self._identity = identity
        self._deadline = deadline
        self._asking = Asking(record)
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        # Terms are made anew each time that they are asked for, and every view asks.
        self._asked = tuple((s, s.terms) for s in intake.sources.values() if Speaks.PULL in s.terms.speaks)

    def stale(self, snapshot: Snapshot, decision: Decision) -> list[Source]:
        """The sources that this reader may see something of and whose last answer is too old."""
        offered = {provider for provider, _ in decision.offered}
        now = snapshot.facts.read_at
        system = decision.question.audience is Audience.SYSTEM
        return [
            source
            for source, terms in self._asked
            if terms.fresh_for is not None
            and terms.tellers & offered
            and not (terms.retells and system)
            and now - snapshot.asked.get(terms.source, now - terms.fresh_for) >= terms.fresh_for
        ]

    async def ask(self, person_id: str, stale: Sequence[Source]) -> None:
        """Ask these sources about this person, for as long as the deadline allows.

        One that is later than that stays late in the grid; its answer is kept when it comes.
        """
        subjects, local_ids, number = await self._identity.known_as(person_id)
        if not subjects:
            return
        waiting = []
        for source in stale:
            name = source.terms.source
            running = self._running.get((person_id, name))
            if running is None:
                ask = Ask(tuple(local_ids.get(source.terms.organisation, ())), number)
                running = asyncio.create_task(self._one(source, ask, [s.subject_id for s in subjects]))
                self._running[person_id, name] = running
                running.add_done_callback(partial(self._done, (person_id, name)))
            waiting.append(running)
        await asyncio.wait(waiting, timeout=self._deadline.total_seconds())

    async def _one(self, source: Source, ask: Ask, subject_ids: list[str]) -> None:
        name = source.terms.source
        now = datetime.now(UTC)
        try:
            raws = await self._asking.person(source, ask, now)
        except (Resting, SourceDown, CannotBeAsked, Unavailable) as not_told:
            if isinstance(not_told, WrongPerson):
                log.critical("source.wrong_person", source=name)
                await self._intake.quarantine(Raw(name, "quarantine", not_told.content, now))
            return  # the grid says so
        try:
            if raws:
                await self._intake.ingest_many(raws, feed=False)
            async with self._record.transaction() as connection:
                await sources.up(connection, name)
                await sources.asked(connection, subject_ids, name, now)
        except Unavailable:
            log.error("source.not_kept", source=name)

    def _done(self, key: tuple[str, str], _: asyncio.Task[None]) -> None:
        self._running.pop(key, None)

    async def close(self) -> None:
        """Let answers that are still under way be kept, for a moment."""
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=2)
