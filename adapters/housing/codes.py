"""Code lists of housing: person alerts, tenancies, hazards. No national FHIR system exists for any of them."""

from __future__ import annotations

from typing import Final

from adapters.elements import Element, coding, concept, local_codes
from schemas.codes import Heading

PERSON_ALERTS: Final[dict[str, tuple[str, Heading, tuple[str, ...]]]] = {
    "1": ("General alert", Heading.ALERTS, ()),
    "10": ("Do not visit alone", Heading.STAFF_SAFETY, ()),
    "10-10": ("Anti-social behaviour", Heading.STAFF_SAFETY, ()),
    "20": ("Vulnerability", Heading.ALERTS, ()),
    "20-10": ("Hearing", Heading.NEEDS, ()),
    "20-20": ("Vision", Heading.NEEDS, ()),
    "20-30": ("Illness", Heading.ALERTS, ()),
    "20-40": ("Physical support", Heading.NEEDS, ()),
    "20-50": ("Wheelchair user", Heading.NEEDS, ()),
    "20-60": ("Elderly", Heading.NEEDS, ()),
    "20-70": ("Safeguarding", Heading.SAFEGUARDING, ("SAFEGUARDING",)),
    "30": ("Misses appointments", Heading.ALERTS, ()),
    "40": ("Language", Heading.NEEDS, ()),
    "50": ("Gender of operative", Heading.NEEDS, ()),
    "60": ("Capacity or power of attorney", Heading.LEGAL, ()),
}
"""Person alert codes of the sector: words, heading, labels that the code itself implies."""

TENURES: Final = {
    "SEC": "Secure tenancy",
    "INT": "Introductory tenancy",
    "LHA": "Leasehold",
    "TEM": "Temporary tenancy",
}
PRIORITIES: Final = {"1": "stat", "2": "urgent", "3": "asap", "4": "routine", "5": "routine"}
REPAIR_STATES: Final = {
    "open": "requested",
    "scheduled": "accepted",
    "completed": "completed",
    "cancelled": "cancelled",
    "no_access": "on-hold",
}
ADAPTATION_STATES: Final = {
    "requested": ("active", ""),
    "assessed": ("active", ""),
    "approved": ("active", "active"),
    "fitted": ("completed", "completed"),
    "refused": ("revoked", ""),
}
"""Status of the request, and of the device once there is one to fit ("" before)."""

DUTIES: Final = {"prevention": "Prevention duty", "relief": "Relief duty", "main": "Main duty"}
CATEGORY_ONE: Final = frozenset("ABC")
BANDS: Final = frozenset("ABCDEFGHIJ")
_HAZARDS_LAST: Final = 29


def is_hazard(number: int) -> bool:
    """Whether the housing health and safety rating system has a hazard of this number."""
    return 1 <= number <= _HAZARDS_LAST


def housing_concept(name: str, code: str, words: str) -> Element:
    return concept(words or code, coding(local_codes(f"housing-{name}"), code))
