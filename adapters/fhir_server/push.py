"""Pushed FHIR R4 resources, framed by the door and translated here like any other raw input.

The frame says which organisation sent what about whom, and when; the door has checked the JSON, the R4
rules and the sender's right to write. Here: which heading a resource belongs under, its identity at the
source, and its labels. Resources keep every element but those that only the store may say. A body that the
door refused is framed with its reasons, so that it waits in review like any other raw input.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from adapters.fhir_server.moments import moment
from adapters.fhir_server.people import identity_problems
from adapters.fhir_server.relations import claimed
from adapters.resuscitation import is_recommendation
from adapters.source import Raw, Terms
from schemas import strictjson
from schemas.codes import Category, Heading
from schemas.contribution import (
    Refusal,
    RelationshipClaim,
    Resource,
    Statement,
    SubjectClaim,
    Translated,
)
from schemas.identifiers import Identifier, SubjectKey, nhs_number
from schemas.person import demographics

FORM = "fhir.json"

HEADINGS: dict[str, Heading] = {
    "AllergyIntolerance": Heading.ALLERGIES,
    "Appointment": Heading.ENCOUNTERS,
    "CareTeam": Heading.CARE_TEAM,
    "Communication": Heading.DOCUMENTS,
    "Condition": Heading.PROBLEMS,
    "Device": Heading.EQUIPMENT,
    "DeviceRequest": Heading.EQUIPMENT,
    "DiagnosticReport": Heading.RESULTS,
    "DocumentReference": Heading.DOCUMENTS,
    "Encounter": Heading.ENCOUNTERS,
    "EpisodeOfCare": Heading.SERVICES,
    "Flag": Heading.ALERTS,
    "Immunization": Heading.PROCEDURES,
    "MedicationRequest": Heading.MEDICINES,
    "MedicationStatement": Heading.MEDICINES,
    "Observation": Heading.RESULTS,
    "Procedure": Heading.PROCEDURES,
    "QuestionnaireResponse": Heading.ASSESSMENTS,
    "RelatedPerson": Heading.CONTACTS,
    "ServiceRequest": Heading.SERVICES,
    "Specimen": Heading.RESULTS,
    "Task": Heading.ASSESSMENTS,
}
"""Types that may be pushed. Choices, links and plans have their own doors."""

_NEEDS = frozenset({"reasonable-adjustment", "communication-need"})
"""Flag.category codes. The national flag's own code list (DAPB4019) was not found, so these are ours."""
_ABOUT_ME = "/about-me"  # how the canonical of a questionnaire with the PRSB headings ends
_SUBJECT = ("subject", "patient", "for", "beneficiary")


@dataclass(frozen=True, slots=True)
class Pushed:
    """One resource. ``person_id`` when the sender named our own id, ``patient`` when it sent a Patient."""

    resource: Resource = field(repr=False)
    local_id: str = field(repr=False)
    at: datetime
    person_id: str = ""
    patient: Resource | None = field(default=None, repr=False)
    request: str = ""  # "client:request id:index", stands in for an identifier that was not sent
    retracts: bool = False
    category: Category | None = None  # with ``heading``: said by a door of ours, a plan for instance
    heading: Heading | None = None
    relates: bool = True  # False: the sender showed no knowledge of the person, so it claims no relationship


def frame(organisation: str, pushed: Sequence[Pushed]) -> bytes:
    """The raw input that is kept: everything that translation needs, as one JSON document."""
    entries: list[Any] = [
        {
            "resource": p.resource,
            "localId": p.local_id,
            "at": p.at.isoformat(),
            "personId": p.person_id,
            "patient": p.patient,
            "request": p.request,
            "retracts": p.retracts,
            "category": p.category,
            "heading": p.heading,
            "relates": p.relates,
        }
        for p in pushed
    ]
    return strictjson.dumps({"organisation": organisation, "entries": entries})


def frame_refused(organisation: str, body: bytes, refusals: Iterable[Refusal]) -> bytes:
    """The raw input that is kept of a body which was refused at the door: as it was sent, and why."""
    why: list[Any] = [{"field": r.field, "reason": r.reason, "part": r.part} for r in refusals]
    sent = base64.b64encode(body).decode()
    return strictjson.dumps({"organisation": organisation, "entries": [], "sent": sent, "refusals": why})


class _Entry(msgspec.Struct, rename="camel"):
    """One resource of a frame: ``Pushed`` as it is read back."""

    resource: Resource
    local_id: str
    at: datetime
    person_id: str = ""
    patient: Resource | None = None
    request: str = ""
    retracts: bool = False
    category: Category | None = None
    heading: Heading | None = None
    relates: bool = True


class _Frame(msgspec.Struct):
    organisation: str
    entries: list[_Entry]
    refusals: tuple[Refusal, ...] = ()


_FRAMES = msgspec.json.Decoder(_Frame, float_hook=Decimal)


