"""The council's Client Level Data return: Release 2 columns, the twelve months to the last quarter's end.

How the same period was sent first, in Release 1 and with two mistakes, is in `cld_before`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from demo.lives import KnownAs, Person
from demo.lives.social_care import Assessment, Package, SocialCare

COLUMNS: Final = (
    "LA_Code", "Reporting_Period_Start_Date", "Reporting_Period_End_Date", "NHS_Number",
    "LA_Person_Unique_Identifier", "GP_Practice_Code", "Gender", "Ethnicity", "Date_of_Birth",
    "Date_of_Death",
    "Client_Type", "Primary_Support_Reason", "Postcode", "Accommodation_Status", "Has_Unpaid_Carer",
    "Client_Funding_Status",
    "Event_Type", "Event_Reference", "Event_Start_Date", "Event_End_Date", "Event_Description",
    "Event_Outcome",
    "Request_Route_of_Access", "Assessment_Type", "Service_Type", "Service_Component", "Delivery_Mechanism",
    "Provider_CQC_Location_ID", "Provider_CQC_Location_Name", "Unit_Cost", "Cost_Frequency_Unit_Type",
    "Review_Reason",
)  # fmt: skip
_LA_CODE: Final = "999"
_CQC: Final = {"ZCH01": "1-999000001", "ZCH02": "1-999000002", "ZHC01": "1-999000003"}
"""Fictional locations of the regulator's register."""
_ETHNICITY: Final = {
    "A": "White: English, Welsh, Scottish, Northern Irish or British",
    "B": "White: Irish",
    "C": "White: Any other White background",
    "D": "Mixed or multiple ethnic groups: White and Black Caribbean",
    "H": "Asian or Asian British: Indian",
    "J": "Asian or Asian British: Pakistani",
    "K": "Asian or Asian British: Bangladeshi",
    "M": "Black, Black British, Caribbean or African: Caribbean",
    "N": "Black, Black British, Caribbean or African: African",
    "S": "Other ethnic group: Any other ethnic group",
    "Z": "Refused",
}


def quarter_end(today: date) -> date:
    """The last day of the quarter before the one that `today` is in."""
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return first - timedelta(days=1)


def name(today: date) -> str:
    return f"CLD_{_LA_CODE}_{quarter_end(today):%Y%m%d}_2.csv"


def content(people: Iterable[Person], today: date) -> bytes:
    return written(rows(people, today), COLUMNS)


def written(rows: Iterable[dict[str, str]], columns: Iterable[str]) -> bytes:
    """The file as spreadsheets write it: UTF-8 with a byte order mark, CR LF."""
    text = io.StringIO()
    writer = csv.DictWriter(text, tuple(columns), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def rows(people: Iterable[Person], today: date) -> Iterator[dict[str, str]]:
    """Every event of the period, by column."""
    end = quarter_end(today)
    start = end.replace(year=end.year - 1) + timedelta(days=1)
    for person in people:
        if person.social_care is not None and person.social_care.known_as:
            yield from _rows(person, person.social_care, start, end)


def _rows(person: Person, held: SocialCare, start: date, end: date) -> Iterator[dict[str, str]]:
    head = _head(person, held, held.known_as[0], start, end)
    for contact in (f for f in held.contacts if not f.sealed):
        on = contact.on.date()
        yield from _inside(start, end, on, on, head | {
            "Event_Type": "Request", "Event_Reference": contact.id, "Event_Outcome": contact.outcome,
            "Request_Route_of_Access": contact.route,
        })  # fmt: skip
    for assessment in (f for f in held.assessments if not f.sealed):
        yield from _inside(
            start, end, assessment.on.date(), assessment.completed, head | _assessment(assessment)
        )
    for package in (f for f in held.packages if not f.sealed):
        yield from _inside(start, end, package.on.date(), package.ended, head | _service(package))


def _assessment(held: Assessment) -> dict[str, str]:
    review = held.kind == "review"
    kinds = {"carer": "Unpaid carer assessment", "reablement": "Short term assessment"}
    return {
        "Event_Type": "Review" if review else "Assessment",
        "Event_Reference": held.id,
        "Event_Outcome": held.outcome,
        "Assessment_Type": "" if review else kinds.get(held.kind, "Long term assessment"),
        "Review_Reason": "Planned" if review else "",
    }


def _service(held: Package) -> dict[str, str]:
    return {
        "Event_Type": "Service",
        "Event_Reference": held.id,
        "Event_Outcome": held.end_reason,
        "Service_Type": held.service_type,
        "Service_Component": held.component,
        "Delivery_Mechanism": held.delivery,
        "Provider_CQC_Location_ID": _CQC.get(held.provider_ods, ""),
        "Provider_CQC_Location_Name": held.provider,
        "Unit_Cost": str(held.weekly_cost),
        "Cost_Frequency_Unit_Type": "Weekly",
    }


def _head(person: Person, held: SocialCare, known: KnownAs, start: date, end: date) -> dict[str, str]:
    reasons = [r.reason for r in held.reasons if r.on.date() <= end]
    homes = [a.status for a in held.accommodation if a.on.date() <= end]
    funding = [p.funding for p in held.packages if p.on.date() <= end and not p.sealed]
    return {
        "LA_Code": _LA_CODE,
        "Reporting_Period_Start_Date": start.isoformat(),
        "Reporting_Period_End_Date": end.isoformat(),
        "NHS_Number": known.nhs_number or "",
        "LA_Person_Unique_Identifier": known.local_id,
        "GP_Practice_Code": known.gp,
        "Gender": known.gender.capitalize(),
        "Ethnicity": _ETHNICITY.get(person.ethnic, "Undeclared / Not known"),
        "Date_of_Birth": known.birth_date.isoformat(),
        "Client_Type": "Unpaid carer" if held.carer_only else "Service user",
        "Primary_Support_Reason": reasons[-1] if reasons else "Unknown",
        "Postcode": known.address.postcode if known.address else "",
        "Accommodation_Status": homes[-1] if homes else "Unknown",
        "Has_Unpaid_Carer": "Yes" if held.carers else "No",
        "Client_Funding_Status": funding[-1] if funding else "Unknown",
    }


def _inside(
    start: date, end: date, begun: date, ended: date | None, row: dict[str, str]
) -> Iterator[dict[str, str]]:
    """The row if it touches the period, as it stood when the period ended."""
    if begun > end or (ended is not None and ended < start):
        return
    over = ended is not None and ended <= end
    if not over and row["Event_Type"] != "Service":
        return  # only a service may lack an end date
    if not over:
        row["Event_Outcome"] = ""
    stands = {
        "Event_Start_Date": begun.isoformat(),
        "Event_End_Date": ended.isoformat() if over and ended else "",
    }
    yield row | stands
