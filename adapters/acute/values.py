"""Reading single values of a message: text, codes, dates. Bad ones raise ``BadField`` and never show.

Times without a zone are read as the hospital's clock on the wall, because that is what English feeds send.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from adapters.acute.codes import SYSTEMS
from adapters.elements import Element, coding, concept, local_codes
from adapters.fields import BadField
from adapters.wire.hl7v2 import CLEAR, Clear, Repetition, Segment
from schemas.identifiers import OUR_BASE

LONDON = ZoneInfo("Europe/London")
_CONTROLS = {number: " " for number in [*range(32), *range(127, 160)] if number not in (9, 10)}
_TIME = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?P<minute>\d\d)"
    r"(?:(?P<second>\d\d)(?:\.\d{1,6})?)?)?)?)?(?P<zone>[+-]\d{4})?",
    re.ASCII,
)


def said(value: str | Clear | None) -> str:
    """The value as text without outer blanks and control characters; "" when absent or cleared."""
    if not isinstance(value, str):
        return ""
    return (value if value.isprintable() else value.translate(_CONTROLS)).strip()


def text(segment: Segment, position: int, component: int = 1, subcomponent: int = 1) -> str:
    """One value of a segment with single blanks, "" when absent or cleared."""
    value = said(segment.get(position, component, subcomponent))
    return " ".join(value.split()) if " " in value or not value.isprintable() else value


def cleared(segment: Segment, *positions: int) -> bool:
    """Was one of these fields sent as ``""``?"""
    return any(segment.get(position) is CLEAR for position in positions)


def _parts(value: str, field: str) -> dict[str, str]:
    found = _TIME.fullmatch(value)
    if found is None:
        raise BadField(field, "is not a date and time")
    return {name: part for name, part in found.groupdict().items() if part}


def _moment(parts: dict[str, str], field: str) -> datetime:
    numbers = [int(parts.get(name, low)) for name, low in zip(_NAMES, "011000", strict=True)]
    try:
        wall = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - the zone is put on below
        zone = parts.get("zone")
        if zone is None:
            return wall.replace(tzinfo=LONDON).astimezone(UTC)
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
        return wall.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadField(field, "is not a date and time") from None


_NAMES = ("year", "month", "day", "hour", "minute", "second")


def moment(value: str, field: str) -> datetime:
    """A moment in UTC. What is not told of it is taken as its earliest."""
    return _moment(_parts(value, field), field)


def stamp(value: str, field: str) -> str:
    """A FHIR dateTime with the precision that was sent: year, month, day, or to the second in UTC."""
    parts = _parts(value, field)
    whole = _moment(parts, field)
    if "hour" in parts:
        return whole.isoformat(timespec="seconds")
    return "-".join(parts[name] for name in _NAMES[:3] if name in parts)


def day(value: str, field: str) -> str:
    """A FHIR date with the precision that was sent; a time of day is left out."""
    parts = _parts(value, field)
    _moment(parts, field)
    return "-".join(parts[name] for name in _NAMES[:3] if name in parts)


def coded(repetition: Repetition, kind: str, fallback: str = "") -> Element:
    """A CodeableConcept of a CE or CWE value: both its codes as sent, with the systems that they name.

    ``fallback`` is the system when none is named; without one the code is kept under a local system called
    ``kind``. Words alone give a concept of words alone.
    """
    codings = []
    words = said(repetition.get(9)) or said(repetition.get(2))
    for start in (1, 4):
        code, display, system = (said(repetition.get(start + n)) for n in range(3))
        if code and re.fullmatch(r"\S+( \S+)*", code):
            named = SYSTEMS.get(system.upper())
            own = f"{OUR_BASE}/CodeSystem/hl7v2-{kind}" if system and named is None else fallback
            codings.append(coding(named or own or local_codes(f"hl7v2-{kind}"), code, display))
    return concept(words, *codings)


def code_of(found: Element) -> str:
    """What identifies a concept within a natural key: its first code, else its words."""
    codings = found.get("coding", ())
    return str(codings[0]["code"] if codings else found.get("text", "")).casefold()
