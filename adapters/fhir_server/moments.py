"""FHIR dates and times as moments. Total: what no calendar of ours can hold is None, never an error."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

_LEAP_SECOND = re.compile(r":60(?=[.Z+-])")


def moment(text: Any, *, until: bool = False) -> datetime | None:
    """A FHIR dateTime or instant in UTC. A day, month or year begins with its first moment and ends with its last."""
    if not isinstance(text, str):
        return None
    try:
        if "T" in text:
            said = _LEAP_SECOND.sub(":59", text).replace("Z", "+00:00")
            found = datetime.fromisoformat(said)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        year, month, day = [*(int(part) for part in text.split("-")), 0, 0][:3]
        first = date(year, month or 1, day or 1)
        if until and day:
            first += timedelta(days=1)
        elif until:
            first = date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
        return datetime.combine(first, time(), UTC)
    except (ValueError, OverflowError):
        return None
