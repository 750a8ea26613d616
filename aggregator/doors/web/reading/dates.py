"""Dates and times as staff read them: ``14-Mar-1947`` and ``14:30``, with the long form for screen readers.

Short form after the Common User Interface guidance (screens conventions 1a, D+Ta-0006); screen readers mangle
short months, so the long form stands beside it in hidden text. People's own pages get the long form alone.
What cannot be read as a date is shown as it was told: it is never guessed, and never left out.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from markupsafe import Markup, escape

from aggregator.care.passport.wording import PLACE_TIME

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PARTS = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?\Z", re.ASCII)
_BOTH = Markup(
    '<span class="app-date"><span class="app-date__short" aria-hidden="true">{}</span>'
    '<span class="app-date__long">{}</span></span>'
)
"""Staff see the short form and hear the long one; on a person's own pages the style sheet shows the long one."""


def day(value: Any) -> Markup:
    """A date for staff: short to see, long to hear, with the precision that it has; "" for nothing."""
    short, long = _forms(value)
    return _BOTH.format(short, long) if short != long else escape(long)


def long_day(value: Any) -> str:
    """A date in words: 14 March 1947."""
    return _forms(value)[1]


def typed_day(value: Any) -> str:
    """A date as a field of a form holds it: 14-Mar-1947, which no locale reads in another way."""
    return _forms(value)[0]


def moment(value: Any) -> Markup:
    """A date with its 24-hour time of the place, when it has one."""
    at = _clock(value)
    return Markup("{} {}").format(day(value), at) if at else day(value)


def long_moment(value: Any) -> str:
    at = _clock(value)
    return f"{long_day(value)} at {at}" if at else long_day(value)


def span(told: Any) -> Markup:
    """A FHIR Period: from, to, since, until. A day on which something began and ended stands once."""
    if not isinstance(told, dict):
        return Markup("")
    start, end = day(told.get("start")), day(told.get("end"))
    if start and end:
        return start if start == end else Markup("{} to {}").format(start, end)
    return (
        Markup("since {}").format(start) if start else Markup("until {}").format(end) if end else Markup("")
    )


def age(now: datetime, then: datetime | None) -> str:
    """How long ago, in the largest unit that says it honestly; rounded down. "" for never."""
    if then is None:
        return ""
    minutes = max(0, int((now - then).total_seconds() // 60))
    for size, name in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def length(span: timedelta | None) -> str:
    """A span of time in the largest unit of which it is two or more: "90 minutes", "12 months"; "" for none."""
    if span is None:
        return ""
    minutes = max(0, int(span.total_seconds() // 60))
    days = minutes // 1440
    for size, name, least in ((365, "year", 730), (30, "month", 60), (1, "day", 2)):
        if days >= least:
            return _counted(round(days / 30.4375) if name == "month" else days // size, name)
    if minutes >= 120:
        return _counted(minutes // 60, "hour")
    return _counted(minutes, "minute") if minutes else "less than a minute"


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def years(born: date, on: date) -> int:
    """Full years of age on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def local(value: datetime) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(PLACE_TIME)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, str) and "T" in value:
        try:
            return local(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None


def _clock(value: Any) -> str:
    at = _moment(value)
    return f"{at:%H:%M}" if at else ""


def _forms(value: Any) -> tuple[str, str]:
    """(short, long). Text that is no date stands in both as it is."""
    at = _moment(value)
    if at is not None:
        value = at.date()
    text = value.isoformat() if isinstance(value, date) else value if isinstance(value, str) else ""
    found = _PARTS.match(text)
    if not found:
        return text, text
    year, month, number, _ = found.groups()
    if month is None:
        return year, year
    if not 1 <= int(month) <= 12:
        return text, text
    name = MONTHS[int(month) - 1]
    if number is None:
        return f"{name[:3]}-{year}", f"{name} {year}"
    return f"{number}-{name[:3]}-{year}", f"{int(number)} {name} {year}"
