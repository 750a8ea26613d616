"""Raw input, kept sealed before it is understood, and the review pile of what was not understood.

Raw input lies under its day's key; what concerns one subject only moves under that subject's key once it
is read. Only replay reads raw input; the review pile holds field and reason, never a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.source import Raw
from aggregator.store.postgres import Connection, Database
from aggregator.store.rows import rows
from aggregator.store.subjects import Subject
from aggregator.store.vault import Vault, seal, unseal
from schemas.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of the review pile. ``controller`` decides whose staff may see it."""

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


class Raws:
    def __init__(self, record: Database, vault: Vault) -> None:
        self._record = record
        self._vault = vault

    async def keep(self, raws: Sequence[Raw]) -> list[str]:
        """Seal and keep raw inputs durably, in one statement; their ids in the same order."""
        kept = []
        for raw in raws:
            day = raw.received_at.date()
            _, key = await self._vault.day(day)
            raw_id = new_id()
            content = seal(key, raw.content, raw_id)
            kept.append((raw_id, raw.source, raw.form, raw.received_at, day, content))
        async with self._record.connection() as connection:
            await connection.execute(
                "insert into raw (raw_id, source, form, received_at, day, content)"
                " select r, s, f, t, d, decode(c, 'base64') from json_to_recordset(%s)"
                " as x (r text, s text, f text, t timestamptz, d date, c text)",
                [rows(tuple("rsftdc"), kept)],
                prepare=True,
            )
        return [row[0] for row in kept]

    async def read(self, raw_id: str) -> Raw | None:
        """One raw input, for replay only."""
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                "select raw.source, raw.form, raw.received_at, raw.day, raw.content, p.subject_id, p.content,"
                " s.key_id from raw left join raw_part p using (raw_id) left join subject s using (subject_id)"
                " where raw_id = %s",
                [raw_id],
            )
            row = await cursor.fetchone()
        if row is None:
            return None
        source, form, received_at, day, content, subject_id, part, key_id = row
        if content is not None:
            _, key = await self._vault.day(day)
            return Raw(source, form, unseal(key, bytes(content), raw_id), received_at)
        if part is None:
            return None
        keys = await self._vault.find([key_id])
        if key_id not in keys:
            return None  # crypto-shredded: it cannot be read again
        return Raw(source, form, unseal(keys[key_id], bytes(part), subject_id, raw_id), received_at)

    async def waiting(self, older_than: datetime) -> list[str]:
        """Raw inputs that were kept and never translated: a process died in between."""
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                "select raw_id from raw where state = 'kept' and received_at < %s order by received_at, raw_id",
                [older_than],
            )
            return [row[0] for row in await cursor.fetchall()]


async def newest_of_untraced(connection: Connection) -> list[str]:
    """For each subject that our own trace has not verified yet: the newest raw input about them alone."""
    cursor = await connection.execute(
        "select distinct on (s.subject_id) p.raw_id from subject s join raw_part p using (subject_id)"
        " join raw using (raw_id) where s.traced not in ('verified', 'superseded', 'invalidated')"
        " and not s.unknown_identity order by s.subject_id, raw.received_at desc"
    )
    return [row[0] for row in await cursor.fetchall()]


async def settle(
    connection: Connection, vault: Vault, many: Sequence[tuple[str, str, Subject | None, bytes]]
) -> None:
    """Say what became of raw inputs: (raw id, state, its only subject, content).

    What concerns one subject only moves from the day's key to that subject's.
    """
    keys = await vault.find({s.key_id for _, _, s, _ in many if s is not None})
    settled = []
    for raw_id, state, subject, content in many:
        if subject is None:
            settled.append((raw_id, state, None, None))
            continue
        moved = seal(keys[subject.key_id], content, subject.subject_id, raw_id)
        settled.append((raw_id, state, subject.subject_id, moved))
    await connection.execute(
        "with x as (select * from json_to_recordset(%s) as x (r text, s text, i text, c text)),"
        " moved as (insert into raw_part (subject_id, raw_id, content)"
        " select i, r, decode(c, 'base64') from x where i is not null on conflict do nothing)"
        " update raw set state = x.s, content = case when x.i is null then raw.content end"
        " from x where raw.raw_id = x.r",
        [rows(tuple("rsic"), settled)],
        prepare=True,
    )


async def add_review(
    connection: Connection,
    raw_id: str,
    source: str,
    controller: str,
    entries: Sequence[tuple[str, str, str, str]],
) -> None:
    """Put (kind, part, field, reason) entries on the pile; the same open entry is not added twice."""
    for kind, part, field, reason in entries:
        await connection.execute(
            "insert into review (review_id, raw_id, source, controller, kind, part, field, reason)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [new_id(), raw_id, source, controller, kind, part, field, reason],
        )


async def open_reviews(connection: Connection, controller: str | None, limit: int = 200) -> list[Waiting]:
    """The open pile of one controller (None: of the whole place, for replay), oldest first."""
    cursor = await connection.execute(
        "select review_id, raw_id, source, controller, kind, part, field, reason, state, created_at from review"
        " where state = 'open' and (%s::text is null or controller = %s) order by created_at, review_id limit %s",
        [controller, controller, limit],
    )
    return [Waiting(*row) for row in await cursor.fetchall()]


async def close_reviews(connection: Connection, raw_id: str, state: str, by: str) -> None:
    await connection.execute(
        "update review set state = %s, closed_at = clock_timestamp(), closed_by = %s"
        " where raw_id = %s and state = 'open'",
        [state, by, raw_id],
    )
