"""POST /Patient/_search: find a person by NHS number, an organisation's own number, or family name and birth date.

FHIR R4 http.html#search. By POST only: a GET would leave the number in every log on the way.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from aggregator.care.find import patient
from aggregator.doors.api.reading import searchset
from aggregator.doors.api.replies import limited_body, resource_reply
from aggregator.doors.api.services import Services, services
from schemas.caller import Caller
from schemas.errors import BadInput, NotSupported, Unprocessable, WrongMediaType
from schemas.identifiers import NHS_NUMBER, OUR_BASE, SubjectKey, nhs_number
from schemas.record import Record

_OWN = re.compile(re.escape(f"{OUR_BASE}/Id/") + r"([A-Za-z0-9]{1,20})/person")
_KNOWN = frozenset({"identifier", "family", "name", "given", "birthdate", "_format"})


async def refuse_get(request: Request) -> Response:
    """GET /Patient: refused, so that nobody's number lands in a log."""
    raise NotSupported("Patient", "find a person with POST Patient/_search; identifiers never go in a URL")


async def search(request: Request) -> Response:
    """POST /Patient/_search with a form body."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise WrongMediaType("Content-Type", "a search body is application/x-www-form-urlencoded")
    try:
        asked = dict(parse_qsl((await limited_body(request)).decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise BadInput("body", "it is not UTF-8") from None
    unknown = sorted(set(asked) - _KNOWN)
    if unknown:
        raise NotSupported(
            "Patient", "a search parameter is not supported: use identifier, or family and birthdate"
        )
    if "identifier" in asked:
        found = await _by_identifier(s, caller, asked["identifier"])
    else:
        family = asked.get("family") or asked.get("name") or ""
        try:
            birth = date.fromisoformat(asked.get("birthdate", "").removeprefix("eq"))
        except ValueError:
            raise BadInput("birthdate", "give the full birth date as YYYY-MM-DD") from None
        if not family:
            raise BadInput("family", "give the family name with the birth date")
        found = await s.find.by_name(caller, family, birth, asked.get("given", ""))
    entries = [entry for entry in map(patient, found) if entry]
    return resource_reply(request, searchset(entries, s.base_url, f"{s.base_url}/Patient/_search"))


async def _by_identifier(s: Services, caller: Caller, token: str) -> list[Record]:
    """By NHS number, or by an organisation's own number as ``Patient.identifier`` has it."""
    system, _, value = token.rpartition("|")
    own = _OWN.fullmatch(system)
    if own and value:
        return await s.find.by_local_id(caller, SubjectKey(own.group(1), value))
    if system not in ("", NHS_NUMBER):
        raise NotSupported(
            "identifier", "people are found by NHS number or an organisation's own number only"
        )
    number = nhs_number(value)
    if number is None:
        raise Unprocessable("identifier", "this is not an NHS number: it fails the check digit")
    return await s.find.by_number(caller, number)
