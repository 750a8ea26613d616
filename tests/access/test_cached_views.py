"""A view that is kept never outlives what it was made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.codes import Category, Heading
from schemas.contribution import Translated
from tests.places import NOW, Feed, Register, a_place, caller, number, patient, telling

HALE = number(0)
BASE = "http://test/fhir"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def says(*labels: str, later: int = 0) -> Translated:
    """A diagnosis with these labels; told again, it is the only thing that is told again."""
    condition = {
        "resourceType": "Condition",
        "identifier": [{"system": "urn:test", "value": "C1"}],
        "code": {"text": "Something private"},
    }
    told = telling(
        "ZAC01",
        "H1",
        patient("Hale", "Brian", "1948-03-02", HALE),
        (Heading.PROBLEMS, Category.ACUTE, condition),
        at=NOW + timedelta(seconds=later),
        labels={"C1": frozenset(labels)},
    )
    return replace(told, statements=told.statements[1:]) if later else told


@pytest.mark.anyio
async def test_a_label_that_was_raised_takes_the_statement_out_of_views_that_were_kept(
    home, fresh_database, fresh_key_database
):
    acute = Feed("acute", "ZAC01", Category.ACUTE, {"first": says(), "raised": says("HIV", later=5)})
    register = Register(people={HALE.digits: ("Hale", "1948-03-02")})
    async with a_place(home, fresh_database, fresh_key_database, acute, register=register) as place:
        (person,) = (await place.intake.ingest(acute.raw("first"))).persons
        nurse = caller("nurse", "nurse", "ZAC01")
        before, _ = await place.records.segments(nurse, person, BASE)
        assert b"Something private" in b"".join(before)
        await place.intake.ingest(acute.raw("raised"))
        after, _ = await place.records.segments(nurse, person, BASE)
        assert b"Something private" not in b"".join(after)
