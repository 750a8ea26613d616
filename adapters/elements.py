"""The FHIR R4 elements that translators write: concepts, periods, references, identifiers, attachments.

Plain dictionaries, because the hot path never goes through models (docs/adr). What a resource means is
the translator's business; whether it is well formed is ``schemas.checks``'s.
"""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Any

from schemas.identifiers import ODS_ORGANISATION, OUR_BASE, Identifier, SubjectKey

Element = dict[str, Any]

SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
UK_EXTENSION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
UK_CODES = "https://fhir.hl7.org.uk/CodeSystem/UKCore-"


def local_system(organisation: str, kind: str) -> str:
    """The system of an organisation's own identifiers of one kind. No national one exists for these."""
    return f"{OUR_BASE}/Id/{organisation}/{kind}"


def local_codes(name: str) -> str:
    """A code system of ours, for lists that nobody publishes a URL for."""
    return f"{OUR_BASE}/CodeSystem/{name}"


def identifier(named: Identifier) -> Element:
    return {"system": named.system, "value": named.value}


def coding(system: str, code: str, display: str = "") -> Element:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(text: str = "", *codings: Element) -> Element:
    """A CodeableConcept; codings without a code are left out, so that a table may have gaps."""
    kept = [c for c in codings if c.get("code")]
    return ({"coding": kept} if kept else {}) | ({"text": text} if text else {})


def when(moment: datetime | date) -> str:
    """A FHIR date or dateTime with the precision that the source gave."""
    return moment.isoformat()


def period(start: datetime | date | None, end: datetime | date | None = None) -> Element:
    """A Period without the ends that are not known."""
    return ({"start": when(start)} if start else {}) | ({"end": when(end)} if end else {})


def patient_of(key: SubjectKey) -> Element:
    """A logical reference to the person as this organisation knows them.

    The store knows whom a statement is about, so most resources carry none.
    """
    return {
        "type": "Patient",
        "identifier": {"system": local_system(key.organisation, "person"), "value": key.local_id},
    }


def organisation(ods: str, name: str = "") -> Element:
    """A logical reference to an organisation, by ODS code where there is one."""
    named: Element = {"type": "Organization"}
    if ods:
        named["identifier"] = {"system": ODS_ORGANISATION, "value": ods}
    return named | ({"display": name} if name else {})


def practitioner(name: str) -> Element:
    return {"type": "Practitioner", "display": name}


def phone(number: str, kind: str = "") -> Element:
    """A ContactPoint from a number and the words home, work, mobile or email."""
    if kind == "email":
        return {"system": "email", "value": number}
    return {"system": "phone", "value": number} | (
        {"use": kind} if kind in ("home", "work", "mobile") else {}
    )


def uk_extension(name: str, **value: Any) -> Element:
    """A UK Core extension by its short name, with one ``value[x]``."""
    return {"url": f"{UK_EXTENSION}{name}", **value}


def local_extension(name: str, **value: Any) -> Element:
    return {"url": f"{OUR_BASE}/StructureDefinition/{name}", **value}


def plain_text(text: str, title: str = "") -> Element:
    """An Attachment that carries words."""
    data = base64.b64encode(text.encode()).decode()
    found: Element = {"contentType": "text/plain; charset=utf-8", "data": data}
    return found | ({"title": title} if title else {})


def answers(*pairs: tuple[str, str, str]) -> list[Element]:
    """QuestionnaireResponse items from (link id, question, answer); empty answers are left out."""
    return [
        {"linkId": link, "text": question, "answer": [{"valueString": answer}]}
        for link, question, answer in pairs
        if answer
    ]


def present(resource: Element) -> Element:
    """Without the elements that have no value: FHIR has neither null nor empty arrays, objects, strings."""
    return {k: v for k, v in resource.items() if v not in (None, "", [], {})}


def form(name: str, authored: datetime, *pairs: tuple[str, str, str]) -> Element:
    """A QuestionnaireResponse of ours: (link id, question, answer), empty answers left out."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{OUR_BASE}/Questionnaire/{name}",
        "status": "completed",
        "authored": when(authored),
        "item": answers(*pairs),
    }


def social_history() -> Element:
    """The Observation category of what is not measured: home, capacity, occupation."""
    return concept("", coding("http://terminology.hl7.org/CodeSystem/observation-category", "social-history"))
