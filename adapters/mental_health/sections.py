"""The mental health file on one screen: list -> the function that says what it means in FHIR."""

from __future__ import annotations

from typing import Final

from adapters.capacity import capacity
from adapters.dossier import Section
from adapters.mental_health import care, clinical, legal

SECTIONS: Final[dict[str, Section]] = {
    "referrals": care.referral,
    "contacts": care.contact,
    "wardStays": care.ward_stay,
    "plans": care.plan,
    "coordinators": care.coordinator,
    "documents": care.document,
    "actPeriods": legal.act_period,
    "communityOrders": legal.community_order,
    "risks": legal.risk,
    "capacity": capacity,
    "advanceDecisions": legal.advance_decision,
    "resuscitation": legal.resuscitation,
    "diagnoses": clinical.diagnosis,
    "allergies": clinical.allergy,
    "medicines": clinical.medicine,
    "observations": clinical.observation,
}
