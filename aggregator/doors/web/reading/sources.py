"""The strip of sources with the age of what each told, and the completeness grid as a table.

Absence is not evidence: who did not answer stands where a reader sees it first (people-and-safety 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from aggregator.doors.web.reading import dates
from schemas.codes import CellState, Heading
from schemas.record import Record, SourceLine

HEADINGS: dict[Heading, str] = {
    Heading.DEMOGRAPHICS: "Who the person is",
    Heading.NEEDS: "Needs and adjustments",
    Heading.STAFF_SAFETY: "Staff safety",
    Heading.ALERTS: "Alerts",
    Heading.ALLERGIES: "Allergies",
    Heading.MEDICINES: "Medicines",
    Heading.PROBLEMS: "Problems",
    Heading.RESUSCITATION: "Resuscitation",
    Heading.LEGAL: "Legal status and capacity",
    Heading.SAFEGUARDING: "Safeguarding",
    Heading.ENCOUNTERS: "Contacts and stays",
    Heading.RESULTS: "Results",
    Heading.PROCEDURES: "Procedures",
    Heading.DOCUMENTS: "Documents",
    Heading.CARE_TEAM: "Professionals involved",
    Heading.CONTACTS: "Family and carers",
    Heading.SERVICES: "Services",
    Heading.ASSESSMENTS: "Assessments",
    Heading.EQUIPMENT: "Equipment",
    Heading.HOME: "Home",
    Heading.ABOUT_ME: "About me",
    Heading.PLAN: "Plan",
    Heading.RED_BAG: "Red bag",
}

STATES: dict[CellState, tuple[str, str]] = {
    CellState.ANSWERED: ("Answered", "green"),
    CellState.NOTHING: ("Answered, nothing to show", "white"),
    CellState.NEVER_HOLDS: ("Does not hold this", "none"),
    CellState.LATE: ("Late", "yellow"),
    CellState.DOWN: ("Down", "red"),
    CellState.STALE: ("Out of date", "orange"),
    CellState.OUTSIDE_AGREEMENT: ("Not shared with you", "grey"),
    CellState.NOT_ONBOARDED: ("Not connected", "grey"),
}
"""Words of a state and the colour of its tag; "none": plain text."""

SILENT = frozenset({CellState.DOWN, CellState.LATE, CellState.STALE})


@dataclass(frozen=True, slots=True)
class Source:
    """One source of the strip. ``age``: "3 minutes ago"; ``last``: the moment itself; ``silent``: look out.
    ``as_at``: the day of which a return for statistics speaks, "" when it has not said.
    """

    name: str
    title: str
    organisation: str
    state: str
    colour: str
    age: str
    last: Markup
    since: Markup
    silent: bool
    statistical: bool
    as_at: Markup


@dataclass(frozen=True, slots=True)
class Cell:
    state: str
    colour: str
    since: Markup


@dataclass(frozen=True, slots=True)
class Column:
    """One source of the grid. ``as_at``, ``back``: of which day it speaks and how far back, where it was asked."""

    title: str
    as_at: Markup
    back: str


@dataclass(frozen=True, slots=True)
class Grid:
    """``rows``: (heading, cells in the order of the columns)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def strip(record: Record, names: Mapping[str, str]) -> tuple[Source, ...]:
    """The sources in the record's order, those that are outside what this reader may see left out."""
    shown = [s for s in record.sources if s.state not in (CellState.OUTSIDE_AGREEMENT, CellState.NEVER_HOLDS)]
    return tuple(_source(s, record, names) for s in shown)


def _source(line: SourceLine, record: Record, names: Mapping[str, str]) -> Source:
    state, colour = STATES[line.state]
    return Source(
        name=line.source,
        title=line.title,
        organisation=names.get(line.organisation, line.organisation),
        state=state,
        colour=colour,
        age=dates.age(record.made_at, line.last_good),
        last=dates.moment(line.last_good),
        since=dates.moment(line.down_since),
        silent=line.state in SILENT,
        statistical=line.statistical,
        as_at=dates.day(line.as_at),
    )


def grid(record: Record) -> Grid:
    """The completeness grid as a table: no cell is ever empty."""
    columns = [s.source for s in record.sources]
    cells = {(c.heading, c.source): c for c in record.grid}
    rows = []
    for heading in dict.fromkeys(c.heading for c in record.grid):
        row = []
        for source in columns:
            cell = cells.get((heading, source))
            state, colour = STATES[cell.state] if cell else ("Not known", "none")
            since = cell.since if cell and cell.state in SILENT else None
            row.append(Cell(state, colour, dates.moment(since)))
        rows.append((HEADINGS[heading], tuple(row)))
    return Grid(tuple(_column(s, record) for s in record.sources), tuple(rows))


def _column(line: SourceLine, record: Record) -> Column:
    """Said by the cells that were asked: of a source that never is, this reader need not know how it speaks."""
    asked = [c for c in record.grid if c.source == line.source]
    return Column(
        title=line.title,
        as_at=dates.day(next((c.as_at for c in asked if c.as_at), None)),
        back=dates.length(next((c.history for c in asked if c.history), None)),
    )
