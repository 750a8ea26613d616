"""What is past its time cannot be read by anybody, what waited of it says so, and nothing goes in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from aggregator.care.events import Events
from aggregator.care.reviewing import Reviewing
from aggregator.intake import retention, review
from aggregator.store import outbox
from aggregator.store.vault import day_key
from tests.care.piles import COUNCIL_ENGINEER
from tests.intake.rows import returns
from tests.places import a_place

pytestmark = pytest.mark.anyio

KEPT = timedelta(days=90)
TODAY = datetime.now(UTC)
SOON = TODAY + timedelta(hours=1)
LONG_AGO = TODAY - timedelta(days=91)


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    """One input of each kind, kept long ago: refused, about several people, about one, and never read."""
    feed = returns(unknown={2})
    async with a_place(home, fresh_database, fresh_key_database, feed) as place:
        ids = {}
        for name, first, last in (("refused", 1, 2), ("several", 10, 11), ("one", 20, 20)):
            raw = replace(feed.file(first, last), received_at=LONG_AGO)
            ids[name] = (await place.intake.ingest(raw)).raw_id
        yield place, feed, ids


async def rows(database, query, *values):
    async with database.connection() as connection:
        cursor = await connection.execute(query, list(values))
        return await cursor.fetchall()


async def expire(place, now=TODAY):
    return await retention.expire(place.record, place.vault, now, KEPT)


async def test_nothing_that_is_past_its_time_can_be_read_and_the_store_says_so(opened):
    place, feed, ids = opened
    before = await rows(place.record, "select count(*) from statement")
    assert await expire(place) == 1
    assert set(await place.intake.raws.read_many(list(ids.values()))) == {ids["one"]}, "hers, under her key"
    assert dict(await rows(place.record, "select raw_id, state from raw")) == {
        ids["refused"]: "expired",
        ids["several"]: "expired",
        ids["one"]: "translated",
    }
    assert await rows(place.record, "select count(*) from raw where content is not null") == [(0,)]
    assert await rows(
        place.keys, "select wrapped is null, destroyed_at is not null from key where key_id = %s",
        day_key(LONG_AGO.date()),
    ) == [(True, True)]  # fmt: skip
    assert await rows(place.record, "select count(*) from statement") == before
    assert await expire(place) == 0
    feed.unknown = frozenset()
    for raw_id in (ids["refused"], ids["several"]):
        assert await place.intake.replay(raw_id, "test") is None
    run_id = await review.ask(place.record, review.Choice(), "test")
    assert [r.total async for r in review.read_again(place.intake, place.record, run_id)] == [0]


async def test_even_a_copy_of_the_sealed_bytes_cannot_be_opened_any_more(opened):
    place, _, ids = opened
    copies = await rows(place.record, "select raw_id, content from raw where content is not null")
    await expire(place)
    for raw_id, content in copies:
        async with place.record.connection() as connection:
            await connection.execute("update raw set content = %s where raw_id = %s", [content, raw_id])
    assert set(await place.intake.raws.read_many(list(ids.values()))) == {ids["one"]}


async def test_what_still_waited_is_closed_as_expired_with_an_alarm(opened):
    place, _, _ = opened
    reviewing = Reviewing(place.records, place.record, place.intake, place.identity)
    (entry,) = (await reviewing.pile(COUNCIL_ENGINEER)).entries
    with capture_logs() as logs:
        await expire(place)
    assert [(log["event"], log["source"], log["entries"]) for log in logs] == [
        ("review.expired", "returns", 1)
    ]
    found = await reviewing.entry(COUNCIL_ENGINEER, entry.review_id)
    assert (found.state, found.excerpt) == ("expired", "")
    assert "no longer kept" in found.why_not
    async with place.record.transaction() as connection:
        await outbox.relay(connection)
    told, _ = await Events(place.records, place.record).after(COUNCIL_ENGINEER, 0)
    assert [(e.topic, e.source) for e in told] == [("review-expired", "returns")]


async def test_what_is_within_its_time_stays(opened):
    place, feed, _ = opened
    assert await expire(place, TODAY - timedelta(days=2)) == 0
    feed.unknown = {30}
    young = await place.intake.ingest(feed.file(30, 31))
    await expire(place)
    assert await place.intake.raws.read(young.raw_id) is not None


async def test_a_day_of_which_something_was_never_read_keeps_its_key_with_an_alarm(opened):
    place, _, ids = opened
    await rows(place.record, "update raw set state = 'kept' where raw_id = %s returning 1", ids["several"])
    with capture_logs() as logs:
        assert await expire(place) == 0
    assert [log["event"] for log in logs] == ["raw.never_read"]
    assert set(await place.intake.raws.read_many(list(ids.values()))) == set(ids.values())
    assert await review.pick_up(place.intake, place.record, SOON) == 1
    assert await expire(place) == 1


async def test_a_process_that_dies_between_the_rows_and_the_key_is_finished_by_the_next(opened, monkeypatch):
    place, _, _ = opened

    async def dies(day):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(place.vault, "destroy_day", dies)
        with pytest.raises(KeyboardInterrupt):
            await expire(place)
    assert await expire(place) == 1


async def test_entries_and_runs_that_were_settled_long_ago_are_removed(opened):
    place, feed, _ = opened
    feed.unknown = frozenset()
    run_id = await review.ask(place.record, review.Choice(), "test")
    async for _ in review.read_again(place.intake, place.record, run_id):
        pass
    await expire(place)
    assert await rows(place.record, "select state from review union all select 'run' from replay") == [
        ("replayed",), ("run",)
    ]  # fmt: skip
    await expire(place, TODAY + KEPT + timedelta(days=1))
    assert await rows(place.record, "select state from review union all select 'run' from replay") == []


async def test_an_input_that_breaks_the_mapping_waits_in_review_and_holds_up_no_other(opened):
    place, feed, ids = opened
    await rows(place.record, "update raw set state = 'kept' returning 1")
    feed.odd = {b"10 11"}
    assert await review.pick_up(place.intake, place.record, SOON) == 3
    assert await review.pick_up(place.intake, place.record, SOON) == 0
    assert ("input", "the mapping breaks on it", ids["several"]) in await rows(
        place.record, "select field, reason, raw_id from review where state = 'open'"
    )
