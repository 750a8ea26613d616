"""What changed, in order: written in the transaction of the change, read by whoever may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.store.postgres import Connection
from aggregator.store.rows import rows
from aggregator.store.statements import NewStatement
from schemas.codes import Heading

_LOCK = 0x8E1A


@dataclass(frozen=True, slots=True)
class Change:
    """One change at its ``position`` in the place's order.

    ``class_id`` lets the reader's decision be applied to the event itself. ``source``: it is about how that one
    does, and about no person.
    """

    position: int
    person_id: str
    topic: str
    type: str
    controller: str
    class_id: str
    at: datetime
    source: str = ""


async def put_about_source(connection: Connection, topic: str, controller: str, source: str) -> None:
    """Add what happened to a source, for those who operate it."""
    await connection.execute(
        "insert into outbox (person_id, topic, type, controller, source) values ('', %s, 'Endpoint', %s, %s)",
        [topic, controller, source],
    )


def topic(n: NewStatement) -> str:
    """What readers of events may ask for, of one new version."""
    if n.type == "Encounter":
        return "discharge" if b'"finished"' in n.body else "admission"
    if n.data_class.heading is Heading.SAFEGUARDING:
        return "safeguarding"
    return {"CarePlan": "plan", "Task": "action"}.get(n.type, "change")


async def put(connection: Connection, changes: Sequence[tuple[str, str, str, str, str]]) -> None:
    """Add (person id, topic, type, controller, class id) rows."""
    if not changes:
        return
    await connection.execute(
        "insert into outbox (person_id, topic, type, controller, class_id)"
        " select * from json_to_recordset(%s) as x (p text, t text, y text, c text, k text)",
        [rows(tuple("ptyck"), changes)],
        prepare=True,
    )


async def after(connection: Connection, position: int, limit: int) -> list[Change]:
    """Relayed changes after a position, in order. What is not relayed yet has none."""
    cursor = await connection.execute(
        "select position, person_id, topic, type, controller, class_id, at, source from outbox"
        " where position > %s order by position limit %s",
        [position, limit],
    )
    return [Change(*row) for row in await cursor.fetchall()]


async def relay(connection: Connection, limit: int = 1000) -> int:
    """Give the next committed changes their positions; how many. Relays of a place take turns.

    A sequence is drawn before its commit, so a lower one may appear after a higher one was read; a position
    is given afterwards, so that whoever reads by position misses nothing.
    """
    await connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    cursor = await connection.execute(
        "with last as (select coalesce(max(position), 0) as position from outbox),"
        " next as (select sequence, row_number() over (order by sequence) as n from"
        " (select sequence from outbox where position is null order by sequence limit %s) waiting)"
        " update outbox set position = last.position + next.n from last, next"
        " where outbox.sequence = next.sequence",
        [limit],
    )
    return cursor.rowcount
