"""The banner of pages that are about a person but do not read the whole record."""

from __future__ import annotations

from starlette.requests import Request

from aggregator.access.sessions import Session
from aggregator.doors.web.reading.banner import Banner, banner
from aggregator.doors.web.services import pages
from schemas.codes import Interaction
from schemas.errors import NothingToShow


async def about(request: Request, session: Session, person_id: str) -> Banner | None:
    """Who this page is about, as this reader may see it; None for who may act without seeing who it is."""
    services = pages(request)
    try:
        record = await services.records.record(session.caller, person_id, Interaction.READ, refresh=False)
    except NothingToShow:
        return None
    return banner(record, services.organisations)
