"""The monthly return as the statistical source "mental-health-returns": one zip of MHSDS tables as CSV.

A row counts only when MHS001MPI knows its person. A long return is read in parts, each a small return of its own
(``mhsds_archive``). What each table means is in ``mhsds_tables``; everything is dated in the day on which the
period ended, a later sending of the same period after an earlier one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO, Final

from adapters.connection import Connection
from adapters.dossier import Teller, tell_person
from adapters.drop import new_files
from adapters.elements import local_system
from adapters.fields import BadField, midnight
from adapters.mental_health.mhsds_archive import cut, names, unpack
from adapters.mental_health.mhsds_index import (
    HEADER,
    HEADER_COLUMNS,
    HEADER_OPTIONAL,
    INDEX,
    INDEX_COLUMNS,
    INDEX_OPTIONAL,
    Period,
    read_header,
    read_person,
)
from adapters.mental_health.mhsds_line import Line
from adapters.mental_health.mhsds_tables import ALIASES, LINKS, NOT_READ, TABLES
from adapters.returns import Part, digest_of, part_of, said_at
from adapters.source import Ask, Raw, SourceDown, Terms
from adapters.terms import load
from adapters.wire.tabular import BadTable, Row, read
from schemas.codes import Category
from schemas.contribution import (
    Refusal,
    RelationshipClaim,
    Statement,
    SubjectClaim,
    Translated,
    Window,
)
from schemas.identifiers import Identifier

FORM: Final = "mhsds.zip"
ROWS_IN_A_PART: Final = 2_000
_UNPACKED: Final = 20
"""How many times its size a return may have when unpacked; text packs about tenfold."""
_LIMIT: Final = 25
"""How many times as long as an answer about one person a return may be: beyond one, it is read in parts."""


class MonthlyReturn:
    """The drop folder of one provider's returns."""

    def __init__(self, connection: Connection, name: str = "mental-health-returns") -> None:
        org = connection.organisation
        self.terms: Terms = load(
            "adapters.mental_health", "mental-health-returns", source=name, organisation=org
        )
        self._connection = connection

    def translate(self, raw: Raw) -> Translated:
        """One whole return or a part of one; pure. Without a header or a person index nothing of it is kept."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not a zip of MHSDS tables"),))
        part = part_of(raw.name)
        try:
            tables = unpack(raw.content, self._connection.limit * _UNPACKED)
            heap = _Heap(self.terms.organisation, self._header(tables), part)
            rows_of_index = part.first if not names(tables) else 2
            for row in self._rows(tables, INDEX, heap, rows_of_index):
                heap.know(row)
        except BadTable as error:
            return Translated(refusals=(Refusal(error.column or "file", error.reason, part="file"),))
        for name in names(tables):
            if name in NOT_READ:
                continue
            if name not in TABLES:
                heap.refuse(name, None, "", "is a table that this mapping does not know: not read")
                continue
            try:
                for row in self._rows(tables, name, heap, part.first):
                    heap.tell(name, row)
            except BadTable as error:
                heap.refuse(name, None, error.column, error.reason)
        return heap.translated()

    def _header(self, tables: Mapping[str, bytes]) -> Period:
        if HEADER not in tables or INDEX not in tables:
            raise BadTable(HEADER if HEADER not in tables else INDEX, "the table is missing")
        found = read(tables[HEADER], HEADER_COLUMNS, optional=HEADER_OPTIONAL, aliases=ALIASES)
        rows = [r for r in found if isinstance(r, Row)]
        if len(rows) != 1:
            raise BadTable(HEADER, "has not exactly one row")
        try:
            return read_header(rows[0].values, self.terms.organisation)
        except BadField as error:
            raise BadTable(f"{HEADER}.{error.field}", error.reason) from None

    def _rows(self, tables: Mapping[str, bytes], name: str, heap: _Heap, first: int) -> Iterator[Row]:
        """The sound rows; columns that no mapping names are not read, for a return has many that only count."""
        table = TABLES.get(name)
        columns = table.columns if table else INDEX_COLUMNS
        optional = (*table.optional, *LINKS) if table else INDEX_OPTIONAL
        limit = self._connection.rows
        for row in read(tables[name], columns, optional=optional, limit=limit, first=first, aliases=ALIASES):
            if isinstance(row, Row):
                yield row
            else:
                heap.refuse(name, row.number, row.column, row.reason)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Each new return, whole or in parts. The cursor moves on with a return's last part only."""
        source, most = self.terms.source, self._connection.limit
        for dropped in new_files(source, self._connection.folder, ".zip", cursor, most * _LIMIT):
            try:
                with dropped.path.open("rb") as stream:
                    async for content, part in self._parts(dropped.path.name, stream):
                        yield (
                            Raw(source, FORM, content, now, part.name),
                            dropped.cursor if part.last else cursor,
                        )
            except OSError:
                raise SourceDown(source, "a dropped file cannot be read") from None
            cursor = dropped.cursor

    async def _parts(self, name: str, stream: BinaryIO) -> AsyncIterator[tuple[bytes, Part]]:
        status = os.fstat(stream.fileno())
        sent = datetime.fromtimestamp(status.st_mtime, UTC)
        telling = await asyncio.to_thread(digest_of, stream)
        if status.st_size * _UNPACKED <= self._connection.limit:
            yield await asyncio.to_thread(stream.read), Part(name, 2, telling, sent)
            return
        pieces = cut(stream, ROWS_IN_A_PART, self._connection.limit * _UNPACKED * _LIMIT)
        try:
            held = await asyncio.to_thread(next, pieces, None)
            while held is not None:
                content, first = held
                held = await asyncio.to_thread(next, pieces, None)
                yield content, Part(name, first, telling, sent, None, held is None)
        except BadTable:
            # Nothing was told of it yet: all of it goes to review in one piece.
            stream.seek(0)
            yield await asyncio.to_thread(stream.read), Part(name, 2, telling, sent)

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """A return cannot be asked about one person."""
        return []

    async def check(self) -> list[str]:
        return self._connection.problems()


