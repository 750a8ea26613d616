"""A GP system's structured record as STU3, written by hand for a person who does not exist."""

from __future__ import annotations

import json
from typing import Any

from tests.adapters.fhir_server.neighbours import DIGITS, NHS, OTHER

GPC = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-"
CC = "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-"
CODES = "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-"
SNOMED = "http://snomed.info/sct"
CROSS_CARE = "https://fhir.nhs.uk/Id/cross-care-setting-identifier"
WHOM = {"reference": "Patient/9"}


def coded(code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": SNOMED, "code": code, "display": text}]}


def lasting(value: str) -> list[dict[str, str]]:
    return [{"system": CROSS_CARE, "value": f"10000000-0000-4000-8000-{value:>012}"}]


PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "9",
    "identifier": [{"system": NHS, "value": DIGITS}],
    "name": [{"use": "official", "family": "Marsh", "given": ["Ada"], "prefix": ["Mrs"]}],
    "gender": "female",
    "birthDate": "1941-07-14",
    "generalPractitioner": [{"reference": "Practitioner/2"}],
}
PENICILLIN: dict[str, Any] = {
    "resourceType": "AllergyIntolerance",
    "id": "31",
    "identifier": lasting("31"),
    "clinicalStatus": "active",
    "verificationStatus": "unconfirmed",
    "category": ["medication"],
    "code": coded("764146007", "Penicillin"),
    "patient": WHOM,
    "assertedDate": "2011-02-03T10:00:00+00:00",
    "recorder": {"reference": "Practitioner/2"},
    "reaction": [{"manifestation": [coded("271807003", "Rash")], "severity": "severe"}],
}
SEPTRIN: dict[str, Any] = {
    "resourceType": "AllergyIntolerance",
    "id": "32",
    "identifier": lasting("32"),
    "clinicalStatus": "active",
    "verificationStatus": "unconfirmed",
    "code": coded("196461000000101", "Transfer-degraded drug allergy") | {"text": "Septrin"},
    "patient": WHOM,
    "assertedDate": "2009-01-01",
}
ENDED: dict[str, Any] = {
    "resourceType": "AllergyIntolerance",
    "id": "ended-1",
    "identifier": lasting("33"),
    "extension": [
        {
            "url": f"{GPC}AllergyIntoleranceEnd-1",
            "extension": [
                {"url": "endDate", "valueDateTime": "2018-03-01"},
                {"url": "reasonEnded", "valueString": "Tolerated since"},
            ],
        }
    ],
    "clinicalStatus": "active",
    "verificationStatus": "unconfirmed",
    "code": coded("196461000000101", "Transfer-degraded drug allergy") | {"text": "Resolved 'Amoxicillin'"},
    "patient": WHOM,
    "assertedDate": "2005-05-05",
}
WARFARIN: dict[str, Any] = {
    "resourceType": "Medication",
    "id": "41",
    "code": {"coding": [{"system": SNOMED, "code": "319733000", "display": "Warfarin 1mg tablets"}]},
}
STATEMENT: dict[str, Any] = {
    "resourceType": "MedicationStatement",
    "id": "42",
    "identifier": lasting("42"),
    "basedOn": [{"reference": "MedicationRequest/43"}],
    "context": {"reference": "Encounter/61"},
    "status": "active",
    "medicationReference": {"reference": "Medication/41"},
    "effectivePeriod": {"start": "2020-06-01"},
    "dateAsserted": "2020-06-01T09:00:00+00:00",
    "subject": WHOM,
    "taken": "unk",
    "dosage": [
        {
            "text": "As directed",
            "doseQuantity": {"value": 1, "unit": "tablet"},
            "patientInstruction": "Yellow book",
        }
    ],
}
PLAN: dict[str, Any] = {
    "resourceType": "MedicationRequest",
    "id": "43",
    "identifier": lasting("43"),
    "status": "active",
    "intent": "plan",
    "medicationReference": {"reference": "Medication/41"},
    "subject": WHOM,
    "authoredOn": "2020-06-01",
    "requester": {"agent": {"reference": "Practitioner/2"}},
}
CONSULTATION: dict[str, Any] = {
    "resourceType": "Encounter",
    "id": "61",
    "identifier": lasting("61"),
    "status": "finished",
    "type": [{"text": "GP Surgery"}],
    "subject": WHOM,
    "participant": [{"individual": {"reference": "Practitioner/2"}}],
    "period": {"start": "2020-06-01T08:50:00+00:00"},
    "serviceProvider": {"reference": "Organization/3"},
}
PROBLEM: dict[str, Any] = {
    "resourceType": "Condition",
    "id": "51",
    "identifier": lasting("51"),
    "extension": [
        {"url": f"{CC}ActualProblem-1", "valueReference": {"reference": "AllergyIntolerance/31"}},
        {"url": f"{CC}ProblemSignificance-1", "valueCode": "major"},
    ],
    "clinicalStatus": "active",
    "category": [{"coding": [{"system": f"{CODES}ConditionCategory-1", "code": "problem-list-item"}]}],
    "code": coded("49436004", "Atrial fibrillation"),
    "subject": WHOM,
    "context": {"reference": "Encounter/61"},
    "onsetDateTime": "2020-05-20",
    "assertedDate": "2020-06-01",
    "asserter": {"reference": "Practitioner/2"},
}
NOT_GIVEN: dict[str, Any] = {
    "resourceType": "Immunization",
    "id": "71",
    "identifier": lasting("71"),
    "status": "completed",
    "notGiven": True,
    "vaccineCode": coded("822851000000102", "Influenza vaccination"),
    "patient": WHOM,
    "date": "2022-10-10",
    "primarySource": True,
    "explanation": {"reasonNotGiven": [{"text": "Declined"}]},
}
GIVEN: dict[str, Any] = NOT_GIVEN | {
    "id": "72",
    "identifier": lasting("72"),
    "notGiven": False,
    "date": "2023-10-10",
    "practitioner": [{"actor": {"reference": "Practitioner/2"}}],
    "explanation": {},
}
PRESSURE: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "81",
    "identifier": lasting("81"),
    "status": "final",
    "code": coded("75367002", "Blood pressure"),
    "subject": WHOM,
    "context": {"reference": "Encounter/61"},
    "effectiveDateTime": "2020-06-01T08:55:00+00:00",
    "issued": "2020-06-01T08:56:00+00:00",
    "comment": "Left arm, sitting",
    "related": [{"type": "has-member", "target": {"reference": "Observation/82"}}],
    "interpretation": {"text": "High"},
}
REFERRAL: dict[str, Any] = {
    "resourceType": "ReferralRequest",
    "id": "91",
    "identifier": lasting("91"),
    "status": "suspended",
    "intent": "order",
    "priority": "routine",
    "serviceRequested": [coded("183522005", "Cardiology referral")],
    "subject": WHOM,
    "context": {"reference": "Encounter/61"},
    "authoredOn": "2020-06-02",
    "requester": {"agent": {"reference": "Practitioner/2"}},
    "recipient": [{"reference": "Organization/3"}],
    "description": "Please see and advise",
}
REQUEST: dict[str, Any] = {
    "resourceType": "ProcedureRequest",
    "id": "92",
    "identifier": lasting("92"),
    "status": "active",
    "intent": "plan",
    "code": coded("1", "INR check"),
    "subject": WHOM,
    "authoredOn": "2020-06-02",
    "performer": {"reference": "Practitioner/2"},
}
REPORT: dict[str, Any] = {
    "resourceType": "DiagnosticReport",
    "id": "95",
    "identifier": lasting("95"),
    "status": "final",
    "category": {"text": "Haematology"},
    "code": coded("2", "Clotting"),
    "subject": WHOM,
    "issued": "2020-06-03T10:00:00+00:00",
    "performer": [{"actor": {"reference": "Organization/3"}}],
    "result": [{"reference": "Observation/81"}],
    "codedDiagnosis": [{"text": "In range"}],
    "basedOn": [{"reference": "ProcedureRequest/92"}],
}
AROUND: list[dict[str, Any]] = [
    {
        "resourceType": "Practitioner",
        "id": "2",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "555123456789"}],
        "name": [{"family": "Stone", "given": ["Ida"], "prefix": ["Dr"]}],
    },
    {
        "resourceType": "Organization",
        "id": "3",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZGP09"}],
        "name": "Hill Road Surgery",
    },
]


