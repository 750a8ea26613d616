"""A local id that was verified to be somebody stays theirs: nothing told under it moves to another person by itself."""

from __future__ import annotations

import pytest

from schemas.codes import Category, Heading
from tests.places import Feed, Register, a_place, allergy, number, patient, telling

ONE, OTHER, NEWER = number(0), number(1), number(2)
HALE, POE = ("Hale", "Brian", "1948-03-02"), ("Poe", "Mary", "1950-01-01")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def register() -> Register:
    return Register(people={ONE.digits: (HALE[0], HALE[2]), OTHER.digits: (POE[0], POE[2])})


def hospital(**says: dict) -> Feed:
    """One local id: first told as Hale with an allergy, then as ``says``."""
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    first = (Heading.ALLERGIES, Category.ACUTE, allergy("A1", "Latex"))
    feed.says["first"] = telling("ZAC01", "H1", patient(*HALE, ONE), first)
    for key, who in says.items():
        feed.says[key] = telling("ZAC01", "H1", who)
    return feed


@pytest.mark.anyio
@pytest.mark.parametrize("told", [patient(*POE, OTHER), patient(*POE)], ids=["by-number", "by-name"])
async def test_the_same_local_id_told_as_another_person_goes_to_review_and_moves_nothing(
    home, fresh_database, fresh_key_database, register, told
):
    feed = hospital(other=told)
    council = Feed(
        "council", "ZSC01", Category.SOCIAL_CARE, {"one": telling("ZSC01", "C1", patient(*POE, OTHER))}
    )
    async with a_place(home, fresh_database, fresh_key_database, feed, council, register=register) as place:
        (hale,) = (await place.intake.ingest(feed.raw("first"))).persons
        await place.intake.ingest(council.raw("one"))
        receipt = await place.intake.ingest(feed.raw("other"))
        assert (receipt.kept, {r.field for r in receipt.refusals}) == ((), {"Patient.identifier"})
        assert await place.identity.by_number(ONE) == hale != await place.identity.by_number(OTHER)
        subjects, _, _ = await place.identity.known_as(hale)
        assert [s.organisation for s in subjects] == ["ZAC01"]


@pytest.mark.anyio
async def test_a_number_that_superseded_the_one_verified_before_is_taken(
    home, fresh_database, fresh_key_database, register
):
    feed = hospital(newer=patient(*HALE, NEWER))
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        (hale,) = (await place.intake.ingest(feed.raw("first"))).persons
        register.people[NEWER.digits] = register.people.pop(ONE.digits)
        register.superseded[ONE.digits] = NEWER.digits
        assert (await place.intake.ingest(feed.raw("newer"))).persons == {hale}
        assert await place.identity.by_number(NEWER) == hale


@pytest.mark.anyio
@pytest.mark.parametrize("given", [ONE, None], ids=["number", "no-number"])
async def test_who_was_verified_is_still_found_when_the_trace_does_not_answer(
    home, fresh_database, fresh_key_database, register, given
):
    moved = patient(*HALE, given, address=[{"line": ["1 New Street"], "postalCode": "ZZ1 1ZZ"}])
    feed = hospital(moved=moved)
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        (hale,) = (await place.intake.ingest(feed.raw("first"))).persons
        register.down = True
        receipt = await place.intake.ingest(feed.raw("moved"))
        assert (receipt.persons, receipt.refusals) == ({hale}, ())
        assert await place.identity.by_number(ONE) == hale


@pytest.mark.anyio
async def test_a_number_that_was_invalidated_since_keys_nothing_any_more(
    home, fresh_database, fresh_key_database, register
):
    again = patient(*HALE, ONE, gender="female")
    feed = hospital(again=again)
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        (hale,) = (await place.intake.ingest(feed.raw("first"))).persons
        register.invalidated.add(ONE.digits)
        assert (await place.intake.ingest(feed.raw("again"))).persons == {hale}
        assert await place.identity.by_number(ONE) is None


@pytest.mark.anyio
async def test_of_two_people_told_under_one_local_id_in_one_batch_only_the_second_is_refused(
    home, fresh_database, fresh_key_database, register
):
    feed = hospital(other=patient(*POE, OTHER))
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        first, second = await place.intake.ingest_many([feed.raw("first"), feed.raw("other")])
        assert (len(first.kept), first.refusals) == (2, ())
        assert (second.kept, {r.field for r in second.refusals}) == ((), {"Patient.identifier"})
