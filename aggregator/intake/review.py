"""What waits because it could not be understood or matched: reading it again after a mapping was mended.

Not here: who may look at the pile and what of it; that is decided like any other reading.
"""

from __future__ import annotations

from aggregator.intake.ingest import Intake
from aggregator.store import raws
from aggregator.store.postgres import Database

_AT_ONCE = 10_000


async def replay(intake: Intake, record: Database, raw_id: str = "") -> tuple[int, int, int]:
    """Read one raw input again, or everything open in review: (raw inputs, new statements, refusals)."""
    waiting = [raw_id]
    if not raw_id:
        async with record.connection() as connection:
            found = await raws.open_reviews(connection, None, _AT_ONCE)
        waiting = list(dict.fromkeys(entry.raw_id for entry in found))
    new = refused = 0
    for waits in waiting:
        receipt = await intake.replay(waits, "replay")
        if receipt is not None:
            new, refused = new + receipt.new, refused + len(receipt.refusals)
    return len(waiting), new, refused
