"""What the council gives and plans: packages, requests, assessments, support reasons, equipment.

FHIR shapes after source-formats 4.2 (Interweave), one function a list of the case file. The table that
names them all is ``adapters.social_care.sections``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from adapters.dossier import Item, Teller, Told
from adapters.elements import (
    SNOMED,
    Element,
    coding,
    concept,
    local_extension,
    organisation,
    period,
    practitioner,
    when,
)
from adapters.fields import BadField, Fields, midnight
from adapters.social_care.codes import (
    ASSESSMENT_TYPES,
    IN_A_HOME,
    INTERWEAVE,
    INTERWEAVE_EXTENSION,
    NOT_HELD,
    OUTCOMES,
    REQUESTERS,
    SERVICE_CATEGORIES,
    SERVICE_TYPES,
    SUPPORT_REASONS,
    by_words,
    same_words,
    shown,
)
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim

_TYPES = by_words(SERVICE_TYPES)
_CATEGORIES = by_words(SERVICE_CATEGORIES)
_REASONS = by_words(SUPPORT_REASONS)
_OUTCOMES = by_words(OUTCOMES)


@lru_cache(4_096)
def coded_extension(name: str, text: str, code: str) -> Element:
    """An Interweave extension whose value is a concept of the code system with the same name."""
    return {
        "url": f"{INTERWEAVE_EXTENSION}{name}",
        "valueCodeableConcept": concept(shown(text), coding(f"{INTERWEAVE}{name}", code)),
    }


@lru_cache(4_096)
def service_type(component: str) -> tuple[str, Element]:
    """(Interweave code or "", concept) of a service component in either release's words."""
    code = _TYPES.get(same_words(component), "")
    return code, concept(shown(component), coding(f"{INTERWEAVE}SocialCareServiceType", code))


def service_category(words: str) -> Element:
    return coded_extension("SocialCareServiceCategory", words, _CATEGORIES.get(same_words(words), ""))


def outcome_extension(words: str) -> Element:
    return coded_extension("SocialCareAssessmentOutcome", words, _OUTCOMES.get(same_words(words), ""))


def reason_code(words: str) -> str:
    """The Interweave code of a primary support reason, "" when the words are on no list."""
    return _REASONS.get(same_words(words), "")


REASON_LABELS = {"MHS": ("PSY",), "SOS-SMS": ("ETH",)}
"""A reason tells as much as a diagnosis does."""


