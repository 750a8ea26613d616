"""How long the unsplit raw input of a day is kept: then its key is destroyed, and the store says that it is gone.

What was understood and concerns one person lies under that person's key and stays with them. What still waits in
review then can never be read again, so it is closed as expired with an alarm, never in silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from aggregator.store import outbox, replays, reviews
from aggregator.store.postgres import Database
from aggregator.store.vault import Vault

log = structlog.get_logger()

EXPIRED = "review-expired"
"""Topic of the event that tells engineers of a source that entries of its pile can never be read again."""


async def expire(record: Database, vault: Vault, now: datetime, kept: timedelta) -> int:
    """Destroy the keys of days that ended longer than ``kept`` ago; how many. Settled entries go as well.

    A day on which something was kept and never read keeps its key, with an alarm. Safe to be killed anywhere and
    to run again: the rows are closed first, and a key goes as soon as no row needs it.
    """
    before = now - kept
    destroyed = 0
    for day in await vault.days(before.date()):
        async with record.transaction() as connection:
            expired = await reviews.expire(connection, day)
            if expired is None:
                log.error("raw.never_read", day=day.isoformat())
                continue
            for source, controller, entries in expired:
                log.error("review.expired", source=source, entries=entries)
                await outbox.put_about_source(connection, EXPIRED, controller, source)
        await vault.destroy_day(day)
        destroyed += 1
    async with record.transaction() as connection:
        await reviews.forget(connection, before)
        await replays.forget(connection, before)
    return destroyed
