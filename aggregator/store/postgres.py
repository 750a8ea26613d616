"""Connections to one of the two databases: a pool for each process, made after the fork.

Every failure to reach the database becomes ``Unavailable``: a caller can only fail closed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from aggregator.store.standstill import Standstill
from schemas.errors import Unavailable

Connection = psycopg.AsyncConnection[TupleRow]

_LOST = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed)

_CONNECT_SECONDS = 5


async def _prepare(connection: Connection) -> None:
    await connection.set_autocommit(True)
    await connection.execute("set synchronous_commit = on")
    await connection.execute("set timezone = 'UTC'")
    await connection.execute("set statement_timeout = '30s'")


class Database:
    """One database. ``name`` is what an error may say: "record store" or "key store"."""

    def __init__(self, url: str, name: str, *, size: int = 8, wait: float = 2.0) -> None:
        self.name = name
        self._standstill = Standstill(url)
        self._pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url,
            kwargs={"connect_timeout": _CONNECT_SECONDS},
            min_size=1,
            max_size=size,
            open=False,
            timeout=wait,
            reconnect_timeout=5,
            configure=_prepare,
            # Without this a pool that lost its server hands out dead connections, one failure each.
            check=AsyncConnectionPool.check_connection if wait < 1 else None,
            name=name.replace(" ", "-"),
        )

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit mode: each statement is its own transaction."""
        try:
            async with self._pool.connection() as connection, self._standstill.watched(connection):
                yield connection
        except _LOST as lost:
            raise Unavailable(self.name) from lost

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection inside one transaction, committed durably at the end or rolled back whole."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def answers(self) -> bool:
        """Whether the database answers now; used by the readiness check."""
        try:
            async with self.connection() as connection:
                await connection.execute("select 1")
        except Unavailable:
            return False
        return True
