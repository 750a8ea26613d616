"""Code lists of mental health services (MHSDS v5, with v6 where it differs): code -> what it says in words.

Facts of the data set; what a code leads to in FHIR is in the mappings beside this file.
"""

from __future__ import annotations

from typing import Final

from adapters.elements import Element, coding, concept, local_codes
from adapters.legal_status import LEGAL_STATUS as LEGAL_STATUS
from adapters.legal_status import legal_concept as legal_concept

CARE_PLAN_TYPES: Final = {
    "10": "Mental health care plan",
    "11": "Urgent and emergency mental health care plan",
    "12": "Mental health crisis plan",
    "13": "Positive behaviour support plan",
    "14": "Child or young person's transition plan",
}
ATTENDANCE: Final = {
    "5": "finished",
    "6": "finished",
    "2": "cancelled",
    "4": "cancelled",
    "3": "cancelled",
    "7": "cancelled",
}
ATTENDANCE_WORDS: Final = {
    "5": "Attended on time",
    "6": "Attended late, seen",
    "7": "Attended late, could not be seen",
    "2": "Cancelled by the person",
    "3": "Did not attend",
    "4": "Cancelled by the provider",
}
MECHANISMS: Final = {
    "01": ("AMB", "Face to face"),
    "02": ("VR", "Telephone"),
    "03": ("VR", "Web camera"),
    "04": ("VR", "Talk type"),
    "05": ("VR", "E-mail"),
    "06": ("VR", "Text message"),
    "09": ("VR", "Text message"),
    "10": ("VR", "Instant messaging"),
    "11": ("VR", "Video"),
    "12": ("VR", "Message board"),
    "13": ("VR", "Chat room"),
    "98": ("AMB", "Other"),
}
PRIORITIES: Final = {
    "1": ("stat", "Emergency"),
    "4": ("asap", "Very urgent"),
    "2": ("urgent", "Urgent or serious"),
    "3": ("routine", "Routine"),
}
"""The order is not that of the numbers."""

REFERRAL_SOURCES: Final = {
    "A1": "General practitioner",
    "A2": "Health visitor",
    "B1": "Self",
    "B2": "Carer or relative",
    "D1": "Employer",
    "H1": "Emergency department",
    "H2": "Acute hospital",
    "P1": "Internal",
}
BEDS: Final = {
    "10": "Adult acute",
    "11": "Older adult acute",
    "12": "Psychiatric intensive care",
    "200": "Adult acute",
    "201": "Older adult acute",
    "202": "Psychiatric intensive care",
}
WAITING_FOR: Final = {
    "A2": "Assessment to be completed",
    "B1": "Public funding",
    "C1": "Further non-acute NHS care",
    "D1": "Care home placement: residential",
    "D2": "Care home placement: nursing",
    "E1": "Care package in own home",
    "F2": "Community equipment or adaptations",
    "H1": "Dispute",
    "I2": "Housing: no recourse to public funds or other",
    "J2": "Housing: supported accommodation",
    "K2": "Housing: emergency accommodation from the local authority",
    "L1": "Child or young person awaiting social care or family placement",
    "M1": "Ministry of Justice agreement",
    "N1": "Awaiting outcome of legal requirements",
}
"""MHS518 reasons; the names are short forms, the code is kept beside them."""


def nhs_concept(name: str, code: str, words: str) -> Element:
    """A concept of a data set list that no published code system URL was found for."""
    return concept(words or code, coding(local_codes(f"mhsds-{name}"), code))
