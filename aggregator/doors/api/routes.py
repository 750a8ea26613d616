"""The table of the FHIR door: method, path, function. The CapabilityStatement is made from it too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.doors.api import (
    capability,
    finding,
    health,
    operations,
    passport,
    plan,
    reading,
    scorecards,
    writing,
)
from aggregator.doors.api.replies import error_reply
from schemas.errors import BadInput, NothingToShow

Handler = Callable[[Request], Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/metadata", capability.metadata),
    ("GET", "/$events", operations.events),
    ("GET", "/$scorecard", scorecards.show),
    ("GET", "/AuditEvent", operations.audit_events),
    ("POST", "/Patient/_search", finding.search),
    ("GET", "/Patient", finding.refuse_get),
    ("GET", "/Patient/{id}/$record", reading.record),
    ("GET", "/Patient/{id}/$everything", reading.everything),
    ("GET", "/Patient/{id}/$summary", reading.summary),
    ("GET", "/Patient/{id}/$passport", passport.show),
    ("POST", "/Patient/{id}/$passport", passport.freeze),
    ("GET", "/Patient/{id}/$plan", plan.show),
    ("PUT", "/Patient/{id}/$plan", plan.save),
    ("POST", "/Patient/{id}/$emergency-access", operations.emergency_access),
    ("POST", "/Patient/{id}/$participate", operations.participate),
    ("POST", "/", writing.bundle),
    ("POST", "", writing.bundle),
    ("GET", "/{type}", reading.by_patient),
    ("POST", "/{type}", writing.create),
    ("GET", "/{type}/{id}", reading.read),
    ("PUT", "/{type}/{id}", writing.update),
    ("PATCH", "/{type}/{id}", writing.patch),
    ("DELETE", "/{type}/{id}", writing.delete),
)

OUTSIDE: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/health/live", health.live),
    ("GET", "/health/ready", health.ready),
    ("GET", "/.well-known/smart-configuration", health.smart_configuration),
    ("GET", "/fhir/.well-known/smart-configuration", health.smart_configuration),
)


def make_api(app: FastAPI) -> None:
    """Mount the FHIR door and the health routes on the application."""
    for method, path, handler in OUTSIDE:
        app.add_route(path, _caught(handler), methods=[method])
    for method, path, handler in ROUTES:
        app.add_route(f"/fhir{path}", _caught(handler), methods=[method])
    app.add_route("/fhir/{rest:path}", _caught(_unknown), methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    app.add_middleware(Correlated)


def _caught(handler: Handler) -> Handler:
    """Every error becomes an OperationOutcome here, so that nothing of it can leave another way."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception as error:
            return await error_reply(request, error)

    return answer


async def _unknown(request: Request) -> Response:
    if request.method == "GET":
        raise NothingToShow()
    raise BadInput("url", "this server does not do that here: see GET /fhir/metadata")


class Correlated:
    """Echoes ``X-Request-ID`` and ``X-Correlation-ID`` (NHS API conventions) on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        echoed = [
            (name, value)
            for name, value in scope["headers"]
            if name in (b"x-request-id", b"x-correlation-id") and len(value) <= 64 and value.isascii()
        ]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and echoed:
                message["headers"] = [*message.get("headers", []), *echoed]
            await send(message)

        await self._app(scope, receive, sending)


def described() -> list[tuple[str, str, Any]]:
    """(method, full path, first line of the docstring) of every route, for documents and tests."""
    made = [(method, f"/fhir{path}", handler) for method, path, handler in ROUTES]
    return [
        (method, path, (handler.__doc__ or "").strip().splitlines()[0])
        for method, path, handler in [*OUTSIDE, *made]
    ]
