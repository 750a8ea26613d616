"""Reading one source as far as it has got: what a timed pull does, in the queue and on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from adapters.source import SourceDown, Speaks
from aggregator.intake.ingest import Intake
from aggregator.store import sources
from aggregator.store.postgres import Database

log = structlog.get_logger()


async def pull(intake: Intake, record: Database, name: str) -> tuple[int, int]:
    """Take in what one source has new since its cursor: (raw inputs, refusals). Down is kept, not raised."""
    source = intake.sources[name]
    if not source.terms.speaks & {Speaks.PULL, Speaks.DROP}:
        return 0, 0
    async with record.connection() as connection:
        cursor = await sources.cursor_of(connection, name)
    count = refused = 0
    now = datetime.now(UTC)
    try:
        async for raw, moved in source.pull(cursor, now):
            receipt = await intake.ingest(raw, moved)
            count, refused = count + 1, refused + len(receipt.refusals)
    except SourceDown as down:
        log.warning("source.down", source=name, reason=down.reason)
        async with record.connection() as connection:
            await sources.failed(connection, name, now, down.reason)
        return count, refused
    async with record.connection() as connection:
        await sources.answered(connection, name, now)
    return count, refused
