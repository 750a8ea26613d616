"""The headings of a passport on one screen: which record headings each takes, and how it is coded.

SNOMED CT codes are those of the PRSB headings as the national transfer-of-care messages code them; LOINC
codes those of the International Patient Summary and C-CDA. Where neither has one, our own code stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.codes import Heading as H
from schemas.identifiers import OUR_BASE

OWN = f"{OUR_BASE}/CodeSystem/passport-section"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"


@dataclass(frozen=True, slots=True)
class Kind:
    """One section. ``most`` lines are shown in words, newest first; ``gap``: an empty one is named as missing.

    ``professional``: on a copy that others may come to read, not even the heading stands.
    """

    key: str
    title: str
    headings: tuple[H, ...]
    snomed: str = ""
    loinc: str = ""
    most: int = 20
    gap: bool = False
    professional: bool = False

    @property
    def codings(self) -> list[dict[str, str]]:
        told = ((SNOMED, self.snomed), (LOINC, self.loinc), (OWN, self.key))
        return [{"system": system, "code": code} for system, code in told if code]


SECTIONS: tuple[Kind, ...] = (
    Kind("alerts", "Alerts", (H.ALERTS, H.STAFF_SAFETY), "886931000000107", most=5),
    Kind("resuscitation", "Resuscitation", (H.RESUSCITATION,), "", "42348-3", gap=True),
    Kind(
        "allergies",
        "Allergies and adverse reactions",
        (H.ALLERGIES,),
        "886921000000105",
        "48765-2",
        gap=True,
    ),
    Kind("medicines", "Medicines", (H.MEDICINES,), "933361000000108", "10160-0", most=40, gap=True),
    Kind(
        "problems", "Problems and diagnoses", (H.PROBLEMS,), "887161000000102", "11450-4", most=30, gap=True
    ),
    Kind("legal", "Legal status and capacity", (H.LEGAL,), "886961000000102", gap=True),
    Kind("needs", "Communication needs and adjustments", (H.NEEDS,), "1052901000000109", gap=True),
    Kind("about-me", "About me, in the person's own words", (H.ABOUT_ME,), "1052941000000107", gap=True),
    Kind("hospital", "Recent contacts and hospital stays", (H.ENCOUNTERS,), "886781000000108", "46240-8", 6),
    Kind("procedures", "Procedures", (H.PROCEDURES,), "887171000000109", "47519-4", 10),
    Kind("results", "Recent results and observations", (H.RESULTS,), "1082101000000102", "30954-2", 12),
    Kind("care", "Care and support", (H.SERVICES,), "887051000000101", gap=True),
    Kind("assessments", "Assessments", (H.ASSESSMENTS,), "887141000000103", most=8),
    Kind("equipment", "Equipment", (H.EQUIPMENT,), "", "46264-8"),
    Kind("home", "Home", (H.HOME,), most=10),
    Kind("plan", "Plan and actions", (H.PLAN,), "887201000000105", "18776-5"),
    Kind("safeguarding", "Safeguarding", (H.SAFEGUARDING,), professional=True),
    Kind("contacts", "Family and carers", (H.CONTACTS,), gap=True),
    Kind("team", "Professionals involved", (H.CARE_TEAM,)),
    Kind("red-bag", "Red bag", (H.RED_BAG,)),
    Kind("documents", "Documents held", (H.DOCUMENTS,), "", most=8),
)

MISSING = Kind("missing", "Not known when this was made", ())
"""people-and-safety 6.1: nothing blocks a transfer; it goes with its gaps named."""
