"""How each source is doing, and how far it was read: the rows behind the completeness grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from aggregator.store.postgres import Connection


async def cursor_of(connection: Connection, source: str) -> str:
    """How far a timed pull has got; "" at the start."""
    cursor = await connection.execute("select cursor from source_state where source = %s", [source])
    row = await cursor.fetchone()
    return row[0] if row else ""


async def answered(
    connection: Connection,
    source: str,
    at: datetime,
    cursor: str | None = None,
    *,
    as_at: date | None = None,
) -> None:
    """The source answered as agreed at ``at``; ``cursor`` moves on in the same transaction as what it gave.

    ``as_at``: the day of which a return for statistics speaks; the latest that was told stands.
    """
    await connection.execute(
        "insert into source_state (source, last_good, cursor, as_at) values (%s, %s, coalesce(%s, ''), %s)"
        " on conflict (source) do update set last_good = greatest(source_state.last_good, excluded.last_good),"
        " down_since = null, down_reason = '', failures = 0, retry_at = null, silent_since = null,"
        " cursor = coalesce(%s, source_state.cursor), as_at = greatest(source_state.as_at, excluded.as_at)",
        [source, at, cursor, as_at, cursor],
    )


async def up(connection: Connection, source: str) -> None:
    """The source answered about one person: it is not down, but nothing is said of anybody else."""
    await connection.execute(
        "update source_state set down_since = null, down_reason = '' where source = %s and down_since is not null",
        [source],
    )


async def failed(connection: Connection, source: str, at: datetime, reason: str) -> None:
    """The source did not answer: down since the first failure after the last good answer."""
    await connection.execute(
        "insert into source_state (source, down_since, down_reason) values (%s, %s, %s)"
        " on conflict (source) do update set down_since = coalesce(source_state.down_since, excluded.down_since),"
        " down_reason = excluded.down_reason",
        [source, at, reason],
    )


async def asked(connection: Connection, subject_ids: Sequence[str], source: str, at: datetime) -> None:
    """The source was asked about these subjects at ``at`` and answered."""
    await connection.execute(
        "insert into asked (subject_id, source, at) select s, %s, %s from unnest(%s::text[]) x (s)"
        " on conflict (subject_id, source) do update set at = greatest(asked.at, excluded.at)",
        [source, at, list(subject_ids)],
    )
