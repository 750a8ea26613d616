"""Answers of the FHIR door: media types, headers, errors as OperationOutcome."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from schemas import strictjson
from schemas.errors import (
    BadInput,
    CareRecordError,
    Fault,
    NotAcceptable,
    NotSignedIn,
    TooLarge,
    TooMany,
    Unavailable,
    VersionNeeded,
    WrongMediaType,
)

FHIR_JSON = "application/fhir+json"
JSON_TYPES = (FHIR_JSON, "application/json", "application/*", "*/*")
BODY_LIMIT = 10_000_000
ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_CHARSET = re.compile(r'charset\s*=\s*"?([^\s;"]+)')
_VERSION = re.compile(r'W/"([0-9]{1,9})"\Z')

log = structlog.get_logger()


def bytes_reply(request: Request, parts: Iterable[bytes], *, status: int = 200, etag: str = "") -> Response:
    """JSON bytes as FHIR; ``If-None-Match`` with the same ETag gets 304 (the audit row was written before)."""
    headers = dict(ALWAYS)
    if etag:
        headers["ETag"] = f'W/"{etag}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
    return Response(b"".join(parts), status_code=status, headers=headers, media_type=media_type(request))


def resource_reply(
    request: Request, resource: Any, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    reply = bytes_reply(request, [strictjson.dumps(resource)], status=status)
    reply.headers.update(headers or {})
    return reply


def media_type(request: Request, *, also: tuple[str, ...] = ()) -> str:
    """What to answer in. Raises ``NotAcceptable``; FHIR JSON unless only plain JSON was asked for."""
    accept = request.headers.get("accept", "*/*")
    wanted = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    for name in also:
        if name in wanted:
            return name
    if not any(name in wanted for name in JSON_TYPES):
        raise NotAcceptable("Accept", "this server answers in application/fhir+json")
    if "application/json" in wanted and FHIR_JSON not in wanted:
        return "application/json"
    return FHIR_JSON


async def json_body(request: Request) -> bytes:
    """The request's body, read no further than the limit. Raises ``WrongMediaType`` and ``TooLarge``."""
    insist_type(request, (FHIR_JSON, "application/json"))
    return await limited_body(request)


def insist_type(request: Request, kinds: tuple[str, ...]) -> None:
    """Raises ``WrongMediaType`` unless the body is said to be one of these, in UTF-8."""
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if kind.strip() not in kinds:
        raise WrongMediaType("Content-Type", f"this server reads {kinds[0]} here; XML is not supported")
    charset = _CHARSET.search(parameters)
    if charset and charset[1] not in ("utf-8", "utf8"):
        raise WrongMediaType("Content-Type", "this server reads UTF-8 only")


async def limited_body(request: Request) -> bytes:
    """The body in full, or ``TooLarge`` as soon as it is known to be too long."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > BODY_LIMIT:
        raise TooLarge("body", f"it is longer than {BODY_LIMIT:,} bytes")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_LIMIT:
            raise TooLarge("body", f"it is longer than {BODY_LIMIT:,} bytes")
        parts.append(part)
    return b"".join(parts)


def request_id(request: Request) -> str:
    """``X-Request-ID`` in canonical form, or "" when absent. Raises ``BadInput`` when it is not a UUID."""
    given = request.headers.get("x-request-id", "")
    if not given:
        return ""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise BadInput("X-Request-ID", "it must be a UUID") from None


def if_match(request: Request) -> int:
    """The version that ``If-Match`` names. Raises ``VersionNeeded`` without one, ``BadInput`` for another form."""
    given = request.headers.get("if-match", "")
    if not given:
        raise VersionNeeded("Send If-Match with the version that you change.", expression="If-Match")
    match = _VERSION.match(given)
    if match is None:
        raise BadInput("If-Match", 'it must look like W/"3"')
    return int(match.group(1))


async def error_reply(request: Request, error: Exception) -> Response:
    """Any error as an OperationOutcome. Unknown ones become ``Fault``: constant text, the cause to the log."""
    if not isinstance(error, CareRecordError):
        log.error("fault", kind=type(error).__name__, exc_info=error)
        error = Fault("unexpected")
    elif isinstance(error, Fault):
        log.critical("fault", what=error.what)
    headers = dict(ALWAYS)
    if isinstance(error, NotSignedIn):
        log.info("not_signed_in", rule=error.rule)
        step_up = ', error="insufficient_user_authentication", acr_values="aal2"' if error.step_up else ""
        headers["WWW-Authenticate"] = f'Bearer realm="carerecord"{step_up}'
    if isinstance(error, Unavailable | TooMany):
        headers["Retry-After"] = "5"
    return Response(
        strictjson.dumps(error.outcome()), status_code=error.status, headers=headers, media_type=FHIR_JSON
    )
