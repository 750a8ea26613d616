"""Reading refused input again: one or thousands, nothing twice, and as if it had been understood at first."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from dataclasses import replace

import pytest

from aggregator.intake import review
from aggregator.intake.review import Choice
from tests.intake.rows import FIELD, WHY, returns
from tests.places import a_place

pytestmark = pytest.mark.anyio


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    feed = returns()
    async with a_place(home, fresh_database, fresh_key_database, feed) as place:
        yield place, feed


async def rows(place, query, *values):
    async with place.record.connection() as connection:
        cursor = await connection.execute(query, list(values))
        return await cursor.fetchall()


async def read_again(place, **choice):
    run_id = await review.ask(place.record, Choice(**choice), "test")
    runs = [run async for run in review.read_again(place.intake, place.record, run_id)]
    return runs[-1]


def counts(run):
    return run.total, run.done, run.kept, run.still_refused, run.after


async def state(place):
    """All that is kept, without what differs from time to time: random ids, sealed bytes, moments of keeping."""
    return (
        await rows(
            place,
            "select s.local_key, statement_id, version, class_id, type, source, true_time, received_at, live,"
            " retracts, partial, digest, coded, alarm from statement join subject s using (subject_id)"
            " order by 1, 2, 3",
        ),
        await rows(
            place, "select class_id, controller, category, version from data_class order by 1, 2, 3, 4"
        ),
        await rows(
            place, "select source, form, name, received_at, state, content is null from raw order by 4, 3"
        ),
        await rows(place, "select count(*) from review where state = 'open'"),
    )


async def test_five_thousand_refused_rows_are_read_again_after_the_fix(opened):
    place, feed = opened
    feed.unknown = range(10_000)
    inputs = [feed.file(row, row) for row in range(5_000)]
    for start in range(0, len(inputs), 500):
        await place.intake.ingest_many(inputs[start : start + 500])
    del inputs
    assert await rows(place, "select count(*), count(distinct raw_id) from review where state = 'open'") == [
        (5_000, 5_000)
    ]
    feed.unknown = frozenset()
    begun = time.monotonic()
    done = await read_again(place, source="returns", field=FIELD, reason=WHY)
    assert counts(done) == (5_000, 5_000, 5_000, 0, 0)
    assert 5_000 / (time.monotonic() - begun) > 50, "rows a second, on a machine that does much else"
    assert counts(await read_again(place)) == (0, 0, 0, 0, 0)


async def test_a_replay_holds_a_few_inputs_at_a_time_however_many_wait(opened):
    place, feed = opened
    feed.unknown = range(10_000)

    async def peak(first, last):
        filler = b" " * 20_000
        for row in range(first, last):
            raw = feed.file(row, row)
            await place.intake.ingest(replace(raw, content=raw.content + filler))
        feed.unknown = frozenset()
        tracemalloc.start()
        await read_again(place)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        feed.unknown = range(10_000)
        return found

    few = await peak(0, 64)
    many = await peak(100, 420)
    assert many < few * 1.5


async def test_reading_again_leads_to_what_understanding_at_first_would_have(
    home, fresh_database, fresh_key_database, server
):
    feed = returns(unknown={3, 7, 12})
    files = [feed.file(1, 5), feed.file(6, 10), feed.file(11, 15)]
    async with a_place(home, fresh_database, fresh_key_database, feed) as place:
        for file in files:
            await place.intake.ingest(file)
        feed.unknown = frozenset()
        first = await read_again(place)
        replayed = await state(place)
        second = await read_again(place)
        for (raw_id,) in await rows(place, "select raw_id from raw"):
            receipt = await place.intake.replay(raw_id, "again")
            assert receipt.new == 0
        assert await state(place) == replayed
        assert (counts(first), counts(second)) == ((3, 3, 3, 0, 0), (0, 0, 0, 0, 0))
        async with place.record.transaction() as connection:
            await connection.execute(
                "truncate statement, data_class, raw, raw_part, review, link, outbox, relationship, person_key,"
                " subject cascade"
            )
        for file in files:
            await place.intake.ingest(file)
        assert await state(place) == replayed


async def test_of_a_file_refused_by_one_row_only_that_row_is_new(opened):
    place, feed = opened
    feed.unknown = {150}
    await place.intake.ingest(feed.file(1, 150))
    await place.intake.ingest(feed.file(151, 300))
    before = await rows(place, "select statement_id, version, raw_id from statement")
    feed.unknown = frozenset()
    done = await read_again(place)
    assert counts(done) == (1, 1, 1, 0, 0)
    after = await rows(place, "select statement_id, version, raw_id from statement")
    assert len(set(after) - set(before)) == 1
    assert set(before) <= set(after)


async def test_what_is_still_refused_stays_as_it_was_and_the_rest_of_it_is_settled(opened):
    place, feed = opened
    feed.unknown = {1, 2, 3}
    await place.intake.ingest(feed.file(1, 4))
    before = await rows(place, "select part, review_id, created_at from review order by part")
    feed.unknown = {2}
    assert counts(await read_again(place)) == (3, 3, 2, 1, 1)
    assert await rows(place, "select part, review_id, created_at from review order by part") == before
    assert await rows(place, "select part, state, closed_by from review order by part") == [
        ("row 1", "replayed", "replay test"),
        ("row 2", "open", None),
        ("row 3", "replayed", "replay test"),
    ]


async def test_only_what_was_chosen_is_read_again(opened):
    place, feed = opened
    feed.unknown = range(100)
    receipts = [await place.intake.ingest(feed.file(row, row)) for row in range(3)]
    feed.unknown = frozenset()
    for nothing in ({"source": "acute"}, {"field": "Age"}, {"reason": "is missing"}, {"controller": "ZAC01"}):
        assert counts(await read_again(place, **nothing)) == (0, 0, 0, 0, 0)
    assert counts(await read_again(place, raw_id=receipts[1].raw_id)) == (1, 1, 1, 0, 0)
    assert counts(await read_again(place, controller="ZSC01")) == (2, 2, 2, 0, 0)


async def test_a_run_that_was_killed_goes_on_where_it_stood(opened, monkeypatch):
    place, feed = opened
    monkeypatch.setattr(review, "_READ_AT_ONCE", 4)
    feed.unknown = range(100)
    for row in range(20):
        await place.intake.ingest(feed.file(row, row))
    feed.unknown = frozenset()
    run_id = await review.ask(place.record, Choice(), "test")
    async with contextlib.aclosing(review.read_again(place.intake, place.record, run_id)) as killed:
        seen = [await anext(killed), await anext(killed)]
    assert [(run.done, run.kept) for run in seen] == [(4, 4), (8, 8)]
    settle = place.intake._keeping.keep

    async def dies(*given, **more):
        await settle(*given, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(place.intake._keeping, "keep", dies)
        with pytest.raises(KeyboardInterrupt):
            async for _ in review.read_again(place.intake, place.record, run_id):
                pass
    assert await rows(place, "select done, kept from replay") == [(8, 8)], "nothing is kept by half"
    rest = [run async for run in review.read_again(place.intake, place.record, run_id)]
    assert counts(rest[-1]) == (20, 20, 20, 0, 0)
    assert [run.done for run in rest][:1] == [12]


async def test_an_input_that_breaks_the_mapping_stays_and_stops_no_other(opened):
    place, feed = opened
    feed.unknown = range(100)
    for row in range(6):
        await place.intake.ingest(feed.file(row, row))
    feed.unknown, feed.odd = frozenset(), {b"3"}
    assert counts(await read_again(place)) == (6, 6, 5, 1, 1)
    feed.odd = frozenset()
    assert counts(await read_again(place)) == (1, 1, 1, 0, 0)


async def test_what_is_refused_meanwhile_is_for_the_next_run(opened):
    place, feed = opened
    feed.unknown = range(100)
    await place.intake.ingest(feed.file(1, 1))
    run_id = await review.ask(place.record, Choice(), "test")
    await place.intake.ingest(feed.file(2, 2))
    runs = [run async for run in review.read_again(place.intake, place.record, run_id)]
    assert counts(runs[-1]) == (1, 1, 0, 1, 2)


async def test_a_source_that_was_taken_out_leaves_its_entries_waiting(opened):
    place, feed = opened
    feed.unknown = range(100)
    await place.intake.ingest(feed.file(1, 1))
    place.intake.sources = {}
    assert counts(await read_again(place)) == (1, 1, 0, 0, 1)
