"""Client Level Data: the council's quarterly return as the statistical source "social-care-returns".

Reads dropped CSV files part by part and refuses bad rows; what a row means is in ``cld_rows``. Every
statement is dated in the day on which the reporting period ended, its "as at" date: a return says how things were.

A file is a whole telling of its reporting period, so a row that its next sending no longer has may be a correction.
Each part says its window; one with a refused row, or with a row of another period than the file's first, says that
the telling is not whole: the row that could not be read may be the one that seems to be gone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import BinaryIO, Final

from adapters.connection import Connection
from adapters.drop import new_files
from adapters.fields import BadField, midnight
from adapters.returns import Part, digest_of, part_of, said_at
from adapters.social_care.cld_person import Own, read_cld_day, traits
from adapters.social_care.cld_rows import ALIASES, COLUMNS, REQUIRED, Rows, Told
from adapters.source import Ask, Raw, SourceDown, Terms
from adapters.terms import load
from adapters.wire.tabular import BadRow, BadTable, Row, parts, read
from schemas.contribution import (
    Refusal,
    RelationshipClaim,
    Statement,
    SubjectClaim,
    Translated,
    Window,
)
from schemas.identifiers import SubjectKey

FORM: Final = "cld.csv"
ROWS_IN_A_PART: Final = 2_000
_LIMIT: Final = 500
"""A return may be this many times as long as an answer about one person: it is read in parts."""
_OLDEST: Final = 9_999


class ClientLevelData:
    """The drop folder of one council's returns."""

    def __init__(self, connection: Connection, name: str = "social-care-returns") -> None:
        org = connection.organisation
        self.terms: Terms = load("adapters.social_care", "social-care-returns", source=name, organisation=org)
        self._connection = connection

    def translate(self, raw: Raw) -> Translated:
        """One file, or a part of one as its name says (``returns.Part``); pure."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not a Client Level Data file"),))
        part = part_of(raw.name)
        heap = _Heap(part, Rows(self.terms.organisation, self._connection.providers, part.sent))
        try:
            for row in self._rows(raw.content, part.first):
                heap.take(row)
        except BadTable as error:
            return Translated(refusals=(Refusal(error.column or "file", error.reason, part="file"),))
        return heap.translated()

    def _rows(self, content: bytes, first: int) -> Iterator[Row | BadRow]:
        limit = self._connection.rows
        return read(content, REQUIRED, optional=COLUMNS, limit=limit, first=first, aliases=ALIASES)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Each new file in parts. The cursor moves on with a file's last part only."""
        source, most = self.terms.source, self._connection.limit * _LIMIT
        for dropped in new_files(source, self._connection.folder, ".csv", cursor, most):
            try:
                with dropped.path.open("rb") as stream:
                    sent = datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC)
                    telling = await asyncio.to_thread(digest_of, stream)
                    period = await asyncio.to_thread(self._period, stream)
                    cut = parts(stream, ROWS_IN_A_PART)
                    while (found := await asyncio.to_thread(next, cut, None)) is not None:
                        content, first, last = found
                        part = Part(dropped.path.name, first, telling, sent, period, last)
                        yield Raw(source, FORM, content, now, part.name), dropped.cursor if last else cursor
            except OSError:
                raise SourceDown(source, "a dropped file cannot be read") from None
            cursor = dropped.cursor

    def _period(self, stream: BinaryIO) -> tuple[date, date] | None:
        """The reporting period of a file's first sound row; goes back to the file's start."""
        content, _, _ = next(parts(stream, 1))
        stream.seek(0)
        try:
            for row in self._rows(content, 2):
                if isinstance(row, Row):
                    return _period(row)
        except (BadTable, BadField):
            pass
        return None

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """A return cannot be asked about one person."""
        return []

    async def check(self) -> list[str]:
        return self._connection.problems()


