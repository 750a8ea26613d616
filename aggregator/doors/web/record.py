"""The record of one person as a page: for staff, and in plain words for the person themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web.person import head
from aggregator.doors.web.reading import sources
from aggregator.doors.web.reading.alerts import alerts
from aggregator.doors.web.reading.cards import cards
from aggregator.doors.web.replies import page
from aggregator.doors.web.services import pages
from aggregator.merge.outcome import NOTHING_WITHHELD, WITHHELD
from schemas.caller import CallerKind
from schemas.record import Record


async def show(request: Request, session: Session) -> Response:
    """The record of one person."""
    services = pages(request)
    record = await services.records.record(session.caller, request.path_params["id"])
    values = head(request, session, record, "") | view(record, services.organisations)
    if session.caller.kind is CallerKind.PERSON:
        return page(request, "own.html", session, **values)
    can = "emergency" in session.caller.activities
    return page(request, "record.html", session, can_open_emergency=can, **values)


def view(record: Record, organisations: Mapping[str, str]) -> dict[str, Any]:
    """Everything that the page shows of a record."""
    first, others = alerts(record, organisations)
    return {
        "record": record,
        "strip": sources.strip(record, organisations),
        "grid": sources.grid(record),
        "alerts": first,
        "more_alerts": others,
        "cards": cards(record, organisations),
        "withheld_text": WITHHELD if record.withheld else NOTHING_WITHHELD,
    }
