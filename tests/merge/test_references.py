"""References lead to entries of the record, or are words."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.codes import Heading
from tests.merge.tellings import PERSON, allergy, concept, problem, record, told

HERE = {"reference": f"Patient/{PERSON}"}


def observation(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": concept("1")} | elements


def encounter(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"}} | elements


def by_id(pairs: Any) -> dict[str, Any]:
    return {entry.entry_id: entry.resource for entry in record(pairs).entries}


@pytest.mark.parametrize(
    "reference",
    [
        {"reference": "Encounter/e1"},
        {"reference": "https://host.example/fhir/Encounter/e1/_history/3"},
        {"reference": "Encounter/VISIT7"},
        {"type": "Encounter", "identifier": {"system": "https://place.example/visit", "value": "VISIT7"}},
    ],
    ids=["statement", "absolute", "local", "logical"],
)
def test_a_reference_to_something_shown_leads_to_its_entry(reference: dict[str, Any]) -> None:
    visit = encounter(identifier=[{"system": "https://place.example/visit", "value": "VISIT7"}])
    found = by_id([told(visit, id="e1"), told(observation(encounter=reference), id="o1")])
    assert found["o1"]["encounter"] == {"reference": "Encounter/e1"}


def test_a_reference_to_a_folded_statement_leads_to_the_entry_that_holds_it() -> None:
    pairs = [
        told(problem(), id="a", on=1),
        told(problem(), "gp", id="b", on=2),
        told(encounter(diagnosis=[{"condition": {"reference": "Condition/b"}}]), "gp", id="e"),
    ]
    assert by_id(pairs)["e"]["diagnosis"] == [{"condition": {"reference": "Condition/a"}}]


def test_a_dead_reference_becomes_words() -> None:
    told_of = observation(
        encounter={"reference": "Encounter/gone"},
        performer=[{"reference": "Practitioner/1", "display": "Dr Reed"}],
    )
    found = by_id([told(told_of, id="o")])["o"]
    assert found["encounter"] == {"display": "not shown here"}
    assert found["performer"] == [{"display": "Dr Reed"}]


def test_a_local_id_of_another_source_is_not_followed() -> None:
    visit = encounter(identifier=[{"system": "https://place.example/visit", "value": "7"}])
    found = by_id(
        [told(visit, id="e1"), told(observation(encounter={"reference": "Encounter/7"}), "gp", id="o")]
    )
    assert found["o"]["encounter"] == {"display": "not shown here"}


def test_an_organisation_by_its_code_stays() -> None:
    ods = {
        "type": "Organization",
        "identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z"},
    }
    assert by_id([told(observation(performer=[ods]), id="o")])["o"]["performer"] == [ods]


@pytest.mark.parametrize(
    "own",
    [
        {"reference": "Patient/local-7"},
        {"reference": "Patient/local-7/_history/2"},
        {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"},
        {"type": "Patient", "identifier": {"system": "https://place.example/person", "value": "7"}},
    ],
    ids=["literal", "versioned", "urn", "logical"],
)
def test_the_person_is_the_person_whatever_a_source_calls_them(own: dict[str, Any]) -> None:
    found = by_id([told(observation(subject=own, performer=[own]), id="o")])["o"]
    assert (found["subject"], found["performer"]) == (HERE, [HERE])


def test_another_patient_is_not_the_person() -> None:
    told_of = observation(subject={"reference": "Patient/1"}, performer=[{"reference": "Patient/2"}])
    assert by_id([told(told_of, id="o")])["o"]["performer"] == [{"display": "not shown here"}]


def test_an_observation_of_a_home_is_not_of_the_person() -> None:
    home = {"resourceType": "Location", "name": "Flat"}
    stairs = observation(subject={"reference": "Location/h"})
    pairs = [
        told(home, "housing", id="h", heading=Heading.HOME),
        told(stairs, "housing", id="o", heading=Heading.HOME),
    ]
    found = by_id(pairs)
    assert found["o"]["subject"] == {"reference": "Location/h"}
    assert "subject" not in found["h"]


def test_the_person_is_named_even_where_the_source_left_them_out() -> None:
    assert by_id([told(allergy(), id="a")])["a"]["patient"] == HERE


def test_what_is_contained_is_still_found_inside() -> None:
    inside = {"reference": "#m1"}
    assert by_id([told(observation(device=inside), id="o")])["o"]["device"] == inside
