"""Operations that change something or tell of looks: emergency access, choices, who looked, what changed."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.care.participate import wish_of
from aggregator.doors.api.replies import json_body, resource_reply
from aggregator.doors.api.services import services
from schemas import strictjson
from schemas.errors import BadInput, NothingToShow


async def emergency_access(request: Request) -> Response:
    """POST /Patient/{id}/$emergency-access with Parameters: reason (a listed code) and text."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    wish = await _parameters(request)
    made = await s.emergencies.open(
        caller, request.path_params["id"], wish.get("reason", ""), wish.get("text", "")
    )
    return resource_reply(
        request,
        {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "session", "valueString": made.session_id},
                {"name": "until", "valueInstant": made.until.isoformat()},
            ],
        },
    )


async def participate(request: Request) -> Response:
    """POST /Patient/{id}/$participate with Parameters: effect, organisation, category, user, start, end."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    choice_id = await s.participate.choose(caller, request.path_params["id"], await _parameters(request))
    made = {"resourceType": "Parameters", "parameter": [{"name": "choice", "valueString": choice_id}]}
    return resource_reply(request, made, status=201)


async def audit_events(request: Request) -> Response:
    """GET /AuditEvent?patient=: who looked. Nothing for those who may not know."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    person = request.query_params.get("patient", "").removeprefix("Patient/")
    if not person:
        raise BadInput("patient", "name the person: patient=ID")
    try:
        found = await s.history.of_person(caller, person)
    except NothingToShow:
        found = []
    return resource_reply(
        request,
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "link": [{"relation": "self", "url": str(request.url)}],
            "entry": [{"resource": event, "search": {"mode": "match"}} for event in found],
        }
        if found
        else {"resourceType": "Bundle", "type": "searchset", "total": 0},
    )


async def events(request: Request) -> Response:
    """GET /$events?cursor=: changes that this caller may know of, opaque ids only, and the next cursor."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    given = request.query_params.get("cursor", "0")
    if not given.isdigit() or len(given) > 18:
        raise BadInput("cursor", "it is a whole number from an earlier answer, or 0")
    found, cursor = await s.events.after(caller, int(given))
    parameters: list[dict[str, Any]] = [{"name": "cursor", "valueString": str(cursor)}]
    for event in found:
        about = (
            {"name": "source", "valueString": event.source}
            if event.source
            else {"name": "patient", "valueReference": {"reference": f"Patient/{event.person_id}"}}
        )
        parameters.append(
            {
                "name": "event",
                "part": [
                    {"name": "sequence", "valueString": str(event.sequence)},
                    {"name": "topic", "valueCode": event.topic},
                    about,
                    {"name": "type", "valueCode": event.type},
                    {"name": "at", "valueInstant": event.at.isoformat()},
                ],
            }
        )
    return resource_reply(request, {"resourceType": "Parameters", "parameter": parameters})


async def _parameters(request: Request) -> dict[str, str]:
    body = strictjson.loads(await json_body(request))
    if not isinstance(body, dict) or body.get("resourceType") != "Parameters":
        raise BadInput("resourceType", "send a Parameters resource")
    return wish_of(body)
