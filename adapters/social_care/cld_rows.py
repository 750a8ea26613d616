"""One row of Client Level Data in FHIR: who it is, what happened, and the person's own columns.

Both releases' spellings are read (``codes.same_words``, ``client_level``). File handling is in ``cld``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from adapters.dossier import Teller
from adapters.elements import Element, coding, concept, local_extension, organisation, period, when
from adapters.fields import BadField, midnight
from adapters.social_care.care import outcome_extension, service_category, service_type
from adapters.social_care.cld_person import PERSON, CldRow, Own, local_id, read_cld_day, subject
from adapters.social_care.client_level import CLIENTS, found, listed
from adapters.social_care.codes import IN_A_HOME, INTERWEAVE, same_words
from schemas.codes import Category, Heading, RelationshipKind
from schemas.contribution import RelationshipClaim, Statement, SubjectClaim
from schemas.identifiers import Identifier, SubjectKey

_DAY: Final = timedelta(days=1)
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

OTHERS: Final = frozenset({f"Adult_{n}_Linked_Person_ID" for n in (1, 2, 3)})
"""Columns that name somebody else (whom a carer cares for): known, and left out on purpose."""

COLUMNS: Final = frozenset(
    {
        *REQUIRED,
        *PERSON,
        *DETAILS,
        *OTHERS,
        "Reporting_Period_Start_Date",
        "Event_Outcome",
        "Request_Route_of_Access",
        "Assessment_Type",
        "Service_Type",
        "Service_Component",
        "Provider_CQC_Location_ID",
    }
)
ALIASES: Final = {
    "Local Authority": "LA_Code",
    "LA Person Unique ID": "LA_Person_Unique_Identifier",
    "NHS No": "NHS_Number",
    "Sex": "Gender",
    "Autism Spectrum Disorder": "Autism_Spectrum_Disorder_ASD",
    "Number of adults being cared for": "No_of_adults_being_cared_for",
    "Total Hours Caring per week": "Total_Hrs_Caring_per_week",
    "Cost Frequency": "Cost_Frequency_Unit_Type",
}
"""Spellings that differ by more than case, blanks and signs."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one row says. ``period`` is the reporting period, its start None when the row has none."""

    subject: SubjectClaim
    own: Own
    event: Statement
    relationships: tuple[RelationshipClaim, ...]
    start: date
    period: tuple[date | None, date]


class Rows:
    """Reads rows of one sending. The person's own columns, the same in row after row, are understood once."""

    def __init__(
        self, organisation_code: str, providers: Mapping[str, str], sent: datetime | None = None
    ) -> None:
        self._organisation = organisation_code
        self._providers = providers
        self._sent = sent
        self._tellers: dict[str, Teller] = {}
        self._claims: dict[Own, SubjectClaim] = {}

    def read(self, values: Mapping[str, str]) -> Told:
        """Translate one row. Raises ``BadField`` naming the column."""
        if self._providers.get(values["LA_Code"], self._organisation) != self._organisation:
            raise BadField("LA_Code", "is another council's")
        as_at = read_cld_day(values, "Reporting_Period_End_Date")
        since = read_cld_day(values, "Reporting_Period_Start_Date")
        start, end = read_cld_day(values, "Event_Start_Date"), read_cld_day(values, "Event_End_Date")
        if as_at is None or start is None:
            raise BadField("Reporting_Period_End_Date" if as_at is None else "Event_Start_Date", "is missing")
        if end is not None and end < start:
            raise BadField("Event_End_Date", "lies before Event_Start_Date")
        client = found(CLIENTS, values["Client_Type"])
        if not client:
            raise BadField("Client_Type", "is not on the list of values")
        event = _EVENTS.get(same_words(values["Event_Type"]))
        if event is None:
            raise BadField("Event_Type", "is not on the list of values")
        teller = self.teller(local_id(self._organisation, values))
        row = CldRow(values, teller, as_at, self._sent, start, end, client)
        said = values.get
        own = tuple([said(c, "") for c in PERSON])
        claim = self._claims.get(own)
        if claim is None:
            claim = self._claims[own] = subject(teller, own)
        told = event(row)
        relationships = _relationships(row, told.identifier) if event is _service else ()
        return Told(claim, own, told, relationships, start, (since, as_at))

    def teller(self, person: str) -> Teller:
        found = self._tellers.get(person)
        if found is None:
            key = SubjectKey(self._organisation, person)
            found = self._tellers[person] = Teller(key, Category.SOCIAL_CARE, self._providers)
        return found


def _key(row: CldRow, *own: str) -> str:
    """A natural key, because Event_Reference is unreliable: the department itself de-duplicates on person, start,
    client type and the type's own field. It also takes the end; here an open event and its end are one event."""
    return "|".join((row.teller.key.local_id, when(row.start), row.client, *own))


