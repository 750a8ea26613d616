"""A made-up record with something in every place of a page. All fictional; the NHS number is a test number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from schemas.codes import Category, Heading
from schemas.identifiers import NHS_NUMBER
from schemas.record import Record
from tests.merge.tellings import (
    NOW,
    PERSON,
    allergy,
    dosage,
    medicine,
    person,
    problem,
    record,
    source,
    told,
)

NUMBER = "9990000018"
NAMES = {
    "ZAC01": "Wolds General Hospital",
    "ZSC01": "Wolds Council adult social care",
    "ZMH01": "Wolds Mental Health",
    "ZHO01": "Wolds Homes",
    "ZGP01": "Market Street Surgery",
}
H = Heading


def who(family: str = "Holloway", **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "name": [
            {"use": "official", "family": family, "given": ["Brian", "Edward"], "prefix": ["Mr"]},
            {"use": "nickname", "given": ["Bri"]},
        ],
        "birthDate": "1947-03-14",
        "gender": "male",
        "identifier": [{"system": NHS_NUMBER, "value": NUMBER}],
        "address": [{"use": "home", "line": ["12 Canal Row", "Woldham"], "postalCode": "WL2 3DR"}],
        "telecom": [{"system": "phone", "value": "01632 960012", "use": "home"}],
        "generalPractitioner": [{"type": "Organization", "identifier": {"value": "ZGP01"}}],
    } | elements


def flag(text: str, start: str = "2026-10-13", **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "status": "active",
        "code": {"text": text},
        "period": {"start": start},
    } | elements


def package(text: str, provider: str, end: str | None = None) -> dict[str, Any]:
    period = {"start": "2026-09-17"} | ({"end": end} if end else {})
    return {
        "resourceType": "EpisodeOfCare",
        "status": "finished" if end else "active",
        "type": [{"text": text}],
        "managingOrganization": {"display": provider},
        "period": period,
        "extension": [
            {
                "url": "https://carerecord.example/fhir/StructureDefinition/package-schedule",
                "valueString": "08:00 and 18:00",
            }
        ],
    }


def observation(code: str, value: str, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": code},
        "valueCodeableConcept": {"text": value},
        "effectiveDateTime": "2026-11-12T09:30:00+00:00",
    } | elements


def team(name: str, role: str, phone: str, organisation: str) -> dict[str, Any]:
    return {
        "resourceType": "CareTeam",
        "name": "Older people north",
        "participant": [{"member": {"display": name}, "role": [{"text": role}]}],
        "telecom": [{"system": "phone", "value": phone}],
        "managingOrganization": [{"identifier": {"value": organisation}}],
    }


def visit(kind: str, start: str, end: str | None, reason: str, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "status": "finished" if end else "in-progress",
        "class": {"code": kind},
        "period": {"start": start} | ({"end": end} if end else {}),
        "reasonCode": [{"text": reason}],
        "serviceProvider": {"identifier": {"value": "ZAC01"}},
    } | elements


def about_me() -> dict[str, Any]:
    asked = (
        ("What is most important to me", "My radios. My own front door. Gary."),
        ("How I communicate", "I know what I want to say. Wait for me. Write it big."),
        ("Please do", "Knock and shout who you are. Let me shave myself."),
        ("Please don’t", "Do not finish my sentences. Do not tidy the radios."),
    )
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://carerecord.example/fhir/Questionnaire/about-me",
        "authored": "2026-10-03T14:00:00+00:00",
        "item": [
            {"linkId": str(n), "text": q, "answer": [{"valueString": a}]} for n, (q, a) in enumerate(asked)
        ],
    }


def pairs() -> list[Any]:
    reaction = [{"manifestation": [{"text": "Rash and swelling of the face"}], "severity": "severe"}]
    return [
        told(who(), "acute", id="p1", on=2),
        told(
            who(name=[{"use": "usual", "family": "Holloway", "given": ["Brian"]}]), "housing", id="p2", on=1
        ),
        told(flag("Large print"), "social-care", id="n1", heading=H.NEEDS),
        told(flag("Speaks slowly since his stroke: give him time"), "acute", id="n2", heading=H.NEEDS),
        told(
            flag("Dog in the house, ask for it to be shut in"),
            "social-care",
            id="ss1",
            heading=H.STAFF_SAFETY,
        ),
        told(
            flag("Self-neglect: refuses washing and food", "2026-09-13"),
            "social-care",
            id="f1",
            heading=H.ALERTS,
        ),
        told(flag("Falls risk: two falls since discharge"), "social-care", id="f2", heading=H.ALERTS),
        told(allergy(reaction=reaction, criticality="high"), "acute", id="al1", on=3),
        told(allergy(reaction=reaction), "gp", id="al2", on=1),
        told(allergy("300916003", "Latex"), "gp", id="al3", on=1),
        told(
            observation(
                "Resuscitation recommendation",
                "For attempted cardiopulmonary resuscitation",
                note=[{"text": "Review due: 12 May 2027"}, {"text": "The person has been told"}],
                performer=[{"display": "Dr A Patel"}],
            ),
            "acute",
            id="r1",
            heading=H.RESUSCITATION,
        ),
        told(
            medicine(
                "387467008",
                "Clopidogrel 75mg tablets",
                dosage=dosage(75),
                effectivePeriod={"start": "2026-09-01"},
            ),
            "acute",
            id="m1",
            on=4,
        ),
        told(
            medicine(
                "387467008",
                "Clopidogrel 75mg tablets",
                dosage=dosage(75),
                effectivePeriod={"start": "2026-09-01"},
            ),
            "gp",
            id="m2",
            on=6,
        ),
        told(
            medicine(
                "373444002",
                "Atorvastatin 80mg tablets",
                dosage=dosage(80),
                effectivePeriod={"start": "2024-05-30"},
            ),
            "gp",
            id="m3",
        ),
        told(
            medicine(
                "372594008",
                "Sertraline 50mg tablets",
                dosage=[{"text": "50 mg oral once a day"}],
                reasonCode=[{"text": "low mood"}],
            ),
            "mental-health",
            id="m4",
        ),
        told(
            medicine("386864001", "Amlodipine 5mg tablets", status="stopped", dosage=dosage(5)), "gp", id="m5"
        ),
        told(problem(words="Stroke", onsetDateTime="2024-05-20"), "acute", id="c1"),
        told(problem("230690007", "Stroke", onsetDateTime="2024-05-20"), "gp", id="c2", on=2),
        told(
            problem("35489007", "Depressive disorder", onsetDateTime="2026-10-11"), "mental-health", id="c3"
        ),
        told(
            problem(
                "195967001",
                "Chest infection",
                onsetDateTime="2025-02-01",
                clinicalStatus={"coding": [{"code": "resolved"}]},
            ),
            "gp",
            id="c4",
        ),
        told(
            visit(
                "EMER", "2026-10-14T08:05:00+00:00", "2026-10-14T15:40:00+00:00", "Fell on the stairs at home"
            ),
            "acute",
            id="e1",
        ),
        told(
            visit("EMER", "2026-11-09T19:20:00+00:00", "2026-11-10T02:10:00+00:00", "Fell in the bathroom"),
            "acute",
            id="e2",
        ),
        told(
            visit("IMP", "2026-08-26T11:00:00+00:00", "2026-09-05T16:00:00+00:00", "Second stroke"),
            "acute",
            id="e3",
        ),
        told(
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"text": "Body weight"},
                "valueQuantity": {"value": 61.5, "unit": "kg"},
                "effectiveDateTime": "2026-11-10T01:00:00+00:00",
            },
            "acute",
            id="o1",
        ),
        told(
            team("Grace Okafor", "Social worker", "01632 960201", "ZSC01"),
            "social-care",
            id="t1",
            heading=H.CARE_TEAM,
        ),
        told(
            team("Owen Walsh", "Care co-ordinator", "01632 960301", "ZMH01"),
            "mental-health",
            id="t2",
            heading=H.CARE_TEAM,
        ),
        told(
            {
                "resourceType": "RelatedPerson",
                "name": [{"text": "Gary Holloway"}],
                "relationship": [{"text": "son"}],
                "telecom": [{"value": "07700 900013"}],
            },
            "social-care",
            id="rp1",
            heading=H.CONTACTS,
        ),
        told(package("Home support", "Kindly Home Care"), "social-care", id="s1", heading=H.SERVICES),
        told(
            package("Unpaid carer respite", "Beech House", "2026-10-31"),
            "social-care",
            id="s2",
            heading=H.SERVICES,
        ),
        told(
            package("Older people’s community team", "Wolds Mental Health"),
            "mental-health",
            id="s3",
            heading=H.SERVICES,
        ),
        told(
            {
                "resourceType": "Task",
                "status": "completed",
                "code": {"text": "Care Act assessment"},
                "executionPeriod": {"start": "2026-09-11", "end": "2026-09-13"},
                "note": [
                    {"text": "Needs help to wash, dress, eat well, keep house. Refuses it on bad days."}
                ],
            },
            "social-care",
            id="a1",
            heading=H.ASSESSMENTS,
        ),
        told(observation("Stairs", "Steep, one rail; bathroom upstairs"), "housing", id="h1", heading=H.HOME),
        told(
            flag("Damp and mould growth: back bedroom and kitchen", "2026-09-23"),
            "housing",
            id="h2",
            heading=H.HOME,
        ),
        told(
            {
                "resourceType": "DeviceRequest",
                "status": "draft",
                "codeCodeableConcept": {"text": "Level-access shower"},
                "authoredOn": "2026-11-11",
            },
            "housing",
            id="q1",
            heading=H.EQUIPMENT,
        ),
        told(about_me(), "social-care", id="am1", heading=H.ABOUT_ME),
        told(
            {
                "resourceType": "DocumentReference",
                "status": "current",
                "type": {"text": "Discharge letter"},
                "date": "2026-09-05T16:10:00+00:00",
                "author": [{"display": "Dr A Patel"}],
            },
            "acute",
            id="d1",
            heading=H.DOCUMENTS,
        ),
        told(
            flag("Safeguarding: neglect (section 42)", "2026-10-14"),
            "social-care",
            id="sg1",
            heading=H.SAFEGUARDING,
        ),
    ]


HEADINGS = tuple(h for h in Heading if h is not Heading.RED_BAG)


def strip() -> list[Any]:
    return [
        source("acute", *HEADINGS),
        source(
            "social-care",
            *HEADINGS,
            last_good=NOW - timedelta(hours=2),
            down_since=NOW - timedelta(minutes=95),
        ),
        source("mental-health", *HEADINGS, last_good=NOW - timedelta(minutes=4)),
        source("housing", H.DEMOGRAPHICS, H.HOME, H.EQUIPMENT),
        source("gp", *HEADINGS),
    ]


def a_record(*more: Any, **changes: Any) -> Record:
    """The record of the made-up man. ``changes`` replace what the merge made."""
    made = record([*pairs(), *more], sources=strip())
    return replace(made, **changes)


def empty_record(**changes: Any) -> Record:
    """A record of which nothing but the name is told."""
    return replace(record([told(person(), "acute", id="p1")], sources=strip()), **changes)


__all__ = ["NAMES", "NOW", "NUMBER", "PERSON", "Category", "a_record", "empty_record", "told", "who"]
