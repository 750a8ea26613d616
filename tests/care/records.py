"""Merged records made by hand, for what renders them. Everybody and everything here is fictional."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from schemas.codes import Category, CellState, Heading
from schemas.identifiers import CONTROLLER_TAG, NHS_NUMBER, ODS_ORGANISATION, SOURCE_TAG, keyed_id
from schemas.record import Cell, Conflict, Entry, Record, SourceLine, Telling

PERSON = "5f0c1d2e3a4b5c6d7e8f901234567890"
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
NUMBER = "9990000018"
SOURCES = {
    "acute": ("Wolds General Hospital", "ZAC01", Category.ACUTE),
    "social-care": ("Wolds Council", "ZSC01", Category.SOCIAL_CARE),
    "gp": ("Market Street Surgery", "ZGP01", Category.PRIMARY_CARE),
    "care-home": ("Beech House", "ZCH01", Category.CARE_HOME),
}
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def entry(
    heading: Heading,
    resource: dict[str, Any],
    *by: str,
    on: datetime = NOW,
    name: str = "",
    class_id: str = "",
    subject: bool = True,
) -> Entry:
    """One entry told by these sources (default the hospital); its id is keyed by its name or words."""
    told_by = by or ("acute",)
    type_ = resource["resourceType"]
    key = name or str(resource.get("code") or resource.get("medicationCodeableConcept") or resource)
    entry_id = PERSON if type_ == "Patient" else keyed_id(b"test", heading.value, type_, key)
    whole = dict(resource) | {"id": entry_id}
    whole["meta"] = {
        "tag": [{"system": SOURCE_TAG, "code": s} for s in told_by]
        + [{"system": CONTROLLER_TAG, "code": SOURCES[s][1]} for s in told_by]
    }
    if type_ != "Patient" and subject:
        element = {
            "AllergyIntolerance": "patient",
            "EpisodeOfCare": "patient",
            "RelatedPerson": "patient",
        }.get(type_, "for" if type_ == "Task" else "subject")
        whole[element] = {"reference": f"Patient/{PERSON}"}
    return Entry(
        entry_id=entry_id,
        type=type_,
        category=SOURCES[told_by[0]][2],
        heading=heading,
        resource=whole,
        tellings=tuple(
            Telling(
                statement_id=keyed_id(b"test", entry_id, source),
                version=1,
                source=source,
                controller=SOURCES[source][1],
                true_time=on,
                received_at=NOW,
                resource=resource,
                class_id=class_id or f"{source}-{heading.value}",
            )
            for source in told_by
        ),
        rules_version="test",
    )


def record(entries: Iterable[Entry], **changes: Any) -> Record:
    """A record of these entries; every source answers under every heading unless ``grid`` says otherwise."""
    made: dict[str, Any] = {
        "person_id": PERSON,
        "entries": tuple(entries),
        "conflicts": (),
        "grid": grid(),
        "sources": tuple(
            SourceLine(source, title, ods, CellState.ANSWERED, NOW, None)
            for source, (title, ods, _) in SOURCES.items()
        ),
        "withheld": False,
        "floor_withheld": False,
        "location_restricted": False,
        "rules_version": "test",
        "made_at": NOW,
    }
    return Record(**(made | changes))


def grid(**states: CellState) -> tuple[Cell, ...]:
    """A cell for each heading and source; ``gp=CellState.DOWN`` puts that source in that state throughout."""
    return tuple(
        Cell(heading, source, states.get(source.replace("-", "_"), CellState.NOTHING), NOW)
        for heading in Heading
        for source in SOURCES
    )


def concept(text: str, code: str = "", system: str = "http://snomed.info/sct") -> dict[str, Any]:
    return {"text": text} | ({"coding": [{"system": system, "code": code}]} if code else {})


def state(name: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_TERMINOLOGY}{name}", "code": code}]}


def person(**changes: Any) -> Entry:
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": NHS_NUMBER, "value": NUMBER}],
        "name": [
            {"use": "official", "family": "Holloway", "given": ["Brian", "Edward"], "prefix": ["Mr"]},
            {"use": "nickname", "given": ["Bri"]},
        ],
        "gender": "male",
        "birthDate": "1947-03-14",
        "address": [{"use": "home", "line": ["12 Canal Row"], "city": "Woldham", "postalCode": "WL2 3CR"}],
        "telecom": [{"system": "phone", "value": "01632 960012", "use": "home"}],
        "generalPractitioner": [
            {
                "type": "Organization",
                "identifier": {"system": ODS_ORGANISATION, "value": "ZGP01"},
                "display": "Market Street Surgery",
            }
        ],
    }
    return entry(
        Heading.DEMOGRAPHICS, {k: v for k, v in (patient | changes).items() if v is not None}, "acute", "gp"
    )


def allergy(substance: str = "Penicillin", snomed: str = "764146007", **changes: Any) -> Entry:
    resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": state("allergyintolerance-clinical", "active"),
        "verificationStatus": state("allergyintolerance-verification", "confirmed"),
        "code": concept(substance, snomed),
        "reaction": [{"manifestation": [concept("Anaphylaxis")], "severity": "severe"}],
    }
    by = changes.pop("by", ("acute", "gp"))
    return entry(Heading.ALLERGIES, resource | changes, *by)


def none_known() -> Entry:
    resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": state("allergyintolerance-clinical", "active"),
        "code": concept("No known allergies", "716186003"),
    }
    return entry(Heading.ALLERGIES, resource, "gp")


def medicine(
    name: str = "Clopidogrel 75 mg tablets", dose: str = "75 mg by mouth once a day", **changes: Any
) -> Entry:
    resource = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": concept(name),
        "dosage": [{"text": dose}],
    }
    by = changes.pop("by", ("gp",))
    return entry(Heading.MEDICINES, resource | changes, *by)


def problem(name: str = "Ischaemic stroke", since: str = "2023-10-02", **changes: Any) -> Entry:
    resource = {
        "resourceType": "Condition",
        "clinicalStatus": state("condition-clinical", "active"),
        "code": concept(name),
        "onsetDateTime": since,
    }
    by = changes.pop("by", ("acute", "gp"))
    return entry(Heading.PROBLEMS, resource | changes, *by)


def recommendation(words: str, code: str, by: str = "gp") -> Entry:
    resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept("Resuscitation recommendation"),
        "effectiveDateTime": "2026-03-01",
        "valueCodeableConcept": concept(words, code),
        "note": [{"text": "Signed form kept: fridge door"}],
    }
    return entry(Heading.RESUSCITATION, resource, by, name=f"{by}{code}")


def answer(question: str, words: str) -> dict[str, Any]:
    return {"linkId": question, "text": question, "answer": [{"valueString": words}]}


def disagreement(kind: str, *entries: Entry) -> Conflict:
    return Conflict(kind, 1, f"Sources disagree ({kind}).", tuple(e.entry_id for e in entries))


def brian(**changes: Any) -> Record:
    """Somebody with much going on: most sections have something, and one source is silent."""
    extension = "https://carerecord.example/fhir/StructureDefinition/"
    medicines = [
        medicine(),
        medicine("Atorvastatin 40 mg tablets", "40 mg by mouth at night"),
        medicine(
            "Levodopa with carbidopa 100 mg/25 mg tablets",
            "1 tablet by mouth at 07:00, 11:00, 15:00 and 19:00",
            extension=[{"url": f"{extension}time-critical", "valueBoolean": True}],
            by=("gp", "care-home"),
        ),
        medicine(
            "Buprenorphine 10 micrograms/hour patch",
            "1 patch on the skin every 7 days",
            extension=[{"url": f"{extension}controlled-drug", "valueBoolean": True}],
            by=("acute",),
        ),
        medicine("Zopiclone 7.5 mg tablets", "7.5 mg at night", status="stopped"),
    ]
    need = {
        "resourceType": "Flag",
        "status": "active",
        "code": concept("Speaks slowly since his stroke: give him time"),
    }
    large = {"resourceType": "Flag", "status": "active", "code": concept("Large print")}
    stay = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": f"{_TERMINOLOGY}v3-ActCode", "code": "IMP"},
        "period": {"start": "2026-09-01T10:00:00+01:00", "end": "2026-09-12T15:00:00+01:00"},
        "reasonCode": [concept("Fall at home")],
        "serviceProvider": {"display": "Wolds General Hospital"},
    }
    about = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [
            answer("What is most important to me", "My radio sets. Do not move them."),
            answer("Please do", "Call me Bri. Tell me what you are going to do before you do it."),
        ],
    }
    package = {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "type": [concept("Home Support")],
        "managingOrganization": {"display": "Kindly Home Care"},
        "period": {"start": "2026-09-15"},
        "extension": [{"url": f"{extension}package-schedule", "valueString": "08:00 and 18:00, 45 minutes"}],
    }
    frame = {
        "resourceType": "DeviceRequest",
        "status": "completed",
        "intent": "order",
        "codeCodeableConcept": concept("Walking frame"),
        "authoredOn": "2026-09-16",
    }
    alert = {
        "resourceType": "Flag",
        "status": "active",
        "code": concept("Falls risk: two falls since discharge"),
        "period": {"start": "2026-10-11"},
    }
    sister = {
        "resourceType": "RelatedPerson",
        "name": [{"text": "Maureen Tate"}],
        "relationship": [concept("sister")],
        "telecom": [{"system": "phone", "value": "01632 960014"}],
    }
    worker = {
        "resourceType": "CareTeam",
        "status": "active",
        "name": "Older people north",
        "participant": [{"role": [concept("Social worker")], "member": {"display": "Grace Okafor"}}],
        "telecom": [{"system": "phone", "value": "01632 960201"}],
    }
    capacity = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept("Capacity to decide: where to live"),
        "effectiveDateTime": "2026-10-20",
        "valueCodeableConcept": concept("Has capacity for this decision"),
    }
    letter = {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": concept("Discharge letter"),
        "date": "2026-09-12T15:00:00+01:00",
        "content": [{"attachment": {"contentType": "text/plain", "data": "U2VjcmV0", "title": "Letter"}}],
    }
    rail = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept("Stairs"),
        "valueString": "14, one rail, bathroom upstairs",
    }
    made = [
        person(),
        entry(Heading.NEEDS, need, "social-care"),
        entry(Heading.NEEDS, large, "acute"),
        entry(Heading.ALERTS, alert, "social-care"),
        allergy(),
        allergy("Latex", "1003755004", reaction=[{"manifestation": [concept("Rash")]}], by=("acute",)),
        *medicines,
        problem(),
        problem("Parkinson's disease", "2024"),
        recommendation("Not for attempted cardiopulmonary resuscitation", "450476008"),
        entry(Heading.LEGAL, capacity, "social-care"),
        entry(Heading.ENCOUNTERS, stay),
        entry(Heading.ABOUT_ME, about, "social-care"),
        entry(Heading.SERVICES, package, "social-care"),
        entry(Heading.EQUIPMENT, frame, "social-care"),
        entry(Heading.HOME, rail, "social-care"),
        entry(Heading.CONTACTS, sister),
        entry(Heading.CARE_TEAM, worker, "social-care"),
        entry(Heading.DOCUMENTS, letter),
    ]
    return record(made, **({"grid": grid(care_home=CellState.DOWN)} | changes))
