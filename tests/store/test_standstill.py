"""A server that stands still is noticed, and a statement that is only slow is left alone."""

from __future__ import annotations

import asyncio
import socket
import time

import psycopg
import pytest

from aggregator.store.standstill import Standstill


def test_a_slow_statement_of_a_server_that_lives_is_not_cut(fresh_database: str) -> None:
    async def go() -> int:
        watch = Standstill(fresh_database, doubt=0.05, probe=5.0)
        connection = await psycopg.AsyncConnection.connect(fresh_database)
        async with connection, watch.watched(connection):
            cursor = await connection.execute("select 7 from pg_sleep(0.5)")
            row = await cursor.fetchone()
        assert row is not None
        return int(row[0])

    assert asyncio.run(go()) == 7


def test_whoever_waits_for_a_server_that_stands_still_gets_an_error_soon(fresh_database: str) -> None:
    async def go(dead: str) -> None:
        watch = Standstill(dead, doubt=0.05, probe=0.2)
        connection = await psycopg.AsyncConnection.connect(fresh_database)
        try:
            async with watch.watched(connection):
                await connection.execute("select pg_sleep(30)")
        finally:
            await connection.close()

    # It takes connections, as the kernel does for a stopped server, and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            asyncio.run(go(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x?sslmode=disable"))
        assert time.monotonic() - begun < 10


def test_a_quick_use_asks_nothing(fresh_database: str) -> None:
    async def go() -> int:
        watch = Standstill("postgresql://x@127.0.0.1:1/x", doubt=30, probe=0.1)
        connection = await psycopg.AsyncConnection.connect(fresh_database)
        async with connection:
            async with watch.watched(connection):
                await connection.execute("select 1")
            return len(asyncio.all_tasks())

    assert asyncio.run(go()) == 1
