"""The completeness grid (heading x source) and the source strip: what was asked, and who answered.

Absence is not evidence: a reader must see whether a heading is empty because a source has nothing, was
down, or was never asked. Cells speak of the source and of the agreement, never of what was withheld: they
are made from terms, source status, the decision's offer, and what is visible, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.source import Terms
from schemas.codes import CellState, Heading
from schemas.decision import Decision
from schemas.record import Cell, Entry, SourceLine

_NEVER_ASKED = frozenset({CellState.NOT_ONBOARDED, CellState.NEVER_HOLDS, CellState.OUTSIDE_AGREEMENT})


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source's terms and how it does. ``last_good``: the last good answer (UTC), None before the first.
    ``as_at``: the day of which its newest return for statistics speaks.
    """

    terms: Terms
    onboarded: bool
    last_good: datetime | None
    down_since: datetime | None
    as_at: date | None = None


def visible(entries: Iterable[Entry]) -> frozenset[tuple[Heading, str]]:
    """(heading, source) of everything that is shown."""
    return frozenset((entry.heading, told.source) for entry in entries for told in entry.tellings)


def cells(
    sources: Sequence[SourceStatus], decision: Decision, shown: frozenset[tuple[Heading, str]], now: datetime
) -> tuple[Cell, ...]:
    """A row for each heading that the reader's role can ever see, a cell for each source in the order given."""
    columns = [_Column(status, decision, now) for status in sources]
    return tuple(
        column.cell(heading, (heading, column.source) in shown)
        for heading in Heading
        if heading in decision.headings
        for column in columns
    )


def lines(
    sources: Sequence[SourceStatus], decision: Decision, shown: frozenset[tuple[Heading, str]], now: datetime
) -> tuple[SourceLine, ...]:
    """The strip at the top of a page, in the order given."""
    speaking = {source for heading, source in shown}
    found = []
    for status in sources:
        column = _Column(status, decision, now)
        state, _ = column.state(
            holds=any(held.heading in decision.headings for held in status.terms.headings),
            offered=bool(column.offered & decision.headings),
            shown=column.source in speaking,
        )
        terms = status.terms
        found.append(
            SourceLine(
                source=terms.source,
                title=terms.title,
                organisation=terms.organisation,
                state=state,
                last_good=status.last_good,
                down_since=status.down_since,
                statistical=terms.statistical,
                as_at=status.as_at if terms.statistical else None,
                history=terms.history,
            )
        )
    return tuple(found)


class _Column:
    """One source in one grid: what does not depend on the heading is worked out once."""

    __slots__ = ("_answer", "_as_at", "_history", "_means_none", "_onboarded", "held", "offered", "source")

    def __init__(self, status: SourceStatus, decision: Decision, now: datetime) -> None:
        terms = status.terms
        self.source = terms.source
        self.held = frozenset(held.heading for held in terms.headings)
        self.offered = frozenset(
            held.heading
            for held in terms.headings
            if any((teller, held.category) in decision.offered for teller in terms.tellers)
        )
        self._means_none = frozenset(h.heading for h in terms.headings if h.no_rows == "none")
        self._as_at = status.as_at if terms.statistical else None
        self._history = terms.history
        self._onboarded = status.onboarded
        self._answer = _answer(status, now)

    def cell(self, heading: Heading, shown: bool) -> Cell:
        state, since = self.state(heading in self.held, heading in self.offered, shown)
        if state in _NEVER_ASKED:
            return Cell(heading, self.source, state, since)
        means_none = heading in self._means_none
        return Cell(heading, self.source, state, since, means_none, self._as_at, self._history)

    def state(self, holds: bool, offered: bool, shown: bool) -> tuple[CellState, datetime | None]:
        """First what the agreement and the terms say, then how the source does, then what it said.

        What is shown proves that the source holds the heading and that the reader may see it (their own
        organisation's data needs no clause), so it is never contradicted by terms or offer.
        """
        if not self._onboarded:
            return CellState.NOT_ONBOARDED, None
        if not holds and not shown:
            return CellState.NEVER_HOLDS, None
        if not offered and not shown:
            return CellState.OUTSIDE_AGREEMENT, None
        state, since = self._answer
        if state is CellState.ANSWERED and not shown:
            state = CellState.NOTHING
        return state, since


def _answer(status: SourceStatus, now: datetime) -> tuple[CellState, datetime | None]:
    """How the source does, whatever the heading. Late: asked, and not (or no longer freshly) answered."""
    terms, last_good = status.terms, status.last_good
    if status.down_since is not None:
        return CellState.DOWN, status.down_since
    if last_good is None:
        return CellState.LATE, None
    age = now - last_good
    if age > terms.silent_after:
        return CellState.STALE, last_good
    if terms.fresh_for is not None and age > terms.fresh_for:
        return CellState.LATE, last_good
    return CellState.ANSWERED, last_good
