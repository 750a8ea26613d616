"""How each source is doing, and how far it was read: the rows behind the completeness grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from aggregator.store.postgres import Connection

CLOCK_SKEW = timedelta(minutes=5)
"""By how much the clocks of workers, sources and the database may differ without anything being said of it."""
_FAILURES = 3
_REST_SECONDS = 10
_LONGEST_REST_SECONDS = 120
_TRYING_SECONDS = 30


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
        "insert into source_state (source, last_good, cursor, as_at)"
        " values (%s, least(%s, clock_timestamp()), coalesce(%s, ''), %s)"
        " on conflict (source) do update set last_good = greatest(source_state.last_good, excluded.last_good),"
        " down_since = null, down_reason = '', failures = 0, retry_at = null, silent_since = null,"
        " cursor = coalesce(%s, source_state.cursor), as_at = greatest(source_state.as_at, excluded.as_at)",
        [source, at, cursor, as_at, cursor],
    )


async def up(connection: Connection, source: str) -> None:
    """The source answered about one person: it is not down, but nothing is said of anybody else."""
    await connection.execute(
        "update source_state set down_since = null, down_reason = '', failures = 0, retry_at = null"
        " where source = %s and (down_since is not null or failures > 0)",
        [source],
    )


async def may_ask(connection: Connection, source: str) -> bool:
    """Whether the source may be asked now. One that failed often may not, until its time has come; then
    whoever asks first may, and the others wait for how that ends.
    """
    cursor = await connection.execute(
        "with first as (update source_state set retry_at = clock_timestamp() + make_interval(secs => %s)"
        " where source = %s and retry_at <= clock_timestamp() returning source)"
        " select exists (select from first)"
        " or not exists (select from source_state where source = %s and retry_at is not null)",
        [_TRYING_SECONDS, source, source],
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def failed(connection: Connection, source: str, at: datetime, reason: str) -> None:
    """The source did not answer: down since the first failure after the last good answer.

    After some failures in a row it rests, each time longer, and not all workers' rests end together.
    """
    await connection.execute(
        "insert into source_state as s (source, down_since, down_reason, failures) values (%s, %s, %s, 1)"
        " on conflict (source) do update set down_since = coalesce(s.down_since, excluded.down_since),"
        " down_reason = excluded.down_reason, failures = s.failures + 1,"
        " retry_at = case when s.failures + 1 >= %s then clock_timestamp() + make_interval(secs =>"
        " least(%s, %s * 2 ^ least(s.failures + 1 - %s, 10)) * (0.8 + 0.4 * random())) end",
        [source, at, reason, _FAILURES, _LONGEST_REST_SECONDS, _REST_SECONDS, _FAILURES],
    )


async def newly_silent(connection: Connection, silent_after: Mapping[str, timedelta]) -> list[str]:
    """The sources that have been quiet for longer than this and were not alerted of yet; they are now."""
    await connection.execute(
        "insert into source_state (source) select unnest(%s::text[]) on conflict do nothing",
        [sorted(silent_after)],
    )
    cursor = await connection.execute(
        "update source_state s set silent_since = coalesce(last_good, known_since)"
        " from unnest(%s::text[], %s::interval[]) as x (source, after) where s.source = x.source"
        " and silent_since is null and coalesce(last_good, known_since) < clock_timestamp() - x.after - %s"
        " returning s.source",
        [list(silent_after), list(silent_after.values()), CLOCK_SKEW],
    )
    return sorted(row[0] for row in await cursor.fetchall())


async def asked(connection: Connection, subject_ids: Sequence[str], source: str, at: datetime) -> None:
    """The source was asked about these subjects at ``at`` and answered."""
    await connection.execute(
        "insert into asked (subject_id, source, at)"
        " select s, %s, least(%s, clock_timestamp()) from unnest(%s::text[]) x (s)"
        " on conflict (subject_id, source) do update set at = greatest(asked.at, excluded.at)",
        [source, at, list(subject_ids)],
    )
