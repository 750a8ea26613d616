"""Reading refused input again after a mapping was mended: one or thousands, in the order in which they came.

Inputs are read in small batches, each kept in one transaction together with how far the run is: memory stays
flat, and a run that was killed goes on where it stood. What an input said before is only repeated, so reading
twice adds nothing. Not here: who may look at the pile; that is ``care.reviewing``'s question to the gate.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import groupby

import structlog

from aggregator.intake import pile
from aggregator.intake.ingest import Intake
from aggregator.intake.receipt import Receipt
from aggregator.store import raws, replays
from aggregator.store.postgres import Connection, Database
from aggregator.store.replays import Choice, Run
from schemas.contribution import Refusal
from schemas.errors import NothingToShow, Unavailable

__all__ = ["Choice", "Run", "ask", "pick_up", "read_again"]

log = structlog.get_logger()

_CHOSEN_AT_ONCE = 512
_READ_AT_ONCE = 32

_BREAKS = Refusal("input", "the mapping breaks on it")

Chosen = Sequence[tuple[str, str, datetime, int]]
"""(raw id, source, received at, entries)."""


async def ask(record: Database, choice: Choice, by: str) -> str:
    """Write down a run over the open entries that fit; a worker picks it up. Its id."""
    async with record.transaction() as connection:
        return await replays.start(connection, choice, by)


async def read_again(intake: Intake, record: Database, run_id: str) -> AsyncIterator[Run]:
    """Work a run off from where it stands; the run as it is after each batch, and at last as it ended."""
    async with record.connection() as connection:
        await replays.touch(connection, run_id)
    run = await _run(record, run_id)
    while run.finished_at is None:
        async with record.connection() as connection:
            chosen = await replays.next_inputs(connection, run, _CHOSEN_AT_ONCE)
            if not chosen:
                await replays.finish(connection, run)
        for _, of_one_source in groupby(chosen, key=lambda one: one[1]):
            inputs = list(of_one_source)
            for start in range(0, len(inputs), _READ_AT_ONCE):
                await _batch(intake, record, run, inputs[start : start + _READ_AT_ONCE])
                yield await _run(record, run_id)
        run = await _run(record, run_id)
    yield run


async def pick_up(intake: Intake, record: Database, older_than: datetime) -> int:
    """Understand inputs that were kept by a process that died before it could; how many there were.

    One that the mapping breaks on waits in review from then on, instead of stopping the others each time.
    """
    waiting = await intake.raws.waiting(older_than)
    for raw_id in waiting:
        try:
            await intake.replay(raw_id, "pick-up")
        except Unavailable:
            raise
        except Exception as error:
            raw = await intake.raws.read(raw_id)
            source = raw.source if raw else ""
            log.error("pick-up.fault", raw=raw_id, source=source, kind=type(error).__name__)
            if source not in intake.sources:
                continue  # it is for a process that knows the source
            async with record.transaction() as connection:
                await pile.put(connection, intake.sources[source].terms, [(raw_id, [_BREAKS])])
                await raws.refuse(connection, raw_id)
    return len(waiting)


async def _run(record: Database, run_id: str) -> Run:
    async with record.connection() as connection:
        run = await replays.find(connection, run_id)
    if run is None:
        raise NothingToShow()
    return run


async def _batch(intake: Intake, record: Database, run: Run, chosen: Chosen) -> None:
    """Read some inputs of one source again. One that cannot be kept with the others is tried by itself."""
    by = f"replay {run.asked_by}"
    readable = await intake.raws.read_many([raw_id for raw_id, *_ in chosen])
    kept = [(raw_id, readable[raw_id]) for raw_id, *_ in chosen if raw_id in readable]

    async def move(connection: Connection, receipts: list[Receipt]) -> None:
        await replays.moved(
            connection,
            run.run_id,
            (chosen[-1][2], chosen[-1][0]),
            sum(entries for *_, entries in chosen),
            sum(receipt.new for receipt in receipts),
            sum(len(receipt.refusals) for receipt in receipts),
        )

    if not kept or chosen[0][1] not in intake.sources:
        log.error("replay.not_readable", run=run.run_id, source=chosen[0][1], inputs=len(chosen))
        async with record.transaction() as connection:
            await move(connection, [])
        return
    try:
        await intake.replay_many(kept, by, move)
    except Unavailable:
        raise  # the run stays where it stands
    except Exception as error:
        if len(chosen) > 1:
            for one in chosen:
                await _batch(intake, record, run, [one])
            return
        # It stays in the pile as it was; the others must not wait for it.
        log.error("replay.fault", run=run.run_id, source=chosen[0][1], kind=type(error).__name__)
        async with record.transaction() as connection:
            await replays.moved(
                connection, run.run_id, (chosen[0][2], chosen[0][0]), *(chosen[0][3], 0, chosen[0][3])
            )