def _period(row: Row) -> tuple[date, date] | None:
    start = read_cld_day(row.values, "Reporting_Period_Start_Date")
    end = read_cld_day(row.values, "Reporting_Period_End_Date")
    return (start, end) if start and end else None


class _Heap:
    """What the rows of one part said so far. A row is kept whole or refused whole.

    Nothing here depends on the order of the rows, nor on where the file was cut: of what they say differently of
    one event or person, each is told with its rank, and the store lets the highest stand.
    """

    def __init__(self, part: Part, rows: Rows) -> None:
        self._part = part
        self._rows = rows
        self._own: dict[SubjectKey, tuple[date, date, dict[Own, SubjectClaim]]] = {}
        self._events: dict[tuple[str, str], list[Statement]] = {}
        self._relationships: dict[tuple[str, str], RelationshipClaim] = {}
        self._refusals: list[Refusal] = []
        self._periods: set[tuple[date | None, date]] = set()
        self._whole = True
        self._begun = False

    def take(self, row: Row | BadRow) -> None:
        if isinstance(row, BadRow):
            self._refuse(row.number, row.column, row.reason)
            return
        if not self._begun:
            self._begun = True
            self._name_unknown(row)
        try:
            self._keep(self._rows.read(row.values))
        except BadField as error:
            self._refuse(row.number, error.field, error.reason)

    def _refuse(self, number: int, column: str, reason: str) -> None:
        self._whole = False
        self._refusals.append(Refusal(column or "row", reason, part=f"row {number}"))

    def _name_unknown(self, row: Row) -> None:
        if self._part.first == 2:  # once for a file
            self._refusals += [
                Refusal(_shown(c), "is a column that this mapping does not know: not read", part="file")
                for c in sorted(row.values.keys() - COLUMNS)
            ]

    def _keep(self, told: Told) -> None:
        self._periods.add(told.period)
        named = told.event.identifier
        known = self._events.setdefault((named.system, named.value), [])
        if told.event not in known:
            known.append(told.event)
        for one in told.relationships:
            held = self._relationships.setdefault((one.evidence.value, one.organisation), one)
            if one.end and held.end and one.end > held.end:
                self._relationships[one.evidence.value, one.organisation] = one
        key, as_at = told.subject.key, told.period[1]
        newest = self._own.get(key)
        if newest is None or (as_at, told.start) > newest[:2]:
            self._own[key] = (as_at, told.start, {told.own: told.subject})
        elif (as_at, told.start) == newest[:2]:
            newest[2][told.own] = told.subject

    def translated(self) -> Translated:
        statements = [statement for known in self._events.values() for statement in known]
        subjects: list[SubjectClaim] = []
        for key, (as_at, start, claims) in self._own.items():
            # The newest event's columns count, in whichever part it stands.
            said = said_at(as_at, self._part.sent, _OLDEST - max(0, (as_at - start).days))
            subjects.append(replace(claims[max(claims)], at=said))
            teller = self._rows.teller(key.local_id)
            for own, claim in claims.items():
                statements += traits(teller, claim, own, as_at, said)
        return Translated(
            subjects=tuple(subjects),
            statements=tuple(statements),
            relationships=tuple(self._relationships.values()),
            refusals=tuple(self._refusals),
            windows=self._window(),
            as_at=max((end for _, end in self._periods), default=None),
        )

    def _window(self) -> tuple[Window, ...]:
        """That of the file where its parts know it, else that of all these rows."""
        period = self._part.period
        if period is None and not self._part.telling and len(self._periods) == 1:
            ((start, end),) = self._periods
            period = (start, end) if start else None
        if period is None:
            return ()
        whole = self._whole and self._periods <= {period}
        start, end = (midnight(day) for day in period)
        return (Window(self._part.telling, None, start, end, self._part.last, whole),)


def _shown(column: str) -> str:
    """A column's name where it looks like one, so that a file without a header tells nothing."""
    plain = column.replace(" ", "_")
    return column if plain.isascii() and plain.isidentifier() and len(plain) <= 60 else "?"
