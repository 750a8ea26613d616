"""Messages that arrive together are kept together: one transaction for all that came while the last one ran.

A lone sender waits for nobody. Senders that were answered together send again together, so a batch waits a
moment for as many as the last one had. When a batch fails, each of its messages is tried by itself, so that
one bad message costs its neighbours nothing but time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from adapters.source import Raw
from aggregator.intake.ingest import Intake, Receipt
from schemas.errors import Unavailable

_MOST = 64
_MOMENT_SECONDS = 0.002


class Batch:
    """One queue for one source in one process."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._waiting: list[tuple[Raw, asyncio.Future[Receipt], Callable[[], None]]] = []
        self._turn: asyncio.Future[None] | None = None
        self._expected = 1
        self._complete = asyncio.Event()

    async def ingest(self, raw: Raw, durable: Callable[[], None] = lambda: None) -> Receipt:
        """As ``Intake.ingest``; raises what it raises. ``durable`` is called once the raw input is committed."""
        mine: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((raw, mine, durable))
        if len(self._waiting) >= self._expected:
            self._complete.set()
        while not mine.done():
            if self._turn is not None:
                # Whoever is at work has this message, or leaves it to one of us: ours may be the next batch.
                await asyncio.shield(self._turn)
                continue
            turn = self._turn = asyncio.get_running_loop().create_future()
            try:
                await self._gather()
                await self._work()
            finally:
                self._turn = None
                turn.set_result(None)
        return mine.result()

    async def _gather(self) -> None:
        if len(self._waiting) < self._expected:
            self._complete.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_MOMENT_SECONDS):
                    await self._complete.wait()
        self._expected = min(len(self._waiting), _MOST)

    async def _work(self) -> None:
        batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]

        def durable() -> None:
            for _, _, kept in batch:
                kept()

        try:
            receipts = await self._intake.ingest_many([raw for raw, _, _ in batch], durable=durable)
        except Unavailable as down:
            for _, future, _ in batch:
                future.set_exception(down)
        except Exception:
            for raw, future, kept in batch:
                try:
                    future.set_result((await self._intake.ingest_many([raw], durable=kept))[0])
                except Exception as error:
                    future.set_exception(error)
        else:
            for (_, future, _), receipt in zip(batch, receipts, strict=True):
                future.set_result(receipt)
