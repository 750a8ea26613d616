"""Code lists of adult social care: words of the Client Level Data return to codes of live sharing.

Live codes are those of the Interweave (Yorkshire and Humber) guide, drafts of 15 July 2024. Both releases
of the return spell some values differently; both spellings are here. What a code leads to in FHIR is in
the mappings beside this file.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

INTERWEAVE: Final = "https://fhir.interweavedigital.nhs.uk/CodeSystem/Interweave-"
INTERWEAVE_EXTENSION: Final = (
    "https://fhir.interweavedigital.nhs.uk/StructureDefinition/Extension-Interweave-"
)

SERVICE_TYPES: Final = {
    "Reablement": "R",
    "Short term nursing care": "STNC",
    "Short term residential care": "STRC",
    "Long term nursing care": "LTNC",
    "Long term residential care": "LTRC",
    "Home support or domiciliary care": "HS",
    "Home support": "HS",
    "Day support": "DS",
    "Meals": "M",
    "Transport": "TRAN",
    "Equipment": "EQ",
    "Direct payment": "DP",
    "Shared Lives": "SL",
    "Community supported living": "CSL",
    "Supported living": "CSL",
    "Extra care housing": "CSL",
    "Professional support: Social worker": "PS-SW",
    "Professional support: Other": "PS",
    "Professional support": "PS",
    "Learning, education or employment support": "LEES",
    "Learning/education/employment support": "LEES",
    "End of life care": "EOL",
    "End of life support": "EOL",
    "Emergency support": "ES",
    "Other short term support": "OSTS",
    "Other long term support": "OLTS",
    "Unpaid carer respite": "C-R",
    "Carer respite": "C-R",
    "Unpaid carer sitting service": "C-SS",
    "Carer sitting service": "C-SS",
    "Unpaid carer universal services": "C-US",
    "Carer universal services": "C-US",
    "Other unpaid carer support": "C-OTH",
    "Other carer support": "C-OTH",
    "Carer other": "C-OTH",
}

IN_A_HOME: Final = frozenset({"STNC", "STRC", "LTNC", "LTRC"})
"""Service types that are a stay in the provider's home: the provider is where the person lives."""

SERVICE_CATEGORIES: Final = {
    "Long term support: Nursing care": "LTS-NC",
    "Long term support: Residential care": "LTS-RS",
    "Long term support: Community": "LTS-C",
    "Long term support: Prison": "LTS-P",
    "Short term support: ST-Max": "STS-STMAX",
    "Short term support: Ongoing low level": "STS-OLL",
    "Short term support: Other short term": "STS-OST",
    "Unpaid carer support: Direct to unpaid carer": "CS-DC",
    "Unpaid carer support: Support involving the person cared-for": "CS-SIPC",
    "Unpaid carer support: Support involving the person cared for": "CS-SIPC",
    "Carer support: Direct to carer": "CS-DC",
    "Carer support: Support involving the person cared-for": "CS-SIPC",
    "Carer support: Support involving the person cared for": "CS-SIPC",
}

SUPPORT_REASONS: Final = {
    "Physical support: Access and mobility only": "PS-AMO",
    "Physical support: Personal care support": "PS-PCS",
    "Physical support: Personal care": "PS-PCS",
    "Physical: access and mobility only": "PS-AMO",
    "Physical: personal care": "PS-PCS",
    "Sensory: visual": "SS-SVI",
    "Sensory: hearing": "SS-SHI",
    "Sensory: dual": "SS-SDI",
    "Social: substance misuse": "SOS-SMS",
    "Social: asylum seeker": "SOS-ASS",
    "Social: isolation or other": "SOS-IO",
    "Social: unpaid carer": "SOS",
    "Sensory support: Support for visual impairment": "SS-SVI",
    "Sensory support: Visual impairment": "SS-SVI",
    "Sensory support: Support for hearing impairment": "SS-SHI",
    "Sensory support: Hearing impairment": "SS-SHI",
    "Sensory support: Support for dual impairment": "SS-SDI",
    "Sensory support: Dual impairment": "SS-SDI",
    "Support with memory and cognition": "SMC",
    "Memory and cognition": "SMC",
    "Learning disability support": "LDS",
    "Learning disability": "LDS",
    "Mental health support": "MHS",
    "Mental health": "MHS",
    "Social support: Substance misuse support": "SOS-SMS",
    "Social support: Substance misuse": "SOS-SMS",
    "Social support: Asylum seeker support": "SOS-ASS",
    "Social support: Asylum seeker": "SOS-ASS",
    "Social support: Support for social isolation or other": "SOS-IO",
    "Social support: Support for social isolation/other": "SOS-IO",
    "Social support: Isolation or other": "SOS-IO",
    "Social support: Unpaid carer": "SOS",
    "Social support: Support for unpaid carer": "SOS",
    "Social support: Support to carer": "SOS",
    "Unknown": "UNK",
}

