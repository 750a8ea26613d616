"""GET and POST /Patient/{id}/$passport: the discharge and transfer record, as FHIR document or as PDF.

``Accept: application/pdf`` asks for the print. ``recipient=`` is the ODS code of the organisation that the copy
is for (default the caller's own); ``version=`` asks for one frozen version.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from aggregator.care.passport import Form, Shown
from aggregator.doors.api.replies import ALWAYS, media_type
from aggregator.doors.api.services import services
from schemas.errors import BadInput, NotSupported

PDF = "application/pdf"


async def show(request: Request) -> Response:
    """GET /Patient/{id}/$passport: the last frozen version that the caller may see, else a draft."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    kind, asked = media_type(request, also=(PDF,)), _asked(request, "recipient", "version")
    version = asked.get("version")
    if version is not None and not (version.isascii() and version.isdigit() and 0 < len(version) < 9):
        raise BadInput("version", "it is the number of a frozen version")
    shown = await s.passports.show(
        caller,
        request.path_params["id"],
        form=_form(kind),
        recipient=asked.get("recipient"),
        version=int(version) if version else None,
    )
    return _reply(kind, shown)


async def freeze(request: Request) -> Response:
    """POST /Patient/{id}/$passport: freeze and seal a new version for a recipient."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    kind, asked = media_type(request, also=(PDF,)), _asked(request, "recipient")
    person_id = request.path_params["id"]
    shown = await s.passports.freeze(caller, person_id, form=_form(kind), recipient=asked.get("recipient"))
    reply = _reply(kind, shown, status=201)
    where = f"recipient={shown.recipient}&version={shown.version}"
    reply.headers["Location"] = f"{s.base_url}/Patient/{person_id}/$passport?{where}"
    return reply


def _form(kind: str) -> Form:
    return Form.PDF if kind == PDF else Form.DOCUMENT


def _asked(request: Request, *known: str) -> dict[str, str]:
    asked = dict(request.query_params)
    unknown = sorted(set(asked) - {*known, "_format"})
    if unknown:
        raise NotSupported(
            "$passport", "a parameter is not supported: use recipient, and version when reading"
        )
    return asked


def _reply(kind: str, shown: Shown, *, status: int = 200) -> Response:
    headers = dict(ALWAYS)
    if shown.version:
        headers["ETag"] = f'W/"{shown.version}"'
    if kind == PDF:
        # No name, no number: it will stand in a folder of downloads.
        headers["Content-Disposition"] = 'inline; filename="passport.pdf"'
    return Response(shown.body, status_code=status, headers=headers, media_type=kind)
