"""What is R4 is accepted whole; what is not is refused with the element named and no value repeated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.checks import check, check_bundle, resource_types, settle
from tests.schemas.checks.broken import BROKEN, DELETE
from tests.schemas.checks.valid import ABSENT, CONTAINED, TYPES, valid


@pytest.mark.parametrize("type_name", TYPES)
def test_a_valid_resource_has_no_problem(type_name: str) -> None:
    assert check(valid(type_name)) == []


def _set(resource: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """``resource`` with the element at a dotted path changed, added or taken out."""
    *parents, last = path.split(".")
    node: Any = resource
    for step in parents:
        node = node[int(step) if isinstance(node, list) else step]
    at = int(last) if isinstance(node, list) else last
    if value is DELETE:
        del node[at]
    else:
        node[at] = value
    return resource


def _name(row: tuple[str, str, object, str, str]) -> str:
    element = "ten-digits" if row[1].isdigit() else row[1]  # names of tests are output too
    return f"{row[0]}.{element}-{row[4]}"


@pytest.mark.parametrize("row", BROKEN, ids=_name)
def test_a_broken_resource_is_refused_with_its_element_named(row: tuple[str, str, object, str, str]) -> None:
    type_name, path, value, expression, code = row
    problems = check(_set(valid(type_name), path, value))
    if not expression:  # the path itself, as FHIRPath writes it
        expression = type_name
        for step in path.split("."):
            expression += f"[{step}]" if step.isdigit() else f".{step}"
    assert problems
    assert any(p.expression.startswith(expression) for p in problems), problems
    assert any(p.code == code for p in problems), problems


@pytest.mark.parametrize("row", BROKEN, ids=_name)
def test_a_problem_repeats_no_value(row: tuple[str, str, object, str, str]) -> None:
    type_name, path, value, _, _ = row
    for problem in check(_set(valid(type_name), path, value)):
        for sent in ("9990000018", "Ada", "Test", "snake_case", "wish", "nhs-number", "Citizen", "Nonsense"):
            assert sent not in problem.reason
            assert sent not in problem.expression


@pytest.mark.parametrize(
    ("type_name", "path", "value"),
    [
        ("Observation", "_status", ABSENT),
        ("Observation", "valueQuantity.value", "6.50"),  # let in, see settle
        ("Observation", "valueQuantity.value", Decimal("6.50")),
        ("Patient", "name.0.family", "Test\u00a0Person"),
        ("Patient", "birthDate", "2000-02-29"),
        ("Patient", "_birthDate", ABSENT),
        ("Patient", "gender", "unknown"),
        ("DocumentReference", "content.0.attachment.data", "SGVs\r\nbG8="),
        ("Encounter", "period.end", "2024-05-01T00:00:00Z"),
        ("Encounter", "period.end", "2024"),
        ("Condition", "clinicalStatus", ABSENT),
        (
            "Condition",
            "clinicalStatus.coding",
            [
                {"system": "http://example.org/own", "code": "on"},
                *valid("Condition")["clinicalStatus"]["coding"],
            ],
        ),
        (
            "Patient",
            "extension",
            [{"url": "http://example.org/e", "extension": [{"url": "local", "valueString": "x"}]}],
        ),
        ("Provenance", "recorded", "2024-06-30T23:59:60Z"),
        ("Observation", "subject.reference", "https://example.org/fhir/Patient/p1/_history/2"),
        ("Observation", "subject.reference", "Patient/p1/_history/2"),
        ("Observation", "subject.reference", "urn:uuid:0f0f0f0f-0000-4000-8000-000000000001"),
        ("Observation", "subject.reference", "Patient?identifier=https://example.org/id|1"),
    ],
)
def test_unusual_but_valid_shapes_are_accepted(type_name: str, path: str, value: object) -> None:
    assert check(_set(valid(type_name), path, value)) == []


def test_a_required_primitive_may_be_stood_in_for() -> None:
    resource = valid("Observation")
    del resource["status"]
    assert check({**resource, "_status": ABSENT}) == []


def test_contained_resources_are_checked_where_they_stand() -> None:
    patient = valid("Patient") | {"managingOrganization": {"reference": "#org"}, "contained": [CONTAINED]}
    assert check(patient) == []
    unnamed = {key: value for key, value in CONTAINED.items() if key != "name"}
    (problem,) = check(patient | {"contained": [unnamed]})
    assert problem.expression == "Patient.contained[0]"
    (problem,) = check(patient | {"contained": [CONTAINED | {"meta": {"versionId": "1"}}]})
    assert problem.expression == "Patient.contained[0].meta.versionId"


def test_settling_makes_numbers_of_decimals_sent_as_strings_and_of_nothing_else() -> None:
    sent = valid("Observation")
    sent["valueQuantity"]["value"] = "6.50"
    sent["component"][0] = {"code": {"text": "x"}, "valueString": "6.50"}
    assert settle(sent)["valueQuantity"]["value"] == Decimal("6.50")
    assert str(settle(sent)["valueQuantity"]["value"]) == "6.50"
    assert settle(sent)["component"] is sent["component"]
    assert sent["valueQuantity"]["value"] == "6.50"
    untouched = valid("Patient")
    assert settle(untouched) is untouched


def test_a_large_body_that_is_wrong_throughout_is_refused_without_listing_it_all() -> None:
    observation = valid("Observation") | {"component": [{} for _ in range(20_000)]}
    assert 1 <= len(check(observation)) <= 100
    entries = [{"resource": {"resourceType": "Patient", "gender": "M"}}] * 5_000
    assert len(check_bundle({"resourceType": "Bundle", "type": "collection", "entry": entries})) == 100


@pytest.mark.parametrize(
    "value", [None, [], "Patient", 1, {"resourceType": ["Patient"]}, {"resourceType": {}}]
)
def test_what_is_not_a_resource_at_all_is_said_to_be_so(value: object) -> None:
    assert check(value)
    assert check_bundle(value)


def test_only_r4_types_are_known() -> None:
    assert len(resource_types()) == 146  # 148 less the two abstract ones
    assert {"MedicinalProduct", "EpisodeOfCare"} <= resource_types()
    assert not {"Citation", "SubscriptionTopic", "Permission"} & resource_types()
