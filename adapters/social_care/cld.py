"""Client Level Data: the council's quarterly return as the statistical source "social-care-returns".

Reads dropped CSV files part by part and refuses bad rows; what a row means is in ``cld_rows``. Every
statement is dated by the end of the reporting period, its "as at" date: a return says how things were.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from adapters.connection import Connection
from adapters.drop import new_files
from adapters.fields import BadField
from adapters.social_care.cld_rows import COLUMNS, REQUIRED, Told, read_row
from adapters.source import Ask, Raw, SourceDown, Terms
from adapters.terms import load
from adapters.wire.tabular import BadRow, BadTable, Row, parts, read
from schemas.contribution import Refusal, RelationshipClaim, Statement, SubjectClaim, Translated
from schemas.identifiers import SubjectKey

FORM: Final = "cld.csv"
_ROWS_IN_A_PART: Final = 2_000

# Release 1 names that differ by more than case, blanks and underscores.
_ALIASES: Final = {
    "Local Authority": "LA_Code",
    "LA Person Unique ID": "LA_Person_Unique_Identifier",
    "Der_NHS_LA_Combined_Person_ID": "LA_Person_Unique_Identifier",
    "Has Unpaid Carer": "Has_Unpaid_Carer",
    "Autism Spectrum Disorder (ASD)": "Autism_Spectrum_Disorder_ASD",
    "Number of adults being cared for": "No_of_adults_being_cared_for",
    "Provider CQC Location Name": "Provider_CQC_Location_Name",
    "Cost Frequency (Unit Type)": "Cost_Frequency_Unit_Type",
}


class ClientLevelData:
    """The drop folder of one council's returns."""

    def __init__(self, connection: Connection, name: str = "social-care-returns") -> None:
        org = connection.organisation
        self.terms: Terms = load("adapters.social_care", "social-care-returns", source=name, organisation=org)
        self._connection = connection

    def translate(self, raw: Raw) -> Translated:
        """One file, or a part of one (``name`` ends in "#" and the number of its first row); pure."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not a Client Level Data file"),))
        first = raw.name.rpartition("#")[2]
        heap = _Heap()
        try:
            rows = read(
                raw.content,
                REQUIRED,
                optional=COLUMNS,
                limit=self._connection.rows,
                first=int(first) if first.isdecimal() else 2,
                aliases=_ALIASES,
            )
            for row in rows:
                self._take(row, heap)
        except BadTable as error:
            return Translated(refusals=(Refusal(error.column or "file", error.reason, part="file"),))
        return heap.translated()

    def _take(self, row: Row | BadRow, heap: _Heap) -> None:
        if isinstance(row, BadRow):
            heap.refuse(row.number, row.column, row.reason)
            return
        try:
            told = read_row(row.values, self.terms.organisation, self._connection.providers)
        except BadField as error:
            heap.refuse(row.number, error.field, error.reason)
            return
        heap.keep(row, told)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Each new file in parts. The cursor moves on with a file's last part only."""
        for dropped in new_files(
            self.terms.source, self._connection.folder, ".csv", cursor, self._connection.limit * 100
        ):
            try:
                with dropped.path.open("rb") as stream:
                    held: Raw | None = None
                    for content, first in parts(stream, _ROWS_IN_A_PART):
                        if held is not None:
                            yield held, cursor
                        held = Raw(self.terms.source, FORM, content, now, f"{dropped.path.name}#{first}")
            except OSError:
                raise SourceDown(self.terms.source, "a dropped file cannot be read") from None
            cursor = dropped.cursor
            if held is not None:
                yield held, cursor

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """A return cannot be asked about one person."""
        return []

    async def check(self) -> list[str]:
        return self._connection.problems()


class _Heap:
    """What the rows of one file said so far. Two rows for one event must say the same."""

    def __init__(self) -> None:
        self._subjects: dict[SubjectKey, SubjectClaim] = {}
        self._newest: dict[SubjectKey, datetime] = {}
        self._statements: dict[tuple[str, str, str, str], Statement] = {}
        self._relationships: dict[RelationshipClaim, None] = {}
        self._refusals: list[Refusal] = []
        self._unknown: set[str] | None = None

    def refuse(self, number: int, column: str, reason: str) -> None:
        self._refusals.append(Refusal(column or "row", reason, part=f"row {number}"))

    def keep(self, row: Row, told: Told) -> None:
        """Keep a row whole, or refuse it whole."""
        if self._unknown is None:
            self._unknown = set(row.values) - COLUMNS
            self._refusals += [
                Refusal(_shown(c), "is a column that this mapping does not know: not read", part="file")
                for c in sorted(self._unknown)
            ]
        for statement in told.events:
            known = self._statements.get(_id(statement))
            if known is not None and known != statement:
                self.refuse(row.number, "Event_Start_Date", "an earlier row says otherwise of the same event")
                return
        self._statements |= {_id(s): s for s in told.events}
        self._relationships |= dict.fromkeys(told.relationships)
        # The person's own columns stand in every row: those of the newest event count.
        key = told.subject.key
        if key not in self._newest or told.newest >= self._newest[key]:
            self._newest[key] = told.newest
            self._subjects[key] = told.subject
            self._statements |= {_id(s): s for s in told.traits}

    def translated(self) -> Translated:
        return Translated(
            subjects=tuple(self._subjects.values()),
            statements=tuple(self._statements.values()),
            relationships=tuple(self._relationships),
            refusals=tuple(self._refusals),
        )


def _id(statement: Statement) -> tuple[str, str, str, str]:
    named = statement.identifier
    return statement.subject.local_id, statement.type, named.system, named.value


def _shown(column: str) -> str:
    """A column's name where it looks like one, so that a file without a header tells nothing."""
    plain = column.replace(" ", "_")
    return column if plain.isascii() and plain.isidentifier() and len(plain) <= 60 else "?"
