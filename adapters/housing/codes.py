"""Code lists of housing: person alerts, tenancies, hazards. No national FHIR system exists for any of them."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from adapters.elements import Element, coding, concept, local_codes
from adapters.fields import BadField, Fields
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

LOCATION_ALERTS: Final = frozenset({"0", "1", "10", "20", "30", "40", "50"})
"""Location alert codes of repairs messages. What each means was not found published: kept as a code."""

TENURES: Final = {
    "SEC": "Secure tenancy",
    "INT": "Introductory tenancy",
    "LHA": "Leasehold",
    "TEM": "Temporary tenancy",
    "ASY": "Assured shorthold tenancy",
    "ASS": "Assured tenancy",
    "FIX": "Fixed-term tenancy",
    "DEM": "Demoted tenancy",
    "NON": "Non-secure tenancy",
    "LIC": "Licence",
    "SHO": "Shared ownership",
}
PRIORITIES: Final = {"1": "stat", "2": "urgent", "3": "asap", "4": "routine", "5": "routine"}
WORK_CLASSES: Final = frozenset({"0", "10", "20", "30", "40", "50", "60"})
"""Classes of work of repairs messages: kept as a code, for the same reason."""

REPAIR_STATES: Final = {
    "open": "requested",
    "scheduled": "accepted",
    "in_progress": "in-progress",
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
    "cancelled": ("revoked", ""),
    "removed": ("completed", "stopped"),
}
"""Status of the request, and of the device once there is one to fit ("" before)."""

DUTIES: Final = {
    "prevention": "Prevention duty",
    "relief": "Relief duty",
    "main": "Main duty",
}
TEMPORARY: Final = {
    "bed_and_breakfast": "Bed and breakfast",
    "nightly_paid": "Nightly paid, self-contained",
    "hostel": "Hostel",
    "refuge": "Refuge",
    "local_authority": "Local authority or housing association stock",
    "private_leased": "Leased from the private sector",
    "other": "Other temporary accommodation",
}
"""Kinds of temporary accommodation, after the words of the homelessness statistics, whose codes are not published."""

CATEGORY_ONE: Final = frozenset("ABC")
BANDS: Final = frozenset("ABCDEFGHIJ")
HAZARDS: Final = (
    "Damp and mould growth",
    "Excess cold",
    "Excess heat",
    "Asbestos and manufactured mineral fibres",
    "Biocides",
    "Carbon monoxide and fuel combustion products",
    "Lead",
    "Radiation",
    "Uncombusted fuel gas",
    "Volatile organic compounds",
    "Crowding and space",
    "Entry by intruders",
    "Lighting",
    "Noise",
    "Domestic hygiene, pests and refuse",
    "Food safety",
    "Personal hygiene, sanitation and drainage",
    "Water supply",
    "Falls associated with baths",
    "Falling on level surfaces",
    "Falling on stairs",
    "Falling between levels",
    "Electrical hazards",
    "Fire",
    "Flames and hot surfaces",
    "Collision and entrapment",
    "Explosions",
    "Position and operability of amenities",
    "Structural collapse and falling elements",
)
"""The 29 hazards of the housing health and safety rating system, in their order: number 1 is the first."""


def listed(it: Fields, name: str, table: Container[str]) -> str:
    """A needed text from a closed list."""
    value = it.needed(name)
    if value not in table:
        raise BadField(f"{it.path}.{name}", "is not on the list of values")
    return value


def hazard_words(number: object) -> str:
    """The name of a hazard by its number (1 to 29), "" for anything else."""
    whole = isinstance(number, int) and not isinstance(number, bool)
    return HAZARDS[number - 1] if whole and 1 <= number <= len(HAZARDS) else ""  # type: ignore[operator]


def category_of(band: str) -> str:
    """Bands A to C are category 1, where the council has a duty to act; D to J category 2, where it may."""
    return "category 1" if band in CATEGORY_ONE else "category 2"


def housing_concept(name: str, code: str, words: str) -> Element:
    return concept(words or code, coding(local_codes(f"housing-{name}"), code))
