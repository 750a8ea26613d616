"""What an HL7 v2 frame is answered: kept first, acknowledged after the commit.

AA means kept, translated and matched, or waiting in review; AE and AR say which field is wrong. In enhanced mode
CA comes first, once the raw input is durable: should this process end then, it is picked up and read later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog

from adapters.acute.answers import answer, asks_commit, commit, fail
from adapters.acute.feed import HospitalFeed
from adapters.source import Raw
from aggregator.intake.batch import Batch
from aggregator.intake.ingest import Intake
from schemas.errors import Unavailable
from schemas.identifiers import new_id

log = structlog.get_logger()


class Hl7Feed:
    """Answers the frames of one configured stream source, by its name."""

    def __init__(self, intake: Intake, source: str) -> None:
        self._batch = Batch(intake)
        self._source = source
        feed = intake.sources[source]
        assert isinstance(feed, HospitalFeed), "only a hospital's feed speaks HL7 v2"
        self._sender = feed.sender

    async def answer(self, frame: bytes) -> AsyncIterator[bytes]:
        """Frame content in, acknowledgements out as they become true, all without MLLP marks; none may be asked."""
        now = datetime.now(UTC)
        durable = asyncio.Event()
        work = asyncio.ensure_future(self._batch.ingest(Raw(self._source, "hl7v2", frame, now), durable.set))
        if asks_commit(frame):
            kept = asyncio.ensure_future(durable.wait())
            await asyncio.wait((work, kept), return_when=asyncio.FIRST_COMPLETED)
            kept.cancel()
            if durable.is_set() and (said := commit(frame, self._sender, now=now, new_id=_control_id)):
                yield said
        try:
            # Shielded: it is kept for its neighbours in the batch too, however long this sender waits.
            receipt = await asyncio.shield(work)
        except Exception as error:
            if not isinstance(error, Unavailable):
                log.error("fault", kind=type(error).__name__, source=self._source)
            if not (durable.is_set() and asks_commit(frame)):  # else it is kept, and will be read
                yield fail(frame, now=now, control_id=_control_id())
            return
        if said := answer(frame, receipt.refusals, now=now, new_id=_control_id):
            yield said

    def fail(self, start: bytes, failure: str) -> bytes:
        """The answer when a frame could not be taken at all: see ``doors.mllp``."""
        return fail(start, now=datetime.now(UTC), control_id=_control_id(), too_long=failure == "too-long")


def _control_id() -> str:
    return new_id()[:20]  # MSH-10 is at most 20 characters in v2.4
