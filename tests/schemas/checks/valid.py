"""One small valid resource of each type that the record holds, for tests to break. Nobody real is in them."""

from __future__ import annotations

import copy
from typing import Any

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Mobilises with a frame.</p></div>'
ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
CONTAINED = {"resourceType": "Organization", "id": "org", "name": "Beech House"}
_SUBJECT = {"reference": "Patient/p1"}
_TEXT = {"text": "as the source said it"}


def _status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{TERMINOLOGY}/{system}", "code": code}]}


_BY_TYPE: dict[str, dict[str, Any]] = {
    "Patient": {
        "id": "p1",
        "text": {"status": "generated", "div": DIV},
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
        "name": [{"family": "Test", "given": ["Ada", None], "_given": [None, ABSENT]}],
        "telecom": [{"system": "phone", "value": "01632 960001"}],
        "gender": "female",
        "birthDate": "1940-02-29",
        "deceasedBoolean": False,
        "address": [{"line": ["1 Test Street"], "period": {"start": "2020-05", "end": "2020-05-17"}}],
        "contact": [{"name": {"text": "A Friend"}}],
    },
    "Encounter": {"status": "finished", "class": {"code": "IMP"}, "period": {"start": "2024-05-01"}},
    "Condition": {
        "clinicalStatus": _status("condition-clinical", "active"),
        "verificationStatus": _status("condition-ver-status", "confirmed"),
        "code": _TEXT,
        "subject": _SUBJECT,
        "onsetDateTime": "2019",
    },
    "AllergyIntolerance": {
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "criticality": "high",
        "patient": _SUBJECT,
        "reaction": [{"manifestation": [_TEXT], "severity": "severe"}],
    },
    "Observation": {
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": _SUBJECT,
        "effectiveDateTime": "2024-05-01T10:00:00+01:00",
        "valueQuantity": {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
        "component": [{"code": _TEXT, "valueString": "regular"}],
        "referenceRange": [{"text": "own normal 60-80"}],
    },
    "MedicationStatement": {"status": "active", "medicationCodeableConcept": _TEXT, "subject": _SUBJECT},
    "MedicationRequest": {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": _TEXT,
        "subject": _SUBJECT,
        "dosageInstruction": [{"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}],
    },
    "Procedure": {"status": "completed", "subject": _SUBJECT, "performedString": "in childhood"},
    "DiagnosticReport": {"status": "final", "code": _TEXT},
    "Immunization": {
        "status": "completed",
        "vaccineCode": _TEXT,
        "patient": _SUBJECT,
        "_occurrenceDateTime": ABSENT,
    },
    "DocumentReference": {
        "status": "current",
        "content": [{"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}}],
    },
    "CarePlan": {
        "status": "active",
        "intent": "plan",
        "subject": _SUBJECT,
        "activity": [{"detail": {"status": "scheduled"}}],
    },
    "Goal": {
        "lifecycleStatus": "active",
        "description": _TEXT,
        "subject": _SUBJECT,
        "target": [{"measure": _TEXT, "detailString": "to the shop and back", "dueDate": "2024-09-01"}],
    },
    "CareTeam": {"status": "active", "participant": [{"member": {"display": "District nurse"}}]},
    "Task": {
        "status": "requested",
        "intent": "order",
        "authoredOn": "2024-05-01",
        "lastModified": "2024-05-02",
        "reasonCode": _TEXT,
        "reasonReference": {"display": "a fall"},
        "input": [{"type": _TEXT, "valueDate": "2024-05-09"}],
    },
    "ServiceRequest": {"status": "active", "intent": "order", "subject": _SUBJECT},
    "EpisodeOfCare": {"status": "active", "patient": _SUBJECT},
    "Flag": {"status": "active", "code": _TEXT, "subject": _SUBJECT},
    "Consent": {
        "status": "active",
        "scope": {"coding": [{"system": f"{TERMINOLOGY}/consentscope", "code": "patient-privacy"}]},
        "category": [_TEXT],
        "patient": _SUBJECT,
        "policyRule": _TEXT,
        "provision": {"type": "deny", "period": {"start": "2024-01-01", "end": "2025-01-01"}},
    },
    "RelatedPerson": {"patient": _SUBJECT},
    "Organization": {"name": "Beech House"},
    "Practitioner": {"name": [{"text": "A Nurse"}]},
    "PractitionerRole": {"availableTime": [{"daysOfWeek": ["mon", "tue"]}]},
    "Location": {"position": {"longitude": -0.5, "latitude": 53.5}},
    "Appointment": {
        "status": "booked",
        "start": "2024-05-01T10:00:00Z",
        "end": "2024-05-01T10:10:00Z",
        "participant": [{"actor": _SUBJECT, "status": "accepted"}],
    },
    "Provenance": {
        "target": [{"reference": "Observation/o1"}],
        "recorded": "2024-05-01T10:00:00.000Z",
        "agent": [{"who": {"display": "Ward system"}}],
    },
    "Composition": {
        "status": "final",
        "type": _TEXT,
        "date": "2024-05-01",
        "author": [{"display": "Beech House"}],
        "title": "Discharge and transfer record",
        "section": [{"title": "Needs", "text": {"status": "additional", "div": DIV}}],
    },
    "List": {"status": "current", "mode": "snapshot", "entry": [{"item": {"display": "an entry"}}]},
    "QuestionnaireResponse": {
        "status": "completed",
        "item": [{"linkId": "1", "answer": [{"valueDecimal": 3.5, "item": [{"linkId": "1.1"}]}]}],
    },
    "DeviceRequest": {
        "status": "active",
        "intent": "order",
        "codeCodeableConcept": _TEXT,
        "subject": _SUBJECT,
    },
    "Device": {"deviceName": [{"name": "Through-floor lift", "type": "user-friendly-name"}]},
    "Communication": {"status": "completed", "payload": [{"contentString": "family told"}]},
    "Specimen": {"collection": {"collectedDateTime": "2024-05-01"}},
    "Bundle": {
        "type": "collection",
        "entry": [
            {
                "fullUrl": "https://example.org/fhir/Flag/f1",
                "resource": {"resourceType": "Flag", "id": "f1", "status": "active", "code": _TEXT}
                | {"subject": _SUBJECT},
            }
        ],
    },
}

TYPES = tuple(_BY_TYPE)


def valid(type_name: str) -> dict[str, Any]:
    """A fresh copy, to be broken at will."""
    return {"resourceType": type_name, **copy.deepcopy(_BY_TYPE[type_name])}
