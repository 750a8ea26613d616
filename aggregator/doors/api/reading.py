"""Reading one person: ``$record``, ``$everything``, ``$summary``, read by id, search by patient.

FHIR R4 http.html#read, http.html#search; operations are this project's own but ``$everything``
(patient-operation-everything) and ``$summary`` (International Patient Summary).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.care.everything import versioned
from aggregator.doors.api import paging
from aggregator.doors.api.replies import bytes_reply, resource_reply
from aggregator.doors.api.services import services
from aggregator.merge.provenance import provenance
from schemas.codes import Interaction
from schemas.contribution import Resource
from schemas.errors import NOTHING_TO_SHOW, BadInput, NothingToShow, NotSupported
from schemas.record import Entry

TYPES = frozenset(
    """AllergyIntolerance Appointment CarePlan CareTeam Communication Composition Condition Consent Device
    DeviceRequest DiagnosticReport DocumentReference Encounter EpisodeOfCare Flag Goal Immunization List Location
    MedicationRequest MedicationStatement Observation Patient Procedure Provenance QuestionnaireResponse
    RelatedPerson ServiceRequest Specimen Task""".split()  # noqa: SIM905 - a list on one screen
)
"""Types that are held about a person; a search for another type is refused."""


async def record(request: Request) -> Response:
    """GET /Patient/{id}/$record: one merged record with Provenance, conflicts, grid and notice."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    parts, etag = await s.records.segments(caller, request.path_params["id"], s.base_url)
    return bytes_reply(request, parts, etag=etag)


async def everything(request: Request) -> Response:
    """GET /Patient/{id}/$everything: source statements, narrowed, not merged, each with its Provenance."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    wanted = paging.read(request.query_params)
    entries = await s.everything.of_person(
        caller, request.path_params["id"], Interaction.EVERYTHING, wanted.types
    )
    page, after = paging.cut(entries, wanted)
    bundle = searchset(page, s.base_url, str(request.url), origins=True)
    bundle["total"] = len(entries)
    if after:
        here = f"{s.base_url}/Patient/{request.path_params['id']}/$everything"
        bundle["link"] = [*bundle["link"], {"relation": "next", "url": f"{here}?{wanted.following(after)}"}]
    return resource_reply(request, bundle)


async def summary(request: Request) -> Response:
    """GET /Patient/{id}/$summary: an International Patient Summary document."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    return resource_reply(request, await s.summaries.of_person(caller, request.path_params["id"]))


async def by_patient(request: Request) -> Response:
    """GET /{Type}?patient=: the statements of one type; nothing to show is an empty Bundle with the text."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    type_ = _known_type(request)
    asked = dict(request.query_params)
    person = asked.pop("patient", None) or asked.pop("subject", None) or asked.pop("_id", None)
    asked.pop("_format", None)
    if asked:
        raise NotSupported(sorted(asked)[0], "this search parameter is not supported")
    if not person:
        raise BadInput("patient", "name the person: patient=ID. A person is found with POST Patient/_search")
    try:
        entries = await s.everything.of_person(
            caller, person.removeprefix("Patient/"), Interaction.SEARCH, (type_,)
        )
    except NothingToShow:
        entries = []
    return resource_reply(request, searchset(entries, s.base_url, str(request.url)))


async def read(request: Request) -> Response:
    """GET /{Type}/{id}: one statement (for Patient: the person's demographics, merged)."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    type_ = _known_type(request)
    if type_ == "Patient":
        made = await s.records.record(caller, request.path_params["id"], Interaction.READ)
        person = next((e for e in made.entries if e.type == "Patient"), None)
        if person is None:
            raise NothingToShow()
        return resource_reply(request, person.resource)
    resource = versioned(await s.everything.one(caller, type_, request.path_params["id"]))
    return resource_reply(request, resource, headers={"ETag": f'W/"{resource["meta"]["versionId"]}"'})


def _known_type(request: Request) -> str:
    type_ = str(request.path_params["type"])
    if type_ not in TYPES:
        raise NotSupported("type", "this resource type is not held here")
    return type_


def searchset(entries: Sequence[Entry], base_url: str, link: str, *, origins: bool = False) -> dict[str, Any]:
    """A searchset Bundle. An empty one carries the one constant text (people-and-safety 5.1).

    ``origins``: each entry is followed by its Provenance, which is included and not counted.
    """
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        "link": [{"relation": "self", "url": link}],
    }
    if entries:
        bundle["entry"] = [
            one
            for e in entries
            for one in (
                _entry(versioned(e), base_url, "match"),
                *([_entry(provenance(e), base_url, "include")] if origins else ()),
            )
        ]
        return bundle
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "information", "code": "not-found", "details": {"text": NOTHING_TO_SHOW}}],
    }
    bundle["entry"] = [{"resource": outcome, "search": {"mode": "outcome"}}]
    return bundle


def _entry(resource: Resource, base_url: str, mode: str) -> dict[str, Any]:
    full_url = f"{base_url}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": full_url, "resource": resource, "search": {"mode": mode}}
