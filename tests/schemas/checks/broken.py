"""The table of broken resources: one element of a valid one changed, added or taken out in each row."""

from __future__ import annotations

from decimal import Decimal

from tests.schemas.checks.valid import CONTAINED

DELETE = object()

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