def translate(raw: Raw, terms: Terms) -> Translated:
    """What a frame says, under the terms of the source that its sender has here. Never raises."""
    try:
        framed = _FRAMES.decode(raw.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Translated(refusals=(Refusal("$", "is not a push as this place keeps it"),))
    claims: dict[SubjectKey, SubjectClaim] = {}
    statements: list[Statement] = []
    relationships: list[RelationshipClaim] = []
    refusals = list(framed.refusals)
    for index, entry in enumerate(framed.entries):
        key = SubjectKey(framed.organisation, entry.local_id)
        try:
            wrong = [Refusal(*problem) for problem in identity_problems(entry.resource)]
            held = claims.get(key)
            if held is None or (entry.patient is not None and entry.patient != held.patient):
                wrong += [Refusal(*problem) for problem in identity_problems(entry.patient or {})]
                claims[key] = _claim(key, entry)
            made = _statement(key, entry, terms)
            found = claimed(made, terms) if isinstance(made, Statement) and entry.relates else []
        except (AttributeError, TypeError, KeyError, ValueError):
            # The door lets only valid R4 in; whatever else stands in a frame is refused, not guessed at.
            wrong, made = [], Refusal("resource", "is not a valid R4 resource")
        if isinstance(made, Refusal) or wrong:
            problems = wrong if isinstance(made, Statement) else [*wrong, made]
            refusals += [replace(p, part=f"entry {index}") for p in dict.fromkeys(problems)]
        else:
            statements.append(made)
            relationships += found
    told = {s.subject for s in statements}
    return Translated(
        tuple(c for c in claims.values() if c.key in told),
        tuple(statements),
        tuple(relationships),
        refusals=tuple(refusals),
    )


def heading_of(resource: Resource) -> Heading | None:
    """Where in the record a pushed resource stands; None when its type cannot be pushed."""
    if resource.get("resourceType") == "Patient":
        return Heading.DEMOGRAPHICS
    if is_recommendation(resource):
        return Heading.RESUSCITATION
    questionnaire = str(resource.get("questionnaire") or "").partition("|")[0]
    if resource.get("resourceType") == "QuestionnaireResponse" and questionnaire.endswith(_ABOUT_ME):
        return Heading.ABOUT_ME
    if resource.get("resourceType") == "Flag" and _categories(resource) & _NEEDS:
        return Heading.NEEDS
    return HEADINGS.get(str(resource.get("resourceType")))


def _categories(resource: Resource) -> frozenset[str]:
    told = [
        c.get("code") for category in resource.get("category") or [] for c in category.get("coding") or []
    ]
    return frozenset(str(code) for code in told if code)


def _claim(key: SubjectKey, entry: _Entry) -> SubjectClaim:
    patient = entry.patient or {"resourceType": "Patient"}
    number = demographics(patient).nhs_number
    return SubjectClaim(key, patient, nhs_number=number, person_id=entry.person_id)


def _statement(key: SubjectKey, entry: _Entry, terms: Terms) -> Statement | Refusal:
    resource = entry.resource
    heading = entry.heading or heading_of(resource)
    category = entry.category or _category(terms, heading)
    if heading is None or category is None:
        return Refusal("resourceType", "this organisation does not send this kind of information")
    identifier = _identifier(resource, key, entry.request)
    if identifier is None:
        return Refusal(
            "identifier", "give an identifier with system and value, so that a re-send is an update"
        )
    kept = {k: v for k, v in resource.items() if k not in ("id", "meta", *_SUBJECT)}
    if not resource.get("identifier") and heading is not Heading.DEMOGRAPHICS:
        # So that an update or a delete finds the same statement again.
        one = {"system": identifier.system, "value": identifier.value}
        kept["identifier"] = one if resource["resourceType"] == "QuestionnaireResponse" else [one]
    meta = resource.get("meta") or {}
    if meta.get("security"):
        kept["meta"] = {"security": meta["security"]}
    return Statement(
        subject=key,
        identifier=identifier,
        resource=kept,
        category=category,
        heading=heading,
        true_time=_told_at(meta, entry.at),
        labels=frozenset(str(c.get("code")) for c in meta.get("security") or []),
        retracts=entry.retracts,
    )


def _category(terms: Terms, heading: Heading | None) -> Category | None:
    return next((h.category for h in terms.headings if h.heading is heading), None)


def _identifier(resource: Resource, key: SubjectKey, request: str) -> Identifier | None:
    if resource.get("resourceType") == "Patient":
        return Identifier(f"urn:carerecord:{key.organisation}", key.local_id)
    given = resource.get("identifier") or []
    for one in given if isinstance(given, list) else [given]:
        if one.get("system") and one.get("value") and nhs_number(one["value"]) is None:
            return Identifier(one["system"], one["value"])
    return Identifier("urn:carerecord:request", request) if request else None


def _told_at(meta: dict[str, Any], at: datetime) -> datetime:
    """When the sender said so: its own ``meta.lastUpdated``, but never later than it was sent.

    A time that has not come yet would win over every correction until it comes.
    """
    told = moment(meta.get("lastUpdated"))
    return min(told, at) if told else at
