"""Small pieces of plain words out of FHIR elements: concepts, quantities, dates, periods, names.

Dates are in long form ("3 October 2026"), because print and the person read it (screens conventions 1a);
times are those of the place. What cannot be read is left out, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

PLACE_TIME = ZoneInfo("Europe/London")
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905 - a list on one line
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?\Z")


def concept(told: Any) -> str:
    """The words of a CodeableConcept: its text, else a display, else a code as it stands."""
    if not isinstance(told, Mapping):
        return ""
    if told.get("text"):
        return str(told["text"])
    codings = [c for c in told.get("coding") or () if isinstance(c, Mapping)]
    for name in ("display", "code"):
        for coding in codings:
            if coding.get(name):
                return str(coding[name])
    return ""


def named(told: Any) -> str:
    """As ``concept``, but "" where there is nothing but a code, which would say nothing to a reader."""
    found = concept(told)
    codings = told.get("coding") or () if isinstance(told, Mapping) else ()
    return "" if any(found == c.get("code") for c in codings) and not told.get("text") else found


def quantity(told: Any) -> str:
    """Value and unit with a space between, the precision as it was told."""
    if not isinstance(told, Mapping) or told.get("value") is None:
        return ""
    unit = told.get("unit") or told.get("code") or ""
    return f"{told.get('comparator', '')}{told['value']} {unit}".strip()


def day(value: Any) -> str:
    """A FHIR date or dateTime as a long date with the precision that it has; "" when it is not one."""
    if isinstance(value, datetime):
        value = value.isoformat()
    found = _DATE.match(value) if isinstance(value, str) else None
    if not found:
        return ""
    year, month, number, time = found.groups()
    if time and (moment := _moment(value)) is not None:
        return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return ""
    name = _MONTHS[int(month) - 1]
    return f"{int(number)} {name} {year}" if number else f"{name} {year}"


def moment(value: Any) -> str:
    """A dateTime as a long date and a 24-hour time of the place."""
    if isinstance(value, datetime):
        value = value.isoformat()
    at = _moment(value) if isinstance(value, str) and "T" in value else None
    return f"{day(value)}, {at:%H:%M}" if at else day(value)


def _moment(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(PLACE_TIME)


def span(told: Any) -> str:
    """A Period in words."""
    if not isinstance(told, Mapping):
        return ""
    start, end = day(told.get("start")), day(told.get("end"))
    if start and end:
        return start if start == end else f"{start} to {end}"
    return f"since {start}" if start else f"until {end}" if end else ""


def name(told: Any) -> str:
    """A HumanName as it is read aloud."""
    if not isinstance(told, Mapping):
        return ""
    if told.get("text"):
        return str(told["text"])
    parts = [*(told.get("prefix") or ()), *(told.get("given") or ()), told.get("family", "")]
    return " ".join(str(p) for p in parts if p)


def phones(told: Any) -> str:
    """The numbers and addresses of a list of ContactPoints."""
    points = told if isinstance(told, list) else ()
    return ", ".join(str(p["value"]) for p in points if isinstance(p, Mapping) and p.get("value"))


def address(told: Any) -> str:
    if not isinstance(told, Mapping):
        return ""
    if told.get("text"):
        return str(told["text"])
    parts = [*(told.get("line") or ()), told.get("city"), told.get("district"), told.get("postalCode")]
    return ", ".join(dict.fromkeys(str(p) for p in parts if p))


def display(told: Any) -> str:
    """The words of a Reference. One without any says nothing that a reader could use."""
    return str(told.get("display") or "") if isinstance(told, Mapping) else ""


def notes(resource: Mapping[str, Any]) -> list[str]:
    return [str(n["text"]) for n in resource.get("note") or () if isinstance(n, Mapping) and n.get("text")]


def joined(parts: Iterable[str], by: str = ", ") -> str:
    return by.join(p for p in parts if p)


def extension(resource: Mapping[str, Any], name: str) -> Any:
    """The value of the extension whose URL ends with ``name``; None when there is none."""
    for one in resource.get("extension") or ():
        if isinstance(one, Mapping) and str(one.get("url", "")).rsplit("/", 1)[-1] == name:
            return next((v for k, v in one.items() if k.startswith("value")), None)
    return None
