"""GET and PUT /Patient/{id}/$plan: the shared care plan as a Bundle of CarePlan, Goal and Task.

A PUT names the version that it was made on (``If-Match``), or says that there is none yet
(``If-None-Match: *``); whoever was second gets 412 and nothing is lost.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.care.plan_fhir import read_resources
from aggregator.doors.api.replies import if_match, json_body, resource_reply
from aggregator.doors.api.services import services
from schemas import strictjson
from schemas.checks import check_bundle
from schemas.errors import BadInput, NothingToShow, Unprocessable


async def show(request: Request) -> Response:
    """GET /Patient/{id}/$plan: the plan as this reader may see it."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    bundle, version = await s.plans.as_bundle(caller, request.path_params["id"], s.base_url)
    if bundle is None:
        raise NothingToShow()
    return resource_reply(request, bundle, headers={"ETag": f'W/"{version}"'})


async def save(request: Request) -> Response:
    """PUT /Patient/{id}/$plan: a new version of the plan."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    if_version = 0 if request.headers.get("if-none-match") == "*" else if_match(request)
    bundle: Any = strictjson.loads(await json_body(request))
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BadInput("resourceType", "send a Bundle of CarePlan, Goal and Task")
    problems = check_bundle(bundle)
    if problems:
        named = tuple((p.expression, p.code, p.reason) for p in problems)
        raise Unprocessable(problems[0].expression, problems[0].reason, named)
    resources = [e["resource"] for e in bundle.get("entry") or [] if "resource" in e]
    person_id = request.path_params["id"]
    await s.plans.save(caller, read_resources(person_id, resources), if_version)
    saved, version = await s.plans.as_bundle(caller, person_id, s.base_url)
    status = 201 if if_version == 0 else 200
    return resource_reply(request, saved, status=status, headers={"ETag": f'W/"{version}"'})
