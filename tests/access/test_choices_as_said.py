"""A choice is kept as it was meant or not at all: what is not understood never becomes a choice about everybody."""

from __future__ import annotations

import psycopg
import pytest

from aggregator.care.participate import Participate, wish_of
from schemas.codes import Category
from schemas.errors import BadInput
from tests.places import Feed, Register, a_place, caller, number, patient, telling

HALE = number(0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "wish",
    [
        {"effect": "permit", "organization": "ZHO01"},
        {"effect": "permit", "user": "dr"},
        {"effect": "deny", "organisation": "ZHO1"},
        {"effect": "deny", "organisation": ""},
    ],
    ids=["misspelt", "not-offered", "no-party", "empty"],
)
async def test_what_is_not_understood_is_refused(home, fresh_database, fresh_key_database, wish):
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    feed.says["one"] = telling("ZAC01", "H1", patient("Hale", "Brian", "1948-03-02", HALE))
    register = Register(people={HALE.digits: ("Hale", "1948-03-02")})
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        (person,) = (await place.intake.ingest(feed.raw("one"))).persons
        with pytest.raises(BadInput):
            await Participate(place.records, place.record).choose(
                caller("nurse", "nurse", "ZAC01"), person, wish
            )
    with psycopg.connect(fresh_database) as connection:
        assert connection.execute("select count(*) from choice").fetchone() == (0,)


@pytest.mark.parametrize(
    "parameter",
    [
        "effect",
        [5],
        [{"name": "organisation", "valueString": "ZHO01"}, {"name": "organisation", "valueString": "ZAC01"}],
    ],
    ids=["text", "number", "twice"],
)
def test_parameters_of_another_shape_are_refused(parameter):
    with pytest.raises(BadInput):
        wish_of({"resourceType": "Parameters", "parameter": parameter})
