"""Reading the fields of one object that a source sent, so that nothing is guessed and nothing is dropped.

``Fields`` wraps a JSON object or a table row. Each getter says what it expects; ``done`` refuses what
nobody read, because a field that we do not know may be the one that restricts the rest. The caller turns
``BadField`` into a refusal of the whole item: half an item is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


# What no FHIR string may hold; line ends and tabs may.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class BadField(Exception):
    """``field`` and ``reason`` in plain words; never the value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Fields:
    """One object's fields, each read once. ``path`` names the object in refusals ("packages[2]")."""

    __slots__ = ("_left", "_values", "path")

    def __init__(self, values: Any, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise BadField(path or "$", "is not an object")
        self._values: Mapping[str, Any] = values
        self._left = set(values)
        self.path = path

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _take(self, name: str) -> Any:
        self._left.discard(name)
        return self._values.get(name)

    def text(self, name: str, *, limit: int = 20_000) -> str:
        """The text without outer blanks; "" when absent or null."""
        value = self._take(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadField(self._at(name), "is not text")
        if len(value) > limit:
            raise BadField(self._at(name), f"is longer than {limit} characters")
        if _CONTROL.search(value):
            raise BadField(self._at(name), "holds a control character")
        return value.strip()

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise BadField(self._at(name), "is missing")
        return value

    def one_of(self, name: str, table: Mapping[str, Any]) -> str:
        """A text from a closed list, or "" when absent."""
        value = self.text(name)
        if value and value not in table:
            raise BadField(self._at(name), "is not on the list of values")
        return value

    def day(self, name: str) -> date | None:
        """An ISO date; a moment is cut to its day."""
        value = self.text(name)
        return read_day(value, self._at(name)) if value else None

    def needed_day(self, name: str) -> date:
        return read_day(self.needed(name), self._at(name))

    def moment(self, name: str) -> datetime | None:
        """An ISO moment with a zone, in UTC; a bare date is its first moment in UTC."""
        value = self.text(name)
        return read_moment(value, self._at(name)) if value else None

    def needed_moment(self, name: str) -> datetime:
        return read_moment(self.needed(name), self._at(name))

    def flag(self, name: str) -> bool | None:
        value = self._take(name)
        if value is not None and not isinstance(value, bool):
            raise BadField(self._at(name), "is neither true nor false")
        return value

    def number(self, name: str) -> int | Decimal | None:
        value = self._take(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | Decimal)):
            raise BadField(self._at(name), "is not a number")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        found = self._list(name)
        if not all(isinstance(t, str) and not _CONTROL.search(t) for t in found):
            raise BadField(self._at(name), "is not a list of texts")
        return tuple(t.strip() for t in found if t.strip())

    def child(self, name: str) -> Fields | None:
        value = self._take(name)
        return None if value is None else Fields(value, self._at(name))

    def children(self, name: str) -> Iterator[Fields]:
        """Each object of a list. A member that is no object is refused when its turn comes."""
        for index, value in enumerate(self._list(name)):
            yield Fields(value, f"{self._at(name)}[{index}]")

    def peek(self, name: str) -> Any:
        """The value as it is, without counting it as read."""
        return self._values.get(name)

    def items(self, name: str) -> list[tuple[str, Any]]:
        """(path, value) of each member of a list, to be wrapped one by one."""
        return [(f"{self._at(name)}[{i}]", v) for i, v in enumerate(self._list(name))]

    def drop(self, name: str) -> None:
        """Leave a field out on purpose (a secret that must not be kept)."""
        self._left.discard(name)

    def done(self) -> None:
        """Refuse the object when it has a field that nothing has read."""
        for name in sorted(self._left):
            shown = name if name.isascii() and name.isidentifier() and len(name) <= 64 else "?"
            raise BadField(self._at(shown), "is a field that this mapping does not know")

    def _list(self, name: str) -> list[Any]:
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise BadField(self._at(name), "is not a list")
        return value


def read_day(text: str, field: str) -> date:
    """An ISO date (YYYY-MM-DD), or the day of an ISO moment."""
    if "T" in text:
        return read_moment(text, field).date()
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadField(field, "is not a date (YYYY-MM-DD)") from None


def read_moment(text: str, field: str) -> datetime:
    """An ISO moment with a zone, in UTC; a bare date is midnight UTC of that day."""
    if "T" not in text:
        return midnight(read_day(text, field))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadField(field, "is not a date and time") from None
    if moment.tzinfo is None:
        raise BadField(field, "has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadField(field, "is out of range") from None


@lru_cache(20_000)
def midnight(day: date) -> datetime:
    """The first moment of a day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
