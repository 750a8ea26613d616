"""One row of an MHSDS table about somebody whom the index knows: reading its columns, and saying what it means.

What the rows of each table mean is in ``mhsds_tables`` and beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from adapters.dossier import Item, Teller
from adapters.elements import Element, local_extension, when
from adapters.fields import BadField, midnight
from adapters.mental_health.mhsds_index import day, needed
from adapters.sensitivity import Delicacy
from schemas.codes import Heading
from schemas.contribution import Statement

_LONDON: Final = ZoneInfo("Europe/London")
_CLOCK: Final = re.compile(r"(?:.*[ T])?([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """The row, who tells it, the day of which the return speaks, and the true time of what it says."""

    teller: Teller
    values: Mapping[str, str]
    as_at: date
    said: datetime

    def text(self, column: str) -> str:
        return self.values.get(column, "")

    def needed(self, column: str) -> str:
        return needed(self.values, column)

    def of(self, column: str, table: Collection[str]) -> str:
        """A code that must be there and on its list."""
        code = self.needed(column)
        if code not in table:
            raise BadField(column, "is not on the list of values")
        return code

    def day(self, column: str) -> date | None:
        return day(self.values, column)

    def start(self, column: str) -> date:
        found = self.day(column)
        if found is None:
            raise BadField(column, "is missing")
        return found

    def end(self, column: str, start: date) -> date | None:
        found = self.day(column)
        if found and found < start:
            raise BadField(column, "lies before the start")
        return found

    def moment(self, days: str, times: str) -> datetime | date | None:
        """The moment of a date and a time column, the day alone where the time is empty."""
        found = self.day(days)
        if found is None or not (clock := self.text(times)):
            return found
        told = _CLOCK.fullmatch(clock)
        if told is None:
            raise BadField(times, "is not a time (HH:MM:SS)")
        return datetime.combine(found, time(int(told[1]), int(told[2])), _LONDON).astimezone(UTC)

    def say(
        self,
        named: str,
        kind: str,
        resource: Element,
        heading: Heading,
        *,
        service: str = "",
        labels: Iterable[str] = (),
        exclusions: Iterable[str] = (),
    ) -> Statement:
        """A statement with its "as at" date, named by what identifies the row."""
        delicacy = Delicacy(frozenset(labels), frozenset(exclusions))
        item = Item(named, midnight(self.as_at), self.said, "", delicacy)
        dated = local_extension("as-at", valueDate=when(self.as_at))
        told = resource | {"extension": [dated, *resource.get("extension", [])]}
        return self.teller.say(item, f"mhsds-{kind}", told, heading, service=service)
