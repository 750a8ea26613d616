"""Links: merges by the source in any order, their undo, and what a batch costs."""

from __future__ import annotations

import itertools
from datetime import timedelta

import psycopg
import pytest

from aggregator.people import deciding
from aggregator.people.deciding import Decider
from aggregator.store import links, matches
from schemas.codes import Category, Heading
from schemas.contribution import NumberMerge
from schemas.errors import Clash
from tests.people.telling import claim, key, merge, numbers, person, tell
from tests.places import NOW, Feed, Register, a_place, allergy, bundle, caller, patient, telling

ONE, TWO = (n for n, _ in zip(numbers(), range(2), strict=False))
HALE, POE = ("Hale", "Brian", "1948-03-02"), ("Poe", "Mary", "1950-01-01")
MOSS, FERN = ("Moss", "Kim", "1971-07-07"), ("Fern", "Kim", "1971-07-07")  # traced by nobody
LATER = NOW + timedelta(minutes=5)
BY = Decider("ie.novak", "ZAC01", "the same tenancy letter")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def register() -> Register:
    return Register(people={ONE.digits: ("Hale", "1948-03-02"), TWO.digits: ("Poe", "1950-01-01")})


@pytest.fixture
async def place(home, fresh_database, fresh_key_database, register):
    async with a_place(home, fresh_database, fresh_key_database, register=register) as place:
        yield place


async def persons(place, *locals_: str) -> list[str | None]:
    return [await person(place, one) for one in locals_]


async def decided(place, a: str, b: str, verdict: str) -> str:
    """Decide on two local ids of the hospital; the match id."""
    found = {
        s: (await place.identity.known_as(await person(place, s) or ""))[0][0].subject_id for s in (a, b)
    }
    async with place.record.transaction() as connection:
        pair = await matches.between(connection, found[a], found[b])
        await deciding.decide(connection, pair, verdict, BY)
    return pair.match_id


async def undone(place, match_id: str) -> None:
    async with place.record.transaction() as connection:
        pair = await matches.by_id(connection, match_id)
        assert pair
        await deciding.undo(connection, pair, BY)


@pytest.mark.anyio
async def test_a_merge_reads_as_the_new_person_by_the_old_number_and_its_undo_is_exactly_as_before(
    home, fresh_database, fresh_key_database
):
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    for local, what in (("H1", "Latex"), ("H2", "Nuts")):
        told = (Heading.ALLERGIES, Category.ACUTE, allergy(local, what))
        feed.says[local] = telling("ZAC01", local, patient(*HALE), told)
    for name, undo in (("merge", False), ("undo", True)):
        said = NumberMerge(key("H1"), key("H2"), LATER if undo else NOW, undo)
        feed.says[name] = telling("ZAC01", "H2", patient(*HALE))
        feed.says[name] = type(feed.says[name])(merges=(said,))
    doctor = caller("dr", "doctor", "ZAC01")
    async with a_place(home, fresh_database, fresh_key_database, feed) as place:

        async def read(local: str) -> tuple[str | None, list[str], bytes]:
            person_id = await person(place, local)
            segments, _ = await place.records.segments(doctor, person_id, "https://base.test")
            body = bundle(segments)
            said = sorted(
                e["resource"]["code"]["text"]
                for e in body["entry"]
                if e["resource"]["resourceType"] == "AllergyIntolerance"
            )
            return person_id, said, b"".join(segments[2:])

        for local in ("H1", "H2"):
            await place.intake.ingest(feed.raw(local))
        before = [await read("H1"), await read("H2")]
        assert [said for _, said, _ in before] == [["Latex"], ["Nuts"]]
        await place.intake.ingest(feed.raw("merge"))
        by_old = await read("H1")
        assert by_old[:2] == (before[1][0], ["Latex", "Nuts"])
        assert (await place.identity.known_as(before[0][0]))[0] == [], "the old person id reads as nobody"
        await place.intake.ingest(feed.raw("undo"))
        assert [await read("H1"), await read("H2")] == before


@pytest.mark.anyio
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=lambda o: "".join(map(str, o)))
async def test_a_merge_that_comes_before_either_id_holds_once_both_are_known(place, order):
    steps = [
        lambda: tell(place, claim("H1", HALE)),
        lambda: tell(place, claim("H2", HALE)),
        lambda: merge(place, key("H1"), key("H2")),
    ]
    for step in order:
        await steps[step]()
    first, second = await persons(place, "H1", "H2")
    assert first == second is not None


@pytest.mark.anyio
async def test_the_newest_that_was_said_of_two_ids_stands_and_a_repeat_changes_nothing(place):
    await tell(place, claim("H1", HALE), claim("H2", HALE))
    apart = await persons(place, "H1", "H2")
    await merge(place, key("H1"), key("H2"), LATER, undone=True)
    await merge(place, key("H1"), key("H2"), NOW)
    await merge(place, key("H1"), key("H2"), NOW)
    assert await persons(place, "H1", "H2") == apart
    await merge(place, key("H1"), key("H2"), LATER + timedelta(days=1))
    assert len(set(await persons(place, "H1", "H2"))) == 1


@pytest.mark.anyio
async def test_a_chain_of_merges_reads_as_its_end_and_each_can_be_undone(place):
    await tell(place, *(claim(local, HALE) for local in ("A", "B", "C")))
    a, b, c = await persons(place, "A", "B", "C")
    await merge(place, key("B"), key("C"))
    await merge(place, key("A"), key("B"))
    assert await persons(place, "A", "B", "C") == [c, c, c]
    await merge(place, key("B"), key("C"), LATER, undone=True)
    assert await persons(place, "A", "B", "C") == [b, b, c]
    await merge(place, key("A"), key("B"), LATER, undone=True)
    assert await persons(place, "A", "B", "C") == [a, b, c]


