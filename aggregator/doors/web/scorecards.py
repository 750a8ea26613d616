"""How the sources do: all of an organisation's at a glance, and one by heading."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web.reading import scorecards
from aggregator.doors.web.reading.sources import HEADINGS
from aggregator.doors.web.replies import page
from aggregator.doors.web.services import pages


async def overview(request: Request, session: Session) -> Response:
    """How each source does: when it last spoke, since when it is silent, what waits."""
    services = pages(request)
    cards = await services.sources.scorecards(session.caller)
    return page(
        request, "sources.html", session, cards=cards, words=scorecards, organisations=services.organisations
    )


async def one(request: Request, session: Session) -> Response:
    """One source by heading: coverage, coding, ages, refusals, and its terms in words."""
    services = pages(request)
    card = await services.sources.scorecard(session.caller, request.path_params["source"])
    return page(
        request,
        "scorecard.html",
        session,
        card=card,
        words=scorecards,
        headings=HEADINGS,
        organisations=services.organisations,
    )
