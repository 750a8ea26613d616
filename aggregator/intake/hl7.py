"""What an HL7 v2 frame is answered: kept first, acknowledged after the commit.

AA means kept, translated and matched, or waiting in review; AE and AR say which field is wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from adapters.acute.answers import answer, fail
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

    async def answer(self, frame: bytes) -> bytes:
        """Frame content in, acknowledgement out, both without MLLP marks."""
        now = datetime.now(UTC)
        try:
            receipt = await self._batch.ingest(Raw(self._source, "hl7v2", frame, now))
        except Unavailable:
            return fail(frame, now=now, control_id=_control_id())
        except Exception as error:
            log.error("fault", kind=type(error).__name__, source=self._source)
            return fail(frame, now=now, control_id=_control_id())
        return answer(frame, receipt.refusals, now=now, new_id=_control_id)

    def fail(self, start: bytes, failure: str) -> bytes:
        """The answer when a frame could not be taken at all: see ``doors.mllp``."""
        return fail(start, now=datetime.now(UTC), control_id=_control_id(), too_long=failure == "too-long")


def _control_id() -> str:
    return new_id()[:20]  # MSH-10 is at most 20 characters in v2.4
