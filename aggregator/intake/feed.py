"""Reading one source as far as it has got, in the queue and on the command line; and noticing that one is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from adapters.source import Raw, Source, SourceDown, Speaks
from aggregator.intake.asking import Asking, Resting, pieces, tries
from aggregator.intake.ingest import Intake
from aggregator.store import outbox, sources
from aggregator.store.postgres import Database
from schemas.errors import Unavailable

log = structlog.get_logger()

_AT_ONCE = 32
_AT_ONCE_BYTES = 1_000_000

SILENT = "source-silent"
"""Topic of the event that tells engineers of a feed that is silent for longer than its terms say."""


async def pull(
    intake: Intake, record: Database, name: str, *, asking: Asking | None = None, insist: bool = False
) -> tuple[int, int]:
    """Take in what one source has new since its cursor: (raw inputs, refusals). Down is kept, not raised.

    A source that failed often is left alone for a while, unless we ``insist``. After a failure that may be over
    in a moment it is asked once more, from the last input that was taken.
    """
    source = intake.sources[name]
    if not source.terms.speaks & {Speaks.PULL, Speaks.DROP}:
        return 0, 0
    async with record.connection() as connection:
        cursor = await sources.cursor_of(connection, name)
    taking = _Taking(intake, record, cursor)
    now = datetime.now(UTC)
    try:
        async with (asking or Asking(record)).noting(name, now, insist=insist):
            async for attempt in tries():
                with attempt:
                    await taking.all(source, now)
    except (SourceDown, Resting):
        return taking.count, taking.refused
    async with record.connection() as connection:
        if Speaks.PULL in source.terms.speaks:
            await sources.answered(connection, name, now)
        else:
            await sources.up(connection, name)  # an empty folder is no word from whoever should fill it
    return taking.count, taking.refused


@dataclass(slots=True)
class _Taking:
    """One pull under way: how far it is, and what it took."""

    intake: Intake
    record: Database
    cursor: str
    count: int = 0
    refused: int = 0

    async def all(self, source: Source, now: datetime) -> None:
        """Take what is new; small inputs are kept together. What came before a failure is kept all the same."""
        held: list[tuple[Raw, str]] = []
        size = 0
        try:
            async for piece in pieces(source, self.cursor, now):
                held.append(piece)
                size += len(piece[0].content)
                if len(held) == _AT_ONCE or size > _AT_ONCE_BYTES:
                    held, size, full = [], 0, held
                    await self._keep(full)
        except (SourceDown, TimeoutError):
            await self._keep(held)
            raise
        await self._keep(held)

    async def _keep(self, held: Sequence[tuple[Raw, str]]) -> None:
        if not held:
            return
        try:
            receipts = await self.intake.ingest_many([raw for raw, _ in held], held[-1][1])
        except Unavailable:
            raise
        except Exception as error:
            if len(held) > 1:
                for one in held:
                    await self._keep([one])
                return
            # It is kept, and waits to be picked up; the inputs after it must not wait for it.
            log.error("pull.fault", source=held[0][0].source, kind=type(error).__name__)
            async with self.record.connection() as connection:
                await sources.answered(connection, held[0][0].source, datetime.now(UTC), held[0][1])
            self.refused += 1
        else:
            self.refused += sum(len(receipt.refusals) for receipt in receipts)
        self.cursor = held[-1][1]
        self.count += len(held)


async def watch(intake: Intake, record: Database) -> list[str]:
    """The sources that are newly silent for longer than their terms say: logged, and told to their engineers."""
    terms = {name: source.terms for name, source in intake.sources.items()}
    async with record.transaction() as connection:
        silent = await sources.newly_silent(connection, {n: t.silent_after for n, t in terms.items()})
        for name in silent:
            await outbox.put_about_source(connection, SILENT, terms[name].organisation, name)
    for name in silent:
        log.error("source.silent", source=name)
    return silent
