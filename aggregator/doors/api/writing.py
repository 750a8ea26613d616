"""Writing: transaction and batch, create, update, JSON Patch, delete.

FHIR R4 http.html#transaction, #create, #update, #patch, #delete. A server id is never chosen by a client;
an update or a delete names the version that it answers (``If-Match``). Whatever a body is refused for, whoever
may write finds it in their organisation's review pile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import jsonpatch
import jsonpointer
from starlette.requests import Request
from starlette.responses import Response

from aggregator.care.everything import versioned
from aggregator.care.push_answers import UNCONFIRMED
from aggregator.doors.api.replies import (
    ALWAYS,
    FHIR_JSON,
    bytes_reply,
    if_match,
    insist_type,
    limited_body,
    request_id,
    resource_reply,
)
from aggregator.doors.api.services import Services, services
from schemas import strictjson
from schemas.caller import Caller
from schemas.checks import check, settle
from schemas.errors import BadInput, NotAllowed, NothingToShow, NotSupported, StaleVersion, Unprocessable

_JSON = (FHIR_JSON, "application/json")
_PATCH = ("application/json-patch+json",)
_STEPS = 200  # of one patch
_COPIES = 5  # each can double the resource


async def bundle(request: Request) -> Response:
    """POST /: a transaction (all or nothing) or batch Bundle."""

    async def keep(s: Services, caller: Caller, body: bytes) -> Response:
        answer = await s.push.bundle(caller, body, request_id(request))
        return bytes_reply(request, [answer.body], status=answer.status)

    return await _taken(request, keep)


async def create(request: Request) -> Response:
    """POST /{Type}: keep one resource; a repeat of the same source identifier is an update."""

    async def keep(s: Services, caller: Caller, body: bytes) -> Response:
        if "if-none-exist" in request.headers:
            raise NotSupported(
                "If-None-Exist", "is not supported: the same identifier makes a repeat an update"
            )
        resource = _resource(body, request.path_params["type"])
        kept = await s.push.resource(caller, resource, request_id(request))
        if kept is None:
            return resource_reply(request, UNCONFIRMED, status=202)
        location = f"{s.base_url}/{kept.type}/{kept.statement_id}"
        headers = {"Location": location} | ({"ETag": f'W/"{kept.version}"'} if kept.version else {})
        made = kept.new and kept.version == 1
        told = {"resourceType": kept.type, "id": kept.statement_id}
        return resource_reply(request, told, status=201 if made else 200, headers=headers)

    return await _taken(request, keep)


async def update(request: Request) -> Response:
    """PUT /{Type}/{id}: a new version of a statement of the caller's own organisation."""

    async def keep(s: Services, caller: Caller, body: bytes) -> Response:
        resource = _resource(body, request.path_params["type"])
        if resource.get("id") != request.path_params["id"]:
            raise Unprocessable("id", "the resource's id is not the one in the URL")
        present = await _present(s, caller, request)
        return await _keep(request, s, caller, present, resource)

    return await _taken(request, keep)


async def patch(request: Request) -> Response:
    """PATCH /{Type}/{id}: a JSON Patch (RFC 6902) on the present version."""

    async def keep(s: Services, caller: Caller, body: bytes) -> Response:
        steps = _steps(body)
        present = await _present(s, caller, request)
        try:
            patched: Any = jsonpatch.JsonPatch(steps).apply(present)
        except (
            jsonpatch.JsonPatchException, jsonpointer.JsonPointerException,
            TypeError, ValueError, LookupError, AttributeError,
        ):  # fmt: skip
            raise Unprocessable("patch", "it does not apply to the present version") from None
        if not isinstance(patched, dict) or any(
            patched.get(name) != present.get(name) for name in ("resourceType", "id")
        ):
            raise Unprocessable("patch", "type and id cannot be changed")
        return await _keep(request, s, caller, present, _checked(patched))

    return await _taken(request, keep, kinds=_PATCH)


async def delete(request: Request) -> Response:
    """DELETE /{Type}/{id}: the statement is retracted; its history stays."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    present = await _present(s, caller, request)
    await s.push.resource(
        caller, present, request_id(request), retracts=True, made_on=int(present["meta"]["versionId"])
    )
    return Response(status_code=204, headers=ALWAYS)


async def _present(s: Services, caller: Caller, request: Request) -> dict[str, Any]:
    """The version that the caller may see and that ``If-Match`` names."""
    version = if_match(request)
    entry = await s.everything.one(caller, request.path_params["type"], request.path_params["id"])
    if any(t.controller != caller.organisation for t in entry.tellings):
        raise NothingToShow()
    view = versioned(entry)
    subject = {name: view[name] for name in ("subject", "patient", "for") if name in view}
    named: dict[str, Any] = next(iter(subject.values()), {})
    person_id = str(named.get("reference", "")).removeprefix("Patient/")
    told = await s.everything.as_told(caller, entry, person_id)
    meta = told.get("meta", {}) | {"versionId": view["meta"]["versionId"]}
    present: dict[str, Any] = told | subject | {"id": view["id"], "meta": meta}
    if present["meta"]["versionId"] != str(version):
        raise StaleVersion("This is not the newest version any more: read it again.", expression="If-Match")
    return present


async def _keep(
    request: Request, s: Services, caller: Caller, present: dict[str, Any], resource: dict[str, Any]
) -> Response:
    # The source's identifier is what makes it the same statement, so it cannot be changed by an update.
    if resource.get("identifier") != present.get("identifier"):
        raise Unprocessable("identifier", "an update keeps the identifiers")
    for name in ("subject", "patient", "for", "beneficiary"):
        if resource.get(name) != present.get(name):
            raise Unprocessable(name, "an update keeps the person")
    made_on = int(present["meta"]["versionId"])
    kept = await s.push.resource(caller, resource, request_id(request), made_on=made_on)
    if kept is None:
        return resource_reply(request, UNCONFIRMED, status=202)
    headers = {"ETag": f'W/"{kept.version}"'} if kept.version else {}
    return resource_reply(request, {"resourceType": kept.type, "id": kept.statement_id}, headers=headers)


async def _taken(
    request: Request,
    keep: Callable[[Services, Caller, bytes], Awaitable[Response]],
    *,
    kinds: tuple[str, ...] = _JSON,
) -> Response:
    """Read the body and keep it; what it is refused for goes to review before the sender is told."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    body = b""
    try:
        body = await limited_body(request)
        insist_type(request, kinds)
        return await keep(s, caller, body)
    except (BadInput, NotAllowed) as refused:
        await s.push.put_aside(caller, body, refused)
        raise


def _steps(body: bytes) -> list[Any]:
    steps = strictjson.loads(body)
    if not isinstance(steps, list):
        raise Unprocessable("patch", "it must be a list of steps (RFC 6902)")
    copies = sum(isinstance(step, dict) and step.get("op") == "copy" for step in steps)
    if len(steps) > _STEPS or copies > _COPIES:
        raise Unprocessable("patch", f"it has more than {_STEPS} steps, or more than {_COPIES} that copy")
    return steps


def _resource(body: bytes, type_: str) -> dict[str, Any]:
    resource = strictjson.loads(body)
    if not isinstance(resource, dict) or resource.get("resourceType") != type_:
        raise BadInput("resourceType", "it is not the type in the URL")
    return _checked(resource)


def _checked(resource: dict[str, Any]) -> dict[str, Any]:
    problems = check(resource)
    if problems:
        raise Unprocessable(
            problems[0].expression,
            problems[0].reason,
            tuple((p.expression, p.code, p.reason) for p in problems),
        )
    settled: dict[str, Any] = settle(resource)
    return settled
