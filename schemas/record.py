"""The merged record of one person for one reader: what ``merge.whole`` makes and every door renders.

It holds only what a decision granted. Entry ids are those of the visible statement first by
(true time, source, id). Nothing here tells of receipt times except ``Telling.received_at``, which may be
rendered in Provenance only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from schemas.codes import Category, CellState, Heading


@dataclass(frozen=True, slots=True)
class Telling:
    """One statement that stands behind an entry: who told it, when it was true."""

    statement_id: str
    version: int
    source: str
    controller: str
    true_time: datetime
    received_at: datetime
    resource: dict[str, Any] = field(repr=False)
    class_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One distinct fact with all its tellings. ``resource`` carries ``id``, ``meta`` and ``subject``."""

    entry_id: str
    type: str
    category: Category
    heading: Heading
    resource: dict[str, Any] = field(repr=False)
    tellings: tuple[Telling, ...] = ()
    rule: str = "single"  # merge rule that folded it
    rules_version: str = ""

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(t.class_id for t in self.tellings)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that cannot both be right, or that a reader must weigh. ``rank`` 1 is most harmful."""

    kind: str  # "allergy-status", "dose", "address", "death", "resuscitation", "demographics" ...
    rank: int
    text: str  # plain words, no value that the entries do not show
    entries: tuple[str, ...]  # entry ids
    element: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the completeness grid. ``since`` is the last good answer, or when it went down.

    ``means_none``: by its terms, this source says so when there is none; else its silence says nothing.
    ``as_at``: the day of which a return for statistics speaks. ``history``: how far back the source goes (None:
    all that it ever held); what is older is not known from it.
    """

    heading: Heading
    source: str
    state: CellState
    since: datetime | None = None
    means_none: bool = False
    as_at: date | None = None
    history: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source in the strip at the top of a page."""

    source: str
    title: str
    organisation: str
    state: CellState
    last_good: datetime | None
    down_since: datetime | None
    statistical: bool = False
    as_at: date | None = None
    history: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Record:
    person_id: str
    entries: tuple[Entry, ...]
    conflicts: tuple[Conflict, ...]
    grid: tuple[Cell, ...]
    sources: tuple[SourceLine, ...]
    withheld: bool
    floor_withheld: bool
    location_restricted: bool
    rules_version: str
    made_at: datetime
    linked: bool = True  # False: single-source person, "not linked to other records"
    emergency: bool = False

    def under(self, *headings: Heading) -> tuple[Entry, ...]:
        """Entries under these headings, in record order."""
        return tuple(e for e in self.entries if e.heading in headings)
