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

LONDON = ZoneInfo("Europe/London")
_CONTROLS = {number: " " for number in [*range(32), *range(127, 160)] if number not in (9, 10)}
_TIME = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(?:\.\d{1,6})?)?)?)?)?([+-]\d{4})?", re.ASCII
)
_LOWEST = (1, 1, 1, 0, 0, 0)
_CODE = re.compile(r"\S+( \S+)*")


def said(value: str | Clear | None) -> str:
    """The value as text without outer blanks and control characters; "" when absent or cleared."""
    if not isinstance(value, str):
        return ""
    if value.isalnum():
        return value
    return (value if value.isprintable() else value.translate(_CONTROLS)).strip()


def parts(value: Repetition, count: int) -> list[str]:
    """The first ``count`` components of a composite value as text."""
    return [said(part) if part else "" for part in value.components(count)]


def text(segment: Segment, position: int, component: int = 1, subcomponent: int = 1) -> str:
    """One value of a segment with single blanks, "" when absent or cleared."""
    raw = segment.raw(position)
    if not raw or raw.isalnum():  # most fields are absent, or one plain word or number
        return raw if component == subcomponent == 1 else ""
    value = said(segment.get(position, component, subcomponent))
    return " ".join(value.split()) if " " in value or not value.isprintable() else value


def cleared(segment: Segment, *positions: int) -> bool:
    """Was one of these fields sent as ``""``?"""
    return segment.clears and any(segment.get(position) is CLEAR for position in positions)


def _read(value: str, field: str) -> tuple[datetime, list[str]]:
    """(moment in UTC, the parts of it that were told: year, month, day, hour, minute, second)."""
    found = _TIME.fullmatch(value)
    if found is None:
        raise BadField(field, "is not a date and time")
    *groups, zone = found.groups()
    told = [part for part in groups if part]
    numbers = [*map(int, told), *_LOWEST[len(told) :]]
    try:
        place = LONDON if zone is None else _offset(zone)
        return datetime(*numbers, tzinfo=place).astimezone(UTC), told  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError):
        raise BadField(field, "is not a date and time") from None


def _offset(zone: str) -> timezone:
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return timezone(-offset if zone[0] == "-" else offset)


def moment(value: str, field: str) -> datetime:
    """A moment in UTC. What is not told of it is taken as its earliest."""
    return _read(value, field)[0]


def stamp(value: str, field: str) -> str:
    """A FHIR dateTime with the precision that was sent: year, month, day, or to the second in UTC."""
    whole, told = _read(value, field)
    return whole.isoformat(timespec="seconds") if len(told) > 3 else "-".join(told)


def day(value: str, field: str) -> str:
    """A FHIR date with the precision that was sent; a time of day is left out."""
    return "-".join(_read(value, field)[1][:3])


def coded(repetition: Repetition, kind: str, fallback: str = "") -> Element:
    """A CodeableConcept of a CE or CWE value: both its codes as sent, with the systems that they name.

    ``fallback`` is the system when none is named; without one the code is kept under a local system called
    ``kind``. Words alone give a concept of words alone.
    """
    codings = []
    told = parts(repetition, 9)
    for code, display, system in (told[:3], told[3:6]):
        if code and (code.isalnum() or _CODE.fullmatch(code)):
            named = SYSTEMS.get(system.upper())
            own = "" if system and named is None else fallback
            codings.append(coding(named or own or local_codes(f"hl7v2-{kind}"), code, display))
    return concept(told[8] or told[1], *codings)


def code_of(found: Element) -> str:
    """What identifies a concept within a natural key: its first code, else its words."""
    codings = found.get("coding", ())
    return str(codings[0]["code"] if codings else found.get("text", "")).casefold()
