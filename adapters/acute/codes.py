"""Code tables of the hospital's messages and what they map to. Tables only.

Sources: ITK HL7 v2 reference tables, UK Core R4, HL7 v2-to-FHIR. Codes that are not on a table are kept as
sent under a system of ours; nothing is guessed from a neighbour.
"""

from __future__ import annotations

from typing import Final

from adapters.elements import ICD10, SNOMED, UK_CODES, local_codes

HL7 = "http://terminology.hl7.org/CodeSystem/"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
OPCS4 = local_codes("opcs-4")  # no published URL was found for it

# Third component of a coded value (HL7 table 0396 and the spellings met).
SYSTEMS: Final = {
    "I10": ICD10,
    "I10C": ICD10,
    "ICD10": ICD10,
    "ICD-10": ICD10,
    "SCT": SNOMED,
    "SNM": SNOMED,
    "SNOMED": SNOMED,
    "SNOMED-CT": SNOMED,
    "SNOMEDCT": SNOMED,
    "LN": LOINC,
    "LOINC": LOINC,
    "DMD": "https://dmd.nhs.uk",
    "DM+D": "https://dmd.nhs.uk",
    "OPCS4": OPCS4,
    "OPCS-4": OPCS4,
    "O4": OPCS4,
    "UCUM": UCUM,
}

# --- person ---

GENDERS: Final = {
    "0": "unknown",
    "1": "male",
    "2": "female",
    "9": "unknown",  # ITK: not specified
    "M": "male",
    "F": "female",
    "U": "unknown",
    "O": "other",
    "A": "other",
    "N": "unknown",
}
NAME_USES: Final = {
    "": "usual",
    "L": "usual",
    "D": "usual",
    "U": "usual",
    "PREFERRED": "nickname",
    "N": "nickname",
    "A": "anonymous",
    "M": "maiden",
    "S": "anonymous",
    "B": "old",
    "T": "temp",
    "TEMP": "temp",
}
ADDRESS_USES: Final = {
    "": "home",
    "H": "home",
    "P": "home",
    "B": "work",
    "O": "work",
    "TMP": "temp",
    "C": "temp",
}
POSTAL: Final = frozenset({"M", "PST"})
PHONE_USES: Final = {
    "PRN": "home",
    "ORN": "home",
    "VHN": "home",
    "WPN": "work",
    "PRS": "mobile",
    "NET": "home",
}
ETHNIC_SYSTEM: Final = f"{UK_CODES}EthnicCategoryEngland"
ETHNIC: Final = frozenset([*"ABCDEFGHJKLMNPRSZ", "99"])
MARITAL_SYSTEM: Final = f"{HL7}v3-MaritalStatus"
MARITAL: Final = frozenset("ADILMPSTUWC")
NUMBER_STATUS_SYSTEM: Final = f"{UK_CODES}NHSNumberVerificationStatusEngland"

_ROLE: Final = f"{HL7}v3-RoleCode"
_UK_ROLE: Final = f"{UK_CODES}AdditionalPersonRelationshipRole"
_CONTACT: Final = f"{HL7}v2-0131"
# ITK code -> (words, system, code). Next of kin is a contact, never an authority.
RELATIONSHIPS: Final = {
    "1": ("Spouse", _ROLE, "SPS"),
    "2": ("Partner", _ROLE, "DOMPART"),
    "3": ("Parent", _ROLE, "PRN"),
    "4": ("Next of kin", _CONTACT, "N"),
    "5": ("Guardian", _ROLE, "GUARD"),
    "6": ("Foster parent", _ROLE, "PRNFOST"),
    "7": ("Step parent", _ROLE, "STPPRN"),
    "61": ("Step parent", _ROLE, "STPPRN"),
    "8": ("Polygamous partner", _UK_ROLE, "PolygamousPartner"),
    "62": ("Polygamous partner", _UK_ROLE, "PolygamousPartner"),
    "9": ("Child", _ROLE, "CHILD"),
    "10": ("Dependant", _UK_ROLE, "Dependant"),
    "11": ("Non-dependant", _UK_ROLE, "NonDependant"),
    "12": ("Mother", _ROLE, "MTH"),
    "13": ("Father", _ROLE, "FTH"),
    "14": ("Sister", _ROLE, "SIS"),
    "15": ("Brother", _ROLE, "BRO"),
    "16": ("Relative", _ROLE, "FAMMEMB"),
    "17": ("Proxy: contact", _UK_ROLE, "ProxyContact"),
    "18": ("Proxy: communication", _UK_ROLE, "ProxyCommunication"),
    "19": ("Proxy: contact and communication", _UK_ROLE, "ProxyContactCommunication"),
    "20": ("Carer", _UK_ROLE, "Carer"),
    "21": ("Self", _ROLE, "ONESELF"),
    "98": ("Not known", "", ""),
    "99": ("Not specified", _UK_ROLE, "NotSpecified"),
}

# --- visit ---

