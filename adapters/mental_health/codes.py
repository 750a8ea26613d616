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
_ADULT: Final = {
    "10": "Adult acute",
    "11": "Older adult acute",
    "12": "Psychiatric intensive care",
    "13": "Adult eating disorders",
    "14": "Mother and baby",
    "15": "Adult learning disabilities",
    "17": "Adult high dependency rehabilitation",
    "19": "Adult low secure",
    "20": "Adult medium secure",
    "21": "Adult high secure",
    "22": "Adult neuropsychiatry or acquired brain injury",
    "35": "Adult continuing care",
    "36": "Adult community rehabilitation",
    "40": "Adult personality disorder",
}
BEDS: Final = _ADULT | {
    "200": "Adult acute",
    "201": "Older adult acute",
    "202": "Psychiatric intensive care",
    "203": "Adult eating disorders",
    "204": "Mother and baby",
    "205": "Acute, for adults with a learning disability or autism",
    "206": "Adult low secure",
    "207": "Adult medium secure",
    "208": "Adult high secure",
    "209": "Adult neuropsychiatry or acquired brain injury",
    "210": "Adult personality disorder",
    "211": "Adult, for deaf people",
    "212": "Adult rehabilitation",
    "213": "Adult rehabilitation, for adults with a learning disability or autism",
}
"""Version 5 has two digits, version 6 three; they are not one to one, so no code is turned into another."""

WAITING_FOR: Final = {
    # version 5
    "A2": "Assessment to be completed, or a care co-ordinator",
    "B1": "Public funding",
    "C1": "Further non-acute NHS care",
    "D1": "Care home placement: residential",
    "D2": "Care home placement: nursing",
    "E1": "Care package in own home",
    "F2": "Community equipment or adaptations",
    "G2": "Choice of the person or family",
    "G3": "Choice: non-acute NHS care",
    "G4": "Choice: residential care home",
    "G5": "Choice: nursing home",
    "G6": "Choice: care package in own home",
    "G7": "Choice: equipment or adaptations",
    "G8": "Choice: general housing",
    "G9": "Choice: supported accommodation",
    "G10": "Choice: emergency accommodation",
    "G11": "Choice: social care or family placement of a child",
    "G12": "Choice: Ministry of Justice agreement",
    "H1": "Dispute",
    "I2": "Housing: general needs or private landlord",
    "I3": "Housing: single homeless or asylum seeker",
    "J2": "Housing: supported accommodation",
    "K2": "Housing: emergency accommodation from the local authority",
    "L1": "Child or young person awaiting social care or family placement",
    "M1": "Ministry of Justice agreement",
    "N1": "Outcome of legal requirements",
    # version 6
    "01": "Care co-ordinator",
    "02": "Community psychiatrist",
    "03": "Social worker",
    "04": "Public funding or a funding panel",
    "05": "Community or mental health NHS services",
    "06": "Placement in prison or removal centre",
    "07": "Care home placement: residential",
    "08": "Care home placement: nursing",
    "09": "Care package in usual place of residence",
    "10": "Community equipment or adaptations",
    "11": "Choice of the person or family",
    "12": "Dispute about the responsible commissioner",
    "13": "Dispute about the care pathway",
    "14": "Housing: private rented",
    "15": "Housing: social rented, waiting list",
    "16": "Housing: buying or finding an own home",
    "17": "Housing: not eligible for funded care",
    "18": "Housing: supported accommodation",
    "19": "Housing: temporary accommodation from the local authority",
    "20": "Children's home",
    "21": "Secure children's home",
    "22": "Young offender institution",
    "23": "Foster placement",
    "24": "Ministry of Justice agreement",
    "25": "Legal proceedings under mental health law",
    "26": "Court of Protection",
    "27": "Deprivation of liberty application",
    "28": "Court judgements",
    "29": "Residential special school or college",
    "30": "Local education support",
    "31": "Public safety concern",
    "32": "Highly bespoke housing or care",
    "33": "No lawful support in the community",
    "34": "No social care support",
    "35": "NHS-led assessment in the community",
    "36": "Hospital staff shortage",
    "37": "Assessment in the community not led by the NHS",
    "98": "Not known",
}
"""Reasons of MHS504 (version 5, letters) and MHS518 (version 6, numbers); short forms, the code is kept beside."""

