"""How a source is asked: one that hangs or fails costs nobody else anything, and every worker knows of it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from adapters.source import Ask, SourceDown
from aggregator.intake import asking
from aggregator.intake.asking import Asking, Resting
from aggregator.store import sources
from tests.intake.doubles import council, lasting, passing
from tests.places import a_place

pytestmark = pytest.mark.anyio

WHO = Ask(("C1",))


def now():
    return datetime.now(UTC)


@pytest.fixture
async def place(home, fresh_database, fresh_key_database):
    async with a_place(home, fresh_database, fresh_key_database) as opened:
        yield opened


async def state(place, name="council"):
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select failures, retry_at - clock_timestamp(), down_since is not null, down_reason from source_state"
            " where source = %s",
            [name],
        )
        return await cursor.fetchone()


async def time_passes(place, name="council"):
    """The rest of this source is over."""
    async with place.record.connection() as connection:
        await connection.execute(
            "update source_state set retry_at = clock_timestamp() where source = %s", [name]
        )


async def fail(place, source, times):
    for _ in range(times):
        source.fails = [lasting()]
        with pytest.raises(SourceDown):
            await Asking(place.record).person(source, WHO, now())


async def test_what_may_be_over_in_a_moment_is_asked_once_more_and_nothing_else_is(place):
    source = council(fails=[passing()])
    assert await Asking(place.record).person(source, WHO, now()) == []
    assert (source.questions, await state(place)) == (2, None)

    source = council(fails=[lasting()])
    with pytest.raises(SourceDown):
        await Asking(place.record).person(source, WHO, now())
    assert source.questions == 1

    source = council(fails=[passing(), passing()])
    with pytest.raises(SourceDown):
        await Asking(place.record).person(source, WHO, now())
    assert source.questions == 2
    assert (await state(place))[0] == 2, "a question counts once, however often it was tried"


async def test_a_source_that_failed_often_rests_for_every_worker_and_after_a_restart(
    place, home, fresh_database, fresh_key_database
):
    source = council()
    await fail(place, source, 3)
    failures, rest, down, reason = await state(place)
    assert (failures, down, reason) == (3, True, "refused our key (401)")
    assert 7 <= rest.total_seconds() <= 12

    asked = source.questions
    async with a_place(home, fresh_database, fresh_key_database) as another:
        with pytest.raises(Resting):
            await Asking(another.record).person(source, WHO, now())
    assert source.questions == asked


async def test_when_its_rest_is_over_one_worker_tries_and_the_others_wait_for_how_that_ends(place):
    source = council()
    await fail(place, source, 3)
    await time_passes(place)
    async with place.record.connection() as one, place.record.connection() as two:
        tried = await asyncio.gather(*(sources.may_ask(connection, "council") for connection in (one, two)))
    assert sorted(tried) == [False, True]
    with pytest.raises(Resting):
        await Asking(place.record).person(source, WHO, now())

    await time_passes(place)
    await fail(place, source, 1)
    assert (await state(place))[1].total_seconds() > 12, "it rests for longer"

    await time_passes(place)
    assert await Asking(place.record).person(source, WHO, now()) == []
    async with place.record.connection() as connection:
        await sources.up(connection, "council")
    assert (await state(place))[:3] == (0, None, False)
    assert await Asking(place.record).person(source, WHO, now()) == []


async def test_its_rests_have_an_end(place):
    source = council()
    for _ in range(12):
        async with place.record.connection() as connection:
            await sources.failed(connection, "council", now(), "no answer in time")
    assert 90 <= (await state(place))[1].total_seconds() <= 150
    with pytest.raises(Resting):
        await Asking(place.record).person(source, WHO, now())


async def test_a_source_that_hangs_is_cut_off_and_holds_up_nobody(place, monkeypatch):
    monkeypatch.setattr(asking, "LIMIT_SECONDS", 0.6)
    monkeypatch.setattr(asking, "WAIT_SECONDS", 0.2)
    hanging, quick = council("hanging", hangs=True), council("quick")
    one = Asking(place.record)
    begun = time.monotonic()
    hung = [asyncio.create_task(one.person(hanging, WHO, now())) for _ in range(20)]
    await asyncio.sleep(0)
    waits = []
    for _ in range(20):
        asked = time.monotonic()
        await one.person(quick, WHO, now())
        waits.append(time.monotonic() - asked)
    ended = await asyncio.gather(*hung, return_exceptions=True)
    assert sorted(waits)[10] < 0.1, "the quick one answers as ever"
    assert max(waits) < 0.5
    assert hanging.at_once == hanging.questions == asking.IN_FLIGHT
    assert {type(e) for e in ended} == {SourceDown, Resting}
    assert time.monotonic() - begun < 5
    assert (await state(place, "hanging"))[3] == "no answer in time"


async def test_a_source_is_never_asked_more_at_once_than_it_may_be(place):
    source = council(delay=0.02)
    one = Asking(place.record)
    await asyncio.gather(*(one.person(source, WHO, now()) for _ in range(25)))
    assert (source.questions, source.at_once) == (25, asking.IN_FLIGHT)
