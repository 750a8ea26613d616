"""One HL7 v2 message as lines, divided further only when somebody asks.

Here: access to segment, repetition, field, component and subcomponent, keeping the three states of a value.
Not here: how bytes become messages (`envelope`), what the values mean (the sources), how a field is escaped.
"""

import enum
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.wire.hl7v2.escapes import STANDARD, Delimiters, unescape


class Clear(enum.Enum):
    """The sender wrote `""`: what is held for this must be removed. Absent (None) means: leave it alone."""

    CLEAR = '""'


CLEAR = Clear.CLEAR
_CLEARED = CLEAR.value
_HEADERS = frozenset({"MSH", "FHS", "BHS"})


def _value(raw: str, delimiters: Delimiters, component: int, subcomponent: int) -> str | Clear | None:
    """One part of one occurrence of a field. Clearing the whole field clears every part of it."""
    if raw.isalnum():  # nor divided nor escaped: no delimiter is a letter or a digit
        return raw if component == 1 == subcomponent else None
    if raw == _CLEARED:
        return CLEAR
    part = _piece(raw, delimiters.component, component)
    if part == _CLEARED:
        return CLEAR
    return _state(_piece(part, delimiters.subcomponent, subcomponent), delimiters)


def _piece(text: str, separator: str, position: int) -> str:
    """The position-th (from 1) part of a text; an unused separator means that the whole text is part 1."""
    if not separator or separator not in text:
        return text if position == 1 else ""
    parts = text.split(separator, position)
    return parts[position - 1] if position <= len(parts) else ""


def _state(raw: str, delimiters: Delimiters) -> str | Clear | None:
    if not raw:
        return None
    return CLEAR if raw == _CLEARED else unescape(raw, delimiters)


@functools.lru_cache(maxsize=256)
def _event(raw: str, delimiters: Delimiters) -> str:
    first = _piece(raw, delimiters.repetition, 1)
    kind, trigger = (_value(first, delimiters, component, 1) for component in (1, 2))
    if not isinstance(kind, str):
        return ""
    return f"{kind.strip()}^{trigger.strip()}" if isinstance(trigger, str) else kind.strip()


@dataclass(frozen=True, slots=True)
class Repetition:
    """One occurrence of a field. `raw` is as sent, still escaped."""

    raw: str = field(repr=False)
    delimiters: Delimiters = STANDARD

    def get(self, component: int = 1, subcomponent: int = 1) -> str | Clear | None:
        """The value, unescaped: text, CLEAR or None. Clearing the whole field clears every part of it."""
        return _value(self.raw, self.delimiters, component, subcomponent)

    def components(self, count: int) -> list[str | Clear | None]:
        """The first `count` components, each by its first subcomponent: as `get`, for all at once."""
        mark = self.delimiters.component
        parts = self.raw.split(mark, count)[:count] if mark and self.raw != _CLEARED else [self.raw]
        if parts == [_CLEARED]:
            return [CLEAR] * count
        found: list[str | Clear | None] = [
            part if part.isalnum() else _value(part, self.delimiters, 1, 1) for part in parts
        ]
        return found + [None] * (count - len(found))

    def text(self) -> str | Clear | None:
        """The whole occurrence as text, separators inside it kept: for ST, TX and FT fields."""
        return _state(self.raw, self.delimiters)


@dataclass(frozen=True, slots=True)
class Segment:
    """One line, divided at the field separator. Positions count from 1, as the standard's do.

    `clears`: there is a `""` somewhere in it; most lines have none, and need not be asked field by field.
    """

    name: str
    fields: tuple[str, ...] = field(repr=False)
    delimiters: Delimiters = STANDARD
    clears: bool = True

    @classmethod
    def of(cls, line: str, delimiters: Delimiters) -> "Segment":
        """A segment from its line."""
        name, *rest = line.split(delimiters.field)
        if name in _HEADERS:  # MSH-1 is the separator itself, so everything after it moves by one
            return cls(name, (name, delimiters.field, *rest), delimiters)
        return cls(name, (name, *rest), delimiters, _CLEARED in line)

    def raw(self, position: int) -> str:
        """The field as sent, still escaped, all repetitions; empty when absent."""
        return self.fields[position] if position < len(self.fields) else ""

    def repetitions(self, position: int) -> list[Repetition]:
        """Every occurrence of a field, empty ones included: positions can matter (MRG-1 pairs with PID-3)."""
        raw = self.raw(position)
        if not raw:
            return []
        mark = self.delimiters.repetition
        if not mark or mark not in raw or self._declares(position):
            return [Repetition(raw, self.delimiters)]
        return [Repetition(part, self.delimiters) for part in raw.split(mark)]

    def get(
        self, position: int, component: int = 1, subcomponent: int = 1, repetition: int = 1
    ) -> str | Clear | None:
        """One value, unescaped: text, CLEAR or None (absent)."""
        raw = self.fields[position] if position < len(self.fields) else ""
        if not raw or (position <= 2 and self._declares(position)):
            return raw or None
        if raw.isalnum():
            return raw if component == subcomponent == repetition == 1 else None
        one = _piece(raw, self.delimiters.repetition, repetition)
        return _value(one, self.delimiters, component, subcomponent) if one else None

    def text(self, position: int) -> str | Clear | None:
        """A whole field as text, separators inside it kept."""
        return _state(self.raw(position), self.delimiters)

    def _declares(self, position: int) -> bool:
        # MSH-1 and MSH-2 declare the delimiters and are never divided by them.
        return position <= 2 and self.name in _HEADERS


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose header was readable and whose required segments are there (`structure`).

    `charset` is the codec it was really in. `closed` is False when the last segment has no end mark, which
    many senders leave out: the transport's own end mark, not this, shows that a message is whole.
    """

    lines: tuple[str, ...] = field(repr=False)
    delimiters: Delimiters = STANDARD
    charset: str = "utf-8"
    closed: bool = True
    _divided: dict[str, list[Segment]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def segments(self, name: str = "") -> Sequence[Segment]:
        """All segments in order, or those of one name. Lines are divided once, however often one asks."""
        if not self._divided:
            every = self._divided[""] = [Segment.of(line, self.delimiters) for line in self.lines]
            for segment in every:
                self._divided.setdefault(segment.name, []).append(segment)
        return self._divided.get(name, ())

    def segment(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next(iter(self.segments(name)), None)

    def get(
        self, name: str, position: int, component: int = 1, subcomponent: int = 1, repetition: int = 1
    ) -> str | Clear | None:
        """One value of the first segment of a name: text, CLEAR or None (absent)."""
        segment = self.segment(name)
        return None if segment is None else segment.get(position, component, subcomponent, repetition)

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments()[0]

    @property
    def event(self) -> str:
        """Message type and trigger as in `ADT^A01`, whatever the delimiters; bare type without a trigger."""
        return _event(self.header.raw(9), self.delimiters)

    @property
    def control_id(self) -> str:
        """MSH-10 as sent."""
        return self.header.raw(10)
