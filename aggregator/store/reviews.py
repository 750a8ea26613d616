"""The review pile: what could not be understood, matched or kept, by field and reason, never by value.

An entry belongs to its feed's controller. What was sent stays where ``store.raws`` keeps it; runs of reading
it again are in ``store.replays``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.store.postgres import Connection
from schemas.identifiers import new_id

REPLAYABLE = ("refusal", "wrong-person")
"""Kinds for whose sake raw input is read again."""
_SELECT = (
    "select review_id, raw_id, source, controller, kind, part, field, reason, state, created_at, closed_at,"
    " because from review where controller = any(%s)"
)
_ONE = _SELECT + " and review_id = %s"
_PAGE = _SELECT + (  # noqa: S608
    " and state = 'open' and (%s = '' or source = %s) and (%s = '' or kind = %s)"
    " and (%s = '' or (created_at, review_id) >"
    " (select created_at, review_id from review where review_id = %s))"
    " order by created_at, review_id limit %s"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry. ``controller`` decides whose staff may see it."""

    review_id: str
    raw_id: str
    source: str
    controller: str
    kind: str
    part: str
    field: str
    reason: str
    state: str
    created_at: datetime
    closed_at: datetime | None
    because: str


async def add(
    connection: Connection,
    source: str,
    controller: str,
    entries: Sequence[tuple[str, str, str, str, str]],
) -> None:
    """Put (raw id, kind, part, field, reason) entries on the pile; what is open already is not added twice."""
    if not entries:
        return
    await connection.execute(
        "insert into review (review_id, source, controller, raw_id, kind, part, field, reason)"
        " select i, %s, %s, r, k, p, f, why"
        " from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
        " as x (i, r, k, p, f, why) on conflict do nothing",
        [
            source,
            controller,
            [new_id() for _ in entries],
            *(list(column) for column in zip(*entries, strict=True)),
        ],
    )


async def settle(
    connection: Connection, read: Sequence[str], still: Sequence[tuple[str, str, str, str]], by: str
) -> None:
    """Raw inputs were read again: their open entries that would not be made again are settled.

    ``still``: (raw id, part, field, reason) of what waits again; those stay as they are, with their age.
    """
    columns = [list(column) for column in zip(*still, strict=True)] or [[], [], [], []]
    await connection.execute(
        "update review set state = 'replayed', closed_at = clock_timestamp(), closed_by = %s"
        " where raw_id = any(%s) and state = 'open' and (raw_id, part, field, reason) not in"
        " (select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[]))",
        [by, list(read), *columns],
    )


async def page(
    connection: Connection,
    controllers: Collection[str],
    *,
    source: str = "",
    kind: str = "",
    after: str = "",
    limit: int = 50,
) -> list[Waiting]:
    """Open entries of these controllers, oldest first, after the entry with the id ``after``."""
    cursor = await connection.execute(
        _PAGE,
        [list(controllers), source, source, kind, kind, after, after, limit],
    )
    return [Waiting(*row) for row in await cursor.fetchall()]


async def groups(
    connection: Connection, controllers: Collection[str]
) -> list[tuple[str, str, str, str, int, datetime]]:
    """(source, kind, field, reason, open entries, oldest) of these controllers, most frequent first."""
    cursor = await connection.execute(
        "select source, kind, field, reason, count(*), min(created_at) from review where state = 'open'"
        " and controller = any(%s) group by source, kind, field, reason"
        " order by count(*) desc, source, kind, field, reason",
        [list(controllers)],
    )
    return [(s, k, f, why, n, oldest) for s, k, f, why, n, oldest in await cursor.fetchall()]


async def one(connection: Connection, review_id: str, controllers: Collection[str]) -> Waiting | None:
    """One entry of these controllers, open or not."""
    cursor = await connection.execute(_ONE, [list(controllers), review_id])
    row = await cursor.fetchone()
    return Waiting(*row) if row else None


async def close(
    connection: Connection, review_id: str, controllers: Collection[str], by: str, because: str
) -> None:
    """Settle one open entry without reading it again; one that is settled already stays as it is."""
    await connection.execute(
        "update review set state = 'closed', closed_at = clock_timestamp(), closed_by = %s, because = %s"
        " where review_id = %s and controller = any(%s) and state = 'open'",
        [by, because, review_id, list(controllers)],
    )


async def accept(connection: Connection, raw_id: str, by: str) -> None:
    """All that this whole telling lacks was accepted as gone."""
    await connection.execute(
        "update review set state = 'accepted', closed_at = clock_timestamp(), closed_by = %s"
        " where raw_id = %s and kind = 'vanished' and state in ('open', 'replayed')",
        [by, raw_id],
    )


async def expire(connection: Connection, day: date) -> list[tuple[str, str, int]] | None:
    """The raw input of a day is to be destroyed: close what waits of it, and say of each that it is gone.

    (source, controller, entries closed). None: something of it was never read, and nothing was done.
    """
    cursor = await connection.execute(
        "select exists (select from raw where day = %s and state = 'kept' and content is not null)", [day]
    )
    row = await cursor.fetchone()
    if row and row[0]:
        return None
    cursor = await connection.execute(
        "with gone as (update raw set state = 'expired', content = null where day = %s and content is not null"
        " returning raw_id), closed as (update review set state = 'expired', closed_at = clock_timestamp(),"
        " closed_by = 'retention' where state = 'open' and raw_id in (select raw_id from gone)"
        " returning source, controller)"
        " select source, controller, count(*) from closed group by source, controller order by source, controller",
        [day],
    )
    return [(source, controller, entries) for source, controller, entries in await cursor.fetchall()]


async def forget(connection: Connection, before: datetime) -> None:
    """Remove entries that were settled before then."""
    await connection.execute("delete from review where state <> 'open' and closed_at < %s", [before])