def listed(code: str, title: str, *, warning: str = "", note: str = "", **more: Any) -> dict[str, Any]:
    """A primary List; with a warning it says that something is left out."""
    coding = {
        "system": "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-ListWarningCode-1",
        "code": warning,
    }
    made: dict[str, Any] = {
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "title": title,
        "code": coded(code, title),
        "subject": WHOM,
        "note": [{"text": note}] if note else [],
    }
    if warning:
        value: dict[str, Any] = {
            "url": f"{CC}ListWarningCode-1",
            "valueCodeableConcept": {"coding": [coding]},
        }
        made["extension"] = [value]
    return made | more


EMPTY = {
    "emptyReason": {
        "coding": [
            {
                "system": "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-ListEmptyReasonCode-1",
                "code": "no-content-recorded",
            }
        ]
    },
    "note": [{"text": "Information not available"}],
}
ALLERGIES = listed("886921000000105", "Allergies and adverse reactions")
ENDED_LIST = listed("1103671000000101", "Ended allergies", contained=[ENDED])
FACTS = [
    PENICILLIN, SEPTRIN, STATEMENT, PLAN, CONSULTATION, PROBLEM, NOT_GIVEN, GIVEN, PRESSURE, REFERRAL, REQUEST, REPORT,
]  # fmt: skip


def bundle(*resources: dict[str, Any], patient: dict[str, Any] = PATIENT) -> dict[str, Any]:
    told = [patient, *AROUND, WARFARIN, *resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in told]}


def record(*resources: dict[str, Any], **more: Any) -> bytes:
    """What is kept of an answer: see ``adapters.fhir_server.answer.frame``."""
    framed = {"base": "https://practice.example/fhir", "number": DIGITS, "ids": ["9"]}
    return json.dumps(framed | {"pages": [bundle(*resources, **more)]}).encode()


WHOLE = record(*FACTS, ALLERGIES, ENDED_LIST)
STRANGER = record(PENICILLIN, STATEMENT | {"subject": {"reference": "Patient/10"}})
ANOTHERS = PATIENT | {"identifier": [{"system": NHS, "value": OTHER}]}
