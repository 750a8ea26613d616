"""The two tables without which a return says nothing: its header and its index of people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
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
    text = values.get(column, "").removesuffix(" 00:00:00").removesuffix("T00:00:00")
    if not text:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadField(column, "is not a date (YYYY-MM-DD)") from None


class _Header:
    columns: Final = ("OrgIDProv", "ReportingPeriodStartDate", "ReportingPeriodEndDate")

    def __call__(self, values: Values, own: str) -> date:
        """The "as at" date. Another provider's return is refused."""
        if values["OrgIDProv"] != own:
            raise BadField("OrgIDProv", "is another provider's")
        found = day(values, "ReportingPeriodEndDate")
        if found is None:
            raise BadField("ReportingPeriodEndDate", "is missing")
        return found


class _Person:
    columns: Final = ("LocalPatientId", "OrgIDLocalPatientId", "NHSNumber", "PersonBirthDate")
    optional: Final = (
        "NHSNumberStatus",
        "Postcode",
        "Gender",
        "GenderIDCode",
        "EthnicCategory",
        "MaritalStatus",
    )

    def __call__(self, values: Values, own: str) -> SubjectClaim:
        """Who a row of the index is: no names, only what a return carries."""
        local = needed(values, "LocalPatientId")
        if values["OrgIDLocalPatientId"] not in ("", own):
            raise BadField("OrgIDLocalPatientId", "is another provider's")
        number, national = read_number(values["NHSNumber"], "NHSNumber")
        status, born = values.get("NHSNumberStatus", ""), day(values, "PersonBirthDate")
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
                "address": [{"postalCode": postcode}] if postcode else [],
                "maritalStatus": nhs_concept("marital-status", marital, "") if marital else None,
                "extension": [category] if ethnic else [],
            }
        )
        return SubjectClaim(key, patient, number)


_GENDERS: Final = {"1": "male", "2": "female", "9": "other", "0": "unknown", "X": "unknown"}
read_header, read_person = _Header(), _Person()
