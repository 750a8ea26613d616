"""The cards of a record page on one screen: which headings stand on which, in which column, how many lines.

Every heading of a record is on a card, in the banner or among the alerts; a test holds it.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.codes import Category, Heading
from schemas.record import Entry

H = Heading


@dataclass(frozen=True, slots=True)
class Kind:
    """One card. ``most`` lines are open, the others one click away; ``always``: shown even when it is empty.

    ``only``: entries of this category alone. ``groups``: headings that stand apart on the card, with titles.
    """

    key: str
    title: str
    headings: tuple[Heading, ...]
    column: str
    most: int = 6
    always: bool = False
    only: Category | None = None
    groups: tuple[tuple[str, Heading], ...] = ()

    def takes(self, entry: Entry) -> bool:
        return entry.heading in self.headings and self.only in (None, entry.category)


KINDS: tuple[Kind, ...] = (
    Kind("resuscitation", "Resuscitation", (H.RESUSCITATION,), "main", always=True),
    Kind("allergies", "Allergies", (H.ALLERGIES,), "main", 20, always=True),
    Kind("medicines", "Medicines", (H.MEDICINES,), "main", 40, always=True),
    Kind("problems", "Problems and diagnoses", (H.PROBLEMS,), "main", 12, always=True),
    Kind("legal", "Legal status and capacity", (H.LEGAL,), "main"),
    Kind("safeguarding", "Safeguarding", (H.SAFEGUARDING,), "main"),
    Kind("events", "Recent contacts and stays", (H.ENCOUNTERS,), "main", always=True),
    Kind("results", "Results and observations", (H.RESULTS,), "main", 8),
    Kind("procedures", "Procedures", (H.PROCEDURES,), "main"),
    Kind(
        "home",
        "Home and equipment",
        (H.HOME, H.EQUIPMENT),
        "main",
        always=True,
        groups=(("Home", H.HOME), ("Equipment", H.EQUIPMENT)),
    ),
    Kind("about-me", "About me", (H.ABOUT_ME,), "side", 1, always=True),
    Kind(
        "involved",
        "Who is involved",
        (H.CARE_TEAM, H.CONTACTS),
        "side",
        8,
        always=True,
        groups=(("Professionals", H.CARE_TEAM), ("Family and carers", H.CONTACTS)),
    ),
    Kind("plan", "Plans", (H.PLAN,), "side", 4),
    Kind(
        "mental-health",
        "Mental health care",
        (H.SERVICES, H.ASSESSMENTS),
        "side",
        only=Category.MENTAL_HEALTH,
    ),
    Kind(
        "care",
        "Social care and support",
        (H.SERVICES, H.ASSESSMENTS),
        "side",
        5,
        always=True,
        groups=(("Services", H.SERVICES), ("Assessments", H.ASSESSMENTS)),
    ),
    Kind("red-bag", "Red bag", (H.RED_BAG,), "side"),
    Kind("documents", "Documents and notes", (H.DOCUMENTS,), "side", 4),
)
"""The first that takes an entry has it: "mental-health" stands before "care"."""

IN_BANNER = frozenset({H.DEMOGRAPHICS, H.NEEDS, H.STAFF_SAFETY})
IN_ALERTS = frozenset({H.ALERTS})
