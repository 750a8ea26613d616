"""Messages that arrive together are kept together: one transaction for all that came while the last one ran.

Nobody waits for a timer: a lone message is its own batch. When a batch fails, each of its messages is tried
by itself, so that one bad message costs its neighbours nothing but time.
"""

from __future__ import annotations

import asyncio

from adapters.source import Raw
from aggregator.intake.ingest import Intake, Receipt
from schemas.errors import Unavailable

_MOST = 64


class Batch:
    """One queue for one source in one process."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._waiting: list[tuple[Raw, asyncio.Future[Receipt]]] = []
        self._turn: asyncio.Future[None] | None = None

    async def ingest(self, raw: Raw) -> Receipt:
        """As ``Intake.ingest``; raises what it raises."""
        mine: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((raw, mine))
        while not mine.done():
            if self._turn is not None:
                # Whoever is at work has this message, or leaves it to one of us: ours may be the next batch.
                await asyncio.shield(self._turn)
                continue
            turn = self._turn = asyncio.get_running_loop().create_future()
            try:
                await self._work()
            finally:
                self._turn = None
                turn.set_result(None)
        return mine.result()

    async def _work(self) -> None:
        batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        try:
            receipts = await self._intake.ingest_many([raw for raw, _ in batch])
        except Unavailable as down:
            for _, future in batch:
                future.set_exception(down)
        except Exception:
            for raw, future in batch:
                try:
                    future.set_result(await self._intake.ingest(raw))
                except Exception as error:
                    future.set_exception(error)
        else:
            for (_, future), receipt in zip(batch, receipts, strict=True):
                future.set_result(receipt)
