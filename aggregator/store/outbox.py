"""What changed, in order: written in the transaction of the change, read by whoever may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.store.postgres import Connection


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``class_id`` lets the reader's decision be applied to the event itself."""

    sequence: int
    person_id: str
    topic: str
    type: str
    controller: str
    class_id: str
    at: datetime


async def put(connection: Connection, changes: Sequence[tuple[str, str, str, str, str]]) -> None:
    """Add (person id, topic, type, controller, class id) rows."""
    if not changes:
        return
    await connection.execute(
        "insert into outbox (person_id, topic, type, controller, class_id)"
        " select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])",
        [list(column) for column in zip(*changes, strict=True)],
    )


async def after(connection: Connection, sequence: int, limit: int) -> list[Change]:
    """Relayed changes after a cursor, in order. Those not yet relayed could still get a neighbour before them."""
    cursor = await connection.execute(
        "select sequence, person_id, topic, type, controller, class_id, at from outbox"
        " where sequence > %s and relayed order by sequence limit %s",
        [sequence, limit],
    )
    return [Change(*row) for row in await cursor.fetchall()]


async def relay(connection: Connection, limit: int = 1000) -> int:
    """Mark the next changes as relayed, in order; how many. Only one relay of a place runs at a time."""
    cursor = await connection.execute(
        "update outbox set relayed = true where sequence in"
        " (select sequence from outbox where not relayed order by sequence limit %s)",
        [limit],
    )
    return cursor.rowcount
