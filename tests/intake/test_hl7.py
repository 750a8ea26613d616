"""What a frame hears, and when: CA once its raw input is durable, AA after it is read, CE when neither happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from adapters.acute.feed import HospitalFeed
from adapters.acute.translate import Sender
from adapters.source import Raw
from adapters.wire.hl7v2 import Message, parse
from aggregator.intake.hl7 import Hl7Feed
from aggregator.intake.ingest import Intake, Receipt
from schemas.errors import Unavailable
from tests.adapters.acute.messages import adt

PLAIN = adt("A31")
ASKING = PLAIN.replace(b"|P|2.4\r", b"|P|2.4|||AL|AL\r")


class Keeping:
    """Stands in for ``Intake``: keeps, then waits to be let read, then reads or fails."""

    def __init__(self, *, keeps: bool = True, reads: bool = True) -> None:
        self.sources = {"acute": HospitalFeed(Sender("ZAC01"))}
        self.keeps, self.reads = keeps, reads
        self.read = asyncio.Event()

    async def ingest_many(self, many: Sequence[Raw], durable: Callable[[], None]) -> list[Receipt]:
        if not self.keeps:
            raise Unavailable("The record database does not answer.")
        durable()
        await self.read.wait()
        if not self.reads:
            raise Unavailable("The record database does not answer.")
        return [Receipt("raw")] * len(many)


def heard(frame: bytes, keeping: Keeping) -> list[tuple[str, str, bool]]:
    """(MSA-1, MSA-6, was it read by then?) of each answer."""

    async def run() -> list[tuple[str, str, bool]]:
        feed = Hl7Feed(cast(Intake, keeping), "acute")
        found = []
        async for answer in feed.answer(frame):
            for part in parse(answer):
                assert isinstance(part, Message)
                found.append((str(part.get("MSA", 1)), str(part.get("MSA", 6) or ""), keeping.read.is_set()))
            keeping.read.set()
        return found

    if frame == PLAIN:
        keeping.read.set()
    return asyncio.run(asyncio.wait_for(run(), 10))


@pytest.mark.parametrize(
    ("frame", "how", "expected"),
    [
        (PLAIN, {}, [("AA", "", True)]),
        (ASKING, {}, [("CA", "", False), ("AA", "", True)]),
        (PLAIN, {"reads": False}, [("AE", "207", True)]),
        (ASKING, {"reads": False}, [("CA", "", False)]),
        (PLAIN, {"keeps": False}, [("AE", "207", True)]),
        (ASKING, {"keeps": False}, [("CE", "207", False)]),
    ],
    ids=["original", "enhanced", "not read", "kept, to be read later", "not kept", "not kept, enhanced"],
)
def test_each_answer_is_true_when_it_is_given(
    frame: bytes, how: dict[str, Any], expected: list[tuple[str, str, bool]]
) -> None:
    assert heard(frame, Keeping(**how)) == expected
