"""One row of Client Level Data: its frame, and what its own columns say of the person.

What happened (the event columns) is in ``cld_rows``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from adapters.dossier import Item, Teller, tell_person
from adapters.elements import (
    UK_CODES,
    Element,
    coding,
    concept,
    local_codes,
    local_extension,
    local_system,
    organisation,
    present,
    social_history,
    uk_extension,
    when,
)
from adapters.fields import BadField, midnight
from adapters.person import read_number
from adapters.person_source import NO_LOCAL_ID
from adapters.places import is_protected
from adapters.returns import said_at
from adapters.sensitivity import Delicacy
from adapters.social_care.care import REASON_LABELS, reason_code
from adapters.social_care.client_level import GENDERS, dwelling, found, listed
from adapters.social_care.codes import INTERWEAVE
from adapters.social_care.ethnicity import ethnic_code
from adapters.social_care.safety import accommodation_labels
from schemas.codes import Heading
from schemas.contribution import Statement, SubjectClaim

TRAITS: Final = {
    "Accommodation_Status": ("Accommodation status", Heading.HOME),
    "Employment_Status": ("Employment status", Heading.PROBLEMS),
    "Has_Unpaid_Carer": ("Has an unpaid carer", Heading.CONTACTS),
    "Autism_Spectrum_Disorder_ASD": ("Autism spectrum", Heading.PROBLEMS),
    "Visual_Impairment": ("Visual impairment", Heading.NEEDS),
    "Hearing_Impairment": ("Hearing impairment", Heading.NEEDS),
    "Dementia": ("Dementia", Heading.PROBLEMS),
    "Client_Funding_Status": ("Who pays for care", Heading.SERVICES),
}
PERSON: Final = (
    "LA_Person_Unique_Identifier",
    "NHS_Number",
    "GP_Practice_Code",
    "Gender",
    "Ethnicity",
    "Date_of_Birth",
    "Date_of_Death",
    "Postcode",
    "Primary_Support_Reason",
    *TRAITS,
)
"""The person's own columns. They stand in every row, as they were at its event: the newest count."""

_OPEN: Final = Delicacy()
Own = tuple[str, ...]
"""The values of ``PERSON`` in one row."""


@dataclass(frozen=True, slots=True)
class CldRow:
    """The row with the fields that every part of it needs already read. ``said``: its true time but for the rank."""

    values: Mapping[str, str]
    teller: Teller
    as_at: date
    sent: datetime | None
    start: date
    end: date | None
    client: str

    def text(self, column: str) -> str:
        return self.values.get(column, "")

    def item(self, named: str) -> Item:
        """What ended counts after what was still open, and a later end after an earlier one."""
        rank = 0 if self.end is None else 1 + (self.end - self.start).days
        return Item(named, midnight(self.start), said_at(self.as_at, self.sent, rank), "", _OPEN)


def local_id(organisation_code: str, values: Mapping[str, str]) -> str:
    """The council's own id; without one a name made of the NHS number, which nobody is asked by."""
    if own := values["LA_Person_Unique_Identifier"]:
        return own
    number, _ = read_number(values.get("NHS_Number", ""), "NHS_Number")
    if number is None:
        raise BadField("LA_Person_Unique_Identifier", "is missing, and so is an NHS number")
    made = hashlib.sha256(f"{organisation_code}|{number.digits}".encode()).hexdigest()
    return f"{NO_LOCAL_ID}{made[:24]}"


def subject(teller: Teller, own: Own) -> SubjectClaim:
    """Who the row says the person is. Raises ``BadField``."""
    values = dict(zip(PERSON, own, strict=True))
    key = teller.key
    number, national = read_number(values["NHS_Number"], "NHS_Number")
    born, died = read_cld_day(values, "Date_of_Birth"), read_cld_day(values, "Date_of_Death")
    gender, ethnic, postcode = values["Gender"], values["Ethnicity"], values["Postcode"]
    status, gp = values["Accommodation_Status"], values["GP_Practice_Code"]
    hidden = is_protected(status) or dwelling(status) in ("refuge", "prison", "approved-premises")
    identity = {"system": local_system(key.organisation, "person"), "value": key.local_id}
    extension = uk_extension(
        "EthnicCategory",
        valueCodeableConcept=concept(ethnic, coding(f"{UK_CODES}EthnicCategoryEngland", ethnic_code(ethnic))),
    )
    patient = present(
        {
            "resourceType": "Patient",
            "identifier": [identity, *([national] if national else [])],
            "gender": found(GENDERS, gender) or ("unknown" if gender else ""),
            "birthDate": when(born) if born else None,
            "deceasedDateTime": when(died) if died else None,
            "address": [{"postalCode": postcode}] if postcode and not hidden else [],
            "generalPractitioner": [organisation(gp)] if gp else [],
            "extension": [extension] if ethnic else [],
        }
    )
    return SubjectClaim(
        key, patient, number, location_restricted=True if dwelling(status) == "refuge" else None
    )


def traits(teller: Teller, claim: SubjectClaim, own: Own, as_at: date, said: datetime) -> list[Statement]:
    """The person's own columns as statements: who they are, why they are supported, and each further column."""
    values = dict(zip(PERSON, own, strict=True))
    person, reason = teller.key.local_id, values["Primary_Support_Reason"]
    dated = local_extension("as-at", valueDate=when(as_at))

    def say(column: str, resource: Element, heading: Heading, labels: frozenset[str]) -> Statement:
        named = Item(f"{person}|{column}", midnight(as_at), said, "", Delicacy())
        return teller.say(named, "cld-trait", resource, heading, labels=labels)

    who = teller.named("cld-trait", f"{person}|person")
    told = [tell_person(claim, who, said, without=("address", "generalPractitioner"))]
    if reason:
        code = reason_code(reason)
        condition: Element = {
            "resourceType": "Condition",
            "category": [concept("Primary support reason")],
            "code": concept(reason, coding(f"{INTERWEAVE}SocialCareSupportReason", code)),
            "extension": [dated],
        }
        told.append(
            say(
                "Primary_Support_Reason",
                condition,
                Heading.PROBLEMS,
                frozenset(REASON_LABELS.get(code, ())),
            )
        )
    for column, (words, heading) in TRAITS.items():
        if not (value := values[column]):
            continue
        name = column.casefold().replace("_", "-")
        observation = {
            "resourceType": "Observation",
            "status": "final",
            "category": [social_history()],
            "code": concept(words, coding(local_codes("social-care-observation"), name)),
            "effectiveDateTime": when(as_at),
            "valueCodeableConcept": listed(column, value),
            "extension": [dated],
        }
        labels = accommodation_labels(value) if column == "Accommodation_Status" else frozenset()
        told.append(say(column, observation, heading, labels))
    return told


_BRITISH: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MIDNIGHT: Final = re.compile(r"[ T]00:00(:00(\.0+)?)?$")


def read_cld_day(values: Mapping[str, str], column: str) -> date | None:
    """An ISO date or DD/MM/YYYY, a midnight time may follow; None when empty."""
    if not (text := values.get(column, "")):
        return None
    day = _day(text)
    if day is None:
        raise BadField(column, "is not a date (YYYY-MM-DD or DD/MM/YYYY)")
    return day


@lru_cache(20_000)
def _day(text: str) -> date | None:
    text = _MIDNIGHT.sub("", text)
    if found := _BRITISH.fullmatch(text):
        text = f"{found[3]}-{found[2]}-{found[1]}"
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) and text.isascii() else None
    except ValueError:
        return None
