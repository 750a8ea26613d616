"""What is wrong with a home and what is done about it: repairs, hazards, adaptations; homelessness; alerts."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.dossier import Item, Teller, Told
from adapters.elements import SNOMED, coding, concept, local_extension, organisation, period, when
from adapters.fields import BadField, Fields, midnight
from adapters.housing.codes import (
    ADAPTATION_STATES,
    BANDS,
    CATEGORY_ONE,
    DUTIES,
    PERSON_ALERTS,
    PRIORITIES,
    REPAIR_STATES,
    housing_concept,
    is_hazard,
)
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim


def _listed(it: Fields, name: str, table: object) -> str:
    value = it.needed(name)
    if not hasattr(table, "__contains__") or value not in table:
        raise BadField(f"{it.path}.{name}", "is not on the list of values")
    return value


def repair(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A works order: Task. Its key safe is left out; what may harm health is marked."""
    state, words = _listed(it, "status", REPAIR_STATES), it.needed("DescriptionOfWork")
    completed, harms, contact = it.day("completedOn"), bool(it.flag("affectsHealth")), it.text("contact")
    priority, due = "", None
    if (urgency := it.child("Priority")) is not None:
        priority, due = (
            _listed(urgency, "PriorityCode", PRIORITIES),
            urgency.day("RequiredCompletionDateTime"),
        )
        urgency.done()
    if (access := it.child("AccessInformation")) is not None:
        access.drop("Keysafe")
        access.done()
    trades = []
    for element in it.children("WorkElement"):
        trades.append(
            housing_concept("trade-or-sor", element.text("M3NHFSORCode"), element.text("Trade"))
            if element.peek("M3NHFSORCode")
            else concept(element.text("Trade"))
        )
        element.drop("M3NHFSORCode")
        element.done()
    restriction = {"period": {"end": when(due)}} if due else None
    notes = [f"Contact: {contact}" if contact else ""]
    yield teller.say(
        item,
        "repair",
        {
            "resourceType": "Task",
            "status": REPAIR_STATES[state],
            "intent": "order",
            "priority": PRIORITIES.get(priority),
            "code": concept("Repair", *(c for t in trades for c in t.get("coding", []))),
            "description": words,
            "businessStatus": concept(state.replace("_", " ")),
            "executionPeriod": period(item.on, completed),
            "authoredOn": when(item.on),
            "lastModified": when(item.updated),
            "restriction": restriction,
            "performerType": [concept(t["text"]) for t in trades if t.get("text")],
            "note": [{"text": n} for n in notes if n],
            "extension": [local_extension("affects-health", valueBoolean=True)] if harms else [],
        },
        Heading.HOME,
    )


def hazard(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A hazard of the rating system: Flag. Bands A to C are category 1, where there is a duty to act."""
    number, name, band = it.number("number"), it.needed("name"), _listed(it, "band", BANDS)
    if not isinstance(number, int) or not is_hazard(number):
        raise BadField(f"{it.path}.number", "is not a hazard's number")
    text, resolved = it.text("text"), it.day("resolvedOn")
    category = "category 1" if band in CATEGORY_ONE else "category 2"
    yield teller.say(
        item,
        "hazard",
        {
            "resourceType": "Flag",
            "status": "inactive" if resolved else "active",
            "category": [housing_concept("hazard-band", band, f"Housing hazard, band {band} ({category})")],
            "code": housing_concept("hazard", str(number), f"{name}: {text}" if text else name),
            "period": period(item.on, resolved),
        },
        Heading.HOME,
    )


def adaptation(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """An adaptation: ServiceRequest, and once it is approved the DeviceRequest as well."""
    state, what, asked = _listed(it, "status", ADAPTATION_STATES), it.needed("what"), it.text("requestedBy")
    fitted, grant, visit = it.day("fittedOn"), bool(it.flag("disabledFacilitiesGrant")), it.text("attendance")
    request, device = ADAPTATION_STATES[state]
    notes = [f"Status: {state}", "Disabled facilities grant" if grant else ""]
    notes += [
        f"After hospital attendance {visit}" if visit else "",
        f"Fitted: {when(fitted)}" if fitted else "",
    ]
    landlord = organisation(teller.key.organisation)
    yield teller.say(
        item,
        "adaptation",
        {
            "resourceType": "ServiceRequest",
            "status": request,
            "intent": "proposal",
            "code": concept(f"Adaptation: {what}"),
            "authoredOn": when(item.on),
            "requester": {"display": asked} if asked else None,
            "performer": [landlord],
            "note": [{"text": n} for n in notes if n],
        },
        Heading.EQUIPMENT,
    )
    if device:
        yield teller.say(
            item,
            "adaptation-device",
            {
                "resourceType": "DeviceRequest",
                "status": device,
                "intent": "order",
                "codeCodeableConcept": concept(what),
                "authoredOn": when(item.on),
                "occurrenceDateTime": when(fitted) if fitted else None,
                "performer": landlord,
            },
            Heading.EQUIPMENT,
        )


def homelessness(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A homelessness duty: EpisodeOfCare and Condition. Why, and where to, tell a place: labelled so."""
    duty, reason, ended = _listed(it, "duty", DUTIES), it.text("reason"), it.day("endedOn")
    referred, outcome = it.text("referredBy"), it.text("outcome")
    # Where somebody was put up is kept by nobody but the landlord.
    it.drop("temporaryAddress")
    labels = {"HOMELESS", "LOCIS"}
    extensions = [
        local_extension(name, valueString=text)
        for name, text in (("referred-by", referred), ("homelessness-outcome", outcome))
        if text
    ]
    yield teller.say(
        item,
        "homelessness",
        {
            "resourceType": "EpisodeOfCare",
            "status": "finished" if ended else "active",
            "type": [housing_concept("homelessness-duty", duty, DUTIES[duty])],
            "managingOrganization": organisation(teller.key.organisation),
            "period": period(item.on, ended),
            "extension": extensions,
        },
        Heading.HOME,
        labels=labels,
    )
    until = midnight(ended) if ended else None
    own = teller.key.organisation
    yield RelationshipClaim(
        teller.key, own, RelationshipKind.CASELOAD, item.on, until, teller.named("homelessness", item.id)
    )
    terminology = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    yield teller.say(
        item,
        "homelessness-reason",
        {
            "resourceType": "Condition",
            "clinicalStatus": concept("", coding(terminology, "resolved" if ended else "active")),
            "code": concept(f"Homeless: {reason}" if reason else "Homeless", coding(SNOMED, "32911000")),
            "onsetDateTime": when(item.on),
            "abatementDateTime": when(ended) if ended else None,
        },
        Heading.HOME,
        labels=labels,
    )


def alert(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A person alert of the sector's list: Flag."""
    code, text, ended = _listed(it, "Type", PERSON_ALERTS), it.text("Comments"), it.day("endedOn")
    words, heading, labels = PERSON_ALERTS[code]
    said = f"{words}: {text}" if text and text.casefold() != words.casefold() else words
    yield teller.say(
        item,
        "alert",
        {
            "resourceType": "Flag",
            "status": "inactive" if ended else "active",
            "code": housing_concept("person-alert", code, said),
            "period": period(item.on, ended),
        },
        heading,
        labels=labels,
    )
