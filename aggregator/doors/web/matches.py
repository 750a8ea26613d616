"""Possible matches: two that may be one person, side by side; a decision with a reason; and taking it back.

These pages are about two people, so none of them has a banner, and nobody's name is in a title or an address.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web import forms
from aggregator.doors.web.reading import sides
from aggregator.doors.web.replies import go, page
from aggregator.doors.web.services import pages
from schemas.errors import BadInput, Clash

AT_ONCE = 50


async def queue(request: Request, session: Session) -> Response:
    """Pairs that may be one person, the likeliest first."""
    after = request.query_params.get("after", "")
    services = pages(request)
    found = await services.identifying.matches(session.caller, after, AT_ONCE)
    return page(
        request,
        "matches.html",
        session,
        pairs=found,
        first=not after,
        more=f"/matches?after={found[-1].match_id}" if len(found) == AT_ONCE else "",
        sides=sides,
        organisations=services.organisations,
    )


async def show(request: Request, session: Session) -> Response:
    """One pair side by side, what speaks for and against, and the decision."""
    return await _pair(request, session)


async def decide(request: Request, session: Session) -> Response:
    """Decide that they are, or are not, one person; with a reason."""
    form, match_id = await forms.read(request, session), request.path_params["id"]
    errors = {}
    if form.text("verdict") not in sides.VERDICTS:
        errors["verdict"] = "Choose whether they are the same person"
    if not form.text("because"):
        errors["because"] = "Say in a few words what you checked"
    if errors:
        return await _pair(request, session, form, errors)
    try:
        decided = form.text("verdict"), form.text("because")
        await pages(request).identifying.decide(session.caller, match_id, *decided)
    except (BadInput, Clash) as wrong:
        field = "because" if isinstance(wrong, BadInput) else "verdict"
        return await _pair(request, session, form, {field: forms.said(wrong)}, wrong.status)
    return go(f"/matches/{match_id}")


async def undo(request: Request, session: Session) -> Response:
    """Take a decision on a pair back; with a reason."""
    form, match_id = await forms.read(request, session), request.path_params["id"]
    if not form.text("because"):
        return await _pair(request, session, form, {"because": "Say in a few words why it is taken back"})
    try:
        await pages(request).identifying.undo(session.caller, match_id, form.text("because"))
    except (BadInput, Clash) as wrong:
        return await _pair(request, session, form, {"because": forms.said(wrong)}, wrong.status)
    return go(f"/matches/{match_id}")


async def _pair(
    request: Request,
    session: Session,
    typed: forms.Form | None = None,
    errors: dict[str, str] | None = None,
    status: int = 400,
) -> Response:
    services, errors = pages(request), errors or {}
    found = await services.identifying.match(session.caller, request.path_params["id"])
    return page(
        request,
        "match.html",
        session,
        status=status if errors else 200,
        pair=found,
        compared=sides.compared(found),
        restricted=any(s.location_restricted for s in found.sides),
        twins=any(s.multiple_birth for s in found.sides),
        to_decide=found.state in ("open", "undone"),
        sides=sides,
        organisations=services.organisations,
        typed=typed or forms.Form(),
        errors={name: errors.get(name) for name in ("verdict", "because")},
        problems=[{"text": text, "href": f"#{name}"} for name, text in errors.items()],
    )
