"""What stands on top of every page about one person: the banner, and the ways to their other pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from aggregator.access.sessions import Session
from aggregator.doors.web.reading.banner import Banner, banner
from aggregator.doors.web.services import pages
from schemas.caller import CallerKind
from schemas.codes import Heading, Interaction
from schemas.errors import NothingToShow
from schemas.record import Record

_PASSPORT = frozenset({Heading.ALLERGIES, Heading.MEDICINES})


@dataclass(frozen=True, slots=True)
class Tab:
    """One page about the person. ``key`` is also the end of its address."""

    key: str
    title: str


def head(request: Request, session: Session, record: Record, here: str) -> dict[str, Any]:
    """The values that ``person.html`` needs, from the record that the page was made from."""
    return {
        "here": here,
        "person_id": record.person_id,
        "banner": banner(record, pages(request).organisations),
        "tabs": _tabs(session, frozenset(cell.heading for cell in record.grid)),
    }


async def about(request: Request, session: Session, here: str) -> dict[str, Any]:
    """The same for a page that does not read the record itself: who this is, as this reader may see it.

    A privacy officer may ask who looked without seeing whom it is about: then there is no banner.
    """
    services, person_id = pages(request), request.path_params["id"]
    if "view" in session.caller.activities:
        try:
            record = await services.records.record(session.caller, person_id, Interaction.READ, refresh=False)
            return head(request, session, record, here)
        except NothingToShow:
            pass
    nobody: Banner | None = None
    return {"here": here, "person_id": person_id, "banner": nobody, "tabs": ()}


def _tabs(session: Session, headings: frozenset[Heading]) -> tuple[Tab, ...]:
    """Only what this reader's role can open at all; whether it opens is decided when they come."""
    caller = session.caller
    own = caller.kind is CallerKind.PERSON
    offered = (
        (True, Tab("", "My record" if own else "Record")),
        (Heading.PLAN in headings, Tab("plan", "Plan")),
        (caller.kind is CallerKind.STAFF and headings >= _PASSPORT, Tab("passport", "Passport")),
        (own or "privacy" in caller.activities, Tab("looked", "Who has looked")),
        ("identity" in caller.activities, Tab("links", "How it came together")),
    )
    return tuple(tab for applies, tab in offered if applies)
