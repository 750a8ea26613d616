"""Mental Health Act statuses by their national code: every kind of provider sends them. Table and concept only."""

from __future__ import annotations

from typing import Final

from adapters.elements import UK_CODES, Element, coding, concept

LEGAL_STATUS: Final = {
    "01": "Informal",
    "02": "Section 2, Mental Health Act 1983",
    "03": "Section 3, Mental Health Act 1983",
    "04": "Section 4, Mental Health Act 1983",
    "05": "Section 5(2), Mental Health Act 1983",
    "06": "Section 5(4), Mental Health Act 1983",
    "07": "Section 35, Mental Health Act 1983",
    "08": "Section 36, Mental Health Act 1983",
    "09": "Section 37 with section 41 restrictions, Mental Health Act 1983",
    "10": "Section 37, Mental Health Act 1983",
    "12": "Section 37(4), Mental Health Act 1983",
    "13": "Section 38, Mental Health Act 1983",
    "14": "Section 44, Mental Health Act 1983",
    "15": "Section 46, Mental Health Act 1983",
    "16": "Section 47 with section 49 restrictions, Mental Health Act 1983",
    "17": "Section 47, Mental Health Act 1983",
    "18": "Section 48 with section 49 restrictions, Mental Health Act 1983",
    "19": "Section 135, Mental Health Act 1983",
    "20": "Section 136, Mental Health Act 1983",
    "31": "Criminal Procedure (Insanity) Act 1964 as amended",
    "32": "Other acts",
    "35": "Subject to guardianship under section 7",
    "36": "Subject to guardianship under section 37",
    "37": "Section 45A with limitation direction",
    "38": "Section 45A without limitation direction",
    "98": "Not applicable",
    "99": "Not known",
}
"""UKCore-LegalStatusClassificationEngland; dated data: the Mental Health Act 2025 changes it in steps."""


def legal_concept(code: str, words: str = "") -> Element:
    """A Mental Health Act status by its national code."""
    system = f"{UK_CODES}LegalStatusClassificationEngland"
    return concept(words or LEGAL_STATUS[code], coding(system, code, LEGAL_STATUS[code]))
