"""The two tables without which a return says nothing: its header and its index of people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from adapters.elements import (
    UK_CODES,
    coding,
    concept,
    identifier,
    local_system,
    present,
    uk_extension,
    when,
)
from adapters.fields import BadField
from adapters.mental_health.codes import (
    nhs_concept,
)
from adapters.person import read_number
from schemas.contribution import SubjectClaim
from schemas.identifiers import Identifier, SubjectKey

HEADER: Final = "MHS000Header"
INDEX: Final = "MHS001MPI"
Values = Mapping[str, str]


def needed(values: Values, column: str) -> str:
    if not (value := values.get(column, "")):
        raise BadField(column, "is missing")
    return value


def day(values: Values, column: str) -> date | None:
    """An ISO date, or one with a midnight time as databases export it; None when empty."""
    if not (text := values.get(column, "")):
        return None
    if (found := _day(text)) is None:
        raise BadField(column, "is not a date (YYYY-MM-DD)")
    return found


_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00:00(?:\.0+)?)?")


@lru_cache(20_000)
def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Period:
    """What the header says: the months spoken of, and when the return was made (None: it does not say)."""

    start: date
    end: date
    made: datetime | None


HEADER_COLUMNS: Final = ("OrgIDProv", "ReportingPeriodStartDate", "ReportingPeriodEndDate")
HEADER_OPTIONAL: Final = ("DatSetVer", "DatSetCreatDate")


def read_header(values: Values, own: str) -> Period:
    """The header's one row. Another provider's return is refused."""
    if values["OrgIDProv"] != own:
        raise BadField("OrgIDProv", "is another provider's")
    start, end = day(values, "ReportingPeriodStartDate"), day(values, "ReportingPeriodEndDate")
    if start is None or end is None:
        missing = "ReportingPeriodStartDate" if start is None else "ReportingPeriodEndDate"
        raise BadField(missing, "is missing")
    if end < start:
        raise BadField("ReportingPeriodEndDate", "lies before the start")
    made = values.get("DatSetCreatDate", "")
    return Period(start, end, _made(made) if made else None)


def _made(text: str) -> datetime:
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        raise BadField("DatSetCreatDate", "is not a date and time") from None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


INDEX_COLUMNS: Final = ("LocalPatientId", "OrgIDLocalPatientId", "NHSNumber", "PersonBirthDate")
INDEX_OPTIONAL: Final = (
    "NHSNumberStatus",
    "Postcode",
    "Gender",
    "GenderIDCode",
    "EthnicCategory",
    "MaritalStatus",
    "PersDeathDate",
    "RecordNumber",
    "Person_ID",
)


def read_person(values: Values, own: str, said: datetime) -> SubjectClaim:
    """Who a row of the index is: no names, only what a return carries."""
    local = needed(values, "LocalPatientId")
    if values["OrgIDLocalPatientId"] not in ("", own):
        raise BadField("OrgIDLocalPatientId", "is another provider's")
    number, national = read_number(values["NHSNumber"], "NHSNumber")
    status, born = values.get("NHSNumberStatus", ""), day(values, "PersonBirthDate")
    died = day(values, "PersDeathDate")
    if national and status:
        system = f"{UK_CODES}NHSNumberVerificationStatusEngland"
        national["extension"] = [
            uk_extension(
                "NHSNumberVerificationStatus", valueCodeableConcept=concept("", coding(system, status))
            )
        ]
    gender = _GENDERS.get(values.get("GenderIDCode", "") or values.get("Gender", ""), "")
    ethnic, postcode = values.get("EthnicCategory", ""), values.get("Postcode", "")
    marital = values.get("MaritalStatus", "")
    category = uk_extension(
        "EthnicCategory",
        valueCodeableConcept=concept("", coding(f"{UK_CODES}EthnicCategoryEngland", ethnic)),
    )
    key = SubjectKey(own, local)
    patient = present(
        {
            "resourceType": "Patient",
            "identifier": [
                identifier(Identifier(local_system(own, "person"), local)),
                *([national] if national else []),
            ],
            "gender": gender,
            "birthDate": when(born) if born else None,
            "deceasedDateTime": when(died) if died else None,
            "address": [{"postalCode": postcode}] if postcode else [],
            "maritalStatus": nhs_concept("marital-status", marital, "") if marital else None,
            "extension": [category] if ethnic else [],
        }
    )
    return SubjectClaim(key, patient, number, at=said)


_GENDERS: Final = {
    "1": "male",
    "2": "female",
    "3": "other",
    "4": "other",
    "9": "other",
    "0": "unknown",
    "X": "unknown",
    "Z": "unknown",
}