def package(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A service in a package of care: EpisodeOfCare, and the provider's relationship with the person."""
    code, kind = service_type(it.needed("component"))
    category, provider, ods = it.text("serviceType"), it.text("provider"), it.text("providerOds")
    ended, suspended = it.day("endedOn"), it.day("suspendedSince")
    extensions = [service_category(category)] if category else []
    extensions += [
        local_extension(name, valueString=text)
        for name, text in (
            ("package-schedule", it.text("schedule")),
            ("package-delivery", it.text("delivery")),
            ("package-funding", it.text("funding")),
            ("package-end-reason", it.text("endReason")),
        )
        if text
    ]
    extensions += [
        local_extension(name, valueDecimal=value)
        for name, value in (
            ("package-visits-a-day", it.number("visitsADay")),
            ("package-hours-a-week", it.number("hoursAWeek")),
            ("package-weekly-cost-gbp", it.number("weeklyCost")),
        )
        if value
    ]
    if suspended:
        extensions.append(local_extension("package-suspended-since", valueDate=when(suspended)))
    yield teller.say(
        item,
        "package",
        {
            "resourceType": "EpisodeOfCare",
            "status": "finished" if ended else "onhold" if suspended else _open(item),
            "type": [kind],
            "managingOrganization": organisation(ods, provider) if ods or provider else None,
            "period": period(item.on, ended),
            "extension": extensions,
        },
        Heading.SERVICES,
    )
    if ods and ods != teller.key.organisation:
        relationship = RelationshipKind.STAY if code in IN_A_HOME else RelationshipKind.CASELOAD
        end = midnight(ended) if ended else None
        yield RelationshipClaim(teller.key, ods, relationship, item.on, end, teller.named("package", item.id))


def _open(item: Item) -> str:
    """Arranged for a day that had not come when the item was last written."""
    return "planned" if item.on > item.updated else "active"


def request(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A contact or referral for support: ServiceRequest."""
    route, source, outcome = it.text("route"), it.text("source"), it.text("outcome")
    asked = coded_extension("SocialCareRequesterType", source, REQUESTERS.get(source.casefold(), ""))
    yield teller.say(
        item,
        "request",
        {
            "resourceType": "ServiceRequest",
            "status": "completed" if outcome else "active",
            "intent": "proposal",
            "category": [concept(route)] if route else [],
            "code": concept(
                it.needed("reason"), coding(f"{INTERWEAVE}SocialCareContactReason", it.text("reasonCode"))
            ),
            "authoredOn": when(item.on),
            "requester": {"display": source} if source else None,
            "extension": [asked] if source else [],
            "performer": [organisation(teller.key.organisation)],
            "note": [{"text": f"Outcome: {outcome}"}] if outcome else [],
        },
        Heading.SERVICES,
    )


def assessment(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """An assessment or review: Task with the outcome as an extension."""
    kind = it.needed("kind")
    if kind not in ASSESSMENT_TYPES:
        raise BadField(f"{it.path}.kind", "is not on the list of values")
    completed, outcome, worker = it.day("completedOn"), it.text("outcome"), it.text("worker")
    accepted, text = it.text("acceptedBy"), it.text("text")
    extensions = [outcome_extension(outcome)] if outcome else []
    if accepted:
        extensions.append(local_extension("assessment-accepted-by", valueString=accepted))
    words = kind.replace("_", " ").capitalize() + ("" if kind == "review" else " assessment")
    words = shown(kind) if kind in NOT_HELD else words
    yield teller.say(
        item,
        "assessment",
        {
            "resourceType": "Task",
            "status": "completed" if completed else "in-progress",
            "intent": "order",
            "code": concept(words, coding(f"{INTERWEAVE}SocialCareAssessmentType", ASSESSMENT_TYPES[kind])),
            "executionPeriod": period(item.on, completed),
            "authoredOn": when(item.on),
            "lastModified": when(item.updated),
            "owner": practitioner(worker) if worker else None,
            "note": [{"text": text}] if text else [],
            "extension": extensions,
        },
        Heading.ASSESSMENTS,
        # A carer's assessment is about the carer, whatever the item says of itself.
        labels=("THIRD_PARTY",) if kind == "carer" else (),
    )


def support_reason(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Primary support reason: Condition."""
    reason, ended = it.needed("reason"), it.day("endedOn")
    code = reason_code(reason)
    terminology = "http://terminology.hl7.org/CodeSystem/condition-"
    yield teller.say(
        item,
        "support-reason",
        {
            "resourceType": "Condition",
            "clinicalStatus": concept(
                "", coding(f"{terminology}clinical", "resolved" if ended else "active")
            ),
            "category": [
                concept("Primary support reason", coding(f"{terminology}category", "problem-list-item"))
            ],
            "code": concept(shown(reason), coding(f"{INTERWEAVE}SocialCareSupportReason", code)),
            "onsetDateTime": when(item.on),
            "abatementDateTime": when(ended) if ended else None,
        },
        Heading.PROBLEMS,
        labels=REASON_LABELS.get(code, ()),
    )


_EQUIPMENT = {"requested": "draft", "ordered": "active", "delivered": "completed", "returned": "completed"}


def equipment(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Equipment or an adaptation: DeviceRequest; what FHIR has no status for stands in a note."""
    status, returned = it.needed("status"), it.day("returnedOn")
    if status not in _EQUIPMENT:
        raise BadField(f"{it.path}.status", "is not on the list of values")
    asked, place = it.text("requestedBy"), it.text("place")
    notes = [
        f"Status: {status}",
        f"Place: {place}" if place else "",
        f"Returned: {when(returned)}" if returned else "",
    ]
    yield teller.say(
        item,
        "equipment",
        {
            "resourceType": "DeviceRequest",
            "status": _EQUIPMENT[status],
            "intent": "order",
            "codeCodeableConcept": concept(it.needed("what"), coding(SNOMED, it.text("snomed"))),
            "authoredOn": when(item.on),
            "requester": practitioner(asked) if asked else None,
            "note": [{"text": n} for n in notes if n],
        },
        Heading.EQUIPMENT,
    )
