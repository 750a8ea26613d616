"""SQL of the sealed order of audit rows: positions, heads, and the walks that verification needs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aggregator.store.postgres import Connection

_LOCK = 0x5EA1
_COMMIT_DELAY = timedelta(minutes=2)
"""A row is stamped before its commit; statements are cut after 30 s, so none comes in later than this."""


@dataclass(frozen=True, slots=True)
class Head:
    size: int
    root: bytes
    frontier: bytes
    at: datetime
    signature: bytes
    sealed_at: datetime | None = None  # by the database's clock


@dataclass(frozen=True, slots=True)
class Sealed:
    """An audit row with its position (None: not sealed yet)."""

    writer: str
    counter: int
    at: datetime
    person_id: str
    body: str
    mac: bytes
    position: int | None


async def lock(connection: Connection) -> bool:
    cursor = await connection.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
    row = await cursor.fetchone()
    return bool(row and row[0])


async def last_head(connection: Connection) -> Head | None:
    cursor = await connection.execute(
        "select size, root, frontier, at, signature, sealed_at from audit_head order by size desc limit 1"
    )
    row = await cursor.fetchone()
    return Head(*row) if row else None


async def heads(connection: Connection) -> list[Head]:
    cursor = await connection.execute(
        "select size, root, frontier, at, signature from audit_head order by size"
    )
    return [Head(*row) for row in await cursor.fetchall()]


async def unsealed(connection: Connection, head: Head | None, limit: int) -> list[Sealed]:
    """Committed rows without a position, in (time, writer, counter) order."""
    since = head.sealed_at - _COMMIT_DELAY if head and head.sealed_at else datetime.min.replace(tzinfo=UTC)
    cursor = await connection.execute(
        "select a.writer, a.counter, a.at, a.person_id, a.body, a.mac, null::bigint from audit a"
        " where a.kept_at >= %s"
        " and not exists (select 1 from audit_leaf l where (l.writer, l.counter) = (a.writer, a.counter))"
        " order by a.at, a.writer, a.counter limit %s",
        [since, limit],
    )
    return [Sealed(*row) for row in await cursor.fetchall()]


async def place(connection: Connection, first: int, rows: Sequence[Sealed]) -> None:
    await connection.execute(
        "insert into audit_leaf (position, writer, counter)"
        " select %s + n - 1, w, c from unnest(%s::text[], %s::bigint[]) with ordinality as x (w, c, n)",
        [first, [r.writer for r in rows], [r.counter for r in rows]],
    )


async def add_head(connection: Connection, head: Head) -> None:
    await connection.execute(
        "insert into audit_head (size, root, frontier, at, signature) values (%s, %s, %s, %s, %s)",
        [head.size, head.root, head.frontier, head.at, head.signature],
    )


async def by_writer(connection: Connection) -> AsyncGenerator[Sealed, None]:
    """Every row, chain by chain, streamed."""
    async with connection.transaction(), connection.cursor(name="chains") as cursor:
        cursor.itersize = 5_000
        await cursor.execute(
            "select a.writer, a.counter, a.at, a.person_id, a.body, a.mac, l.position from audit a"
            " left join audit_leaf l using (writer, counter) order by a.writer, a.counter"
        )
        async for row in cursor:
            yield Sealed(*row)


async def by_position(connection: Connection) -> AsyncGenerator[tuple[int, bytes | None], None]:
    """(position, mac) in sealed order, streamed; the mac is None when the row is gone."""
    async with connection.transaction(), connection.cursor(name="positions") as cursor:
        cursor.itersize = 5_000
        await cursor.execute(
            "select l.position, a.mac from audit_leaf l left join audit a using (writer, counter) order by l.position"
        )
        async for row in cursor:
            yield row[0], row[1]


async def about(
    connection: Connection, person_id: str, organisations: Sequence[str] | None, limit: int
) -> list[tuple[str, int, datetime, str, str]]:
    """The newest rows about one person: (writer, counter, at, person id, body). What is linked to them now was
    looked at under ids of its own before, and its undo takes those rows away again.

    ``organisations``: only what their staff and systems did; None: what anybody did.
    """
    cursor = await connection.execute(
        "select writer, counter, at, person_id, body from audit where person_id in (select %s union all"
        " select own_person from link join subject using (subject_id) where link.person_id = %s and until is null)"
        " and (%s::text[] is null or body::json #>> '{who,organisation}' = any(%s)) order by at desc limit %s",
        [person_id, person_id, organisations, organisations, limit],
    )
    return await cursor.fetchall()
