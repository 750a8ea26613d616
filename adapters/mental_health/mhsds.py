"""The monthly return as the statistical source "mental-health-returns": one zip of MHSDS tables as CSV.

A return is read whole, because its tables hang together: a row counts only when MHS001MPI knows its
person. What each table means is in ``mhsds_tables``; everything is dated by the end of the period.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from typing import Final

from adapters.connection import Connection
from adapters.dossier import Teller, tell_person
from adapters.drop import new_files
from adapters.elements import local_system
from adapters.fields import BadField, midnight
from adapters.mental_health.mhsds_index import HEADER, INDEX, read_header, read_person
from adapters.mental_health.mhsds_tables import TABLES
from adapters.source import Ask, Raw, SourceDown, Terms
from adapters.terms import load
from adapters.wire.tabular import BadTable, Row, read
from schemas.codes import Category
from schemas.contribution import Refusal, RelationshipClaim, Statement, SubjectClaim, Translated
from schemas.identifiers import Identifier

FORM: Final = "mhsds.zip"
_UNPACKED: Final = 20
"""How many times its size a return may have when unpacked; text packs about tenfold."""


class MonthlyReturn:
    """The drop folder of one provider's returns."""

    def __init__(self, connection: Connection, name: str = "mental-health-returns") -> None:
        self.terms: Terms = load(
            "adapters.mental_health",
            "mental-health-returns",
            source=name,
            organisation=connection.organisation,
        )
        self._connection = connection

    def translate(self, raw: Raw) -> Translated:
        """One whole return; pure. Without a header or a person index nothing of it is kept."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not a zip of MHSDS tables"),))
        try:
            tables = _unpack(raw.content, self._connection.limit * _UNPACKED)
            heap = _Heap(self.terms.organisation, self._as_at(tables))
            for row in self._rows(tables, INDEX, heap):
                heap.know(row)
        except BadTable as error:
            return Translated(refusals=(Refusal(error.column or "file", error.reason, part="file"),))
        for name in sorted(tables):
            if name in (HEADER, INDEX):
                continue
            if name not in TABLES:
                heap.refuse(name, None, "", "is a table that this mapping does not know: not read")
                continue
            try:
                for row in self._rows(tables, name, heap):
                    heap.tell(name, row)
            except BadTable as error:
                heap.refuse(name, None, error.column, error.reason)
        return heap.translated()

    def _as_at(self, tables: Mapping[str, bytes]) -> date:
        if HEADER not in tables or INDEX not in tables:
            raise BadTable(HEADER if HEADER not in tables else INDEX, "the table is missing")
        rows = [r for r in read(tables[HEADER], read_header.columns) if isinstance(r, Row)]
        if len(rows) != 1:
            raise BadTable(HEADER, "has not exactly one row")
        try:
            return read_header(rows[0].values, self.terms.organisation)
        except BadField as error:
            raise BadTable(f"{HEADER}.{error.field}", error.reason) from None

    def _rows(self, tables: Mapping[str, bytes], name: str, heap: _Heap) -> list[Row]:
        kept: list[Row] = []
        columns = TABLES[name].columns if name in TABLES else read_person.columns
        optional = TABLES[name].optional if name in TABLES else read_person.optional
        known = {*columns, *optional}
        for row in read(tables[name], columns, optional=optional, limit=self._connection.rows):
            if not isinstance(row, Row):
                heap.refuse(name, row.number, row.column, row.reason)
                continue
            if not kept:
                for column in sorted(set(row.values) - known):
                    shown = column if column.isidentifier() and column.isascii() else "?"
                    heap.refuse(
                        name, None, shown[:60], "is a column that this mapping does not know: not read"
                    )
            kept.append(row)
        return kept

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Each new return, whole."""
        for dropped in new_files(
            self.terms.source, self._connection.folder, ".zip", cursor, self._connection.limit
        ):
            try:
                content = dropped.path.read_bytes()
            except OSError:
                raise SourceDown(self.terms.source, "a dropped file cannot be read") from None
            yield Raw(self.terms.source, FORM, content, now, dropped.path.name), dropped.cursor

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """A return cannot be asked about one person."""
        return []

    async def check(self) -> list[str]:
        return self._connection.problems()


def _unpack(content: bytes, limit: int) -> dict[str, bytes]:
    """Table name -> its CSV. Raises ``BadTable`` for a broken or an over-large archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if not all(e.filename.casefold().endswith(".csv") for e in entries):
                raise BadTable("", "holds a file that is no CSV table")
            if sum(e.file_size for e in entries) > limit:
                raise BadTable("", f"unpacks to more than {limit} bytes")
            tables: dict[str, bytes] = {}
            for entry in entries:
                name = entry.filename.rpartition("/")[2][: -len(".csv")]
                if name in tables:
                    raise BadTable(name, "stands there twice")
                # The size in the directory is the sender's word; reading stops there whatever comes.
                with archive.open(entry) as file:
                    tables[name] = file.read(entry.file_size + 1)
            return tables
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise BadTable("", "is not a whole zip file") from None
    except Exception as error:  # zlib and lzma errors have no common root
        if isinstance(error, BadTable):
            raise
        raise BadTable("", "is not a whole zip file") from None


class _Heap:
    """What the tables of one return said so far."""

    def __init__(self, organisation: str, as_at: date) -> None:
        self._organisation = organisation
        self._as_at = as_at
        self._subjects: dict[str, SubjectClaim] = {}
        self._statements: dict[tuple[str, str], Statement] = {}
        self._relationships: dict[RelationshipClaim, None] = {}
        self._refusals: list[Refusal] = []

    def refuse(self, table: str, number: int | None, column: str, reason: str) -> None:
        part = table if number is None else f"{table} row {number}"
        self._refusals.append(Refusal(f"{table}.{column}" if column else table, reason, part=part))

    def know(self, row: Row) -> None:
        """One person of the index."""
        try:
            claim = read_person(row.values, self._organisation)
        except BadField as error:
            self.refuse(INDEX, row.number, error.field, error.reason)
            return
        if claim.key.local_id in self._subjects:
            self.refuse(INDEX, row.number, "LocalPatientId", "stands there twice")
            return
        self._subjects[claim.key.local_id] = claim
        named = Identifier(local_system(self._organisation, "mhsds-person"), claim.key.local_id)
        told = tell_person(claim, named, midnight(self._as_at), without=("address",))
        self._statements[named.system, named.value] = told

    def tell(self, table: str, row: Row) -> None:
        """One row of a table about somebody in the index."""
        person = self._subjects.get(row.values.get("LocalPatientId", ""))
        if person is None:
            self.refuse(table, row.number, "LocalPatientId", "stands in no row of MHS001MPI")
            return
        teller = Teller(person.key, Category.MENTAL_HEALTH)
        try:
            told = list(TABLES[table].tell(teller, row.values, self._as_at))
        except BadField as error:
            self.refuse(table, row.number, error.field, error.reason)
            return
        for one in told:
            if isinstance(one, RelationshipClaim):
                self._relationships[one] = None
                continue
            key = (one.identifier.system, one.identifier.value)
            if self._statements.setdefault(key, one) != one:
                self.refuse(table, row.number, "", "an earlier row says otherwise under the same identifier")

    def translated(self) -> Translated:
        return Translated(
            subjects=tuple(self._subjects.values()),
            statements=tuple(self._statements.values()),
            relationships=tuple(self._relationships),
            refusals=tuple(self._refusals),
        )
