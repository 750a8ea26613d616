"""One row of Client Level Data in FHIR: who it is, what happened, and the person's own columns.

Both releases' spellings are read (``codes.same_words``). File handling is in ``cld``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.dossier import Teller, tell_person
from adapters.elements import (
    Element,
    concept,
    organisation,
    period,
    when,
)
from adapters.fields import BadField, midnight
from adapters.social_care.care import (
    outcome_extension,
    service_category,
    service_type,
)
from adapters.social_care.cld_person import DETAILS, TRAITS, CldRow, read_cld_day, subject, traits
from adapters.social_care.codes import IN_A_HOME, same_words
from schemas.codes import Category, Heading, RelationshipKind
from schemas.contribution import RelationshipClaim, Statement, SubjectClaim
from schemas.identifiers import SubjectKey

REQUIRED: Final = (
    "LA_Code",
    "Reporting_Period_End_Date",
    "LA_Person_Unique_Identifier",
    "Date_of_Birth",
    "Client_Type",
    "Event_Type",
    "Event_Start_Date",
    "Event_End_Date",
)

COLUMNS: Final = frozenset(
    {
        *REQUIRED,
        *TRAITS,
        *DETAILS,
        "Reporting_Period_Start_Date",
        "NHS_Number",
        "GP_Practice_Code",
        "Gender",
        "Ethnicity",
        "Date_of_Death",
        "Primary_Support_Reason",
        "Postcode",
        "Event_Outcome",
        "Request_Route_of_Access",
        "Assessment_Type",
        "Service_Type",
        "Service_Component",
        "Provider_CQC_Location_ID",
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one row says. ``traits`` are the person's own columns; ``newest`` orders them."""

    subject: SubjectClaim
    events: tuple[Statement, ...]
    traits: tuple[Statement, ...]
    relationships: tuple[RelationshipClaim, ...]
    newest: datetime


def read_row(values: Mapping[str, str], organisation_code: str, providers: Mapping[str, str]) -> Told:
    """Translate one row. Raises ``BadField`` naming the column."""
    person = values["LA_Person_Unique_Identifier"]
    if not person:
        raise BadField("LA_Person_Unique_Identifier", "is missing")
    as_at = read_cld_day(values, "Reporting_Period_End_Date")
    start, end = read_cld_day(values, "Event_Start_Date"), read_cld_day(values, "Event_End_Date")
    if as_at is None or start is None:
        raise BadField("Reporting_Period_End_Date" if as_at is None else "Event_Start_Date", "is missing")
    if end is not None and end < start:
        raise BadField("Event_End_Date", "lies before Event_Start_Date")
    client = values["Client_Type"]
    if not same_words(client).startswith(("service user", "unpaid carer", "carer")):
        raise BadField("Client_Type", "is not on the list of values")
    key = SubjectKey(organisation_code, person)
    row = CldRow(values, Teller(key, Category.SOCIAL_CARE, providers), as_at, start, end, client)
    event = _EVENTS.get(same_words(values["Event_Type"]))
    if event is None:
        raise BadField("Event_Type", "is not on the list of values")
    claim = subject(row)
    named = row.teller.named("cld-trait", f"{person}|person")
    who = tell_person(claim, named, midnight(as_at), without=("address", "generalPractitioner"))
    return Told(claim, (event(row),), (who, *traits(row)), _relationships(row), midnight(start))


def _request(row: CldRow) -> Statement:
    named = row.item(row.key("Request_Route_of_Access"))
    resource: Element = {
        "resourceType": "ServiceRequest",
        "status": "completed" if row.end else "active",
        "intent": "proposal",
        "code": concept("Request for adult social care"),
        "category": [concept(route)] if (route := row.text("Request_Route_of_Access")) else [],
        "authoredOn": when(row.start),
        "performer": [organisation(row.teller.key.organisation)],
        "extension": [*_outcome(row), *row.details()],
    }
    return row.teller.say(named, "cld-request", resource, Heading.SERVICES)


def _assessment(row: CldRow) -> Statement:
    words = row.text("Assessment_Type") or "Assessment"
    return _task(row, words, "Event_Type", "Assessment_Type")


def _review(row: CldRow) -> Statement:
    return _task(row, "Review", "Event_Type", "Review_Reason")


def _task(row: CldRow, words: str, *own: str) -> Statement:
    resource: Element = {
        "resourceType": "Task",
        "status": "completed" if row.end else "in-progress",
        "intent": "order",
        "code": concept(words),
        "executionPeriod": period(row.start, row.end),
        "authoredOn": when(row.start),
        "extension": [*_outcome(row), *row.details()],
    }
    carer = not same_words(row.client).startswith("service user")
    named = row.item(row.key(*own))
    return row.teller.say(
        named, "cld-task", resource, Heading.ASSESSMENTS, labels=("THIRD_PARTY",) if carer else ()
    )


def _service(row: CldRow) -> Statement:
    component, category = row.text("Service_Component"), row.text("Service_Type")
    if not component and not category:
        raise BadField("Service_Component", "is missing")
    _, kind = service_type(component or category)
    cqc, name = row.text("Provider_CQC_Location_ID"), row.text("Provider_CQC_Location_Name")
    manager = organisation(row.teller.providers.get(cqc, ""), name or cqc)
    resource: Element = {
        "resourceType": "EpisodeOfCare",
        # Open at the end of the period is all that a return can say.
        "status": "finished" if row.end else "active",
        "type": [kind],
        "managingOrganization": manager if cqc or name else None,
        "period": period(row.start, row.end),
        "extension": [
            *([service_category(category)] if category else []),
            *_outcome(row),
            *row.details(),
        ],
    }
    named = row.item(row.key("Service_Type", "Service_Component", "Provider_CQC_Location_ID"))
    return row.teller.say(named, "cld-service", resource, Heading.SERVICES)


_EVENTS: Final = {"request": _request, "assessment": _assessment, "service": _service, "review": _review}


def _outcome(row: CldRow) -> list[Element]:
    words = row.text("Event_Outcome")
    return [outcome_extension(words)] if words else []


def _relationships(row: CldRow) -> tuple[RelationshipClaim, ...]:
    """Until the "as at" date at most: an old return is no evidence that care goes on."""
    if same_words(row.text("Event_Type")) != "service":
        return ()
    end = midnight(min(row.end or row.as_at, row.as_at) + timedelta(days=1))
    start = midnight(row.start)
    if start >= end:
        return ()
    key = row.teller.key
    named = row.teller.named("cld-service", row.key("Service_Type", "Service_Component"))
    told = [RelationshipClaim(key, key.organisation, RelationshipKind.CASELOAD, start, end, named)]
    ods = row.teller.providers.get(row.text("Provider_CQC_Location_ID"), "")
    if ods and ods != key.organisation:
        code, _ = service_type(row.text("Service_Component"))
        kind = RelationshipKind.STAY if code in IN_A_HOME else RelationshipKind.CASELOAD
        told.append(RelationshipClaim(key, ods, kind, start, end, named))
    return tuple(told)
