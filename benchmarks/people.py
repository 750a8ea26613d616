"""Made-up facts for measuring: what each of five sources tells about a person, as the JSON that it would send.

Content differs from person to person in its identifiers only, so every person costs the same. Numbers are of
the range set aside for tests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from schemas.codes import Category, Heading
from schemas.identifiers import NHS_NUMBER, NhsNumber, check_digit_fits

FAMILY, BIRTH = "Measure", "1950-06-15"
SNOMED = "http://snomed.info/sct"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_FIRST_DAY = datetime(2025, 1, 1, 9, tzinfo=UTC)
_PERSON = "@PERSON@"
_NUMBER = "@NUMBER@"


@dataclass(frozen=True, slots=True)
class Teller:
    """One of the five sources: its name here, its organisation, and what kind of information it gives."""

    name: str
    organisation: str
    category: Category


TELLERS = (
    Teller("hospital", "ZAC01", Category.ACUTE),
    Teller("surgery", "ZGP01", Category.PRIMARY_CARE),
    Teller("council", "ZSC01", Category.SOCIAL_CARE),
    Teller("minds", "ZMH01", Category.MENTAL_HEALTH),
    Teller("home", "ZCH01", Category.CARE_HOME),
)


def number(index: int) -> NhsNumber:
    """A valid number of the test range for each index, quickly; the indexes of a run lie close together."""
    for last in range(10):
        digits = f"{999000000 + index:09d}{last}"
        if check_digit_fits(digits):
            return NhsNumber(digits)
    return number(index + 500_000)  # one in eleven has no check digit: it takes one of a range of its own


def patient(nhs: str = _NUMBER) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": NHS_NUMBER, "value": nhs}],
        "name": [{"use": "official", "family": FAMILY, "given": ["Ann"]}],
        "birthDate": BIRTH,
        "gender": "female",
    }


@cache
def _template(teller: Teller, count: int) -> str:
    told = [_fact(teller, i) for i in range(count)]
    return json.dumps({"person": _PERSON, "patient": patient(), "facts": told})


def told_by(teller: Teller, person: int, count: int) -> bytes:
    """What one source says about a person: {"person", "patient", "facts": [{"heading", "at", "resource"}]}."""
    made = _template(teller, count).replace(_PERSON, f"P{person}").replace(_NUMBER, number(person).digits)
    return made.encode()


def _fact(teller: Teller, index: int) -> dict[str, Any]:
    heading, make = _KINDS[index % len(_KINDS)]
    resource = make(teller, index)
    resource["identifier"] = [
        {"system": f"urn:measure:{teller.name}", "value": f"{_PERSON}-{resource['resourceType']}-{index}"}
    ]
    at = _FIRST_DAY + timedelta(hours=7 * index)
    return {"heading": heading.value, "at": at.isoformat(), "resource": resource}


def _code(teller: Teller, index: int, what: str) -> dict[str, Any]:
    """A code that no list names; two in a hundred are the same in every source, so that there is merging."""
    whose = "shared" if index % 50 == 0 else teller.name
    return {
        "coding": [{"system": "urn:measure:codes", "code": f"{what}-{whose}-{index}", "display": what}],
        "text": f"{what} {whose} {index}",
    }


def _status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_TERMINOLOGY}/{system}", "code": code}]}


def allergy(teller: Teller, index: int) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "code": _code(teller, index, "substance"),
        "recordedDate": "2025-01-01",
    }


def condition(teller: Teller, index: int) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "clinicalStatus": _status("condition-clinical", "active"),
        "code": _code(teller, index, "problem"),
        "onsetDateTime": "2024-03-02",
    }


def medicine(teller: Teller, index: int) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": _code(teller, index, "medicine"),
        "effectiveDateTime": "2025-01-01",
        "dosage": [{"text": "one tablet in the morning"}],
    }


def observation(teller: Teller, index: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": _code(teller, index, "measurement"),
        "effectiveDateTime": "2025-02-01T09:30:00Z",
        "valueQuantity": {"value": 6.5 + index, "unit": "mmol/L"},
    }


def encounter(teller: Teller, index: int) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": f"{_TERMINOLOGY}/v3-ActCode", "code": "AMB"},
        "type": [_code(teller, index, "contact")],
        "period": {"start": "2025-03-01T10:00:00Z", "end": "2025-03-01T10:30:00Z"},
    }


_KINDS = (
    (Heading.ALLERGIES, allergy),
    (Heading.PROBLEMS, condition),
    (Heading.MEDICINES, medicine),
    (Heading.RESULTS, observation),
    (Heading.RESULTS, observation),
    (Heading.ENCOUNTERS, encounter),
    (Heading.RESULTS, observation),
    (Heading.PROBLEMS, condition),
    (Heading.RESULTS, observation),
    (Heading.RESULTS, observation),
)


def bundle(person: int, number_of: int, resources: int) -> bytes:
    """A transaction Bundle of one Patient and new facts about them; ``number_of`` sets Bundles apart."""
    url = "urn:uuid:00000000-0000-4000-8000-000000000001"
    one = patient(number(person).digits)
    one["identifier"].append({"system": "urn:measure:local", "value": f"P{person}"})
    entries = [{"fullUrl": url, "resource": one, "request": {"method": "POST", "url": "Patient"}}]
    for index in range(resources - 1):
        _, make = _KINDS[index % len(_KINDS)]
        resource = make(TELLERS[1], index)
        resource["identifier"] = [{"system": "urn:measure:push", "value": f"B{number_of}-{index}"}]
        resource["patient" if "clinicalStatus" in resource and "recordedDate" in resource else "subject"] = {
            "reference": url
        }
        entries.append({"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}})
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
