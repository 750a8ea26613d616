"""Counts over all that sources told: how many people, how well coded, how old. Nothing about anybody.

These statements read every live statement of a source, so they have a time limit of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from psycopg.errors import QueryCanceled

from aggregator.store.postgres import Database
from schemas.errors import Unavailable

_LIMIT = "10s"

# One pass over what stands; a heading of "" is the source as a whole.
_COUNTS = """
select t.source, coalesce(c.heading, ''), count(distinct t.subject_id), count(distinct t.statement_id),
    count(*) filter (where t.coded is not null), count(*) filter (where not t.coded),
    count(*) filter (where t.alarm),
    greatest(clock_timestamp() - max(t.true_time), '0'),
    greatest(clock_timestamp() - percentile_disc(0.5) within group (order by t.true_time), '0')
from statement t join data_class c using (subject_id, class_id)
where t.live and not t.retracts and t.source = any(%s)
group by grouping sets ((t.source, c.heading), (t.source))
"""
_STATES = """
select s.source, s.last_good, s.down_since, s.silent_since, s.retry_at > clock_timestamp(), s.as_at,
    (select coalesce(json_agg(json_build_array(r.field, r.reason, r.n) order by r.n desc, r.field, r.reason),
        '[]') from (select field, reason, count(*) as n from review where review.source = s.source
        and state = 'open' and kind in ('refusal', 'wrong-person') group by field, reason) r),
    (select coalesce(json_object_agg(a.heading, a.n), '{}') from
        (select c.heading, count(distinct statement_id) as n from absence
        join statement t using (subject_id, statement_id) join data_class c using (subject_id, class_id)
        where absence.source = s.source and absence.until_at is null group by c.heading) a)
from source_state s where s.source = any(%s)
"""


@dataclass(frozen=True, slots=True)
class Count:
    """Of one heading of one source, or of all ("")."""

    subjects: int
    statements: int
    codable: int
    uncoded: int
    alarms: int
    newest: timedelta | None
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class State:
    """How one source does. ``resting``: it failed often and is not asked just now. ``refused``: open entries as
    (field, reason, count), most frequent first. ``vanished``: by heading, facts that it tells no more.
    """

    last_good: datetime | None
    down_since: datetime | None
    silent_since: datetime | None
    resting: bool | None
    as_at: date | None
    refused: tuple[tuple[str, str, int], ...] = ()
    vanished: Mapping[str, int] = field(default_factory=dict)


async def counts(record: Database, sources: Collection[str]) -> dict[str, dict[str, Count]]:
    """By source and heading. Raises ``Unavailable`` when it takes too long."""
    try:
        async with record.transaction() as connection:
            await connection.execute("select set_config('statement_timeout', %s, true)", [_LIMIT])
            cursor = await connection.execute(_COUNTS, [list(sources)])
            found: dict[str, dict[str, Count]] = {}
            for source, heading, *values in await cursor.fetchall():
                found.setdefault(source, {})[heading] = Count(*values)
            return found
    except QueryCanceled as late:
        raise Unavailable("the scorecard takes too long") from late


async def states(record: Database, sources: Collection[str]) -> dict[str, State]:
    async with record.connection() as connection:
        cursor = await connection.execute(_STATES, [list(sources)])
        return {
            source: State(good, down, silent, resting, as_at, tuple((f, w, n) for f, w, n in refused), gone)
            for source, good, down, silent, resting, as_at, refused, gone in await cursor.fetchall()
        }
