"""MHSDS tables of care in the community: referrals, further teams, contacts, plans and their agreement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from adapters.dossier import Told
from adapters.elements import coding, concept, local_extension, organisation, period, when
from adapters.fields import BadField, midnight
from adapters.mental_health.care import ACT_CODE, CRISIS_PLAN
from adapters.mental_health.codes import (
    ATTENDANCE,
    ATTENDANCE_WORDS,
    CARE_PLAN_TYPES,
    MECHANISMS,
    PRIORITIES,
    REFERRAL_SOURCES,
    TEAMS,
    nhs_concept,
)
from adapters.mental_health.mhsds_line import Line
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim

_REASONS: Final = {"09": ({"ETH"}, ()), "20": ({"OLD_IDENTITY"}, ("gender-recognition",))}
"""Reasons for referral that tell as much as a diagnosis does: (labels, exclusions)."""


def referral(line: Line) -> Iterator[Told]:
    """MHS101: ServiceRequest, and the caseload as the period ended. Version 6 tells a rejection here too."""
    named, start = line.needed("UniqServReqID"), line.start("ReferralRequestReceivedDate")
    ended, rejected = line.end("ServDischDate", start), line.day("ReferRejectionDate")
    team, source = line.text("ServTeamTypeRefToMH"), line.text("SourceOfReferralMH")
    priority, reason = line.text("ClinRespPriorityType"), line.text("PrimReasonReferralMH")
    if priority and priority not in PRIORITIES:
        raise BadField("ClinRespPriorityType", "is not on the list of values")
    urgency, words = PRIORITIES.get(priority, ("", ""))
    labels, exclusions = _REASONS.get(reason, ((), ()))
    own = line.teller.key.organisation
    resource = {
        "resourceType": "ServiceRequest",
        "status": "revoked" if rejected else "completed" if ended else "active",
        "intent": "order",
        "priority": urgency,
        "code": concept("Referral to mental health services"),
        "category": [nhs_concept("clinical-response-priority", priority, words)] if priority else [],
        "reasonCode": [nhs_concept("primary-reason-for-referral", reason, "")] if reason else [],
        "requester": {"display": REFERRAL_SOURCES.get(source, source)} if source else None,
        "performerType": nhs_concept("service-team-type", team, TEAMS.get(team, "")) if team else None,
        "performer": [organisation(own)],
        "authoredOn": when(
            line.moment("ReferralRequestReceivedDate", "ReferralRequestReceivedTime") or start
        ),
    }
    yield line.say(
        named,
        "referral",
        resource,
        Heading.SERVICES,
        service=TEAMS.get(team, ""),
        labels=labels,
        exclusions=exclusions,
    )
    # A return is evidence of a caseload until the day it speaks of, not beyond.
    end = midnight(min(ended or line.as_at, line.as_at) + timedelta(days=1))
    if midnight(start) < end and not rejected:
        evidence = line.teller.named("mhsds-referral", named)
        yield RelationshipClaim(
            line.teller.key, own, RelationshipKind.CASELOAD, midnight(start), end, evidence
        )


def team(line: Line) -> Iterator[Told]:
    """MHS102: one team's part of a referral (v5 the teams referred to, v6 further ones): EpisodeOfCare."""
    referred, kind = line.needed("UniqServReqID"), line.text("ServTeamTypeRefToMH")
    unit = line.text("UniqCareProfTeamID") or line.text("UniqOtherCareProfTeamLocalID") or kind
    if not unit:
        raise BadField("UniqCareProfTeamID", "is missing, and so is the type of team")
    closed, rejected = line.day("ReferClosureDate"), line.day("ReferRejectionDate")
    reason = line.text("ReferRejectReason") if rejected else line.text("ReferClosReason")
    words = "rejection" if rejected else "closure"
    resource = {
        "resourceType": "EpisodeOfCare",
        "status": "cancelled" if rejected else "finished" if closed else "active",
        "type": [nhs_concept("service-team-type", kind, TEAMS.get(kind, ""))] if kind else [],
        "managingOrganization": organisation(line.teller.key.organisation),
        "period": period(None, closed or rejected),
        "extension": [
            local_extension(
                f"referral-{words}-reason", valueCodeableConcept=nhs_concept(f"{words}-reason", reason, "")
            )
        ]
        if reason
        else [],
    }
    yield line.say(f"{referred}|{unit}", "team", resource, Heading.SERVICES, service=TEAMS.get(kind, ""))


def contact(line: Line) -> Iterator[Told]:
    """MHS201: a care contact."""
    named = line.needed("UniqCareContID")
    line.start("CareContDate")
    status, how = line.of("AttendStatus", ATTENDANCE), line.of("ConsMechanismMH", MECHANISMS)
    code, words = MECHANISMS[how]
    resource = {
        "resourceType": "Encounter",
        "status": ATTENDANCE[status],
        "class": coding(ACT_CODE, code),
        "type": [
            nhs_concept("consultation-mechanism", how, words),
            nhs_concept("attendance", status, ATTENDANCE_WORDS[status]),
        ],
        "period": period(line.moment("CareContDate", "CareContTime")),
        "serviceProvider": organisation(line.teller.key.organisation),
    }
    yield line.say(named, "contact", resource, Heading.ENCOUNTERS)


def care_plan(line: Line) -> Iterator[Told]:
    """MHS008: that there is a plan; what it says is in the live source."""
    named, created = line.needed("UniqCarePlanID"), line.start("CarePlanCreatDate")
    kind, updated = line.of("CarePlanTypeMH", CARE_PLAN_TYPES), line.day("CarePlanLastUpdateDate")
    category = nhs_concept("care-plan-type", kind, CARE_PLAN_TYPES[kind])
    if kind == "12":
        category["coding"].append(CRISIS_PLAN)
    resource = {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "category": [category],
        "title": CARE_PLAN_TYPES[kind],
        "created": when(created),
        "note": [{"text": f"Last updated: {when(updated)}"}] if updated else [],
    }
    yield line.say(named, "care-plan", resource, Heading.PLAN)


def agreement(line: Line) -> Iterator[Told]:
    """MHS009: who agreed the plan and when, as a part of the plan's own statement."""
    by = line.needed("CarePlanContentAgreedBy")
    if not re.fullmatch(r"[A-Za-z0-9]{1,4}", by, re.ASCII):
        raise BadField("CarePlanContentAgreedBy", "is not a code")
    agreed = line.start("CarePlanContentAgreedDate")
    resource = {
        "resourceType": "CarePlan",
        "extension": [local_extension(f"care-plan-agreed-by-{by.casefold()}", valueDate=when(agreed))],
    }
    yield replace(line.say(line.needed("UniqCarePlanID"), "care-plan", resource, Heading.PLAN), partial=True)
