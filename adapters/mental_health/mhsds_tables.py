"""The MHSDS tables that are read, each with its columns and what a row means in FHIR.

``TABLES`` at the foot is the whole mapping on one screen. Version 5 names, and version 6
where it differs. The archive, and who a row is about, are ``mhsds``'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from adapters.dossier import Item, Teller, Told
from adapters.elements import (
    Element,
    coding,
    concept,
    local_extension,
    organisation,
    period,
    when,
)
from adapters.fields import BadField, midnight
from adapters.mental_health.care import ACT_CODE
from adapters.mental_health.codes import (
    ATTENDANCE,
    ATTENDANCE_WORDS,
    BEDS,
    CARE_PLAN_TYPES,
    LEGAL_STATUS,
    MECHANISMS,
    PRIORITIES,
    REFERRAL_SOURCES,
    legal_concept,
    nhs_concept,
)
from adapters.mental_health.mhsds_index import Values, day, needed
from adapters.sensitivity import Delicacy
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` must be there, ``optional`` ones may; ``tell`` raises ``BadField`` naming the column."""

    columns: tuple[str, ...]
    tell: Callable[[Teller, Values, date], Iterator[Told]]
    optional: tuple[str, ...] = ()


def referral(teller: Teller, row: Values, as_at: date) -> Iterator[Told]:
    """MHS101: the caseload as the period ended."""
    item = _item(row, "UniqServReqID", "ReferralRequestReceivedDate", as_at)
    ended, team = day(row, "ServDischDate"), row.get("ServTeamTypeRefToMH", "")
    priority, source = row.get("ClinRespPriorityType", ""), row.get("SourceOfReferralMH", "")
    reason = row.get("PrimReasonReferralMH", "")
    if priority and priority not in PRIORITIES:
        raise BadField("ClinRespPriorityType", "is not on the list of values")
    urgency, words = PRIORITIES.get(priority, ("", ""))
    yield teller.say(
        item,
        "mhsds-referral",
        {
            "resourceType": "ServiceRequest",
            "status": "completed" if ended else "active",
            "intent": "order",
            "priority": urgency,
            "code": concept("Referral to mental health services"),
            "category": [nhs_concept("clinical-response-priority", priority, words)] if priority else [],
            "reasonCode": [nhs_concept("primary-reason-for-referral", reason, "")] if reason else [],
            "requester": {"display": REFERRAL_SOURCES.get(source, source)} if source else None,
            "performerType": nhs_concept("service-team-type", team, "") if team else None,
            "authoredOn": when(item.on.date()),
            "extension": _as_at(as_at),
        },
        Heading.SERVICES,
    )
    # A return is evidence of a caseload until the day it speaks of, not beyond.
    end = midnight(min(ended or as_at, as_at) + timedelta(days=1))
    if item.on < end:
        evidence = teller.named("mhsds-referral", item.id)
        own = teller.key.organisation
        yield RelationshipClaim(teller.key, own, RelationshipKind.CASELOAD, item.on, end, evidence)


def contact(teller: Teller, row: Values, as_at: date) -> Iterator[Told]:
    """MHS201: a care contact."""
    item = _item(row, "UniqCareContID", "CareContDate", as_at)
    status = _of(row, "AttendStatus", ATTENDANCE)
    how = _of(row, "ConsMechanismMH", MECHANISMS)
    begun: datetime | date = item.on.date()
    if clock := row.get("CareContTime", ""):
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", clock, re.ASCII):
            raise BadField("CareContTime", "is not a time (HH:MM:SS)")
        begun = datetime.combine(item.on.date(), datetime.strptime(clock[:5], "%H:%M").time(), UTC)  # noqa: DTZ007
    code, words = MECHANISMS[how]
    yield teller.say(
        item,
        "mhsds-contact",
        {
            "resourceType": "Encounter",
            "status": ATTENDANCE[status],
            "class": coding(ACT_CODE, code),
            "type": [
                nhs_concept("consultation-mechanism", how, words),
                nhs_concept("attendance", status, ATTENDANCE_WORDS[status]),
            ],
            "period": period(begun),
            "serviceProvider": organisation(teller.key.organisation),
            "extension": _as_at(as_at),
        },
        Heading.ENCOUNTERS,
    )


def act_period(teller: Teller, row: Values, as_at: date) -> Iterator[Told]:
    """MHS401: a period under the Mental Health Act."""
    item = _item(row, "UniqMHActEpisodeID", "StartDateMHActLegalStatusClass", as_at)
    status = _of(row, "LegalStatusCode", LEGAL_STATUS)
    ended, expires = day(row, "EndDateMHActLegalStatusClass"), day(row, "ExpiryDateMHActLegalStatusClass")
    category = row.get("MentalCat", "")
    extensions = _as_at(as_at)
    if expires:
        extensions.append(local_extension("act-expires", valueDateTime=when(expires)))
    if category:
        kind = nhs_concept("mental-category", category, "")
        extensions.append(local_extension("act-category", valueCodeableConcept=kind))
    yield teller.say(
        item,
        "mhsds-act-period",
        {
            "resourceType": "Flag",
            "status": "inactive" if ended else "active",
            "category": [concept("Mental Health Act")],
            "code": legal_concept(status),
            "period": period(item.on.date(), ended),
            "extension": extensions,
        },
        Heading.LEGAL,
    )


