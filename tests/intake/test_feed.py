"""Timed pulls: each input once, from where the last one ended; a feed that is silent is noticed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from adapters.source import Speaks
from aggregator.care.events import Events
from aggregator.intake import asking, feed
from aggregator.store import outbox, sources
from tests.care.piles import COUNCIL_ENGINEER, DOCTOR, ENGINEER, fall
from tests.intake.doubles import council, lasting, passing
from tests.places import a_place

pytestmark = pytest.mark.anyio


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    source = council(says={str(n): fall(f"p{n}") for n in range(3)})
    async with a_place(home, fresh_database, fresh_key_database, source) as place:
        yield place, source


async def look(place, columns):
    async with place.record.connection() as connection:
        cursor = await connection.execute(f"select {columns} from source_state where source = 'council'")
        return await cursor.fetchone()


async def change(place, what):
    async with place.record.connection() as connection:
        await connection.execute(f"update source_state set {what}")


async def test_a_pull_goes_on_from_what_was_taken(opened):
    place, _ = opened
    assert await feed.pull(place.intake, place.record, "council") == (3, 0)
    assert await look(place, "cursor, failures, down_since") == ("3", 0, None)
    assert await feed.pull(place.intake, place.record, "council") == (0, 0)


async def test_after_a_hitch_it_goes_on_and_takes_nothing_twice(opened):
    place, source = opened
    taken = source.says.pop("2")
    source.fails = [passing()]
    assert await feed.pull(place.intake, place.record, "council") == (2, 0)
    assert source.questions == 2
    source.says["2"] = taken
    assert await feed.pull(place.intake, place.record, "council") == (1, 0)
    async with place.record.connection() as connection:
        cursor = await connection.execute("select count(*) from raw")
        assert await cursor.fetchone() == (3,)


async def test_a_source_that_is_down_is_kept_as_down_and_rests_unless_somebody_insists(opened):
    place, source = opened
    for _ in range(3):
        source.fails = [lasting()]
        assert await feed.pull(place.intake, place.record, "council") == (0, 0)
    assert await look(place, "failures, down_reason") == (3, "refused our key (401)")
    asked = source.questions
    assert await feed.pull(place.intake, place.record, "council") == (0, 0)
    assert source.questions == asked
    assert await feed.pull(place.intake, place.record, "council", insist=True) == (3, 0)
    assert await look(place, "failures, retry_at, down_since") == (0, None, None)


async def test_a_pull_that_hangs_is_cut_off_and_what_it_told_before_is_kept(opened, monkeypatch):
    place, source = opened
    monkeypatch.setattr(asking, "STEP_SECONDS", 0.3)
    source.hangs = True
    async with asyncio.timeout(5):
        assert await feed.pull(place.intake, place.record, "council") == (0, 0)
    assert await look(place, "down_reason") == ("no answer in time",)


async def test_an_empty_folder_is_no_word_from_whoever_should_fill_it(opened):
    place, source = opened
    source.speaks, source.says = frozenset({Speaks.DROP}), {}
    await feed.pull(place.intake, place.record, "council")
    assert await look(place, "last_good") is None
    source.says["0"] = fall("p0")
    await feed.pull(place.intake, place.record, "council")
    assert (await look(place, "last_good"))[0] is not None


async def test_a_stream_is_not_pulled(opened):
    place, source = opened
    source.speaks = frozenset({Speaks.STREAM})
    assert await feed.pull(place.intake, place.record, "council") == (0, 0)
    assert source.questions == 0


@pytest.mark.parametrize("ever", [True, False], ids=["spoke once", "never spoke"])
async def test_a_silent_feed_is_told_of_once_until_it_speaks_again(opened, ever):
    place, source = opened
    source.silent = timedelta(hours=4)
    events = Events(place.records, place.record)
    assert await feed.watch(place.intake, place.record) == [], "its time has not come"
    quiet = "last_good" if ever else "known_since"
    await change(place, f"{quiet} = clock_timestamp() - interval '4 hours 4 minutes'")
    assert await feed.watch(place.intake, place.record) == [], "clocks may differ by five minutes"
    await change(place, f"{quiet} = clock_timestamp() - interval '4 hours 6 minutes'")
    with capture_logs() as logs:
        assert await feed.watch(place.intake, place.record) == ["council"]
        assert await feed.watch(place.intake, place.record) == []
    assert [(one["event"], one["log_level"]) for one in logs] == [("source.silent", "error")]
    assert await look(place, f"silent_since = {quiet}") == (True,)

    async with place.record.transaction() as connection:
        await outbox.relay(connection)
    (told,), _ = await events.after(COUNCIL_ENGINEER, 0)
    assert (told.topic, told.source, told.person_id) == ("source-silent", "council", "")
    for other in (ENGINEER, DOCTOR):
        assert (await events.after(other, 0))[0] == []

    await place.intake.ingest(source.raw("0"))
    assert await look(place, "silent_since") == (None,)
    assert await feed.watch(place.intake, place.record) == []


async def test_a_clock_that_runs_ahead_makes_no_source_fresher_than_now(opened):
    place, _ = opened
    async with place.record.connection() as connection:
        await sources.answered(connection, "council", datetime.now(UTC) + timedelta(minutes=5))
    assert await look(place, "last_good <= clock_timestamp()") == (True,)


async def test_what_came_before_the_source_hung_is_kept(opened, monkeypatch):
    place, source = opened
    monkeypatch.setattr(asking, "STEP_SECONDS", 0.3)
    told = source.pull

    async def hangs_later(self, cursor, now):
        async for piece in told(cursor, now):
            yield piece
        await asyncio.Event().wait()

    monkeypatch.setattr(type(source), "pull", hangs_later)
    assert await feed.pull(place.intake, place.record, "council") == (3, 0)
    assert await look(place, "cursor, down_reason") == ("3", "no answer in time")


async def test_an_input_that_breaks_the_mapping_is_kept_and_stops_no_later_one(opened, monkeypatch):
    place, source = opened
    understood = source.translate

    def breaks(self, raw):
        if raw.content == b"1":
            raise ZeroDivisionError
        return understood(raw)

    monkeypatch.setattr(type(source), "translate", breaks)
    assert await feed.pull(place.intake, place.record, "council") == (3, 1)
    assert await look(place, "cursor") == ("3",)
    async with place.record.connection() as connection:
        cursor = await connection.execute("select state, count(*) from raw group by state order by state")
        found = dict(await cursor.fetchall())
    assert found["translated"] == 2
    assert found["kept"] >= 1, "it waits to be picked up"
