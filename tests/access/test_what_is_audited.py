"""What stands in the audit: whom it was about, a listed reason, and nothing that somebody typed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest

from aggregator.app import Place
from aggregator.care.emergencies import Emergencies
from aggregator.care.everything import Everything
from aggregator.care.history import History
from aggregator.care.participate import Participate
from schemas.codes import Category
from schemas.errors import NotAllowed, NothingToShow
from tests.places import Feed, a_place, caller, number

TYPED = (number(3).digits, "\x00", "9" * 100_000)
"""A number where our id belongs, what no database text holds, and more than anybody should keep."""
DOCTOR = caller("dr", "doctor", "ZAC01")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def place(home, fresh_database, fresh_key_database) -> AsyncIterator[Place]:
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    async with a_place(home, fresh_database, fresh_key_database, feed) as opened:
        yield opened


def rows(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return connection.execute("select person_id, body from audit order by at").fetchall()


@pytest.mark.anyio
@pytest.mark.parametrize("typed", TYPED, ids=["number", "nul", "long"])
async def test_what_was_typed_instead_of_an_id_is_nothing_and_is_kept_nowhere(place, fresh_database, typed):
    emergencies = Emergencies(place.records, place.record, place.secrets)
    asked = (
        emergencies.open(DOCTOR, typed, "life-at-risk", "Unconscious"),
        Participate(place.records, place.record).choose(DOCTOR, typed, {"effect": "deny"}),
        History(place.records, place.record).of_person(DOCTOR, typed),
        Everything(place.records).one(DOCTOR, "Observation", typed),
    )
    for question in asked:
        with pytest.raises(NothingToShow):
            await question
    kept = rows(fresh_database)
    assert [person for person, _ in kept] == [""] * len(asked)
    assert not any(typed in body for _, body in kept)


@pytest.mark.anyio
async def test_each_unknown_id_is_audited_as_itself(place, fresh_database):
    unknown = ["1" * 32, "2" * 32]
    for person in unknown:
        with pytest.raises(NothingToShow):
            await place.records.record(DOCTOR, person)
    assert [person for person, _ in rows(fresh_database)] == unknown


@pytest.mark.anyio
async def test_a_reason_that_is_not_listed_is_not_kept_whoever_gave_it(place, fresh_database):
    emergencies = Emergencies(place.records, place.record, place.secrets)
    for who in (DOCTOR, caller("rec", "receptionist", "ZAC01")):
        with pytest.raises(NotAllowed):
            await emergencies.open(who, "1" * 32, "because of the overdose", "Unconscious")
    assert not any("overdose" in body for _, body in rows(fresh_database))
