"""Writers at once, and the queue of possible matches beside what is kept."""

from __future__ import annotations

import asyncio

import pytest

from aggregator.store import matches
from tests.people.telling import claim, key, merge, numbers, person, tell
from tests.places import Register, a_place

(ONE,) = (n for n, _ in zip(numbers(), range(1), strict=False))
HALE, MOSS = ("Hale", "Brian", "1948-03-02"), ("Moss", "Kim", "1971-07-07")
ORGANISATIONS = ("ZAC01", "ZSC01", "ZMH01", "ZHO01", "ZCH01", "ZGP01")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def place(home, fresh_database, fresh_key_database):
    register = Register(people={ONE.digits: ("Hale", "1948-03-02")})
    async with a_place(home, fresh_database, fresh_key_database, register=register) as place:
        yield place


@pytest.mark.anyio
async def test_sources_that_tell_of_one_number_at_once_tell_of_one_person(place):
    await asyncio.gather(*(tell(place, claim("L", HALE, ONE, organisation=o)) for o in ORGANISATIONS))
    assert len({await person(place, "L", o) for o in ORGANISATIONS}) == 1


@pytest.mark.anyio
async def test_the_same_local_id_told_by_several_writers_at_once_is_one_subject(place):
    await asyncio.gather(*(tell(place, claim("H1", HALE, ONE)) for _ in range(5)))
    found, _, _ = await place.identity.known_as(await person(place, "H1") or "")
    assert len(found) == 1


@pytest.mark.anyio
async def test_a_merge_and_its_ids_told_at_once_end_as_one_person(place):
    await asyncio.gather(
        tell(place, claim("H1", MOSS)), merge(place, key("H1"), key("H2")), tell(place, claim("H2", MOSS))
    )
    await place.identity.propose()  # each may have been told before the others could be seen
    assert await person(place, "H1") == await person(place, "H2")


@pytest.mark.anyio
async def test_the_queue_is_filled_beside_what_is_kept_and_a_pair_that_no_longer_fits_leaves_it(place):
    await tell(place, claim("H1", MOSS))
    await tell(place, claim("T1", MOSS, organisation="ZHO01"))

    async def queue():
        async with place.record.connection() as connection:
            return await matches.open_pairs(connection, "ZHO01", None, 9)

    assert await queue() == []
    assert (await place.identity.propose(), await place.identity.propose()) == (2, 0)
    (pair,) = await queue()
    await place.identity.propose()
    assert await queue() == [pair]
    await tell(
        place, claim("T1", ("Moss", "Kit", "1971-07-07"), organisation="ZHO01", multipleBirthBoolean=True)
    )
    await place.identity.propose()
    assert await queue() == []