OUTCOMES: Final = {
    "Progress to reablement/ST-Max": "PRO-R",
    "Progress to assessment, review or reassessment": "PRO-ASS",
    "Progress to assessment": "PRO-ASS",
    "Progress to re-assessment/unplanned review": "PRO-RASS",
    "Progress to reassessment/unplanned review": "PRO-RASS",
    "Progress to support planning or services": "PRO-SUP",
    "Progress to support planning/services": "PRO-SUP",
    "Progress to end of life care": "PRO-EOL",
    "Progress to financial assessment": "PRO-FA",
    "Provision of service": "POS",
    "Continuation of support or services": "NCP",
    "No change in package": "NCP",
    "Admitted to hospital": "ADMH",
    "Service ended as planned": "SEP",
    "NFA: Support ended as planned": "SEP",
    "NFA: Support ended for other reason": "NFA-SEO",
    "NFA: Support ended: Other reason": "NFA-SEO",
    "NFA: Support declined": "NFA-SD",
    "NFA: Deceased": "NFA-D",
    "NFA: Information and advice or signposting": "NFA-IA",
    "NFA: Information and advice/signposting only": "NFA-IA",
    "NFA: Information and advice/signposting": "NFA-IA",
    "NFA: Referral to NHS services or NHS funded social care": "NFA-1NFC",
    "NFA: 100% NHS funded care": "NFA-1NFC",
    "NFA: Referral to other service within the local authority": "NFA-OTH",
    "NFA: Responsibility moved to another local authority": "NFA-MALA",
    "NFA: Moved to another LA": "NFA-MALA",
    "NFA: Self-funded client or under 12wk disregard": "NFA-SFC",
    "NFA: Self-funded client (inc 12wk disregard)": "NFA-SFC",
    "NFA: Self-funded client (inc. 12wk disregard)": "NFA-SFC",
    "NFA: No services offered for other reason": "NFA-NSO",
    "NFA: No services offered: Other reason": "NFA-NSO",
    "NFA: Other": "NFA-OTH",
}

ASSESSMENT_TYPES: Final = {
    "care_act": "CN",
    "carer": "CA",
    "hospital_discharge": "HD",
    "mental_health": "MH",
    "ot": "OT",
    "reablement": "RA",
    "social": "SA",
    "end_of_life": "EOL",
    "financial": "OTH",
    "review": "OTH",
    "mental_capacity": "OTH",
    "other": "OTH",
    "DNH-SL": "DNH-SL",
    "DNH-IL": "DNH-IL",
}

REQUESTERS: Final = {
    "self": "S",
    "family": "FFN",
    "friend": "FFN",
    "neighbour": "FFN",
    "hospital": "SH",
    "gp": "PCH",
    "community health": "PCH",
    "provider": "ASCP",
    "housing": "LAHD",
    "police": "LA",
    "trusted assessor": "TA",
    "advocate": "ADV",
    "anonymous": "ANON",
}

FLAG_TYPES: Final = {
    "not_alone": "NVU",
    "manual_handling": "MANHAN",
    "marac": "MARAC",
    "mappa": "MAPPA",
    "dols": "DOLS",
    "dol": "DOL",
    "communication": "COMM",
    "end_of_life": "EOL",
    "hospital_discharge": "HDISCH",
    "falls": "OTH",
    "vulnerable_adult": "OTH",
    "suicide": "OTH",
    "risk_from_others": "RFO",
    "self_neglect": "VARM",
    "hoarding": "OTH",
    "fire": "OTH",
    "keysafe": "OTH",
    "dog": "VISIT",
    "other": "OTH",
}

FLAG_CATEGORIES: Final = {
    "RTO": "Risk to others",
    "RTS": "Risk to self",
    "RSO": "Risk from others",
    "SGC": "Safeguarding concern",
    "OTH": "Other",
}
SNOMED_FLAGS: Final = {"falls": "129839007", "vulnerable_adult": "417430008", "suicide": "225444004"}

ROLES: Final = {
    "carer": ("CAR", "Carer"),
    "main_carer": ("MC", "Main carer"),
    "informal_carer": ("IC", "Informal carer"),
    "next_of_kin": ("NOK", "Next of kin"),
    "nearest_relative": ("NR", "Nearest relative"),
    "attorney": ("LPA", "Attorney (lasting power of attorney)"),
    "emergency_contact": ("EC", "Emergency contact"),
    "keyholder": ("KH", "Key holder"),
    "household_member": ("HM", "Household member"),
    "advocate": ("ADV", "Advocate"),
}
"""What somebody is to the person. Next of kin gives no authority; an attorney's stands in the legal section."""

NOT_HELD: Final = {"DNH-SL": "Data not held (DNH-SL)", "DNH-IL": "Data not held (DNH-IL)"}
"""What a system sends where it has no such field: shown as such, because a blank would read as "none"."""


def shown(words: str) -> str:
    """The words to show for a value."""
    return NOT_HELD.get(words.upper(), words)


@lru_cache(4_096)
def same_words(text: str) -> str:
    """A value as both releases agree on it: case, blanks, "&", and "x - y" for "x: y" do not matter."""
    tight = re.sub(r"\s+", " ", text).strip().casefold().replace("&", "and")
    tight = re.sub(r"\s*/\s*", "/", re.sub(r"\s*:\s*|\s+[-\u2013\u2014]\s+", ": ", tight))
    return re.sub(r"^nfa\s*[-\u2013]\s*", "nfa: ", tight)


def by_words(table: dict[str, str]) -> dict[str, str]:
    """The table keyed by ``same_words``, for looking up what a file says."""
    return {same_words(k): v for k, v in table.items()} | {same_words(code): code for code in NOT_HELD}
