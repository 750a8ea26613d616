"""One row of Client Level Data: its frame, and what its own columns say of the person.

What happened (the event columns) is in ``cld_rows``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from adapters.dossier import Item, Teller
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
from adapters.person import GENDERS, read_number
from adapters.places import is_protected
from adapters.sensitivity import Delicacy
from adapters.social_care.care import (
    REASON_LABELS,
    reason_code,
)
from adapters.social_care.codes import INTERWEAVE, same_words
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
DETAILS: Final = (
    "Event_Reference",
    "Event_Description",
    "Eligible_Needs_Identified",
    "Method_of_Assessment",
    "Method_of_Review",
    "Review_Reason",
    "Review_Outcomes_Achieved",
    "Total_Hrs_Caring_per_week",
    "No_of_adults_being_cared_for",
    "Delivery_Mechanism",
    "Provider_CQC_Location_Name",
    "Unit_Cost",
    "Cost_Frequency_Unit_Type",
    "Planned_units_per_week",
)
"""Columns that FHIR has no element for: each becomes an extension, as it was spelled."""


@dataclass(frozen=True, slots=True)
class CldRow:
    """The row with the fields that every part of it needs already read."""

    values: Mapping[str, str]
    teller: Teller
    as_at: date
    start: date
    end: date | None
    client: str

    def text(self, column: str) -> str:
        return self.values.get(column, "")

    def key(self, *columns: str) -> str:
        """A natural key: Event_Reference is unreliable, and the department itself de-duplicates on such columns."""
        own = (self.teller.key.local_id, when(self.start), same_words(self.client))
        return "|".join((*own, *(same_words(self.text(c)) for c in columns)))

    def item(self, named: str) -> Item:
        start = midnight(self.start)
        return Item(named, start, midnight(self.as_at), "", Delicacy())

    def details(self) -> list[Element]:
        found = [local_extension("as-at", valueDate=when(self.as_at))]
        found += [
            local_extension(f"cld-{column.casefold().replace('_', '-')}", valueString=value)
            for column in DETAILS
            if (value := self.text(column))
        ]
        return found


def subject(row: CldRow) -> SubjectClaim:
    key = row.teller.key
    number, national = read_number(row.text("NHS_Number"), "NHS_Number")
    gender, born, died = (
        row.text("Gender"),
        read_cld_day(row.values, "Date_of_Birth"),
        read_cld_day(row.values, "Date_of_Death"),
    )
    ethnic, postcode, gp = row.text("Ethnicity"), row.text("Postcode"), row.text("GP_Practice_Code")
    protected = is_protected(row.text("Accommodation_Status"))
    own = {"system": local_system(key.organisation, "person"), "value": key.local_id}
    extension = uk_extension(
        "EthnicCategory",
        valueCodeableConcept=concept(ethnic, coding(f"{UK_CODES}EthnicCategoryEngland", ethnic_code(ethnic))),
    )
    patient = present(
        {
            "resourceType": "Patient",
            "identifier": [own, *([national] if national else [])],
            "gender": GENDERS.get(gender.capitalize(), "unknown" if gender else ""),
            "birthDate": when(born) if born else None,
            "deceasedDateTime": when(died) if died else None,
            "address": [{"postalCode": postcode}] if postcode and not protected else [],
            "generalPractitioner": [organisation(gp)] if gp else [],
            "extension": [extension] if ethnic else [],
        }
    )
    return SubjectClaim(key, patient, number, location_restricted=True if protected else None)


def traits(row: CldRow) -> tuple[Statement, ...]:
    told: list[Statement] = []
    reason = row.text("Primary_Support_Reason")
    person = row.teller.key.local_id
    as_at = local_extension("as-at", valueDate=when(row.as_at))
    if reason:
        code = reason_code(reason)
        resource: Element = {
            "resourceType": "Condition",
            "category": [concept("Primary support reason")],
            "code": concept(reason, coding(f"{INTERWEAVE}SocialCareSupportReason", code)),
            "extension": [as_at],
        }
        named = row.item(f"{person}|Primary_Support_Reason")
        told.append(
            row.teller.say(named, "cld-trait", resource, Heading.PROBLEMS, labels=REASON_LABELS.get(code, ()))
        )
    for column, (words, heading) in TRAITS.items():
        if value := row.text(column):
            resource = {
                "resourceType": "Observation",
                "status": "final",
                "category": [social_history()],
                "code": concept(
                    words,
                    coding(local_codes("social-care-observation"), column.casefold().replace("_", "-")),
                ),
                "effectiveDateTime": when(row.as_at),
                "valueCodeableConcept": concept(value),
            }
            labels = accommodation_labels(value) if column == "Accommodation_Status" else frozenset()
            named = row.item(f"{person}|{column}")
            told.append(row.teller.say(named, "cld-trait", resource, heading, labels=labels))
    return tuple(told)


_BRITISH: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


def read_cld_day(values: Mapping[str, str], column: str) -> date | None:
    """An ISO date (a midnight time may follow) or DD/MM/YYYY; None when empty."""
    text = values.get(column, "").removesuffix(" 00:00:00")
    if not text:
        return None
    if found := _BRITISH.fullmatch(text):
        text = f"{found[3]}-{found[2]}-{found[1]}"
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadField(column, "is not a date (YYYY-MM-DD or DD/MM/YYYY)") from None
