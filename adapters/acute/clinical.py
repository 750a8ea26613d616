"""AL1, DG1 and PR1: allergies, diagnoses, procedures. One segment, one statement, whole or refused.

The segments have no identifiers of their own, so natural keys stand in. Silence means nothing: a
message without AL1 neither confirms nor ends an allergy.
"""

from __future__ import annotations

from adapters.acute.codes import ALLERGY_CATEGORIES, ALLERGY_SEVERITIES, DIAGNOSIS_CERTAINTY, HL7, OPCS4
from adapters.acute.composites import practitioner
from adapters.acute.telling import Telling
from adapters.acute.values import code_of, coded, said, stamp, text
from adapters.elements import ICD10, Element, coding, concept, local_codes, local_extension
from adapters.fields import BadField
from adapters.sensitivity import SEALED
from adapters.wire.hl7v2 import Segment
from schemas.codes import Heading
from schemas.contribution import Statement


def read_allergy(al1: Segment, telling: Telling) -> list[Statement]:
    """AL1 -> AllergyIntolerance. ITK codes the substance group in ICD-10 (Z88.0 and the like)."""
    code = _concept(al1, 3, "allergen", ICD10)
    kind, severity = text(al1, 2).upper(), text(al1, 4).upper()
    reactions = [concept(words) for value in al1.repetitions(5) if (words := said(value.text()))]
    reaction: Element = {"manifestation": reactions} if reactions else {}
    extensions: list[Element] = []
    if severity in ALLERGY_SEVERITIES and reactions:
        reaction["severity"] = ALLERGY_SEVERITIES[severity]
    elif severity and severity != "U":
        # FHIR has a severity only for a reaction that is told; the hospital's own grade is kept beside it.
        raw = concept("", coding(local_codes("hl7v2-allergy-severity"), severity))
        extensions.append(local_extension("allergy-severity", valueCodeableConcept=raw))
    resource: Element = {
        "resourceType": "AllergyIntolerance",
        "extension": extensions,
        "clinicalStatus": concept("", coding(f"{HL7}allergyintolerance-clinical", "active")),
        "category": [ALLERGY_CATEGORIES[kind]] if kind in ALLERGY_CATEGORIES else [],
        "code": code,
        "recordedDate": _stamp(al1, 6),
        "reaction": [reaction] if reaction else [],
    }
    named = telling.named("allergy", telling.key.local_id, code_of(code))
    return [telling.say(named, resource, Heading.ALLERGIES)]


def read_diagnosis(dg1: Segment, telling: Telling) -> list[Statement]:
    """DG1 -> Condition of the visit. DG1-18 marks it as confidential."""
    code = _concept(dg1, 3, "diagnosis", ICD10, words=4)
    kind = text(dg1, 6).upper()
    certainty = DIAGNOSIS_CERTAINTY.get(kind, "")
    resource: Element = {
        "resourceType": "Condition",
        "verificationStatus": concept("", coding(f"{HL7}condition-ver-status", certainty))
        if certainty
        else {},
        "category": [concept("", coding(f"{HL7}condition-category", "encounter-diagnosis"))],
        "code": code,
        "encounter": telling.encounter,
        "onsetDateTime": _stamp(dg1, 5),
        "asserter": next((told for doctor in dg1.repetitions(16) if (told := practitioner(doctor))), {}),
        "extension": [
            local_extension("diagnosis-type", valueCodeableConcept=concept("", coding(f"{HL7}v2-0052", kind)))
        ]
        if kind
        else [],
    }
    visit = telling.visit.value if telling.visit else ""
    named = telling.named("diagnosis", telling.key.local_id, visit, code_of(code))
    labels = {SEALED} if text(dg1, 18).upper() == "Y" else set()
    return [telling.say(named, resource, Heading.PROBLEMS, labels=labels)]


def read_procedure(pr1: Segment, telling: Telling) -> list[Statement]:
    """PR1 -> Procedure, coded in OPCS-4 unless another system is named."""
    code = _concept(pr1, 3, "procedure", OPCS4, words=4)
    done = _stamp(pr1, 5)
    resource: Element = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": code,
        "encounter": telling.encounter,
        "performedDateTime": done,
        "performer": [{"actor": told} for doctor in pr1.repetitions(11) if (told := practitioner(doctor))],
    }
    named = telling.named("procedure", telling.key.local_id, code_of(code), done)
    return [telling.say(named, resource, Heading.PROCEDURES)]


def _concept(segment: Segment, position: int, kind: str, system: str, words: int = 0) -> Element:
    """The concept that the segment is about. Clearing or omitting it leaves nothing to say."""
    found: Element = {}
    for value in segment.repetitions(position)[:1]:
        found = coded(value, kind, system)
    described = text(segment, words) if words else ""
    if described and not found.get("text"):
        found = {**found, "text": described}
    if not found:
        raise BadField(f"{segment.name}-{position}", "is missing")
    return found


def _stamp(segment: Segment, position: int) -> str:
    value = text(segment, position)
    return stamp(value, f"{segment.name}-{position}") if value else ""
