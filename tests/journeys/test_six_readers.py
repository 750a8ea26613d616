"""Six people ask for Brian's record and get six answers, each of which can be explained; the last is nothing.

Brian is under the hospital, the council, the mental health team, his landlord and his GP, and was at Beech
House last month. He let housing see his shared plan. A safeguarding enquiry about his son is open.
"""

from __future__ import annotations

import secrets

import httpx
import pytest

from tests.journeys.answers import Resource, cells, controllers, good, notices, resources, says, types
from tests.journeys.running import Place

ALL = ("dr.patel", "sw.okafor", "ho.reid", "chn.silva", "rec.hall")
CONCERN = "his son shouts at him"
CARER = "Gary at the end of his strength"


@pytest.fixture(scope="module")
def answers(place: Place) -> dict[str, Resource]:
    """What each of the five who see something is told."""
    brian = place.signed_in("dr.patel").find("brian")
    return {user: good(place.signed_in(user).get(f"/Patient/{brian}/$record")) for user in ALL}


def test_no_two_readers_get_the_same(answers: dict[str, Resource]) -> None:
    seen = [frozenset(cells(answers[user])) for user in ALL]
    assert len(set(seen)) == len(ALL)


def test_everybody_hears_who_it_is_and_what_each_thing_rests_on(answers: dict[str, Resource]) -> None:
    for answer in answers.values():
        assert len(resources(answer, "Patient")) == 1
        facts = [r for r in resources(answer) if r["resourceType"] in types(answer)]
        proven = {t["reference"] for p in resources(answer, "Provenance") for t in p["target"]}
        assert {f"{r['resourceType']}/{r['id']}" for r in facts} <= proven
        assert all(controllers(r) for r in facts)


def test_the_doctor_sees_every_organisation_and_the_safeguarding_concern(
    answers: dict[str, Resource],
) -> None:
    seen = cells(answers["dr.patel"])
    assert {who for _, who in seen} == {
        "acute",
        "social-care",
        "mental-health",
        "housing",
        "gp",
        "care-home",
    }
    assert ("safeguarding", "social-care") in seen
    assert says(answers["dr.patel"], CONCERN)
    assert says(answers["dr.patel"], CARER)


def test_the_social_worker_sees_what_the_doctor_sees_but_no_measurements_nor_nursing_plan(
    answers: dict[str, Resource],
) -> None:
    doctor, social = cells(answers["dr.patel"]), cells(answers["sw.okafor"])
    assert social < doctor
    assert doctor - social == {
        ("plan", "acute"),  # the district nurses' own; the shared plan is shown to both
        ("results", "acute"),
        ("results", "gp"),
        ("procedures", "gp"),
        ("encounters", "mental-health"),
    }
    assert says(answers["sw.okafor"], CONCERN)
    assert "DiagnosticReport" not in types(answers["sw.okafor"])


def test_the_housing_officer_sees_the_home_and_the_plan_that_brian_agreed_to(
    answers: dict[str, Resource],
) -> None:
    answer = answers["ho.reid"]
    beyond = {cell for cell in cells(answer) if cell[0] != "demographics"}
    assert beyond == {
        ("needs", "housing"),
        ("contacts", "housing"),
        ("equipment", "housing"),
        ("home", "housing"),
        ("plan", "social-care"),
    }
    assert ("demographics", "care-home") in cells(answer, "outside-agreement")
    health = {"Condition", "AllergyIntolerance", "MedicationStatement", "DiagnosticReport", "Encounter"}
    assert not health & types(answer)
    assert not says(answer, "safeguarding")


def test_the_care_home_nurse_sees_what_a_stay_needs_and_is_told_that_there_is_more(
    answers: dict[str, Resource],
) -> None:
    answer = answers["chn.silva"]
    seen = cells(answer)
    assert {
        ("allergies", "gp"),
        ("medicines", "care-home"),
        ("medicines", "gp"),
        ("problems", "acute"),
        ("about-me", "social-care"),
    } <= seen
    assert not {who for _, who in seen} & {"housing"}
    assert not {heading for heading, _ in seen} & {"safeguarding", "home", "assessments"}
    assert not says(answer, CONCERN)
    assert not says(answer, "safeguarding")
    assert not says(answer, CARER)
    assert "withheld" in notices(answer)


def test_the_receptionist_sees_who_it_is_and_nothing_of_care(answers: dict[str, Resource]) -> None:
    answer = answers["rec.hall"]
    assert types(answer) == {"Patient", "Flag"}
    assert {heading for heading, _ in cells(answer, "answered")} == {"demographics", "needs"}
    flags = [e["resource"] for e in answer["entry"] if e["resource"]["resourceType"] == "Flag"]
    assert "Large print" in {flag["code"]["text"] for flag in flags}
    assert not any("afeguard" in str(flag) or "elf-neglect" in str(flag) for flag in flags)
    assert ("demographics", "housing") in cells(answer, "outside-agreement")


@pytest.mark.parametrize("path", ["$record", "$everything", "$summary", "$passport", "$plan", ""])
def test_a_doctor_from_outside_gets_the_bytes_that_an_unknown_person_gets(place: Place, path: str) -> None:
    outside = place.signed_in("dr.outside")
    brian = place.signed_in("dr.patel").find("brian")
    asked = {"X-Request-ID": "6d0b6e3c-0000-4000-8000-000000000001"}
    known = outside.get(f"/Patient/{brian}/{path}".rstrip("/"), headers=asked)
    unknown = outside.get(f"/Patient/{secrets.token_hex(16)}/{path}".rstrip("/"), headers=asked)
    assert known.status_code == 404
    assert known.content == unknown.content
    assert _headers(known) == _headers(unknown)


def test_no_reader_reads_a_son_through_his_father(place: Place, answers: dict[str, Resource]) -> None:
    gary = place.lives["gary"]
    assert gary.mental_health is not None
    own = [contact.note for contact in gary.mental_health.contacts]
    assert own
    for answer in answers.values():
        assert not any(says(answer, note) for note in own)


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted((k, v) for k, v in answer.headers.items() if k != "date")