class _Heap:
    """What the tables of one return said so far; nothing here depends on the order of rows or tables."""

    def __init__(self, organisation: str, period: Period, part: Part) -> None:
        self._organisation = organisation
        self._period = period
        self._part = part
        self._said = said_at(period.end, period.made or part.sent)
        self._subjects: dict[str, SubjectClaim] = {}
        self._linked: dict[tuple[str, str], SubjectClaim] = {}
        self._statements: dict[tuple[str, str], list[Statement]] = {}
        self._relationships: dict[RelationshipClaim, None] = {}
        self._refusals: list[Refusal] = []

    def refuse(self, table: str, number: int | None, column: str, reason: str) -> None:
        part = table if number is None else f"{table} row {number}"
        self._refusals.append(Refusal(f"{table}.{column}" if column else table, reason, part=part))

    def know(self, row: Row) -> None:
        """One person of the index."""
        try:
            claim = read_person(row.values, self._organisation, self._said)
        except BadField as error:
            self.refuse(INDEX, row.number, error.field, error.reason)
            return
        if claim.key.local_id in self._subjects:
            self.refuse(INDEX, row.number, "LocalPatientId", "stands there twice")
            return
        self._subjects[claim.key.local_id] = claim
        for link in LINKS:
            if value := row.values.get(link):
                self._linked[link, value] = claim
        named = Identifier(local_system(self._organisation, "mhsds-person"), claim.key.local_id)
        self._keep(tell_person(claim, named, self._said, without=("address",)))

    def tell(self, table: str, row: Row) -> None:
        """One row of a table about somebody in the index."""
        link = next((link for link in LINKS if row.values.get(link)), LINKS[0])
        person = self._linked.get((link, row.values.get(link, "")))
        if person is None:
            self.refuse(table, row.number, link, "stands in no row of MHS001MPI")
            return
        teller = Teller(person.key, Category.MENTAL_HEALTH)
        try:
            told = list(TABLES[table].tell(Line(teller, row.values, self._period.end, self._said)))
        except BadField as error:
            self.refuse(table, row.number, error.field, error.reason)
            return
        for one in told:
            if isinstance(one, RelationshipClaim):
                self._relationships[one] = None
            else:
                self._keep(one)

    def _keep(self, statement: Statement) -> None:
        """Each that says otherwise under one identifier is told; which stands is the store's, whatever the order."""
        held = self._statements.setdefault((statement.identifier.system, statement.identifier.value), [])
        if statement not in held:
            held.append(statement)

    def translated(self) -> Translated:
        start, end = midnight(self._period.start), midnight(self._period.end)
        return Translated(
            subjects=tuple(self._subjects.values()),
            statements=tuple(s for held in self._statements.values() for s in held),
            relationships=tuple(self._relationships),
            refusals=tuple(self._refusals),
            windows=(Window(self._part.telling, None, start, end, self._part.last, not self._refusals),),
            as_at=self._period.end,
        )
