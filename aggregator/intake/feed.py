"""Reading one source as far as it has got, in the queue and on the command line; and noticing that one is silent."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from adapters.source import SourceDown, Speaks
from aggregator.intake.asking import Asking, Resting, pieces, tries
from aggregator.intake.ingest import Intake
from aggregator.store import outbox, sources
from aggregator.store.postgres import Database

log = structlog.get_logger()

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
    count = refused = 0
    now = datetime.now(UTC)
    try:
        async with (asking or Asking(record)).noting(name, now, insist=insist):
            async for attempt in tries():
                with attempt:
                    async for raw, moved in pieces(source, cursor, now):
                        receipt = await intake.ingest(raw, moved)
                        cursor = moved
                        count, refused = count + 1, refused + len(receipt.refusals)
    except (SourceDown, Resting):
        return count, refused
    async with record.connection() as connection:
        if Speaks.PULL in source.terms.speaks:
            await sources.answered(connection, name, now)
        else:
            await sources.up(connection, name)  # an empty folder is no word from whoever should fill it
    return count, refused


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
