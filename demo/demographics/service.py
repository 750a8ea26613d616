"""The service's routes: read by number, search by query, search by form."""

import hmac
import re
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from demo import numbers
from demo.demographics.outcome import FHIR_JSON, Refusal, outcome
from demo.demographics.patient import NUMBER, patient
from demo.demographics.register import Entry, Register
from demo.demographics.search import find, read_terms
from demo.serving import Handler, Reply, Request, json_reply

_READ: Final = re.compile(r"/Patient/([^/]+)")


def service(register: Register, key: str) -> Handler:
    """A handler over `register` for callers who hold `key` as bearer token."""

    def handle(request: Request) -> Reply:
        if request.path == "/health":
            return json_reply(200, {"status": "up"})
        try:
            _admit(request, key)
            reply = _route(register, request)
        except Refusal as refusal:
            reply = outcome(refusal)
        echo = ("x-request-id", "x-correlation-id")
        return replace(reply, headers=reply.headers + tuple((h, v) for h in echo if (v := _uuid(request, h))))

    return handle


def _admit(request: Request, key: str) -> None:
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
        raise Refusal("ACCESS_DENIED", "Missing or invalid OAuth 2.0 bearer token in request")
    if "x-request-id" not in request.headers:
        raise Refusal("MISSING_VALUE", "Missing value - 'X-Request-ID' in header")
    if not _uuid(request, "x-request-id"):
        raise Refusal("INVALID_VALUE", "Invalid value in header 'X-Request-ID'")


def _uuid(request: Request, header: str) -> str:
    """The header if it is a UUID, else "": nothing else is ever echoed."""
    text = request.headers.get(header, "")
    try:
        return text if str(uuid.UUID(text)) == text.lower() else ""
    except ValueError:
        return ""


def _route(register: Register, request: Request) -> Reply:
    if request.method == "POST" and request.path == "/Patient/_search":
        return _search_by_form(register, request)
    if request.method == "GET" and request.path in ("/Patient", "/Patient/"):
        return _bundle(find(register, read_terms(request.query)))
    if request.method == "GET" and (named := _READ.fullmatch(request.path)):
        return _read(register, named.group(1))
    raise Refusal("UNSUPPORTED_SERVICE")


def _read(register: Register, number: str) -> Reply:
    if not numbers.is_valid(number):
        raise Refusal("INVALID_RESOURCE_ID", "Invalid value in field 'id'")
    entry = register.by_number(number)
    if entry is None:
        raise Refusal("INVALIDATED_RESOURCE" if register.is_invalidated(number) else "RESOURCE_NOT_FOUND")
    return json_reply(200, patient(entry), ("etag", 'W/"1"'), kind=FHIR_JSON)


def _search_by_form(register: Register, request: Request) -> Reply:
    """As the search by query; `identifier` (system|number) stands alone and answers with nobody or one."""
    try:
        fields = request.form()
    except ValueError:
        raise Refusal("INVALID_VALUE", "Invalid value - a URL-encoded form is needed") from None
    identifiers = [value for name, value in fields if name == "identifier"]
    if not identifiers:
        return _bundle(find(register, read_terms(fields)))
    system, _, number = identifiers[0].rpartition("|")
    if len(fields) != 1 or system not in ("", NUMBER) or not numbers.is_valid(number):
        raise Refusal("INVALID_VALUE", "Invalid value in field 'identifier'")
    if register.is_invalidated(number):
        raise Refusal("INVALIDATED_RESOURCE")
    entry = register.by_number(number)
    return _bundle([(1.0, entry)] if entry else [], searched=False)


def _bundle(matches: Iterable[tuple[float, Entry]], *, searched: bool = True) -> Reply:
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": f"urn:uuid:{uuid.uuid4()}",
            # the national one writes the number here; an address has none
            "search": {"mode": "match", "score": score},
            "resource": patient(entry, searched=searched),
        }
        for score, entry in matches
    ]
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        "total": len(entries),
    }
    if entries:
        bundle["entry"] = entries
    return json_reply(200, bundle, kind=FHIR_JSON)
