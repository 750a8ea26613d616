"""Where a location-restricted person is stands in nothing that leaves, whoever told it and wherever it is written."""

from __future__ import annotations

import pytest

from aggregator.care.everything import Everything
from aggregator.care.summary import Summaries
from schemas import strictjson
from schemas.codes import Category, Heading, Interaction
from tests.places import Feed, Register, a_place, caller, number, patient, telling

HALE = number(0)
WHO = patient("Hale", "Brian", "1948-03-02", HALE)
PLACES = (b"Willow Cottage", b"Mill Lane", b"Sanctuary House")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def feeds() -> tuple[Feed, ...]:
    """A hospital note that names places which only classes that are not shown have as places."""
    note = {
        "resourceType": "Condition",
        "identifier": [{"system": "urn:test", "value": "C1"}],
        "code": {"text": "Fell at Willow Cottage, 12 Mill Lane; wishes to go to Sanctuary House"},
    }
    home = {
        "resourceType": "Location",
        "identifier": [{"system": "urn:test", "value": "L1"}],
        "name": "Willow Cottage",
        "address": {"line": ["12 Mill Lane"]},
    }
    sister = {
        "resourceType": "RelatedPerson",
        "identifier": [{"system": "urn:test", "value": "R1"}],
        "patient": {"display": "Brian"},
        "address": [{"line": ["Sanctuary House"]}],
    }
    acute, housing = Feed("acute", "ZAC01", Category.ACUTE), Feed("housing", "ZHO01", Category.HOUSING)
    council = Feed("council", "ZSC01", Category.SOCIAL_CARE)
    acute.says["one"] = telling("ZAC01", "H1", WHO, (Heading.PROBLEMS, Category.ACUTE, note))
    housing.says["one"] = telling("ZHO01", "T1", WHO, (Heading.HOME, Category.HOUSING, home))
    council.says["one"] = telling("ZSC01", "S1", WHO, (Heading.CONTACTS, Category.SOCIAL_CARE, sister))
    return acute, housing, council


@pytest.mark.anyio
@pytest.mark.parametrize("restricted", [True, False], ids=["restricted", "control"])
async def test_places_told_in_classes_that_are_withheld_are_cut_from_free_text(
    home, fresh_database, fresh_key_database, restricted
):
    register = Register(people={HALE.digits: ("Hale", "1948-03-02")})
    register.restricted |= {HALE.digits} if restricted else set()
    sources = feeds()
    async with a_place(home, fresh_database, fresh_key_database, *sources, register=register) as place:
        for source in sources:
            (person,) = (await place.intake.ingest(source.raw("one"))).persons
        doctor = caller("dr", "doctor", "ZAC01")
        parts, _ = await place.records.segments(doctor, person, "http://test/fhir")
        entries = await Everything(place.records).of_person(doctor, person, Interaction.EVERYTHING)
        summary = await Summaries(place.records).of_person(doctor, person)
        views = [
            b"".join(parts),
            strictjson.dumps([e.resource for e in entries]),
            strictjson.dumps(summary),
        ]
    found = [[place for place in PLACES if place in view] for view in views]
    assert found == [[]] * 3 if restricted else all(found)
    assert all(b"Fell at" in view for view in views)