def _details(row: CldRow) -> list[Element]:
    told = [{"url": _AS_AT, "valueDate": when(row.as_at)}]
    said = row.values.get
    told += [{"url": url, "valueString": value} for column, url in _DETAIL_URLS if (value := said(column))]
    if row.client != "service-user":
        told.append(local_extension("cld-client-type", valueString=row.text("Client_Type")))
    return told


_AS_AT: Final = str(local_extension("as-at")["url"])
_DETAIL_URLS: Final = tuple(
    (column, str(local_extension(f"cld-{column.casefold().replace('_', '-')}")["url"])) for column in DETAILS
)


def _service_words(row: CldRow, *columns: str) -> str:
    """What the event's own words tell of the service it came from: labelling looks at them (refuge, prison ...)."""
    said = row.values.get
    return "; ".join([words for c in (*columns, "Event_Description") if (words := said(c))])


def _request(row: CldRow) -> Statement:
    route = row.text("Request_Route_of_Access")
    resource: Element = {
        "resourceType": "ServiceRequest",
        "status": "completed" if row.end else "active",
        "intent": "proposal",
        "code": concept("Request for adult social care"),
        "category": [listed("Request_Route_of_Access", route)] if route else [],
        "authoredOn": when(row.start),
        "performer": [organisation(row.teller.key.organisation)],
        "extension": [*_outcome(row), *_details(row)],
    }
    named = row.item(_key(row, same_words(route)))
    service = _service_words(row, "Request_Route_of_Access")
    return row.teller.say(named, "cld-request", resource, Heading.SERVICES, service=service)


def _assessment(row: CldRow) -> Statement:
    words = row.text("Assessment_Type")
    code = found(_ASSESSMENTS, words)
    kind = concept(words or "Assessment", coding(f"{INTERWEAVE}SocialCareAssessmentType", code))
    return _task(row, kind, "assessment", code or same_words(words))


def _review(row: CldRow) -> Statement:
    return _task(row, concept("Review"), "review", same_words(row.text("Review_Reason")))


_ASSESSMENTS: Final = ((("long term",), "CN"), (("carer",), "CA"), (("hospital discharge",), "HD"))


def _task(row: CldRow, kind: Element, event: str, own: str) -> Statement:
    resource: Element = {
        "resourceType": "Task",
        "status": "completed" if row.end else "in-progress",
        "intent": "order",
        "code": kind,
        "executionPeriod": period(row.start, row.end),
        "authoredOn": when(row.start),
        "extension": [*_outcome(row), *_details(row)],
    }
    named = row.item(_key(row, event, own))
    service = _service_words(row, "Assessment_Type", "Review_Reason")
    return row.teller.say(named, "cld-task", resource, Heading.ASSESSMENTS, service=service)


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
            *_details(row),
        ],
    }
    named = row.item(_key(row, *_service_key(category, component), same_words(cqc)))
    service = _service_words(row, "Service_Type", "Service_Component", "Provider_CQC_Location_Name")
    return row.teller.say(named, "cld-service", resource, Heading.SERVICES, service=service)


_EVENTS: Final = {"request": _request, "assessment": _assessment, "service": _service, "review": _review}


@lru_cache(4_096)
def _service_key(category: str, component: str) -> tuple[str, str]:
    """Service type and component, the same in either release's words."""
    coded = service_category(category)["valueCodeableConcept"].get("coding", ())
    code = next((str(c["code"]) for c in coded), "")
    return code or same_words(category), service_type(component)[0] or same_words(component)


def _outcome(row: CldRow) -> list[Element]:
    words = row.text("Event_Outcome")
    return [outcome_extension(words)] if words else []


def _relationships(row: CldRow, named: Identifier) -> tuple[RelationshipClaim, ...]:
    """Until the "as at" date at most: an old return is no evidence that care goes on.

    Who supports a carer through the person they care for has to do with that person, not with the carer.
    """
    end = midnight(min(row.end or row.as_at, row.as_at) + _DAY)
    start = midnight(row.start)
    if start >= end:
        return ()
    key = row.teller.key
    told = [RelationshipClaim(key, key.organisation, RelationshipKind.CASELOAD, start, end, named)]
    ods = row.teller.providers.get(row.text("Provider_CQC_Location_ID"), "")
    if ods and ods != key.organisation and row.client == "service-user":
        code, _ = service_type(row.text("Service_Component"))
        kind = RelationshipKind.STAY if code in IN_A_HOME else RelationshipKind.CASELOAD
        told.append(RelationshipClaim(key, ods, kind, start, end, named))
    return tuple(told)
