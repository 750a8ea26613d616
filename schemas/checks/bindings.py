"""Codes of required bindings that the published JSON schema leaves open.

What lives here: tables. What does not: bindings that the schema has as an ``enum`` already
(``Patient.gender``, ``Observation.status``, ...), and how the tables are applied (``schemas.checks.mend``).
Source: the value sets bound as *required* in FHIR R4 4.0.1.
"""

from __future__ import annotations

_DAYS = "mon tue wed thu fri sat sun"
_EVENT = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_REQUEST = "draft active on-hold revoked completed entered-in-error unknown"
_INTENT = "proposal plan directive order original-order reflex-order filler-order instance-order option"
_PRIORITY = "routine urgent asap stat"

CODES: dict[str, str] = {
    "CarePlan.status": _REQUEST,
    "CarePlan.intent": "proposal plan order option",
    "CarePlan_Detail.kind": "Appointment CommunicationRequest DeviceRequest MedicationRequest NutritionOrder "
    "Task ServiceRequest VisionPrescription",
    "ClinicalImpression.status": "in-progress completed entered-in-error",
    "Communication.status": _EVENT,
    "Communication.priority": _PRIORITY,
    "Composition.confidentiality": "U L M N R V",
    "Composition_RelatesTo.code": "replaces transforms signs appends",
    "Composition_Section.mode": "working snapshot changes",
    "DeviceRequest.status": _REQUEST,
    "DeviceRequest.intent": _INTENT,
    "DeviceRequest.priority": _PRIORITY,
    "DocumentReference.docStatus": "preliminary final amended entered-in-error",
    "Immunization.status": "completed entered-in-error not-done",
    "Location_HoursOfOperation.daysOfWeek": _DAYS,
    "MedicationRequest.status": "active on-hold cancelled completed entered-in-error stopped draft unknown",
    "MedicationRequest.intent": "proposal plan order original-order reflex-order filler-order "
    "instance-order option",
    "MedicationRequest.priority": _PRIORITY,
    "MedicationStatement.status": "active completed entered-in-error intended stopped on-hold unknown not-taken",
    "MedicationAdministration.status": "in-progress not-done on-hold completed entered-in-error stopped unknown",
    "MedicationDispense.status": "preparation in-progress cancelled on-hold completed entered-in-error stopped "
    "declined unknown",
    "Medication.status": "active inactive entered-in-error",
    "Media.status": _EVENT,
    "PractitionerRole_AvailableTime.daysOfWeek": _DAYS,
    "Procedure.status": _EVENT,
    "RiskAssessment.status": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "ServiceRequest.status": _REQUEST,
    "ServiceRequest.intent": _INTENT,
    "ServiceRequest.priority": _PRIORITY,
    "Task.priority": _PRIORITY,
}
"""``Type.element`` or ``Type_Part.element`` to its codes."""

CONCEPTS: dict[str, tuple[str, str]] = {
    "Condition.clinicalStatus": (
        "http://terminology.hl7.org/CodeSystem/condition-clinical",
        "active recurrence relapse inactive remission resolved",
    ),
    "Condition.verificationStatus": (
        "http://terminology.hl7.org/CodeSystem/condition-ver-status",
        "unconfirmed provisional differential confirmed refuted entered-in-error",
    ),
    "AllergyIntolerance.clinicalStatus": (
        "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
        "active inactive resolved",
    ),
    "AllergyIntolerance.verificationStatus": (
        "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
        "unconfirmed confirmed refuted entered-in-error",
    ),
}
"""Elements that are a CodeableConcept with a required binding: one coding must come from the set."""
