"""The review pile: what waits and why, one entry, reading it again, and how far that is.

Who may see what of it is decided in ``care.reviewing``; here a button is left out for whoever could not use it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web import forms
from aggregator.doors.web.reading import piles
from aggregator.doors.web.replies import go, page
from aggregator.doors.web.services import pages
from schemas.errors import BadInput


async def pile(request: Request, session: Session) -> Response:
    """What waits for review: groups that one fix may settle, then entry by entry."""
    asked = {name: request.query_params.get(name, "") for name in ("source", "kind", "after")}
    here = {name: asked[name] for name in ("source", "kind")}
    found = await pages(request).reviewing.pile(
        session.caller, source=asked["source"], kind=asked["kind"], after=asked["after"]
    )
    return page(
        request,
        "review.html",
        session,
        groups=piles.chosen(found.groups, **here),
        entries=found.entries,
        here=here,
        first=not asked["after"],
        filters=_filters(found.groups, here),
        back=_href(**here),
        more=_href(**here, after=found.more) if found.more else "",
        waiting=sum(g.count for g in found.groups),
        words=piles,
        may_settle=_may_settle(session),
    )


async def entry(request: Request, session: Session) -> Response:
    """One entry of the review pile, with the refused part where it may be shown."""
    return await _entry(request, session)


async def replay_one(request: Request, session: Session) -> Response:
    """Read one entry again."""
    await forms.read(request, session)
    run_id = await pages(request).reviewing.replay(session.caller, review_id=request.path_params["id"])
    return go(f"/review/runs/{run_id}")


async def replay_many(request: Request, session: Session) -> Response:
    """Read again every open entry of one source, field and reason."""
    form = await forms.read(request, session)
    fitting = {name: form.text(name) for name in ("source", "field", "reason")}
    run_id = await pages(request).reviewing.replay(session.caller, **fitting)
    return go(f"/review/runs/{run_id}")


async def run(request: Request, session: Session) -> Response:
    """How far a reading again is, with counts before and after."""
    found = await pages(request).reviewing.run(session.caller, request.path_params["id"])
    return page(request, "review-run.html", session, run=found)


async def close(request: Request, session: Session) -> Response:
    """Settle an entry without reading it again, with a reason."""
    form, review_id = await forms.read(request, session), request.path_params["id"]
    if not form.text("because"):
        return await _entry(request, session, "Say in a few words why this needs nothing more")
    try:
        await pages(request).reviewing.close(session.caller, review_id, form.text("because"))
    except BadInput as wrong:
        return await _entry(request, session, forms.said(wrong), form.text("because"))
    return go(f"/review/{review_id}")


async def accept(request: Request, session: Session) -> Response:
    """Take back a fact that its source tells no more."""
    await forms.read(request, session)
    review_id = request.path_params["id"]
    await pages(request).reviewing.accept(session.caller, review_id)
    return go(f"/review/{review_id}")


def _may_settle(session: Session) -> bool:
    """Whether buttons are offered at all; whether they do anything is decided when they come."""
    return "review" in session.caller.activities


async def _entry(request: Request, session: Session, error: str = "", typed: str = "") -> Response:
    found = await pages(request).reviewing.entry(session.caller, request.path_params["id"])
    return page(
        request,
        "review-entry.html",
        session,
        status=400 if error else 200,
        entry=found,
        words=piles,
        error=error,
        typed=typed,
        problems=[{"text": error, "href": "#because"}] if error else [],
        back=_href(source=found.source),
        may_settle=_may_settle(session),
    )


def _href(**chosen: str) -> str:
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"/review?{query}" if query else "/review"


def _filters(groups: Any, here: dict[str, str]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Links that choose: (what is chosen, [(words, address, chosen now)])."""
    made = []
    for name, title, words in (("source", "Source", {}), ("kind", "About", piles.KINDS)):
        values = sorted({getattr(g, name) for g in groups} | {here[name]} - {""})
        links = [("All", _href(**here | {name: ""}), not here[name])]
        links += [(words.get(v, v), _href(**here | {name: v}), here[name] == v) for v in values]
        if len(links) > 2 or here[name]:
            made.append((title, links))
    return made
