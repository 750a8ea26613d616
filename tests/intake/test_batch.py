"""Messages that arrive together are kept together, and one bad one costs its neighbours nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import anyio
import pytest

from adapters.source import Raw
from aggregator.intake.batch import Batch
from aggregator.intake.ingest import Intake
from aggregator.intake.receipt import Receipt
from schemas.errors import Unavailable

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Kept:
    """The intake as a batch sees it: remembers what came together; "bad" content fails."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.batches: list[list[bytes]] = []
        self._failure = failure

    async def ingest_many(self, raws: Sequence[Raw], durable: Callable[[], None]) -> list[Receipt]:
        self.batches.append([raw.content for raw in raws])
        durable()
        await asyncio.sleep(0)
        if any(raw.content == b"bad" for raw in raws):
            raise self._failure or ValueError("one of them")
        return [Receipt(raw.content.decode()) for raw in raws]


def _raw(content: str) -> Raw:
    return Raw("acute", "hl7v2", content.encode(), NOW)


def _run(work: Any) -> Any:
    return anyio.run(work)


def test_each_sender_gets_the_receipt_of_its_own_message() -> None:
    async def work() -> list[str]:
        batch = Batch(cast(Intake, Kept()))
        found = await asyncio.gather(*(batch.ingest(_raw(str(n))) for n in range(200)))
        return [receipt.raw_id for receipt in found]

    assert _run(work) == [str(n) for n in range(200)]


def test_senders_that_were_answered_together_are_kept_together_again() -> None:
    kept = Kept()

    async def work() -> None:
        batch = Batch(cast(Intake, kept))

        async def sender(name: str) -> None:
            for n in range(20):
                await batch.ingest(_raw(f"{name}{n}"))

        await asyncio.gather(*(sender(name) for name in "abcdefgh"))

    _run(work)
    assert sum(map(len, kept.batches)) == 160
    assert len(kept.batches) < 40  # 20 when nothing disturbs; 160 when each went by itself


def test_a_lone_sender_waits_for_nobody() -> None:
    async def work() -> float:
        batch = Batch(cast(Intake, Kept()))
        started = asyncio.get_running_loop().time()
        for n in range(300):
            await batch.ingest(_raw(str(n)))
        return asyncio.get_running_loop().time() - started

    assert _run(work) < 0.5  # a timer of 2 ms each would make it 0.6


def test_one_bad_message_costs_its_neighbours_nothing() -> None:
    async def work() -> list[Receipt | BaseException]:
        batch = Batch(cast(Intake, Kept()))
        sent = [batch.ingest(_raw(c)) for c in ("a", "bad", "b")]
        return await asyncio.gather(*sent, return_exceptions=True)

    first, bad, last = _run(work)
    assert (first.raw_id, last.raw_id) == ("a", "b")
    assert isinstance(bad, ValueError)


def test_when_the_store_is_away_every_sender_hears_it_and_nothing_is_tried_again() -> None:
    kept = Kept(Unavailable("record store"))

    async def work() -> list[Receipt | BaseException]:
        batch = Batch(cast(Intake, kept))
        sent = [batch.ingest(_raw(c)) for c in ("bad", "bad", "bad")]
        return await asyncio.gather(*sent, return_exceptions=True)

    assert all(isinstance(answer, Unavailable) for answer in _run(work))
    assert sum(map(len, kept.batches)) == 3


@pytest.mark.parametrize("count", [1, 63, 64, 65, 200])
def test_no_message_is_lost_or_kept_twice_whatever_their_number(count: int) -> None:
    kept = Kept()

    async def work() -> None:
        batch = Batch(cast(Intake, kept))
        await asyncio.gather(*(batch.ingest(_raw(str(n))) for n in range(count)))

    _run(work)
    assert sorted(int(c) for b in kept.batches for c in b) == list(range(count))
    assert max(map(len, kept.batches)) <= 64


def test_a_sender_hears_that_its_input_is_durable_before_it_is_understood() -> None:
    heard: list[str] = []

    async def work() -> None:
        batch = Batch(cast(Intake, Kept()))
        await batch.ingest(_raw("a"), lambda: heard.append("durable"))
        heard.append("understood")

    _run(work)
    assert heard == ["durable", "understood"]
