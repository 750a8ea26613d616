"""Makes what the merge takes: statements of invented sources, a decision, source statuses. All fictional."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.source import HeadingTerms, Speaks, Terms
from aggregator.merge.grid import SourceStatus
from aggregator.merge.replay import Pair
from aggregator.merge.whole import whole
from schemas import strictjson
from schemas.caller import Caller, CallerKind
from schemas.codes import Audience, Category, Heading, Interaction, Purpose
from schemas.contribution import Contribution
from schemas.decision import Decision, Question
from schemas.record import Entry, Record

PERSON = "5f0c1d2e3a4b5c6d7e8f901234567890"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SNOMED = "http://snomed.info/sct"
DMD = "https://dmd.nhs.uk"
ORGANISATIONS = {
    "acute": "ZAC01",
    "social-care": "ZSC01",
    "mental-health": "ZMH01",
    "housing": "ZHO01",
    "gp": "ZGP01",
}
HEADINGS = {
    "Patient": Heading.DEMOGRAPHICS,
    "AllergyIntolerance": Heading.ALLERGIES,
    "Condition": Heading.PROBLEMS,
    "MedicationStatement": Heading.MEDICINES,
    "MedicationRequest": Heading.MEDICINES,
    "Observation": Heading.RESULTS,
    "Encounter": Heading.ENCOUNTERS,
    "Flag": Heading.ALERTS,
    "Consent": Heading.LEGAL,
}
CATEGORIES = {
    "acute": Category.ACUTE,
    "social-care": Category.SOCIAL_CARE,
    "mental-health": Category.MENTAL_HEALTH,
    "housing": Category.HOUSING,
    "gp": Category.PRIMARY_CARE,
}


def day(number: int, *, hour: int = 9) -> datetime:
    """A true time in October 2026; numbers beyond 31 run on into November."""
    return datetime(2026, 10, 1, hour, tzinfo=UTC) + timedelta(days=number - 1)


def told(
    resource: dict[str, Any],
    by: str = "acute",
    *,
    id: str = "s1",
    on: int = 1,
    version: int = 1,
    received: int | None = None,
    heading: Heading | None = None,
    class_id: str = "",
    **flags: Any,
) -> Pair:
    """One version of statement ``id`` by source ``by``, true on October day ``on``, received later."""
    type_ = resource["resourceType"]
    category = Category.DEMOGRAPHICS if type_ == "Patient" else CATEGORIES[by]
    heading = heading or HEADINGS[type_]
    contribution = Contribution(
        subject_id=f"subject-{by}",
        class_id=class_id or f"{by}-{heading.value}",
        statement_id=id,
        version=version,
        source=by,
        controller=ORGANISATIONS[by],
        type=type_,
        category=category,
        heading=heading,
        true_time=day(on),
        received_at=day(received or on, hour=10),
        body=strictjson.dumps(resource),
        **flags,
    )
    return contribution, resource


def concept(code: str = "", text: str = "", system: str = SNOMED) -> dict[str, Any]:
    found: dict[str, Any] = {"coding": [{"system": system, "code": code}]} if code else {}
    return found | ({"text": text} if text else {})


def status(name: str, code: str) -> dict[str, Any]:
    return {name: {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{name}", "code": code}]}}


def allergy(code: str = "764146007", words: str = "Penicillin", **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "code": concept(code, words),
        "category": ["medication"],
    } | elements


def problem(code: str = "230690007", words: str = "Stroke", **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": concept(code, words)} | elements


def medicine(code: str = "386864001", words: str = "Amlodipine", **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": concept(code, words),
    } | elements


def dosage(value: Any, unit: str = "mg", route: str = "oral", **more: Any) -> list[dict[str, Any]]:
    amount = {"doseQuantity": {"value": value, "unit": unit}}
    return [{"route": {"text": route}, "doseAndRate": [amount]} | more]


def person(family: str = "Marsh", **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": family, "given": ["Ada"]}]} | elements


def decision(**changes: Any) -> Decision:
    caller = Caller(
        user_id="u",
        kind=CallerKind.STAFF,
        organisation="ZAC01",
        role="doctor",
        activities=frozenset(),
        assurance=2,
        purpose=Purpose.DIRECT_CARE,
        client_id="c",
        token_id="t",
        issuer="i",
        expires_at=NOW,
    )
    made: dict[str, Any] = {
        "decision_id": "d",
        "permit": True,
        "question": Question(caller, Interaction.RECORD, Purpose.DIRECT_CARE, Audience.SCREEN, "ZAC01"),
        "person_id": PERSON,
        "grants": (),
        "offered": frozenset((org, cat) for org in ORGANISATIONS.values() for cat in Category),
        "withheld": False,
        "floor_withheld": False,
        "location_restricted": False,
        "obligations": frozenset(),
        "reasons": (),
        "policy_version": "1",
        "decided_at": NOW,
        "holds_until": NOW,
        "headings": frozenset(Heading),
    }
    return Decision(**(made | changes))


def source(name: str, *headings: Heading, **changes: Any) -> SourceStatus:
    category = CATEGORIES[name]
    terms = Terms(
        source=name,
        title=name.title(),
        organisation=ORGANISATIONS[name],
        speaks=frozenset({Speaks.PULL}),
        headings=tuple(HeadingTerms(heading, category) for heading in headings),
        fresh_for=timedelta(minutes=5),
        silent_after=timedelta(days=1),
        **{name: changes.pop(name) for name in ("statistical", "history") if name in changes},
    )
    made: dict[str, Any] = {"onboarded": True, "last_good": NOW - timedelta(minutes=1), "down_since": None}
    return SourceStatus(terms=terms, **(made | changes))


def record(pairs: Iterable[Pair], **changes: Any) -> Record:
    made: dict[str, Any] = {"decision": decision(), "sources": (), "now": NOW}
    return whole(PERSON, pairs, **(made | changes))


def entries(found: Record, type_: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in found.entries if entry.type == type_)


def kinds(found: Record) -> list[str]:
    return [conflict.kind for conflict in found.conflicts]


def two(one: dict[str, Any], other: dict[str, Any], *sources: str, **changes: Any) -> Record:
    first, second = sources or ("acute", "gp")
    return record([told(one, first, id="a", on=1, **changes), told(other, second, id="b", on=2, **changes)])


def folded(one: dict[str, Any], other: dict[str, Any], *sources: str, **changes: Any) -> bool:
    return len(two(one, other, *sources, **changes).entries) == 1
