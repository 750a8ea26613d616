"""Raw input, kept sealed before it is understood.

It lies under its day's key; what concerns one subject only moves under that subject's key once it is read. What
could not be understood of it is in ``store.reviews``, by field and reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.source import Raw
from aggregator.store.postgres import Connection, Database
from aggregator.store.rows import rows
from aggregator.store.subjects import Subject
from aggregator.store.vault import Vault, day_key, seal, unseal
from schemas.identifiers import new_id


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
            kept.append((raw_id, raw.source, raw.form, raw.name, raw.received_at, day, content))
        async with self._record.connection() as connection:
            await connection.execute(
                "insert into raw (raw_id, source, form, name, received_at, day, content)"
                " select r, s, f, n, t, d, decode(c, 'base64') from json_to_recordset(%s)"
                " as x (r text, s text, f text, n text, t timestamptz, d date, c text)",
                [rows(tuple("rsfntdc"), kept)],
                prepare=True,
            )
        return [row[0] for row in kept]

    async def read(self, raw_id: str) -> Raw | None:
        """One raw input, for replay only. None: there is none, or its key was destroyed."""
        return (await self.read_many([raw_id])).get(raw_id)

    async def read_many(self, raw_ids: Sequence[str]) -> dict[str, Raw]:
        """Those of these raw inputs that can still be read, by id; for replay only."""
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                "select raw.raw_id, raw.source, raw.form, raw.name, raw.received_at, raw.day, raw.content,"
                " p.subject_id, p.content, s.key_id from raw left join raw_part p using (raw_id)"
                " left join subject s using (subject_id) where raw_id = any(%s)",
                [list(raw_ids)],
            )
            found = await cursor.fetchall()
        keys = await self._vault.find({day_key(row[5]) if row[6] is not None else row[9] for row in found})
        read = {}
        for raw_id, source, form, name, received_at, day, content, subject_id, part, key_id in found:
            if content is not None and day_key(day) in keys:
                plain = unseal(keys[day_key(day)], bytes(content), raw_id)
            elif content is None and key_id in keys:
                plain = unseal(keys[key_id], bytes(part), subject_id, raw_id)
            else:
                continue  # crypto-shredded: it cannot be read again
            read[raw_id] = Raw(source, form, plain, received_at, name)
        return read

    async def waiting(self, older_than: datetime) -> list[str]:
        """Raw inputs that were kept and never translated: a process died in between."""
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                "select raw_id from raw where state = 'kept' and kept_at < %s order by received_at, raw_id",
                [older_than],
            )
            return [row[0] for row in await cursor.fetchall()]


async def refuse(connection: Connection, raw_id: str) -> None:
    """Nothing could be made of it: it waits in review and is not read again unasked."""
    await connection.execute("update raw set state = 'refused' where raw_id = %s", [raw_id])


async def settle(
    connection: Connection, vault: Vault, many: Sequence[tuple[str, str, Subject | None, bytes]]
) -> None:
    """Say what became of raw inputs: (raw id, state, its only subject, content).

    What concerns one subject only moves from the day's key to that subject's.
    """
    keys = await vault.find({s.key_id for _, _, s, _ in many if s is not None})
    settled: list[tuple[str, str, str | None, bytes | None]] = []
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
