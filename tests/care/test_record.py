"""What ``care.record`` promises, on real databases."""

from __future__ import annotations

import pytest

from schemas.codes import Category, Heading
from schemas.errors import NothingToShow
from tests.places import Feed, Register, a_place, allergy, bundle, caller, number, patient, telling

BRIAN = number(0)
BASE = "http://test/fhir"


@pytest.fixture
def register() -> Register:
    return Register(people={BRIAN.digits: ("Hale", "1948-03-02")})


def hospital() -> Feed:
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    feed.says["one"] = telling(
        "ZAC01",
        "H1",
        patient("Hale", "Brian", "1948-03-02", BRIAN),
        (Heading.ALLERGIES, Category.ACUTE, allergy("A1", "Penicillin", "91936005")),
    )
    return feed


@pytest.mark.anyio
async def test_two_sources_of_one_person_are_one_record(home, fresh_database, fresh_key_database, register):
    acute = hospital()
    gp = Feed("gp", "ZGP01", Category.PRIMARY_CARE)
    gp.says["one"] = telling(
        "ZGP01",
        "G1",
        patient("Hale", "Brian", "1948-03-02", BRIAN),
        (Heading.ALLERGIES, Category.PRIMARY_CARE, allergy("G-A1", "Allergy to penicillin", "91936005")),
    )
    async with a_place(home, fresh_database, fresh_key_database, acute, gp, register=register) as place:
        first = await place.intake.ingest(acute.raw("one"))
        second = await place.intake.ingest(gp.raw("one"))
        assert first.persons == second.persons
        (person,) = first.persons
        doctor = caller("dr", "doctor", "ZAC01")
        parts, etag = await place.records.segments(doctor, person, BASE)
        found = bundle(parts)
        allergies = [
            e["resource"] for e in found["entry"] if e["resource"]["resourceType"] == "AllergyIntolerance"
        ]
        assert len(allergies) == 1
        again, same = await place.records.segments(doctor, person, BASE)
        assert (b"".join(again[1:]), same) == (b"".join(parts[1:]), etag)


@pytest.mark.anyio
async def test_a_stranger_gets_the_same_nothing_as_for_an_unknown_id(
    home, fresh_database, fresh_key_database, register
):
    acute = hospital()
    async with a_place(home, fresh_database, fresh_key_database, acute, register=register) as place:
        (person,) = (await place.intake.ingest(acute.raw("one"))).persons
        texts = []
        for asked in (person, "0" * 32, "no-such-id"):
            with pytest.raises(NothingToShow) as refused:
                await place.records.segments(caller("dr.x", "doctor", "ZXX01"), asked, BASE)
            texts.append(refused.value.outcome())
        assert texts[0] == texts[1] == texts[2]


@pytest.mark.anyio
async def test_a_repeat_adds_nothing(home, fresh_database, fresh_key_database, register):
    acute = hospital()
    async with a_place(home, fresh_database, fresh_key_database, acute, register=register) as place:
        first = await place.intake.ingest(acute.raw("one"))
        second = await place.intake.ingest(acute.raw("one"))
        assert (first.new, second.new) == (2, 0)
