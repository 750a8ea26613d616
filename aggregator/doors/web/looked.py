"""Who has looked at a record, and why: for the person, and for a privacy officer's own organisation."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web.person import about
from aggregator.doors.web.replies import page, role_words
from aggregator.doors.web.services import pages

ACTIONS = {
    "$record": "Read the record",
    "$everything": "Read every statement",
    "$summary": "Read the summary",
    "$passport": "Read the passport",
    "$emergency-access": "Asked for emergency access",
    "$participate": "Recorded a choice of the person",
    "read": "Read part of the record",
    "search": "Searched",
    "plan": "Read or changed the plan",
    "write": "Wrote",
    "audit": "Looked at who has looked",
    "$events": "Was told that something changed",
    "review": "Decided on an unclear entry",
    "identity": "Decided who is who",
    "sources": "Looked at how sources do",
}
PURPOSES = {
    "direct_care": "Direct care",
    "transfer_of_care": "Transfer of care",
    "own_record": "Own record",
    "planning": "Planning of services",
    "research": "Research",
    "governance": "Information governance",
}
OUTCOMES = {
    "shown": "Shown",
    "nothing": "Nothing shown",
    "refused": "Refused",
    "written": "Written down",
}


async def show(request: Request, session: Session) -> Response:
    """Who has looked at this record, newest first."""
    services = pages(request)
    person_id = request.path_params["id"]
    rows = await services.history.in_words(session.caller, person_id)
    told = [_told(row, services.organisations) for row in rows]
    return page(request, "looked.html", session, rows=told, **await about(request, session, "looked"))


def _told(row: dict[str, Any], organisations: Any) -> dict[str, Any]:
    role = "the person" if row["role"] == "person" else role_words(str(row["role"]))
    code = str(row["organisation"])
    return {
        "at": row["at"],
        "role": role[:1].upper() + role[1:] or "Not known",
        "organisation": organisations.get(code) or (f"{code}, outside the agreement" if code else "–"),
        "action": ACTIONS.get(str(row["action"]), str(row["action"])),
        "purpose": PURPOSES.get(str(row["purpose"]), str(row["purpose"]) or "Not stated"),
        "outcome": OUTCOMES.get(str(row["outcome"]), str(row["outcome"])),
        "emergency": bool(row["emergency"]),
    }
