"""Notices that a database server stands still, so that nobody waits for it without end.

A server that is stopped but not gone (a frozen machine, a full disk, a debugger) keeps its sockets open: no
timer of the server's fires and nothing fails. A use of a connection that takes long is therefore doubted: when
a new connection cannot be made either, the line is hung up, and whoever waits on it gets the error of a lost
server. A statement that is merely slow goes on.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg

DOUBT_SECONDS = 3.0
PROBE_SECONDS = 4.0


class Standstill:
    """Watches the uses of one server's connections. Belongs to one event loop."""

    def __init__(self, url: str, *, doubt: float = DOUBT_SECONDS, probe: float = PROBE_SECONDS) -> None:
        self._url = url
        self._doubt = doubt
        self._patience = probe
        self._probing: asyncio.Task[bool] | None = None

    @asynccontextmanager
    async def watched(self, connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[None]:
        """Use the connection inside. Costs a timer that is set and taken back."""
        doubts: list[asyncio.Task[None]] = []

        def begin() -> None:
            doubts.append(asyncio.create_task(self._doubted(connection)))

        timer = asyncio.get_running_loop().call_later(self._doubt, begin)
        try:
            yield
        finally:
            timer.cancel()
            for task in doubts:
                task.cancel()

    async def _doubted(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            if not await self._answers():
                _hang_up(connection)
                return
            await asyncio.sleep(self._doubt)

    async def _answers(self) -> bool:
        """Whether the server takes a new connection; everybody who doubts at once shares one answer."""
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._probe())
        return await asyncio.shield(self._probing)

    async def _probe(self) -> bool:
        try:
            async with asyncio.timeout(self._patience):
                made = await psycopg.AsyncConnection.connect(self._url)
                await made.close()
        except (psycopg.Error, TimeoutError):
            return False
        return True


def _hang_up(connection: psycopg.AsyncConnection[Any]) -> None:
    """End the line both ways: whoever reads from it finds its end, at once and in their own time."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
