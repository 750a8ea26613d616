"""The passport as a page: the sealed version or a draft, a button to freeze, a button for the print.

The page is made from the FHIR document that travels, so that a reader sees what a receiving system gets.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.care.passport import Form
from aggregator.doors.web import forms
from aggregator.doors.web.person import about
from aggregator.doors.web.reading.passports import read_document
from aggregator.doors.web.replies import ALWAYS, go, page
from aggregator.doors.web.services import pages
from schemas.caller import CallerKind


async def show(request: Request, session: Session) -> Response:
    """The passport: the last frozen version, else a draft."""
    services, person_id = pages(request), request.path_params["id"]
    shown = await services.passports.show(session.caller, person_id)
    staff = session.caller.kind is CallerKind.STAFF
    return page(
        request,
        "passport.html",
        session,
        version=shown.version,
        recipient=services.organisations.get(shown.recipient, shown.recipient),
        document=read_document(shown.body),
        may_freeze=staff,
        **await about(request, session, "passport"),
    )


async def freeze(request: Request, session: Session) -> Response:
    """Freeze and seal a new version."""
    await forms.read(request, session)
    person_id = request.path_params["id"]
    await pages(request).passports.freeze(session.caller, person_id)
    return go(f"/people/{person_id}/passport")


async def download(request: Request, session: Session) -> Response:
    """The passport as PDF."""
    shown = await pages(request).passports.show(session.caller, request.path_params["id"], form=Form.PDF)
    # No name, no number: it will stand in a folder of downloads.
    headers = ALWAYS | {"Content-Disposition": 'attachment; filename="passport.pdf"'}
    return Response(shown.body, headers=headers, media_type="application/pdf")