@pytest.mark.anyio
async def test_a_merge_of_two_verified_numbers_links_nobody_and_waits_for_somebody(place):
    await tell(place, claim("H1", HALE, ONE), claim("H2", POE, TWO))
    refusal = await merge(place, key("H1"), key("H2"))
    assert refusal
    assert refusal.field == "MRG-1"
    first, second = await persons(place, "H1", "H2")
    assert first != second
    async with place.record.connection() as connection:
        (pair,) = await matches.open_pairs(connection, "ZAC01", None, 9)
    assert pair.reasons == ("two-numbers",)


@pytest.mark.anyio
async def test_a_merge_stops_holding_when_two_numbers_are_verified_later(place, register):
    register.down = True
    await tell(place, claim("H1", HALE, ONE), claim("H2", POE, TWO))
    await merge(place, key("H1"), key("H2"))
    assert len(set(await persons(place, "H1", "H2"))) == 1
    register.down = False
    await tell(place, claim("H1", HALE, ONE), claim("H2", POE, TWO))
    assert len(set(await persons(place, "H1", "H2"))) == 2


@pytest.mark.anyio
async def test_a_source_merges_nobody_elses_ids(place):
    await tell(place, claim("H1", MOSS), claim("C1", MOSS, organisation="ZSC01"))
    assert await merge(place, key("H1"), key("C1", "ZSC01"))
    assert await person(place, "H1") != await person(place, "C1", "ZSC01")


@pytest.mark.anyio
async def test_two_active_local_ids_with_one_number_wait_for_somebody_and_link_to_nobody_silently(place):
    await tell(place, claim("C1", HALE, ONE, organisation="ZSC01"), claim("H1", HALE, ONE))
    await tell(place, claim("H2", HALE, ONE))
    council = await person(place, "C1", "ZSC01")
    hospital = await persons(place, "H1", "H2")
    assert len({council, *hospital}) == 2
    async with place.record.connection() as connection:
        (pair,) = await matches.open_pairs(connection, "ZAC01", None, 9)
    assert pair.reasons == ("one-number-twice",)
    await merge(place, key("H1"), key("H2"))
    assert {await person(place, "C1", "ZSC01"), *await persons(place, "H1", "H2")} == {council}


@pytest.mark.anyio
async def test_link_and_undo_bring_back_both_person_ids_and_all_links_stay_told(place):
    await tell(place, claim("H1", MOSS), claim("H2", FERN))
    before = await persons(place, "H1", "H2")
    match_id = await decided(place, "H1", "H2", "link")
    assert len(set(await persons(place, "H1", "H2"))) == 1
    await undone(place, match_id)
    assert await persons(place, "H1", "H2") == before
    async with place.record.connection() as connection:
        subject_ids = await links.once_in(connection, before[0] or "")
        told = await links.of_subjects(connection, subject_ids)
    assert [(link.rule, link.reason) for link in told if link.subject_id in subject_ids][-1][
        0
    ] == "first-statement"
    assert {link.reason for link in told} >= {BY.because}


@pytest.mark.anyio
async def test_what_a_trace_joined_can_be_parted_and_stays_apart_whatever_is_told_until_that_is_undone(place):
    await tell(place, claim("H1", HALE, ONE))
    await tell(place, claim("C1", HALE, ONE, organisation="ZSC01"))
    joined = await person(place, "C1", "ZSC01")
    assert joined == await person(place, "H1")
    async with place.record.transaction() as connection:
        told = await links.of_subjects(connection, await links.once_in(connection, joined or ""))
        (link,) = [one for one in told if one.rule == "traced-number"]
        await deciding.part(connection, link, BY)
    assert await person(place, "C1", "ZSC01") != await person(place, "H1")
    moved = {"address": [{"line": ["2 New Road"], "postalCode": "WL1 1AB"}]}
    await tell(place, claim("C1", HALE, ONE, organisation="ZSC01", **moved), claim("H1", HALE, ONE, **moved))
    assert await person(place, "C1", "ZSC01") != await person(place, "H1")
    async with place.record.connection() as connection:
        cursor = await connection.execute("select match_id from possible_match where state = 'apart'")
        ((match_id,),) = await cursor.fetchall()
    await undone(place, match_id)
    assert await person(place, "C1", "ZSC01") == await person(place, "H1") == joined


@pytest.mark.anyio
async def test_nobody_links_two_verified_numbers_nor_decides_twice(place):
    await tell(place, claim("H1", HALE, ONE), claim("H2", POE, TWO), claim("H3", MOSS))
    with pytest.raises(Clash):
        await decided(place, "H1", "H2", "link")
    assert len(set(await persons(place, "H1", "H2"))) == 2
    await decided(place, "H1", "H3", "apart")
    with pytest.raises(Clash):
        await decided(place, "H1", "H3", "link")


@pytest.mark.anyio
@pytest.mark.parametrize("size", [1, 60])
async def test_a_batch_costs_a_constant_few_statements_and_a_known_one_a_single_read(
    place, monkeypatch, size
):
    said: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def counted(self, query, *args, **more):
        said.append(str(query))
        return await execute(self, query, *args, **more)

    claims = [claim(f"{size}-{i}", HALE if i == 0 else POE, ONE if i == 0 else None) for i in range(size)]
    monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted)
    await tell(place, *claims)
    new = [q for q in said if q.split()[0].lower() in ("select", "insert", "with", "update")]
    assert len(new) <= 10, new
    await tell(place, *claims)
    said.clear()
    await tell(place, *claims)
    assert [q for q in said if q.split()[0].lower() in ("insert", "with", "update", "delete")] == []
    assert len([q for q in said if "from subject" in q]) == 1