def spell(teller: Teller, row: Values, as_at: date) -> Iterator[Told]:
    """MHS501: a hospital provider spell."""
    item = _item(row, "UniqHospProvSpellID", "StartDateHospProvSpell", as_at)
    ended = day(row, "DischDateHospProvSpell")
    yield teller.say(
        item, "mhsds-spell", _stay(teller, item, ended, as_at, "Hospital provider spell"), Heading.ENCOUNTERS
    )


def ward_stay(teller: Teller, row: Values, as_at: date) -> Iterator[Told]:
    """MHS502: a ward stay within a spell. Version 6 names the bed type otherwise."""
    item = _item(row, "UniqWardStayID", "StartDateWardStay", as_at)
    bed = row.get("HospitalBedTypeMH", "") or row.get("MHAdmittedPatientClass", "")
    resource = _stay(teller, item, day(row, "EndDateWardStay"), as_at, "Ward stay")
    if bed:
        resource["type"].append(nhs_concept("hospital-bed-type", bed, BEDS.get(bed, "")))
    if security := row.get("WardSecLevel", ""):
        resource["type"].append(
            nhs_concept("ward-security-level", security, f"Ward security level {security}")
        )
    if within := row.get("UniqHospProvSpellID", ""):
        system = teller.named("mhsds-spell", "").system
        resource["partOf"] = {"identifier": {"system": system, "value": within}}
    if site := row.get("SiteIDOfTreat", ""):
        resource["location"] = [{"location": {"display": site}}]
    yield teller.say(item, "mhsds-ward-stay", resource, Heading.ENCOUNTERS)


def care_plan(teller: Teller, row: Values, as_at: date) -> Iterator[Told]:
    """MHS008: that there is a plan; what it says is in the live source."""
    item = _item(row, "UniqCarePlanID", "CarePlanCreatDate", as_at)
    kind, updated = _of(row, "CarePlanTypeMH", CARE_PLAN_TYPES), day(row, "CarePlanLastUpdateDate")
    yield teller.say(
        item,
        "mhsds-care-plan",
        {
            "resourceType": "CarePlan",
            "status": "active",
            "intent": "plan",
            "category": [nhs_concept("care-plan-type", kind, CARE_PLAN_TYPES[kind])],
            "title": CARE_PLAN_TYPES[kind],
            "created": when(item.on.date()),
            "note": [{"text": f"Last updated: {when(updated)}"}] if updated else [],
            "extension": _as_at(as_at),
        },
        Heading.PLAN,
    )


def _of(values: Values, column: str, table: Mapping[str, object]) -> str:
    code = needed(values, column)
    if code not in table:
        raise BadField(column, "is not on the list of values")
    return code


def _item(values: Values, id_column: str, start_column: str, as_at: date) -> Item:
    named = needed(values, id_column)
    start = day(values, start_column)
    if start is None:
        raise BadField(start_column, "is missing")
    return Item(named, midnight(start), midnight(as_at), "", Delicacy())


def _as_at(as_at: date) -> list[Element]:
    return [local_extension("as-at", valueDate=when(as_at))]


def _stay(teller: Teller, item: Item, ended: date | None, as_at: date, words: str) -> Element:
    if ended and ended < item.on.date():
        raise BadField("DischDateHospProvSpell", "lies before the start")
    return {
        "resourceType": "Encounter",
        "status": "finished" if ended else "in-progress",
        "class": coding(ACT_CODE, "IMP"),
        "type": [concept(words)],
        "period": period(item.on.date(), ended),
        "serviceProvider": organisation(teller.key.organisation),
        "extension": _as_at(as_at),
    }


TABLES: Final[dict[str, Table]] = {
    "MHS101Referral": Table(
        ("LocalPatientId", "UniqServReqID", "ReferralRequestReceivedDate"),
        referral,
        (
            "SourceOfReferralMH",
            "PrimReasonReferralMH",
            "ClinRespPriorityType",
            "ServTeamTypeRefToMH",
            "ServDischDate",
        ),
    ),
    "MHS201CareContact": Table(
        ("LocalPatientId", "UniqCareContID", "CareContDate", "AttendStatus", "ConsMechanismMH"),
        contact,
        ("UniqServReqID", "CareContTime"),
    ),
    "MHS401MHActPeriod": Table(
        ("LocalPatientId", "UniqMHActEpisodeID", "StartDateMHActLegalStatusClass", "LegalStatusCode"),
        act_period,
        ("ExpiryDateMHActLegalStatusClass", "EndDateMHActLegalStatusClass", "MentalCat"),
    ),
    "MHS501HospProvSpell": Table(
        ("LocalPatientId", "UniqHospProvSpellID", "StartDateHospProvSpell"),
        spell,
        ("DischDateHospProvSpell",),
    ),
    "MHS502WardStay": Table(
        ("LocalPatientId", "UniqWardStayID", "StartDateWardStay"),
        ward_stay,
        (
            "UniqHospProvSpellID",
            "EndDateWardStay",
            "HospitalBedTypeMH",
            "MHAdmittedPatientClass",
            "WardSecLevel",
            "SiteIDOfTreat",
        ),
    ),
    "MHS008CarePlanType": Table(
        ("LocalPatientId", "UniqCarePlanID", "CarePlanTypeMH", "CarePlanCreatDate"),
        care_plan,
        ("CarePlanLastUpdateDate",),
    ),
}
