"""What is wrong with a home and what is done about it: repairs, hazards, adaptations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from adapters.dossier import Item, Teller, Told
from adapters.elements import Element, concept, local_extension, organisation, period, when
from adapters.fields import BadField, Fields
from adapters.housing.alerts import person_alert
from adapters.housing.codes import (
    ADAPTATION_STATES,
    BANDS,
    LOCATION_ALERTS,
    PRIORITIES,
    REPAIR_STATES,
    WORK_CLASSES,
    category_of,
    hazard_words,
    housing_concept,
    listed,
)
from adapters.housing.home import access_note
from adapters.sensitivity import told_by
from schemas.codes import Heading


def repair(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A works order: Task. Its key safe is left out; what may harm health is marked."""
    state, words = listed(it, "status", REPAIR_STATES), it.needed("DescriptionOfWork")
    completed, harms, contact = it.day("completedOn"), bool(it.flag("affectsHealth")), it.text("contact")
    reported, where = it.day("DateReported"), it.text("LocationOfRepair")
    priority, due = _urgency(it)
    hazard_number = it.number("hazardNumber")
    danger = hazard_words(hazard_number)
    if hazard_number is not None and not danger:
        raise BadField(f"{it.path}.hazardNumber", "is not a hazard's number")
    trades = [t for element in it.children("WorkElement") for t in _trades(element)]
    notes = [f"Contact: {contact}" if contact else "", f"Where: {where}" if where else ""]
    notes += [_access(it)]
    for name in ("EstimatedLaborHours", "SitePropertyUnit"):
        it.drop(name)  # the dwelling is told by its own list
    codes = [c for t in trades for c in t.get("coding", [])]
    if danger:
        codes += housing_concept("hazard", str(hazard_number), danger)["coding"]
    if (work := it.child("WorkClass")) is not None:
        codes += housing_concept("work-class", listed(work, "WorkClassCode", WORK_CLASSES), "")["coding"]
        work.drop("WorkClassDescription")
        work.done()
    yield teller.say(
        item,
        "repair",
        {
            "resourceType": "Task",
            "status": REPAIR_STATES[state],
            "intent": "order",
            "priority": PRIORITIES.get(priority),
            "code": concept(f"Repair ({danger})" if danger else "Repair", *codes),
            "description": words,
            "businessStatus": concept(state.replace("_", " ")),
            "executionPeriod": period(item.on, completed),
            "authoredOn": when(reported or item.on),
            "lastModified": when(item.updated),
            "restriction": {"period": {"end": when(due)}} if due else None,
            "performerType": [concept(t["text"]) for t in trades if t.get("text")],
            "note": [{"text": n} for n in notes if n],
            "extension": [local_extension("affects-health", valueBoolean=True)] if harms or danger else [],
        },
        Heading.HOME,
    )
    for number, told in enumerate(it.children("PersonAlert"), 1):
        yield person_alert(teller, replace(item, id=f"{item.id}-{number}"), told)
        told.done()
    for number, told in enumerate(it.children("LocationAlert"), 1):
        yield _location_alert(teller, replace(item, id=f"{item.id}-{number}"), told)


def _urgency(it: Fields) -> tuple[str, date | None]:
    urgency = it.child("Priority")
    if urgency is None:
        return "", None
    priority, due = listed(urgency, "PriorityCode", PRIORITIES), urgency.day("RequiredCompletionDateTime")
    for name in ("PriorityDescription", "NumberOfDays", "Comments"):
        urgency.drop(name)
    urgency.done()
    return priority, due


def _access(it: Fields) -> str:
    said = access_note(it, "AccessInformation")
    return f"Access: {said}" if said else ""


def _trades(element: Fields) -> Iterator[Element]:
    """What a work element is: its trade, as a word or as coded, and its items of the schedule of rates."""
    if isinstance(element.peek("Trade"), list):
        for trade in element.children("Trade"):
            yield housing_concept(
                "trade", trade.text("Code") or trade.text("CustomCode"), trade.text("CustomName")
            )
            trade.drop("CustomCode")
            trade.done()
    elif word := element.text("Trade"):
        yield concept(word)
    if code := element.text("M3NHFSORCode"):
        yield housing_concept("schedule-of-rates", code, "") | {"text": ""}
    for rate in element.children("RateScheduleItem"):
        code = rate.text("M3NHFSORCode") or rate.text("CustomCode")
        for name in ("CustomCode", "CustomName", "Quantity", "id"):
            rate.drop(name)
        rate.done()
        if code:
            yield housing_concept("schedule-of-rates", code, "") | {"text": ""}
    for name in ("id", "DependsOn", "DependsOnElement", "ServiceChargeRequired", "ContractorDeemed"):
        element.drop(name)
    element.done()


def _location_alert(teller: Teller, item: Item, it: Fields) -> Told:
    """An alert about the place: Flag. The meanings of its codes are not published, so its words are what is shown."""
    code, text = listed(it, "Type", LOCATION_ALERTS), it.text("Comments")
    it.drop("Attachment")
    it.done()
    return teller.say(
        item,
        "location-alert",
        {
            "resourceType": "Flag",
            "status": "active",
            "code": housing_concept("location-alert", code, text or "Alert about the place"),
            "period": period(item.on),
        },
        Heading.ALERTS,
        labels=told_by(text),
    )


def hazard(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A hazard of the rating system: Flag. Bands A to C are category 1, where there is a duty to act."""
    number, name, band = it.number("number"), it.text("name"), listed(it, "band", BANDS)
    words = hazard_words(number)
    if not words:
        raise BadField(f"{it.path}.number", "is not a hazard's number")
    text, resolved = it.text("text"), it.day("resolvedOn")
    yield teller.say(
        item,
        "hazard",
        {
            "resourceType": "Flag",
            "status": "inactive" if resolved else "active",
            "category": [
                housing_concept("hazard-band", band, f"Housing hazard, band {band} ({category_of(band)})")
            ],
            "code": housing_concept("hazard", str(number), ": ".join(t for t in (name or words, text) if t)),
            "period": period(item.on, resolved),
        },
        Heading.HOME,
    )


def adaptation(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """An adaptation: ServiceRequest, and once it is approved the DeviceRequest as well."""
    state, what, asked = listed(it, "status", ADAPTATION_STATES), it.needed("what"), it.text("requestedBy")
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
