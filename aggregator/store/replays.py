"""Runs of reading refused input again: which entries were chosen, how far it is, what came of it.

A run moves on in the transaction that keeps what was read, so one that was killed goes on where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.store.postgres import Connection
from aggregator.store.reviews import REPLAYABLE
from schemas.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Choice:
    """Which open entries: "" chooses any. ``controller``: whose; "" is for whoever runs the whole place."""

    controller: str = ""
    review_id: str = ""
    raw_id: str = ""
    source: str = ""
    field: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """See ``care.reviewing.Run``. ``last``: (received at, raw id) of the input that was read last."""

    run_id: str
    choice: Choice
    asked_by: str
    total: int
    done: int
    kept: int
    still_refused: int
    after: int | None
    last: tuple[datetime | None, str]
    started_at: datetime
    finished_at: datetime | None


# A quarantined answer says nothing, so there is nothing to read again.
_CHOSEN = (
    " from review join raw using (raw_id) where review.state = 'open' and review.kind = any(%s)"
    " and raw.form <> 'quarantine' and raw.state <> 'expired'"
    " and (%s = '' or controller = %s) and (%s = '' or review_id = %s) and (%s = '' or raw_id = %s)"
    " and (%s = '' or review.source = %s) and (%s = '' or field = %s) and (%s = '' or reason = %s)"
)
_SELECT = (
    "select run_id, controller, review_id, raw_id, source, field, reason, asked_by, total, done, kept,"
    " still_refused, after, last_received, last_raw, started_at, finished_at from replay"
)


def _given(choice: Choice) -> list[object]:
    values = (choice.controller, choice.review_id, choice.raw_id, choice.source, choice.field, choice.reason)
    return [list(REPLAYABLE), *(value for value in values for _ in range(2))]


async def count(connection: Connection, choice: Choice) -> int:
    """How many open entries fit."""
    cursor = await connection.execute("select count(*)" + _CHOSEN, _given(choice))
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def start(connection: Connection, choice: Choice, asked_by: str) -> str:
    """Write down a new run; its id."""
    run_id = new_id()
    await connection.execute(
        "insert into replay (run_id, controller, review_id, raw_id, source, field, reason, asked_by, total)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            run_id,
            choice.controller,
            choice.review_id,
            choice.raw_id,
            choice.source,
            choice.field,
            choice.reason,
            asked_by,
            await count(connection, choice),
        ],
    )
    return run_id


async def find(connection: Connection, run_id: str) -> Run | None:
    cursor = await connection.execute(_SELECT + " where run_id = %s", [run_id])
    row = await cursor.fetchone()
    if row is None:
        return None
    found, *chosen, by, total, done, kept, refused, after, received, raw_id, started, finished = row
    return Run(
        found, Choice(*chosen), by, total, done, kept, refused, after, (received, raw_id), started, finished
    )


async def unfinished(connection: Connection, untouched_seconds: int) -> list[str]:
    """Runs that nobody is at work on: new ones, and those whose worker stopped."""
    cursor = await connection.execute(
        "select run_id from replay where finished_at is null and"
        " (touched_at is null or touched_at < clock_timestamp() - make_interval(secs => %s))"
        " order by started_at, run_id",
        [untouched_seconds],
    )
    return [row[0] for row in await cursor.fetchall()]


async def touch(connection: Connection, run_id: str) -> None:
    """Somebody is at work on it."""
    await connection.execute(
        "update replay set touched_at = clock_timestamp() where run_id = %s and finished_at is null", [run_id]
    )


async def next_inputs(connection: Connection, run: Run, limit: int) -> list[tuple[str, str, datetime, int]]:
    """(raw id, source, received at, entries) of the next inputs of a run, in the order in which they came.

    Entries that were refused after the run began belong to a later one.
    """
    received, raw_id = run.last
    cursor = await connection.execute(
        "select raw_id, raw.source, raw.received_at, count(*)" + _CHOSEN + " and review.created_at <= %s"
        " and (%s::timestamptz is null or (raw.received_at, raw_id) > (%s, %s))"
        " group by raw_id, raw.source, raw.received_at order by raw.received_at, raw_id limit %s",
        [*_given(run.choice), run.started_at, received, received, raw_id, limit],
    )
    return [(r, s, at, n) for r, s, at, n in await cursor.fetchall()]


async def moved(
    connection: Connection, run_id: str, last: tuple[datetime, str], done: int, kept: int, refused: int
) -> None:
    """The run has dealt with the inputs up to ``last``; the counts are of these inputs."""
    await connection.execute(
        "update replay set last_received = %s, last_raw = %s, done = done + %s, kept = kept + %s,"
        " still_refused = still_refused + %s, touched_at = clock_timestamp() where run_id = %s",
        [*last, done, kept, refused, run_id],
    )


async def finish(connection: Connection, run: Run) -> None:
    """The run is done. Entries that were settled meanwhile by another count as done."""
    await connection.execute(
        "update replay set after = %s, done = total, finished_at = clock_timestamp(),"
        " touched_at = clock_timestamp() where run_id = %s",
        [await count(connection, run.choice), run.run_id],
    )


async def forget(connection: Connection, before: datetime) -> None:
    """Remove runs that were finished before then."""
    await connection.execute("delete from replay where finished_at < %s", [before])
