"""How the feeds of the caller's organisation do, as numbers for a dashboard."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.care.sources import Row, Scorecard
from aggregator.doors.api.replies import resource_reply
from aggregator.doors.api.services import services


async def show(request: Request) -> Response:
    """GET /$scorecard?source=: counts by heading, refusals, terms and state of one's own sources, as Parameters."""
    s = services(request)
    caller = await s.callers.of_header(request.headers.get("authorization"))
    source = request.query_params.get("source", "")
    cards = [await s.sources.scorecard(caller, source)] if source else await s.sources.scorecards(caller)
    made = [{"name": "scorecard", "part": _card(card)} for card in cards]
    return resource_reply(request, {"resourceType": "Parameters", "parameter": made} if made else _NONE)


_NONE = {"resourceType": "Parameters"}


def _card(card: Scorecard) -> list[dict[str, Any]]:
    parts = [
        _part("source", card.source),
        _part("title", card.title),
        _part("organisation", card.organisation),
        _part("state", card.state),
        _part("lastGood", card.last_good),
        _part("silentSince", card.silent_since),
        _part("downSince", card.down_since),
        _part("asAt", card.as_at),
        _part("every", card.every),
        _part("silentAfter", card.silent_after),
        _part("history", card.history),
        _part("statistical", card.statistical),
        _part("known", card.known),
        _part("alarms", card.alarms),
        _part("madeAt", card.made_at),
        *({"name": "heading", "part": _kept(_row(row))} for row in card.rows),
        *(
            {
                "name": "refusal",
                "part": _kept([_part("field", r.field), _part("reason", r.reason), _part("count", r.count)]),
            }
            for r in card.refusals
        ),
    ]
    return _kept(parts)


def _row(row: Row) -> list[dict[str, Any] | None]:
    return [
        _part("code", row.heading.value),
        _part("subjects", row.subjects),
        _part("known", row.known),
        _part("coverage", row.coverage),
        _part("statements", row.statements),
        _part("uncoded", row.uncoded),
        _part("newest", row.newest),
        _part("median", row.median),
        _part("vanished", row.vanished),
        _part("alarms", row.alarms),
    ]


def _part(name: str, value: object) -> dict[str, Any] | None:
    """One part in the FHIR type of its value; None when there is nothing to say. Durations are in hours."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return {"name": name, "valueBoolean": value}
    if isinstance(value, int):
        return {"name": name, "valueInteger": value}
    if isinstance(value, float):
        return {"name": name, "valueDecimal": round(value, 4)}
    if isinstance(value, timedelta):
        hours = round(value.total_seconds() / 3600, 2)
        return {
            "name": name,
            "valueDuration": {
                "value": hours,
                "unit": "h",
                "system": "http://unitsofmeasure.org",
                "code": "h",
            },
        }
    if isinstance(value, datetime):
        return {"name": name, "valueInstant": value.isoformat()}
    if isinstance(value, date):
        return {"name": name, "valueDate": value.isoformat()}
    return {"name": name, "valueString": str(value)}


def _kept(parts: list[Any]) -> list[dict[str, Any]]:
    return [part for part in parts if part is not None]
