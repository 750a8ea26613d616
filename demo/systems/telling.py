"""A life as a business system would write it down: names, addresses and the frame of each fact, as JSON
values.

What the facts of one sector look like is in that system's own folder.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from demo.lives.facts import Fact
from demo.lives.known import Address, KnownAs

# Dates that lie ahead by nature: nothing was changed on them.
_AHEAD = {"review", "review_due", "due", "expires", "required_by"}


def plain(value: Any) -> Any:
    """Dates as ISO text, decimals as numbers, tuples as lists."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items() if v not in (None, "", (), [], {})}
    return value


def updated(fact: Fact, now: datetime) -> datetime:
    """When the fact was last touched: typed in, ended, completed, whichever came last before `now`."""
    moments = [fact.recorded]
    for field in fields(fact):
        value = getattr(fact, field.name)
        if field.name in _AHEAD or not isinstance(value, date):
            continue
        moments.append(value if isinstance(value, datetime) else datetime.combine(value, time(17), UTC))
    return max((m for m in moments if m <= now), default=fact.recorded)


def item(fact: Fact, now: datetime, **more: Any) -> dict[str, Any]:
    """What every item of a file has, and `more` of its own."""
    frame = {
        "id": fact.id,
        "on": fact.on,
        "updatedAt": updated(fact, now),
        "author": fact.author,
        "restricted": fact.sealed or None,
        "sensitivity": [s.replace("_", "-") for s in fact.sensitive],
    }
    written: dict[str, Any] = plain(frame | more)
    return written


def address(where: Address | None) -> dict[str, Any] | None:
    """An address with its property reference."""
    if where is None:
        return None
    return {
        "lines": where.lines,
        "postcode": where.postcode,
        "uprn": where.uprn,
        "since": where.since,
        "until": where.until,
        "kind": where.kind,
        "use": where.use,
    }


def person(known: KnownAs, opened: date | None, updated_at: datetime, **more: Any) -> dict[str, Any]:
    """The person part of a file, as this organisation knows the person."""
    told = {
        "id": known.local_id,
        "nhsNumber": known.nhs_number,
        "names": [
            {"use": n.use, "title": n.title, "given": n.given, "family": n.family, "until": n.until}
            for n in known.names
        ],
        "dateOfBirth": known.birth_date,
        "gender": known.gender,
        "address": address(known.address),
        "phones": [{"number": p.number, "kind": p.kind} for p in known.phones],
        "gpPractice": known.gp,
        "openedOn": known.since or opened,
        "closedOn": known.until,
        "identityUnknown": known.identity_unknown or None,
        "addressProtected": known.location_hidden or None,
        "sharingDissent": known.dissent,
        "mergedInto": known.merged_into,
        "mergedOn": known.merged_on,
        "updatedAt": updated_at,
    }
    written: dict[str, Any] = plain(told | more)
    return written


def end_of(day: date) -> datetime:
    """The last moment of a day, UTC: what has happened by then is known."""
    return datetime.combine(day, time(23, 59, 59), UTC)
