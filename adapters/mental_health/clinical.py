"""Diagnoses, allergies, medicines and observations as the mental health record holds them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from adapters.dossier import Item, Teller, Told
from adapters.elements import ICD10, SNOMED, Element, coding, concept, local_extension, present, when
from adapters.fields import BadField, Fields
from adapters.mental_health.care import listed
from schemas.codes import Heading

_HL7: Final = "http://terminology.hl7.org/CodeSystem/"
_DMD: Final = "https://dmd.nhs.uk"


def _coded(it: Fields, name: str) -> Element:
    """A notion ``{"text", "snomed", "icd10"}``; {} when absent."""
    part = it.child(name)
    if part is None:
        return {}
    found = concept(
        part.needed("text"), coding(SNOMED, part.text("snomed")), coding(ICD10, part.text("icd10"))
    )
    part.done()
    return found


def _needed(it: Fields, name: str) -> Element:
    """The same, when it must be there."""
    found = _coded(it, name)
    if not found:
        raise BadField(f"{it.path}.{name}", "is missing")
    return found


def diagnosis(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Condition. A refuted one retracts."""
    states = {"active": "active", "resolved": "resolved", "refuted": ""}
    state, ended = listed(it, "status", dict(states)), it.day("endedOn")
    it.drop("episode")
    yield teller.say(
        item,
        "diagnosis",
        {
            "resourceType": "Condition",
            "clinicalStatus": concept("", coding(f"{_HL7}condition-clinical", states[state])),
            "verificationStatus": concept(
                "",
                coding(f"{_HL7}condition-ver-status", "refuted" if state == "refuted" else "confirmed"),
            ),
            "category": [concept("", coding(f"{_HL7}condition-category", "problem-list-item"))],
            "code": _needed(it, "what"),
            "onsetDateTime": when(item.on),
            "abatementDateTime": when(ended) if ended else None,
        },
        Heading.PROBLEMS,
        retracts=state == "refuted",
    )


def allergy(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """AllergyIntolerance; "none known" only when the record says so itself."""
    states = {"active": "confirmed", "refuted": "refuted", "entered_in_error": "entered-in-error"}
    state, severity = listed(it, "status", dict(states)), it.text("severity")
    kinds = {"drug": "medication", "food": "food", "environment": "environment"}
    kind, none_known = listed(it, "kind", dict(kinds)), bool(it.flag("noneKnown"))
    if severity not in ("", "mild", "moderate", "severe"):
        raise BadField(f"{it.path}.severity", "is not on the list of values")
    reaction = _coded(it, "reaction")
    in_error = state == "entered_in_error"
    yield teller.say(
        item,
        "allergy",
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": None
            if in_error
            else concept(
                "",
                coding(f"{_HL7}allergyintolerance-clinical", "active" if state == "active" else "resolved"),
            ),
            "verificationStatus": concept(
                "", coding(f"{_HL7}allergyintolerance-verification", states[state])
            ),
            "category": [] if none_known else [kinds[kind]],
            "code": _needed(it, "substance"),
            "recordedDate": when(item.on),
            "reaction": [present({"manifestation": [reaction], "severity": severity})] if reaction else [],
            "extension": [local_extension("allergy-severity", valueString=severity)]
            if severity and not reaction
            else [],
        },
        Heading.ALLERGIES,
        retracts=state != "active",
    )


def medicine(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """MedicationStatement in the words of the record; a stop is a status, not a retraction."""
    name, ended = it.needed("name"), it.day("endedOn")
    dose, shape, route, often = it.text("dose"), it.text("form"), it.text("route"), it.text("frequency")
    reason, change, note = it.text("reason"), it.text("change"), it.text("note")
    critical, controlled = bool(it.flag("critical")), bool(it.flag("controlled"))
    it.drop("episode")
    extensions = [
        local_extension(extension, valueBoolean=True)
        for extension, said in (("time-critical", critical), ("controlled-drug", controlled))
        if said
    ]
    if shape:
        extensions.append(local_extension("medicine-form", valueString=shape))
    if change:
        extensions.append(local_extension("medicine-change", valueString=change))
    dosage = present(
        {
            "text": " ".join(p for p in (dose, route, often) if p),
            "route": concept(route) if route else None,
        }
    )
    yield teller.say(
        item,
        "medicine",
        {
            "resourceType": "MedicationStatement",
            "status": "stopped" if ended else "active",
            "medicationCodeableConcept": concept(name, coding(_DMD, it.text("dmd"))),
            "effectivePeriod": {"start": when(item.on), **({"end": when(ended)} if ended else {})},
            "dateAsserted": when(item.updated),
            "reasonCode": [concept(reason)] if reason else [],
            "dosage": [dosage] if dosage else [],
            "note": [{"text": note}] if note else [],
            "extension": extensions,
        },
        Heading.MEDICINES,
    )


def observation(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Observation: a number with its precision, or words."""
    states = {"final": "final", "corrected": "corrected", "preliminary": "preliminary"}
    state, unit, group = listed(it, "status", dict(states)), it.text("unit"), it.text("group")
    number = it.number("number")
    words = it.text("words")
    flag, loinc = it.text("flag"), it.text("loinc")
    low, high = it.number("low"), it.number("high")
    it.drop("episode")
    code = _needed(it, "what")
    if loinc:
        code.setdefault("coding", []).append(coding("http://loinc.org", loinc))
    if number is None and not words:
        raise BadField(f"{it.path}.number", "is missing, and so are words")
    yield teller.say(
        item,
        "observation",
        {
            "resourceType": "Observation",
            "status": states[state],
            "code": code,
            "category": [concept(group)] if group else [],
            "effectiveDateTime": when(item.on),
            "valueQuantity": None if number is None else _quantity(number, unit),
            "valueString": words if number is None else None,
            "interpretation": [concept("", coding(f"{_HL7}v3-ObservationInterpretation", flag))]
            if flag
            else [],
            "referenceRange": [_range(low, high, unit)] if low is not None or high is not None else [],
        },
        Heading.RESULTS,
    )


def _quantity(value: int | Decimal, unit: str) -> Element:
    return {"value": value} | ({"unit": unit} if unit else {})


def _range(low: int | Decimal | None, high: int | Decimal | None, unit: str) -> Element:
    return present(
        {
            "low": None if low is None else _quantity(low, unit),
            "high": None if high is None else _quantity(high, unit),
        }
    )
