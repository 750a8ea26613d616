"""How a source is asked, so that one that hangs or fails costs nobody else anything.

Each source has a few questions in flight at most, a deadline for each, one more try when what went wrong may be
over in a moment, and a breaker: after some failures in a row it is left alone for a while, and then one question,
of one worker, tries whether it is back. The breaker is kept with the source's state in PostgreSQL and goes by its
clock, so every worker goes by it and a restart forgets nothing.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import stamina
import structlog

from adapters.source import Ask, Raw, Source, SourceDown
from aggregator.store import sources
from aggregator.store.postgres import Database

log = structlog.get_logger()

IN_FLIGHT = 6
"""Questions that one process asks one source at the same time."""
WAIT_SECONDS = 2.0
"""How long a question waits for one of those to end."""
LIMIT_SECONDS = 10.0
"""For one question about one person, tries included; the reader was served long before."""
STEP_SECONDS = 60.0
"""For the next piece of a timed pull: a source that tells nothing for so long hangs."""


class Resting(Exception):
    """The source is not asked now: it failed often a moment ago, or has as many questions as it may have."""


class Asking:
    """One for each process."""

    def __init__(self, record: Database) -> None:
        self._record = record
        self._places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(IN_FLIGHT))

    async def person(self, source: Source, ask: Ask, now: datetime) -> list[Raw]:
        """What a source holds about one person. Raises ``Resting``, or ``SourceDown`` once that is written down."""
        name = source.terms.source
        try:
            await asyncio.wait_for(self._places[name].acquire(), WAIT_SECONDS)
        except TimeoutError:
            raise Resting from None
        found: list[Raw] = []
        try:
            async with self.noting(name, now), asyncio.timeout(LIMIT_SECONDS):
                async for attempt in tries():
                    with attempt:
                        found = await source.pull_person(ask, now)
        finally:
            self._places[name].release()
        return found

    @asynccontextmanager
    async def noting(self, name: str, now: datetime, *, insist: bool = False) -> AsyncIterator[None]:
        """Asks the breaker first, unless we insist, and writes down a failure. Raises ``Resting`` or ``SourceDown``."""
        async with self._record.connection() as connection:
            if not (await sources.may_ask(connection, name) or insist):
                raise Resting
        try:
            yield
        except SourceDown as down:
            await self._failed(name, now, down.reason)
            raise
        except TimeoutError:
            await self._failed(name, now, "no answer in time")
            raise SourceDown(name, "no answer in time") from None

    async def _failed(self, name: str, now: datetime, reason: str) -> None:
        log.warning("source.down", source=name, reason=reason)
        async with self._record.connection() as connection:
            await sources.failed(connection, name, now, reason)


async def pieces(source: Source, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
    """What ``source.pull`` tells, with a deadline for each piece. Raises ``TimeoutError``."""
    told = source.pull(cursor, now)
    while True:
        async with asyncio.timeout(STEP_SECONDS):
            try:
                piece = await anext(told)
            except StopAsyncIteration:
                return
        yield piece


def tries() -> AsyncIterator[stamina.Attempt]:
    """At most two tries, the second after a moment that differs from question to question."""
    return aiter(
        stamina.retry_context(
            on=_passing, attempts=2, timeout=None, wait_initial=0.1, wait_max=0.5, wait_jitter=0.2
        )
    )


def _passing(error: Exception) -> bool:
    return isinstance(error, SourceDown) and error.passing
