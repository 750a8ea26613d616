"""What a neighbour tells keeps its first teller, its identifiers and its labels, and means here what it meant there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.fhir_server import answer
from adapters.source import Raw
from schemas.checks import refusals
from schemas.codes import Category, Heading
from schemas.contribution import Statement, Translated
from schemas.identifiers import CATEGORY_TAG, HEADING_TAG, SOURCE_TAG, STATEMENT_ID, Identifier, SubjectKey
from tests.adapters.fhir_server.neighbours import (
    BASE,
    DIGITS,
    NOW,
    NUMBER,
    Server,
    allergy,
    entry,
    page,
    patient,
    source,
    tagged,
)

assert NUMBER is not None
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
OURS = "0123456789abcdef0123456789abcdef"


def _translated(*resources: dict[str, Any], **settings: Any) -> Translated:
    pages = [json.dumps(page([patient()])).encode(), json.dumps(page(resources)).encode()]
    content = answer.frame(BASE, NUMBER, ["p1"], pages)
    made = source(Server(), **settings).translate(Raw("north", answer.FORM, content, NOW))
    assert [p for s in made.statements for p in refusals(s)] == []
    return made


def _one(type_: str, *resources: dict[str, Any], **settings: Any) -> Statement:
    (found,) = [s for s in _translated(*resources, **settings).statements if s.type == type_]
    return found


def _flag(*labels: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "id": "f1",
        "meta": {"security": [{"code": label} for label in labels]},
        "status": "active",
        "code": {"text": "Do not visit alone"},
        "subject": {"reference": "Patient/p1"},
    } | more


def test_a_fact_of_the_neighbours_own_is_its_own() -> None:
    told = _one("AllergyIntolerance", allergy(), categories=["primary-care"])
    assert (told.controller, told.category, told.heading) == (
        "ZNR01",
        Category.PRIMARY_CARE,
        Heading.ALLERGIES,
    )
    assert told.true_time == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert told.identifier == Identifier(f"{BASE}/AllergyIntolerance", "a1")
    assert {"system": "https://north.example/allergies", "value": "N-a1"} in told.resource["identifier"]
    assert "patient" not in told.resource


def test_a_fact_told_again_keeps_its_controller_source_ids_time_and_place() -> None:
    first = tagged(
        allergy(OURS),
        "ZAC01",
        tag=[
            {"system": HEADING_TAG, "code": "alerts"},
            {"system": CATEGORY_TAG, "code": "acute"},
            {"system": STATEMENT_ID, "code": "f" * 32},
        ],
        security=[{"code": "R"}, {"code": "PSY"}],
    )
    origin = {
        "resourceType": "Provenance",
        "id": "o",
        "target": [{"reference": f"AllergyIntolerance/{OURS}"}],
        "recorded": "2026-11-22T08:00:00Z",
        "occurredDateTime": "2026-02-03T04:05:06Z",
        "agent": [{"who": {"display": "x"}}],
    }
    told = _one(
        "AllergyIntolerance",
        first,
        entry(origin, "include"),
        controllers=["ZAC01"],
        categories=["primary-care", "acute"],
    )
    assert (told.controller, told.subject) == ("ZAC01", SubjectKey("ZNR01/north", "p1"))
    assert (told.heading, told.category) == (Heading.ALERTS, Category.ACUTE)
    assert told.true_time == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert told.labels == {"R", "PSY"}
    assert told.identifier == Identifier(STATEMENT_ID, OURS)
    assert told.resource["meta"]["tag"] == [
        {"system": SOURCE_TAG, "code": "acute"},
        {"system": STATEMENT_ID, "code": "f" * 32},
        {"system": STATEMENT_ID, "code": OURS},
    ]
    assert told.resource["identifier"][0]["value"] == f"N-{OURS}"


def test_a_neighbour_speaks_only_for_those_that_it_may_speak_for() -> None:
    made = _translated(tagged(allergy("a1"), "ZAC01"), allergy("a2"), controllers=["ZSC01"])
    assert [s.identifier.value for s in made.statements if s.type != "Patient"] == ["a2"]
    assert [r.field for r in made.refusals] == ["meta.tag"]


def test_the_person_is_claimed_once_as_the_neighbour_knows_them_with_the_number_that_was_asked_for() -> None:
    made = _translated(
        tagged(patient("s1", None), "ZHO01", "housing"),
        tagged(allergy("a1"), "ZAC01"),
        controllers=["ZAC01", "ZHO01"],
    )
    (claim,) = made.subjects
    assert (claim.key, claim.nhs_number) == (SubjectKey("ZNR01/north", "p1"), NUMBER)
    assert {(s.subject, s.controller) for s in made.statements} == {
        (claim.key, c) for c in ("ZNR01", "ZHO01", "ZAC01")
    }
    assert not made.relationships
    assert not made.choices


@pytest.mark.parametrize("element", ["status", "verificationStatus"])
def test_what_was_entered_in_error_arrives_as_that(element: str) -> None:
    error = {"coding": [{"system": VERIFICATION, "code": "entered-in-error"}]}
    if element == "status":
        told = _one("Flag", _flag("N", status="entered-in-error"))
    else:
        wrong = allergy(verificationStatus=error)
        del wrong["clinicalStatus"]
        told = _one("AllergyIntolerance", wrong)
    assert "entered-in-error" in json.dumps(told.resource[element])


def test_references_hold_here_or_are_words() -> None:
    encounter = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": f"{BASE}/Patient/p1/_history/2"},
        "serviceProvider": {"reference": "Organization/o1"},
        "participant": [{"individual": {"reference": "Practitioner/d1"}}],
        "partOf": {"reference": "Encounter/not-told"},
        "diagnosis": [{"condition": {"reference": "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7"}}],
    }
    condition = {
        "resourceType": "Condition",
        "id": "c1",
        "code": {"text": "Asthma"},
        "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": "Encounter/e1"},
    }
    ods = {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZNR01"}
    made = _translated(
        encounter,
        entry(condition, url="urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        entry({"resourceType": "Organization", "id": "o1", "name": "North", "identifier": [ods]}, "include"),
        {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Hale", "prefix": ["Dr"]}]},
    )
    told = {s.type: s.resource for s in made.statements}
    visit = told["Encounter"]
    assert visit["serviceProvider"] == {"type": "Organization", "identifier": ods, "display": "North"}
    assert visit["participant"][0]["individual"] == {"type": "Practitioner", "display": "Dr Hale"}
    assert visit["partOf"] == {"type": "Encounter", "display": "not told by this source"}
    assert visit["diagnosis"][0]["condition"]["identifier"] == told["Condition"]["identifier"][-1]
    assert told["Condition"]["encounter"]["identifier"] == visit["identifier"][-1]
    assert "reference" not in json.dumps([visit, told["Condition"]])


@pytest.mark.parametrize("more", [{}, {"form": {"text": "tablet"}}], ids=["code", "more"])
def test_a_medicine_told_apart_is_written_into_its_statement(more: dict[str, Any]) -> None:
    drug = {"resourceType": "Medication", "id": "m1", "code": {"text": "Warfarin 1mg tablets"}} | more
    statement = {
        "resourceType": "MedicationStatement",
        "id": "s1",
        "status": "active",
        "medicationReference": {"reference": "Medication/m1"},
        "subject": {"reference": "Patient/p1"},
    }
    told = _one("MedicationStatement", statement, drug).resource
    if more:
        assert told["medicationReference"] == {"reference": "#medication"}
        assert told["contained"][0]["code"]["text"] == "Warfarin 1mg tablets"
    else:
        assert told["medicationCodeableConcept"] == {"text": "Warfarin 1mg tablets"}
        assert "medicationReference" not in told


def test_what_the_neighbour_could_not_tell_reaches_the_reader() -> None:
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "warning",
                "code": "incomplete",
                "details": {"text": "The hospital did not answer."},
            },
            {"severity": "information", "code": "informational", "diagnostics": "13 ms"},
        ],
    }
    told = _one("Flag", allergy(), entry(outcome, "outcome"))
    assert told.heading is Heading.ALERTS
    assert told.resource["code"]["text"].endswith("The hospital did not answer.")
    assert told.resource["period"]["end"] > NOW.isoformat()


def test_an_outcome_is_never_a_fact() -> None:
    assert [s.type for s in _translated(entry(allergy(), "outcome")).statements] == ["Patient"]


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        (allergy() | {"patient": {}}, "subject"),
        (allergy() | {"patient": {"reference": "Group/g"}}, "subject"),
        (allergy() | {"criticality": "hih"}, "AllergyIntolerance.criticality"),
        (
            {
                "resourceType": "Basic",
                "id": "b",
                "code": {"text": "x"},
                "subject": {"reference": "Patient/p1"},
            },
            "resourceType",
        ),
        (tagged(allergy(), "ZNR01", tag=[{"system": CATEGORY_TAG, "code": "housing"}]), "resourceType"),
    ],
    ids=["nobody", "group", "not-r4", "kind", "category"],
)
def test_what_cannot_be_read_waits_by_field_and_the_rest_is_kept(
    resource: dict[str, Any], field: str
) -> None:
    made = _translated(resource | {"id": "bad"}, allergy("good"))
    assert [s.identifier.value for s in made.statements] == ["p1", "good"]
    assert made.refusals
    assert made.refusals[0].field == field
    assert DIGITS not in repr(made.refusals)


def test_a_restricted_patient_is_location_restricted_here_too() -> None:
    made = _translated(patient() | {"meta": {"security": [{"code": "R"}]}})
    assert made.subjects[0].location_restricted is True


def test_former_names_and_links_are_not_told() -> None:
    made = _translated(
        patient(
            name=[{"family": "MARSH"}, {"use": "old", "family": "REED"}],
            link=[{"other": {"reference": "Patient/p9"}, "type": "seealso"}],
        )
    )
    (told,) = made.statements
    assert "REED" not in json.dumps(told.resource)
    assert "link" not in told.resource


def test_the_same_answer_says_the_same_at_any_time() -> None:
    made = _translated(allergy(), _flag("R"))
    assert made == _translated(allergy(), _flag("R"))
    undated = allergy()
    del undated["meta"], undated["recordedDate"]
    assert _one("AllergyIntolerance", undated).true_time.year == 1970


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    element=st.sampled_from(
        ["id", "meta", "identifier", "patient", "code", "contained", "resourceType", "extension", "period"]
    ),
    junk=_JUNK,
    whose=st.sampled_from(["allergy", "patient", "organization", "provenance", "outcome"]),
)
def test_no_shape_of_any_element_makes_translating_raise(element: str, junk: Any, whose: str) -> None:
    resource = {
        "allergy": allergy(),
        "patient": patient(),
        "organization": {"resourceType": "Organization", "id": "o1", "name": "North"},
        "provenance": {"resourceType": "Provenance", "id": "x", "target": [{"reference": "Patient/p1"}]},
        "outcome": {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]},
    }[whose]
    content = answer.frame(
        BASE, NUMBER, ["p1"], [json.dumps(page([patient(), resource | {element: junk}])).encode()]
    )
    source(Server()).translate(Raw("north", answer.FORM, content, NOW))


@settings(deadline=None)
@given(content=st.binary(max_size=200) | _JUNK.map(lambda j: json.dumps(j).encode()))
def test_no_bytes_make_translating_raise(content: bytes) -> None:
    made = source(Server()).translate(Raw("north", answer.FORM, content, NOW))
    assert made.statements == ()
    assert made.refusals
