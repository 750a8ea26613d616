"""Timed work through the queue: pulls, and readings again that somebody asked for, side by side."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from aggregator.intake import review
from aggregator.intake.schedule import Schedule
from schemas.codes import Category
from tests.care.piles import fall, refusing
from tests.intake.doubles import council
from tests.places import Feed, a_place

pytestmark = pytest.mark.anyio

HOSPITAL = Feed("acute", "ZAC01", Category.ACUTE)


@asynccontextmanager
async def working(place, url, every=timedelta(seconds=60)):
    """The timed work of a place, as ``carerecord work`` runs it."""
    stop = asyncio.Event()
    schedule = Schedule(place.intake, place.record, place.vault, url, every, timedelta(days=90))
    running = asyncio.create_task(schedule.run(stop))
    try:
        yield schedule
    finally:
        stop.set()
        await running


async def refused(place):
    """An input of a source that is not pulled, refused until now."""
    HOSPITAL.says["0"] = refusing()
    await place.intake.ingest(HOSPITAL.raw("0"))
    HOSPITAL.says["0"] = fall("late")


async def until(place, query, wanted, seconds=30):
    async with asyncio.timeout(seconds):
        while True:
            async with place.record.connection() as connection:
                cursor = await connection.execute(query)
                found = await cursor.fetchall()
            if found == wanted:
                return
            await asyncio.sleep(0.1)


async def test_sources_that_hang_hold_up_neither_the_others_nor_a_reading_again(
    home, fresh_database, fresh_key_database
):
    hanging = [council(f"hanging-{n}", says={"0": fall("h")}, hangs=True) for n in range(5)]
    quick = council("quick", says={str(n): fall(f"q{n}") for n in range(3)})
    async with a_place(home, fresh_database, fresh_key_database, *hanging, quick, HOSPITAL) as place:
        await refused(place)
        await review.ask(place.record, review.Choice(), "left by a dead process")
        async with place.record.connection() as connection:
            await connection.execute("update replay set touched_at = clock_timestamp() - interval '1 minute'")
        async with working(place, fresh_database):
            await until(
                place, "select count(*) from raw where source = 'quick' and state = 'translated'", [(3,)]
            )
            assert all(source.questions for source in hanging)
            await until(place, "select total, done, kept, after, finished_at is not null from replay",
                        [(1, 1, 1, 0, True)])  # fmt: skip
            await review.ask(place.record, review.Choice(), "new")
            await until(place, "select finished_at is not null from replay where asked_by = 'new'", [(True,)])
            ending = time.monotonic()
        assert time.monotonic() - ending < 10, "it ends although five sources hang"
