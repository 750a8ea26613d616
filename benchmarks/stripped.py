"""The stripped pipe: the least that any answer of this kind must do, with none of what makes it a care record.

The bytes of one `$record` answer lie encrypted in a table of their own, a segment for each run of entries of
the same classes, as a cache would keep them; a read decrypts and joins them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.settings import Settings
from aggregator.store import audit
from aggregator.store.postgres import Database
from aggregator.store.vault import FileKms, seal, unseal
from schemas.identifiers import new_id

_TABLE = """create table if not exists measure_segment (name text, position int, body bytea,
    primary key (name, position))"""
_READ = (
    f"with logged as ({audit.INSERT})"
    " select position, body from measure_segment where name = %s order by position"
)
_AUDIT = "the body of an audit row, of about the length that one has here " * 8


def _key(settings: Settings) -> AESGCM:
    return AESGCM(FileKms(settings.master_key_file, create=True).derive("measure"))


async def keep(settings: Settings, name: str, segments: Sequence[bytes]) -> None:
    """Put the segments of an answer where the pipe reads them."""
    key = _key(settings)
    database = Database(settings.database_url, "record store", size=1)
    await database.open()
    try:
        async with database.transaction() as connection:
            await connection.execute(_TABLE)
            for position, body in enumerate(segments):
                await connection.execute(
                    "insert into measure_segment values (%s, %s, %s)",
                    [name, position, seal(key, body, name, str(position))],
                )
    finally:
        await database.close()


@dataclass(slots=True)
class Pipe:
    database: Database
    key: AESGCM
    writer: str
    counter: count[int]

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Pipe]:
        database = Database(settings.database_url, "record store", size=16)
        await database.open()
        try:
            yield cls(database, _key(settings), new_id(), count(1))
        finally:
            await database.close()

    async def read(self, name: str, at: datetime) -> bytes:
        async with self.database.connection() as connection:
            cursor = connection.cursor(binary=True)
            await cursor.execute(
                _READ, [self.writer, next(self.counter), at, "", _AUDIT, b"0" * 32, name], prepare=True
            )
            rows = await cursor.fetchall()
        return b"".join(unseal(self.key, body, name, str(position)) for position, body in rows)
