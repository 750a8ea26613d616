"""How one person's record came together out of what organisations know, and parting what was joined wrongly."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web import forms
from aggregator.doors.web.person import about
from aggregator.doors.web.replies import go, page
from aggregator.doors.web.services import pages
from schemas.errors import BadInput, Clash, NothingToShow


async def show(request: Request, session: Session) -> Response:
    """What was joined to this record and what left it, newest first."""
    services = pages(request)
    events = await services.identifying.history(session.caller, request.path_params["id"])
    return page(
        request,
        "links.html",
        session,
        events=events,
        organisations=services.organisations,
        **await about(request, session, "links"),
    )


async def ask(request: Request, session: Session) -> Response:
    """Before a link of this record is taken back: what it is, and what follows."""
    return await _one(request, session)


async def undo(request: Request, session: Session) -> Response:
    """Take a link of this record back; with a reason."""
    form = await forms.read(request, session)
    person_id, event_id = request.path_params["id"], request.path_params["event"]
    if not form.text("because"):
        return await _one(request, session, form, "Say in a few words why it is taken back")
    try:
        await pages(request).identifying.undo(session.caller, event_id, form.text("because"))
    except (BadInput, Clash) as wrong:
        return await _one(request, session, form, forms.said(wrong), wrong.status)
    return go(f"/people/{person_id}/links")


async def _one(
    request: Request, session: Session, typed: forms.Form | None = None, error: str = "", status: int = 400
) -> Response:
    services = pages(request)
    events = await services.identifying.history(session.caller, request.path_params["id"])
    found = next((e for e in events if e.event_id == request.path_params["event"] and e.undoable), None)
    if found is None:
        raise NothingToShow()
    return page(
        request,
        "link-undo.html",
        session,
        status=status if error else 200,
        event=found,
        organisations=services.organisations,
        typed=typed or forms.Form(),
        error=error,
        problems=[{"text": error, "href": "#because"}] if error else [],
        **await about(request, session, "links"),
    )
