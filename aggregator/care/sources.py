"""How the feeds of an organisation do: a scorecard for each, made of counts and of nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.caller import Caller
from schemas.codes import Heading


@dataclass(frozen=True, slots=True)
class Row:
    """One heading of one source. ``subjects`` of ``known`` people have something under it.

    ``coverage`` and ``uncoded`` are shares from 0 to 1 (None: of nothing); ages are those of the true times.
    ``vanished``: told before and told no more, waiting for a decision. ``alarms``: came without a label that
    they should have.
    """

    heading: Heading
    subjects: int
    known: int
    coverage: float | None
    statements: int
    uncoded: float | None
    newest: timedelta | None
    median: timedelta | None
    vanished: int
    alarms: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Open entries of one field and reason."""

    field: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One source. ``state``: plain words. ``every`` to ``statistical`` are its terms."""

    source: str
    title: str
    organisation: str
    state: str
    last_good: datetime | None
    silent_since: datetime | None
    down_since: datetime | None
    as_at: date | None
    every: timedelta | None
    silent_after: timedelta
    history: timedelta | None
    statistical: bool
    known: int  # people of whom it told something that stands
    rows: tuple[Row, ...]  # a row for each heading of its terms, and for each that it told all the same
    refusals: tuple[Refused, ...]  # most frequent first
    alarms: int
    made_at: datetime


class Sources:
    async def scorecards(self, caller: Caller) -> tuple[Scorecard, ...]:
        """A card for each source of the caller's organisation, by name. Raises ``NotAllowed``."""
        raise NotImplementedError

    async def scorecard(self, caller: Caller, source: str) -> Scorecard:
        """One of them. Raises ``NothingToShow`` for a source that is not the organisation's."""
        raise NotImplementedError
