"""What a practice and a care home write alike: allergies, problems, medicines, observations, recommendations."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from demo.lives import Fact
from demo.lives.facts import (
    AdvanceDecision,
    Allergy,
    Capacity,
    Clinical,
    Diagnosis,
    Medicine,
    Procedure,
    Result,
    Resuscitation,
)
from demo.systems.suppliers.elements import (
    DMD,
    HL7,
    SNOMED,
    Resource,
    coded,
    concept,
    letter,
    moment,
    somebody,
    status,
    words,
)

_KINDS: Final = {"drug": "medication", "food": "food", "environment": "environment"}
_VERIFIED: Final = {"active": "confirmed", "refuted": "refuted", "entered_in_error": "entered-in-error"}
_VITAL: Final = frozenset({
    "86290005", "431314004", "271649006", "271650006", "364075005", "386725007", "1104441000000107", "27113001",
})  # fmt: skip
_UCUM: Final = {
    "/min": "/min", "%": "%", "mmHg": "mm[Hg]", "Cel": "Cel", "kg": "kg", "g/L": "g/L", "mmol/L": "mmol/L",
    "umol/L": "umol/L", "mmol/mol": "mmol/mol", "mL/min/1.73m2": "mL/min/{1.73_m2}",
}  # fmt: skip
_CPR: Final = {
    "do_not_attempt": ("450476008", "Not for attempted cardiopulmonary resuscitation"),
    "attempt": ("450475007", "For attempted cardiopulmonary resuscitation"),
}

Told = tuple[Fact, Resource]


def sections(held: Clinical) -> Iterator[Told]:
    """Every fact of a clinical record with the resource it becomes."""
    yield from ((a, allergy(a)) for a in held.allergies)
    yield from ((d, problem(d)) for d in held.diagnoses)
    yield from ((m, medicine(m)) for m in held.medicines)
    yield from ((r, observation(r)) for r in held.results)
    yield from ((p, procedure(p)) for p in held.procedures)
    yield from ((r, resuscitation(r)) for r in held.resuscitation)
    yield from ((a, advance_decision(a)) for a in held.advance_decisions)
    yield from ((c, capacity(c)) for c in held.capacity)
    yield from ((d, letter(d.title, d.text, d.on, somebody(d.author))) for d in held.documents)


def allergy(held: Allergy) -> Resource:
    """AllergyIntolerance; "none known" is one with its own code."""
    reaction = {"manifestation": [coded(held.reaction)]} if held.reaction else {}
    if reaction and held.severity:
        reaction["severity"] = held.severity  # type: ignore[assignment]
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": status(
            "allergyintolerance-clinical", "active" if held.status == "active" else "inactive"
        )
        if held.status != "entered_in_error"
        else None,
        "verificationStatus": status("allergyintolerance-verification", _VERIFIED[held.status]),
        "category": [] if held.none_known else [_KINDS[held.kind]],
        "code": coded(held.substance),
        "recordedDate": moment(held.on),
        "recorder": next(iter(somebody(held.author)), None),
        "reaction": [reaction] if reaction else [],
    }


def problem(held: Diagnosis) -> Resource:
    over = held.status == "resolved"
    return {
        "resourceType": "Condition",
        "clinicalStatus": status("condition-clinical", "resolved" if over else "active")
        if held.status != "refuted"
        else None,
        "verificationStatus": status(
            "condition-ver-status", "refuted" if held.status == "refuted" else "confirmed"
        ),
        "category": [status("condition-category", "problem-list-item")],
        "code": coded(held.what),
        "onsetDateTime": moment(held.on),
        "abatementDateTime": moment(held.ended) if held.ended and over else None,
    }


def medicine(held: Medicine) -> Resource:
    """MedicationStatement: dm+d where the supplier has the code, else words."""
    dosage: Resource = {"text": " ".join(filter(None, (held.dose, held.route, held.frequency)))}
    if held.route:
        dosage["route"] = {"text": held.route}
    warnings = [
        "Time-critical: a late dose harms." if held.critical else "",
        "Controlled drug: count at handover." if held.controlled else "",
        held.note,
    ]
    return {
        "resourceType": "MedicationStatement",
        "status": "stopped" if held.ended else "active",
        "medicationCodeableConcept": concept(held.name, (DMD, held.dmd)),
        "effectivePeriod": {"start": moment(held.on)} | ({"end": moment(held.ended)} if held.ended else {}),
        "dateAsserted": moment(held.recorded),
        "reasonCode": [concept(held.reason)] if held.reason else [],
        "dosage": [dosage],
        "note": words(" ".join(filter(None, warnings))),
    }


def observation(held: Result) -> Resource:
    """Observation: a number with its digits, or words."""
    bedside = held.what.snomed in _VITAL or held.what.text == "Inspired oxygen"
    codings = [(SNOMED, held.what.snomed), ("http://loinc.org", held.loinc)]
    number = isinstance(held.value, Decimal)
    bounds = {
        name: quantity(v, held.unit) for name, v in (("low", held.low), ("high", held.high)) if v is not None
    }
    return {
        "resourceType": "Observation",
        "status": held.status,
        "category": [status("observation-category", "vital-signs" if bedside else "laboratory")],
        "code": concept(held.what.text, *codings),
        "effectiveDateTime": moment(held.on),
        "issued": moment(held.recorded),
        "valueQuantity": quantity(held.value, held.unit) if isinstance(held.value, Decimal) else None,
        "valueString": None if number else held.value,
        "interpretation": [status("v3-ObservationInterpretation", held.flag)] if held.flag else [],
        "referenceRange": [bounds] if bounds else [],
    }


def quantity(value: Decimal, unit: str) -> Resource:
    made: Resource = {"value": value}
    if unit:
        made["unit"] = unit
    if unit in _UCUM:
        made |= {"system": "http://unitsofmeasure.org", "code": _UCUM[unit]}
    return made


def procedure(held: Procedure) -> Resource:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": coded(held.what),
        "performedDateTime": moment(held.on),
    }


def resuscitation(held: Resuscitation) -> Resource:
    """Observation of the recommendation itself, with where the signed form is."""
    code, name = _CPR[held.recommendation]
    more = [
        f"Form: {held.form}.",
        f"Kept: {held.form_kept}." if held.form_kept else "Where the form is kept is not recorded.",
        f"Review was due on {held.review_due.isoformat()}." if held.review_due else "",
        "The person was told." if held.person_told else "The person was not told.",
        f"Withdrawn on {held.withdrawn.isoformat()}." if held.withdrawn else "",
        held.note,
    ]
    return {
        "resourceType": "Observation",
        "status": "cancelled" if held.withdrawn else "final",
        "code": concept(name, (SNOMED, code)),
        "effectiveDateTime": moment(held.on),
        "performer": somebody(held.clinician),
        "valueString": name,
        "note": words(" ".join(filter(None, more))),
    }


def advance_decision(held: AdvanceDecision) -> Resource:
    """Observation under the LOINC section for advance directives: what is refused, when, and where it is kept."""
    told = f"Refuses: {held.refuses}. When: {held.circumstances}."
    life = " Applies even if life is at risk." if held.covers_life else ""
    witness = f" Witnessed by {held.witnessed_by}." if held.witnessed_by else ""
    over = f" Withdrawn on {held.withdrawn.isoformat()}." if held.withdrawn else ""
    return {
        "resourceType": "Observation",
        "status": "cancelled" if held.withdrawn else "final",
        "code": concept("Advance decision to refuse treatment", ("http://loinc.org", "42348-3")),
        "effectiveDateTime": moment(held.on),
        "valueString": told + life,
        "note": words(f"Kept: {held.kept}.{witness}{over}"),
    }


def capacity(held: Capacity) -> Resource:
    """Observation of one decision, never a general verdict."""
    outcome = "Has capacity" if held.outcome == "has_capacity" else "Lacks capacity"
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": f"{HL7}observation-category", "code": "social-history"}]}],
        "code": concept(f"Capacity to decide: {held.decision}"),
        "effectiveDateTime": moment(held.on),
        "performer": somebody(held.assessor),
        "valueCodeableConcept": concept(f"{outcome} for this decision"),
        "note": words(" ".join(filter(None, (held.note, "Fluctuates." if held.fluctuating else "")))),
    }
