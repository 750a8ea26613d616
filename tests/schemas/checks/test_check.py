"""What is R4 is accepted whole; what is not is refused with the element named and no value repeated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.checks import check, check_bundle, resource_types, settle
from tests.schemas.checks.valid import ABSENT, TYPES, valid

DELETE = object()
CONTAINED = {"resourceType": "Organization", "id": "org", "name": "Beech House"}


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


# type, path, what is put there, the expression that must be named, the issue code
BROKEN: list[tuple[str, str, object, str, str]] = [
    # required elements, primitive, choice and complex
    ("Observation", "status", DELETE, "Observation.status", "required"),
    ("Observation", "code", DELETE, "Observation.code", "required"),
    ("Observation", "component.0.code", DELETE, "Observation.component[0].code", "required"),
    (
        "MedicationStatement",
        "medicationCodeableConcept",
        DELETE,
        "MedicationStatement.medication",
        "required",
    ),
    ("Immunization", "_occurrenceDateTime", DELETE, "Immunization.occurrence", "required"),
    ("Encounter", "class", DELETE, "Encounter.class", "required"),
    ("Task", "intent", DELETE, "Task.intent", "required"),
    ("Task", "input.0.valueDate", DELETE, "Task.input[0].value", "required"),
    ("Provenance", "recorded", DELETE, "Provenance.recorded", "required"),
    ("Composition", "title", DELETE, "Composition.title", "required"),
    ("QuestionnaireResponse", "item.0.linkId", DELETE, "QuestionnaireResponse.item[0].linkId", "required"),
    ("Patient", "text.status", DELETE, "Patient.text.status", "required"),
    ("Patient", "text.div", DELETE, "Patient.text.div", "required"),
    ("Location", "position.latitude", DELETE, "Location.position.latitude", "required"),
    # one type of a choice
    ("Observation", "valueString", "72", "Observation.value", "structure"),
    ("Patient", "deceasedDateTime", "2024-05-01", "Patient.deceased", "structure"),
    ("Immunization", "occurrenceString", "as a child", "Immunization.occurrence", "structure"),
    ("Goal", "target.0.dueDuration", {"value": 3}, "Goal.target[0].due", "structure"),
    # nothing empty
    ("Patient", "name", [], "Patient.name", "structure"),
    ("Patient", "name.0", {}, "Patient.name[0]", "structure"),
    ("Patient", "name.0.family", "", "Patient.name[0].family", "value"),
    ("Observation", "subject", {}, "Observation.subject", "structure"),
    ("Observation", "code.coding.0.system", "", "Observation.code.coding[0].system", "value"),
    ("Patient", "birthDate", None, "Patient.birthDate", "structure"),
    ("Patient", "name.0._given", [None, None], "Patient.name[0].given[1]", "structure"),
    # shapes of primitives
    ("Patient", "id", "x" * 65, "Patient.id", "value"),
    ("Patient", "id", "with space", "Patient.id", "value"),
    ("Patient", "id", "snake_case", "Patient.id", "value"),
    ("Patient", "birthDate", "1941-02-29", "Patient.birthDate", "value"),
    ("Patient", "birthDate", "1940-04-31", "Patient.birthDate", "value"),
    ("Patient", "birthDate", "29/02/1940", "Patient.birthDate", "value"),
    ("Observation", "effectiveDateTime", "2024-05-01T10:00:00", "Observation.effective", "value"),
    ("Observation", "effectiveDateTime", "2024-05-01T10:00Z", "Observation.effective", "value"),
    ("Provenance", "recorded", "2024-05-01", "Provenance.recorded", "value"),
    ("Observation", "valueQuantity.value", "high", "Observation.value.value", "value"),
    ("Observation", "valueQuantity.value", True, "Observation.value.value", "structure"),
    ("Patient", "deceasedBoolean", "false", "Patient.deceased", "structure"),
    ("Patient", "gender", ["female"], "Patient.gender", "code-invalid"),
    ("Patient", "name", {"family": "Test"}, "Patient.name", "structure"),
    ("Patient", "name.0.family", "a\x07b", "Patient.name[0].family", "value"),
    ("Patient", "multipleBirthInteger", Decimal("1.5"), "Patient.multipleBirth", "structure"),
    ("DocumentReference", "content.0.attachment.data", "SGVsbG8", "", "value"),
    ("DocumentReference", "content.0.attachment.data", "SGV$bG8=", "", "value"),
    ("DocumentReference", "content.0.attachment.data", "=SGVsbG8", "", "value"),
    ("MedicationRequest", "dosageInstruction.0.timing.repeat.count", 0, "", "value"),
    # codes of required bindings
    ("Patient", "gender", "M", "Patient.gender", "code-invalid"),
    ("Observation", "status", "done", "Observation.status", "code-invalid"),
    ("MedicationStatement", "status", "on", "MedicationStatement.status", "code-invalid"),
    ("MedicationRequest", "intent", "wish", "MedicationRequest.intent", "code-invalid"),
    ("Procedure", "status", "done", "Procedure.status", "code-invalid"),
    ("CarePlan", "intent", "directive", "CarePlan.intent", "code-invalid"),
    ("PractitionerRole", "availableTime.0.daysOfWeek.1", "tuesday", "", "code-invalid"),
    ("Condition", "clinicalStatus.coding.0.code", "on", "Condition.clinicalStatus.coding", "code-invalid"),
    ("Condition", "clinicalStatus", {"text": "active"}, "Condition.clinicalStatus.coding", "required"),
    (
        "AllergyIntolerance",
        "clinicalStatus.coding.0.system",
        "http://example.org/other",
        "AllergyIntolerance.clinicalStatus.coding",
        "code-invalid",
    ),
    # names of other things
    ("Observation", "code.coding.0.system", "loinc", "Observation.code.coding[0].system", "value"),
    ("Patient", "identifier.0.system", "nhs-number", "Patient.identifier[0].system", "value"),
    ("Bundle", "entry.0.fullUrl", "Flag/f1", "Bundle.entry[0].fullUrl", "value"),
    ("Patient", "extension", [{"url": "local", "valueString": "x"}], "Patient.extension[0].url", "value"),
    ("Observation", "subject.reference", "the lady in bed 4", "Observation.subject.reference", "value"),
    ("Observation", "subject.reference", "Citizen/p1", "Observation.subject.reference", "value"),
    ("Observation", "subject.reference", "Patient/p 1", "Observation.subject.reference", "value"),
    # elements that are not there in R4
    ("Patient", "nickname", "Addie", "Patient.nickname", "structure"),
    ("Patient", "name.0.middle", "May", "Patient.name[0].middle", "structure"),
    ("Encounter", "actualPeriod", {"start": "2024"}, "Encounter.actualPeriod", "structure"),  # R5
    ("Patient", "9990000018", "x", "Patient.?", "structure"),
    # siblings
    ("Observation", "valueQuantity.system", DELETE, "Observation.value.system", "required"),
    ("Patient", "telecom.0.system", DELETE, "Patient.telecom[0].system", "required"),
    ("DocumentReference", "content.0.attachment.contentType", DELETE, "", "required"),
    ("Patient", "extension", [{"url": "http://example.org/e"}], "Patient.extension[0]", "invariant"),
    # the right way round
    ("Encounter", "period.end", "2024-04-30", "Encounter.period", "invariant"),
    ("Patient", "address.0.period.end", "2020-04", "Patient.address[0].period", "invariant"),
    (
        "Observation",
        "component.0",
        {"code": {"text": "r"}, "valueRange": {"low": {"value": 2}, "high": {"value": 1}}},
        "Observation.component[0].value",
        "invariant",
    ),
    # one element against another
    (
        "Condition",
        "verificationStatus.coding.0.code",
        "entered-in-error",
        "Condition.clinicalStatus",
        "invariant",
    ),
    ("Condition", "abatementDateTime", "2020", "Condition.abatement", "invariant"),
    ("AllergyIntolerance", "clinicalStatus", DELETE, "AllergyIntolerance.clinicalStatus", "invariant"),
    ("Observation", "dataAbsentReason", {"text": "x"}, "Observation.dataAbsentReason", "invariant"),
    (
        "Observation",
        "referenceRange.0",
        {"type": {"text": "x"}},
        "Observation.referenceRange[0]",
        "invariant",
    ),
    ("Patient", "contact.0", {"gender": "male"}, "Patient.contact[0]", "invariant"),
    ("Organization", "name", DELETE, "Organization", "invariant"),
    ("Organization", "telecom", [{"system": "phone", "use": "home", "value": "1"}], "", "invariant"),
    ("List", "emptyReason", {"text": "none"}, "List.emptyReason", "invariant"),
    ("Appointment", "end", DELETE, "Appointment.start", "invariant"),
    ("Appointment", "end", "2024-05-01T09:59:59Z", "Appointment.end", "invariant"),
    ("Consent", "policyRule", DELETE, "Consent.policyRule", "invariant"),
    ("Goal", "target.0.measure", DELETE, "Goal.target[0].measure", "invariant"),
    ("Task", "lastModified", "2024-04-30", "Task.lastModified", "invariant"),
    ("Composition", "section.0.text", DELETE, "Composition.section[0]", "invariant"),
    ("CarePlan", "activity.0.reference", {"display": "x"}, "CarePlan.activity[0]", "invariant"),
    ("QuestionnaireResponse", "item.0.item", [{"linkId": "2"}], "QuestionnaireResponse.item[0]", "invariant"),
    # narrative, wherever it stands
    ("Patient", "text.div", "<div>no namespace</div>", "Patient.text.div", "invariant"),
    ("Composition", "section.0.text.div", "<p/>", "Composition.section[0].text.div", "invariant"),
    # resources inside resources
    (
        "Patient",
        "managingOrganization",
        {"reference": "#org"},
        "Patient.managingOrganization.reference",
        "invariant",
    ),
    ("Patient", "contained", [CONTAINED], "Patient.contained[0]", "invariant"),
    ("Patient", "contained", [{"name": "x"}], "Patient.contained[0].resourceType", "required"),
    ("Bundle", "entry.0.resource.status", "maybe", "Bundle.entry[0].resource.status", "code-invalid"),
    (
        "Bundle",
        "entry.0.resource.resourceType",
        "Nonsense",
        "Bundle.entry[0].resource.resourceType",
        "structure",
    ),
    ("Patient", "resourceType", "Citizen", "Resource.resourceType", "structure"),
    ("Patient", "resourceType", DELETE, "Resource.resourceType", "structure"),
]


def _name(row: tuple[str, str, object, str, str]) -> str:
    return f"{row[0]}.{row[1]}-{row[4]}"


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