PRISON_REASONS: Final = frozenset({"06", "22"})
TEAMS: Final = {
    "A01": "Day care service",
    "A02": "Crisis resolution or home treatment team",
    "A05": "Primary care mental health service",
    "A06": "Community mental health team, functional",
    "A07": "Community mental health team, organic",
    "A08": "Assertive outreach team",
    "A09": "Community rehabilitation service",
    "A10": "General psychiatry service",
    "A11": "Psychiatric liaison service",
    "A12": "Psychotherapy service",
    "A13": "Psychological therapy service",
    "A14": "Early intervention team for psychosis",
    "A15": "Young onset dementia team",
    "A16": "Personality disorder service",
    "A17": "Memory service",
    "A18": "Single point of access",
    "A19": "24/7 crisis response line",
    "A20": "Health-based place of safety",
    "A21": "Crisis cafe or safe haven",
    "A22": "Walk-in crisis assessment",
    "A23": "Psychiatric decision unit",
    "A24": "Acute day service",
    "A25": "Crisis house",
    "B01": "Forensic mental health service",
    "B02": "Forensic learning disability service",
    "C01": "Autism service",
    "C02": "Specialist perinatal mental health service",
    "C04": "Neurodevelopment team",
    "C05": "Paediatric liaison service",
    "C06": "Looked after children service",
    "C07": "Youth offending service",
    "C08": "Acquired brain injury service",
    "C10": "Community eating disorder service",
    "D01": "Substance misuse team",
    "D02": "Criminal justice liaison and diversion service",
    "D03": "Prison psychiatric inreach service",
    "D04": "Asylum service",
    "D05": "Individual placement and support service",
    "D06": "Mental health in education service",
    "D07": "Problem gambling service",
    "D08": "Rough sleeping service (homeless)",
    "E01": "Community team for learning disabilities",
    "E02": "Epilepsy or neurological service",
    "E03": "Specialist parenting service",
    "E04": "Intensive support service",
    "F01": "Mental health support team in education",
    "F02": "Maternal mental health service",
    "F03": "Mental health services for deaf people",
    "F05": "Enhanced care in care homes team",
    "F06": "Mental health and wellbeing hub",
}
"""The words are the originating service that labelling looks at: a prison's, a substance misuse team's."""

ACCOMMODATION: Final = {
    "01": "Owner occupier",
    "02": "Tenant: local authority or social landlord",
    "03": "Tenant: private landlord",
    "04": "Living with family",
    "05": "Living with friends",
    "06": "University or college accommodation",
    "07": "Accommodation tied to job",
    "08": "Mobile accommodation",
    "09": "Care home without nursing",
    "10": "Care home with nursing",
    "11": "Specialist housing",
    "12": "Rough sleeper",
    "13": "Squatting",
    "14": "Sofa surfing",
    "15": "Short-term guest of friends or family",
    "16": "Bed and breakfast to prevent or relieve homelessness",
    "17": "Night shelter",
    "18": "Hostel to prevent or relieve homelessness",
    "19": "Temporary housing to prevent or relieve homelessness",
    "20": "Admitted patient setting",
    "21": "Criminal justice setting",
    "98": "Other",
}
EMPLOYMENT: Final = {
    "01": "Employed",
    "02": "Unemployed and seeking work",
    "03": "Student, not seeking work",
    "04": "Long-term sick or disabled",
    "05": "Looking after family or home",
    "06": "Not seeking work, no benefits",
    "07": "Unpaid voluntary work",
    "08": "Retired",
    "ZZ": "Not stated",
}
DISABILITIES: Final = {
    "01": "Behaviour and emotional",
    "02": "Hearing",
    "03": "Manual dexterity",
    "04": "Memory or ability to learn",
    "05": "Mobility and gross motor",
    "06": "Perception of physical danger",
    "07": "Personal care and continence",
    "08": "Progressive conditions and physical health",
    "09": "Sight",
    "10": "Speech",
    "XX": "Other",
}
DIAGNOSED: Final = {
    "1": "Confirmed",
    "2": "Suspected, on a diagnostic pathway",
    "3": "Suspected, not on a diagnostic pathway",
    "4": "Suspected, pathway not known",
    "5": "No diagnosis",
}
"""Autism and learning disability status of version 6; U, X and Z say nothing."""


def nhs_concept(name: str, code: str, words: str) -> Element:
    """A concept of a data set list that no published code system URL was found for."""
    return concept(words or code, coding(local_codes(f"mhsds-{name}"), code))
