"""What the mental health provider does: referrals, contacts, ward stays, plans, people.

One function a list of the record system's file; the table that names them all is
``adapters.mental_health.sections``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.dossier import Item, Teller, Told
from adapters.elements import (
    SNOMED,
    Element,
    coding,
    concept,
    local_extension,
    organisation,
    period,
    phone,
    plain_text,
    practitioner,
    when,
)
from adapters.fields import BadField, Fields, midnight
from adapters.mental_health.codes import (
    ATTENDANCE,
    ATTENDANCE_WORDS,
    BEDS,
    CARE_PLAN_TYPES,
    MECHANISMS,
    PRIORITIES,
    REFERRAL_SOURCES,
    WAITING_FOR,
    nhs_concept,
)
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim

ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CRISIS_PLAN: Final = coding(SNOMED, "736253002", "Mental health crisis plan")


def listed(it: Fields, name: str, table: dict[str, object]) -> str:
    """A needed code from a closed list."""
    code = it.needed(name)
    if code not in table:
        raise BadField(f"{it.path}.{name}", "is not on the list of values")
    return code


def referral(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """ServiceRequest, and while a team has the person EpisodeOfCare and the caseload relationship."""
    source, team, team_name = it.text("source"), it.text("team"), it.text("teamName")
    priority = listed(it, "priority", dict(PRIORITIES))
    ended, closure, rejected = it.day("endedOn"), it.text("closure"), bool(it.flag("rejected"))
    urgency, words = PRIORITIES[priority]
    reason = concept(it.text("reason"), coding(SNOMED, it.text("reasonSnomed")))
    own = (
        nhs_concept("primary-reason-for-referral", it.text("reasonCode"), "") if it.peek("reasonCode") else {}
    )
    provider = organisation(teller.key.organisation)
    asked = REFERRAL_SOURCES.get(source, source)
    yield teller.say(
        item,
        "referral",
        {
            "resourceType": "ServiceRequest",
            "status": "revoked" if rejected else "completed" if ended else "active",
            "intent": "order",
            "priority": urgency,
            "code": concept("Referral to mental health services"),
            "category": [nhs_concept("clinical-response-priority", priority, words)],
            "reasonCode": [r for r in (reason, own) if r],
            "authoredOn": when(item.on),
            "requester": {"display": asked} if asked else None,
            "performer": [provider],
        },
        Heading.SERVICES,
        service=team_name,
    )
    if rejected:
        return
    yield teller.say(
        item,
        "episode",
        {
            "resourceType": "EpisodeOfCare",
            "status": "finished" if ended else "active",
            "type": [nhs_concept("service-team-type", team, team_name)] if team or team_name else [],
            "managingOrganization": provider,
            "period": period(item.on, ended),
            "extension": [local_extension("referral-closure-reason", valueString=closure)] if closure else [],
        },
        Heading.SERVICES,
        service=team_name,
    )
    end = midnight(ended) if ended else None
    evidence = teller.named("referral", item.id)
    yield RelationshipClaim(
        teller.key, teller.key.organisation, RelationshipKind.CASELOAD, item.on, end, evidence
    )


def contact(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Encounter; what was written of it is a document of its own, so that it can be withheld alone."""
    status, how = listed(it, "status", dict(ATTENDANCE)), listed(it, "mechanism", dict(MECHANISMS))
    it.drop("referral")  # FHIR references are made per reader; the link adds nothing to what is shown
    place, minutes, note = it.text("place"), it.number("minutes"), it.text("note")
    code, words = MECHANISMS[how]
    resource: Element = {
        "resourceType": "Encounter",
        "status": ATTENDANCE[status],
        "class": coding(ACT_CODE, code),
        "type": [
            nhs_concept("consultation-mechanism", how, words),
            nhs_concept("attendance", status, ATTENDANCE_WORDS[status]),
        ],
        "period": period(item.on),
        "length": {"value": minutes, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min"}
        if minutes
        else None,
        "serviceProvider": organisation(teller.key.organisation),
        "location": [{"location": {"display": place}}] if place else [],
    }
    yield teller.say(item, "contact", resource, Heading.ENCOUNTERS)
    if note:
        yield teller.say(
            item, "contact-note", _document(teller, item, "Contact note", note), Heading.DOCUMENTS
        )


def ward_stay(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Encounter on a ward; and a Task for others while the person only waits for them."""
    ward, spell = it.needed("ward"), it.text("spell")
    bed, security = it.text("bedType"), it.text("security")
    ended, spell_ended = it.moment("endedAt"), it.moment("spellEndedAt")
    ready, waiting = it.day("clinicallyReadyOn"), it.text("waitingFor")
    over = ended or spell_ended
    kinds = [nhs_concept("hospital-bed-type", bed, BEDS.get(bed, ""))] if bed else []
    if security:
        kinds.append(nhs_concept("ward-security-level", security, f"Ward security level {security}"))
    yield teller.say(
        item,
        "ward-stay",
        {
            "resourceType": "Encounter",
            "status": "finished" if over else "in-progress",
            "class": coding(ACT_CODE, "IMP"),
            "type": kinds,
            "period": period(item.on, over),
            "partOf": {"identifier": {"system": teller.named("spell", "").system, "value": spell}}
            if spell
            else None,
            "serviceProvider": organisation(teller.key.organisation),
            "location": [{"location": {"display": ward}, "period": period(item.on, ended)}],
        },
        Heading.ENCOUNTERS,
    )
    if ready:
        reason = nhs_concept("clinically-ready-for-discharge", waiting, WAITING_FOR.get(waiting, ""))
        yield teller.say(
            item,
            "clinically-ready",
            {
                "resourceType": "Task",
                "status": "completed" if over else "requested",
                "intent": "order",
                "code": concept("Clinically ready for discharge: waiting for others"),
                "reasonCode": reason if waiting else None,
                "executionPeriod": period(ready, over),
                "authoredOn": when(ready),
            },
            Heading.SERVICES,
        )


def plan(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """CarePlan; a crisis plan says what helps in the person's own words."""
    kind = listed(it, "kind", dict(CARE_PLAN_TYPES))
    agreed, text, review = it.text("agreedWith"), it.text("text"), it.day("reviewOn")
    updated = it.day("lastUpdatedOn")
    parts = (
        ("Triggers", it.texts("triggers")),
        ("Early signs", it.texts("earlySigns")),
        ("What helps", it.texts("helps")),
        ("What does not help", it.texts("doesNotHelp")),
        ("Who to call", it.texts("whoToCall")),
    )
    notes = [f"Agreed with: {agreed}" if agreed else "", f"Review: {when(review)}" if review else ""]
    notes += [f"Last updated: {when(updated)}" if updated else ""]
    categories = [nhs_concept("care-plan-type", kind, CARE_PLAN_TYPES[kind])]
    if kind == "12":
        categories[0]["coding"].append(CRISIS_PLAN)
    yield teller.say(
        item,
        "care-plan",
        {
            "resourceType": "CarePlan",
            "status": "active",
            "intent": "plan",
            "category": categories,
            "title": CARE_PLAN_TYPES[kind],
            "description": text,
            "period": period(item.on),
            "created": when(item.on),
            "contributor": [organisation(teller.key.organisation)],
            "activity": [
                {
                    "detail": {
                        "status": "in-progress",
                        "kind": "Task",
                        "code": concept(title),
                        "description": one,
                    }
                }
                for title, many in parts
                for one in many
            ],
            "note": [{"text": n} for n in notes if n],
        },
        Heading.PLAN,
    )


def coordinator(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """The care co-ordinator: a CareTeam of one."""
    name, team, ended, number = it.needed("name"), it.text("team"), it.day("endedOn"), it.text("phone")
    provider = organisation(teller.key.organisation)
    yield teller.say(
        item,
        "coordinator",
        {
            "resourceType": "CareTeam",
            "status": "inactive" if ended else "active",
            "name": team,
            "period": period(item.on, ended),
            "participant": [
                {
                    "role": [concept("Care co-ordinator")],
                    "member": practitioner(name),
                    "onBehalfOf": provider,
                    "period": period(item.on, ended),
                }
            ],
            "telecom": [phone(number, "work")] if number else [],
            "managingOrganization": [provider],
        },
        Heading.CARE_TEAM,
        service=team,
    )


def document(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A letter or report in words."""
    kind, title = it.needed("kind"), it.needed("title")
    it.drop("episode")
    resource = _document(teller, item, title, it.needed("text"))
    resource["type"] = nhs_concept("document", kind.replace("_", "-"), title)
    yield teller.say(item, "document", resource, Heading.DOCUMENTS)


def _document(teller: Teller, item: Item, title: str, text: str) -> Element:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": concept(title),
        "date": when(item.updated),
        "author": [practitioner(item.author)] if item.author else [],
        "custodian": organisation(teller.key.organisation),
        "content": [{"attachment": plain_text(text, title)}],
    }