CLASS_SYSTEM: Final = f"{HL7}v3-ActCode"
CLASSES: Final = {"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC", "R": "AMB"}
CLASS_RAW: Final = f"{HL7}v2-0004"
ADMISSION_METHOD: Final = f"{UK_CODES}AdmissionMethodEngland"
ADMISSION_METHODS: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "21",
        "22",
        "23",
        "24",
        "25",
        "2A",
        "2B",
        "2C",
        "2D",
        "28",
        "31",
        "32",
        "81",
        "82",
        "83",
        "98",
        "99",
    ]
)
ADMISSION_SOURCE: Final = f"{UK_CODES}SourceOfAdmissionEngland"
ADMISSION_SOURCES: Final = frozenset(
    ["19", "29", "39", "49", "51", "52", "53", "54", "65", "66", "79", "85", "87", "88", "98", "99"]
)
DISCHARGE_METHOD: Final = f"{UK_CODES}DischargeMethodEngland"
DISCHARGE_METHODS: Final = frozenset(["1", "3", "4", "5", "6", "7", "8", "9"])
DESTINATION: Final = f"{UK_CODES}DischargeDestinationEngland"
DESTINATIONS: Final = frozenset(
    [
        "19",
        "29",
        "30",
        "37",
        "38",
        "48",
        "49",
        "50",
        "51",
        "52",
        "53",
        "54",
        "65",
        "66",
        "79",
        "84",
        "85",
        "87",
        "88",
        "98",
        "99",
    ]
)
# Two generations of codes are in use and differ exactly where someone goes to a care home.
CARE_HOMES: Final = frozenset(["54", "55", "56", "65", "85"])
PARTICIPATION: Final = f"{HL7}v3-ParticipationType"
PARTICIPANTS: Final = ((7, "ATND"), (8, "REF"), (9, "CON"))

# --- clinical ---

ALLERGY_CATEGORIES: Final = {
    "DA": "medication",
    "FA": "food",
    "EA": "environment",
    "LA": "environment",
    "PA": "environment",
    "AA": "environment",
}
ALLERGY_SEVERITIES: Final = {"SV": "severe", "MO": "moderate", "MI": "mild"}
# A (admitting) and W (working) are not yet final.
DIAGNOSIS_CERTAINTY: Final = {"A": "provisional", "W": "provisional", "F": "confirmed"}

# HL7 table 0085 -> FHIR Observation.status. D (deleted) and W (wrong) take a result back and are not told as
# entered in error: that would be final here, and a laboratory sends the right result under the same number.
RESULT_STATUS: Final = {
    "C": "corrected",
    "D": "cancelled",
    "F": "final",
    "I": "registered",
    "O": "registered",
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "U": "final",
    "W": "cancelled",
    "X": "cancelled",
}
# HL7 table 0123 -> FHIR DiagnosticReport.status
REPORT_STATUS: Final = {
    "A": "partial",
    "C": "corrected",
    "F": "final",
    "I": "registered",
    "O": "registered",
    "P": "preliminary",
    "R": "preliminary",
    "S": "registered",
    "X": "cancelled",
}
INTERPRETATION: Final = f"{HL7}v3-ObservationInterpretation"
INTERPRETATIONS: Final = frozenset(
    ["H", "L", "HH", "LL", "N", "A", "AA", "U", "D", "B", "W", "R", "S", "I", "POS", "NEG", "IND"]
)
REPORT_SECTION: Final = f"{HL7}v2-0074"

# --- documents and appointments ---

# HL7 table 0270
DOCUMENT_TYPES: Final = {
    "AR": "Autopsy report",
    "CD": "Cardiodiagnostics",
    "CN": "Consultation",
    "DI": "Diagnostic imaging",
    "DS": "Discharge summary",
    "ED": "Emergency department report",
    "HP": "History and physical examination",
    "OP": "Operative report",
    "PC": "Psychiatric consultation",
    "PH": "Psychiatric history and physical examination",
    "PN": "Procedure note",
    "PR": "Progress note",
    "SP": "Surgical pathology",
    "TS": "Transfer summary",
}
# HL7 table 0271 -> FHIR CompositionStatus
DOCUMENT_STATUS: Final = {
    "AU": "final",
    "DI": "preliminary",
    "DO": "final",
    "IN": "preliminary",
    "IP": "preliminary",
    "LA": "final",
    "PA": "preliminary",
}
# HL7 table 0278 -> FHIR AppointmentStatus. A message that books, moves or changes one shows that it is booked.
APPOINTMENT_STATUS: Final = {
    "BLOCKED": "booked",
    "BOOKED": "booked",
    "CANCELLED": "cancelled",
    "CANCELED": "cancelled",
    "COMPLETE": "fulfilled",
    "DC": "cancelled",
    "DELETED": "cancelled",
    "NOSHOW": "noshow",
    "OVERBOOK": "booked",
    "PENDING": "pending",
    "STARTED": "arrived",
    "WAITLIST": "waitlist",
}
