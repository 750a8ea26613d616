"""Reading delimited files: encodings, quoted newlines, and what to do with a bad row.

A missing column refuses the whole file, because then no row can be trusted. A bad row is refused by its
number, column and reason, and the others are kept. A file that does not end with a line end may have been
cut, so its last row is refused. Rows are read one at a time; nothing here holds more than one.
What columns mean belongs to each source.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

_FIELD_LIMIT: Final = 100_000
_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BadTable(Exception):
    """The file as a whole cannot be read. ``column`` names what is missing, "" when it is not a column."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}" if column else reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is row 1) and its values by column."""

    number: int
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read as such. ``column`` is "" when the row as a whole is at fault."""

    number: int
    column: str
    reason: str


def encoding_of(content: bytes) -> str:
    """UTF-8 (with or without a byte order mark) or Windows 1252. Raises ``BadTable`` for anything else."""
    if content.startswith(_BOMS):
        raise BadTable("", "is UTF-16: save it as CSV UTF-8")
    if _decodes(content, "utf-8-sig"):
        return "utf-8-sig"
    if not content.startswith(codecs.BOM_UTF8) and _decodes(content, "cp1252"):
        return "cp1252"
    raise BadTable("", "is neither UTF-8 nor Windows 1252")


def _decodes(content: bytes, name: str) -> bool:
    """Whether it decodes, save for a last letter that was cut: that row is refused anyway."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for start in range(0, len(content), 65_536):
            decoder.decode(content[start : start + 65_536])
    except UnicodeDecodeError:
        return False
    return True


def read(
    content: bytes,
    required: Sequence[str],
    *,
    optional: Collection[str] = (),
    limit: int = 1_000_000,
    first: int = 2,
    aliases: Mapping[str, str] | None = None,
) -> Iterator[Row | BadRow]:
    """Yield each row of a file with a header. Columns are compared without case, blanks or underscores.

    ``required`` columns must be there; those and ``optional`` ones come under our spelling.
    ``aliases``: other spelling -> our name. ``first``: the number of the first row, for a part of a
    longer file. Raises ``BadTable`` before the first row.
    """
    if content.count(b"\n") > limit:
        raise BadTable("", f"has more than {limit} rows")
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding_of(content), newline="", errors="replace")
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader)
    except (StopIteration, csv.Error):
        raise BadTable("", "has no header row") from None
    columns = _columns(header, required, optional, aliases or {})
    yield from _rows(reader, columns, first, cut=not content.endswith((b"\n", b"\r")))


def parts(stream: BinaryIO, rows: int) -> Iterator[tuple[bytes, int]]:
    """Cut a long file at row borders: (bytes with the header first, number of the first row).

    Memory holds one part. Quoted newlines are respected: a line ends a row only when the quotes so far
    are even in number. A file without rows is one part.
    """
    header = _record(stream)
    number, held, kept = 2, [header], 0
    while record := _record(stream):
        if kept == rows:
            yield b"".join(held), number
            number, held, kept = number + kept, [header], 0
        held.append(record)
        kept += 1
    yield b"".join(held), number


def _record(stream: BinaryIO) -> bytes:
    record = stream.readline(_FIELD_LIMIT * 10)
    while record.count(b'"') % 2 and (line := stream.readline(_FIELD_LIMIT * 10)):
        record += line
        if len(record) > _FIELD_LIMIT * 10:
            break  # an unclosed quote: the reader refuses what comes of it
    return record


def _same(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _columns(
    header: list[str], required: Sequence[str], optional: Collection[str], aliases: Mapping[str, str]
) -> list[str]:
    known = {_same(name): name for name in (*required, *optional)} | {_same(k): v for k, v in aliases.items()}
    columns = [known.get(_same(name), name.strip()) for name in header]
    for name in required:
        if name not in columns:
            raise BadTable(name, "the column is missing")
    for name in columns:
        if columns.count(name) > 1:
            shown = name if name in known.values() else "a column"
            raise BadTable(shown, "stands there twice")
    return columns


def _rows(
    reader: Iterator[list[str]], columns: list[str], first: int, *, cut: bool
) -> Iterator[Row | BadRow]:
    """Rows one behind the reader, because only the end of the file tells that the last row may be cut."""
    number = first - 1
    held: Row | BadRow | None = None
    while True:
        number += 1
        try:
            values = next(reader)
        except StopIteration:
            break
        except csv.Error:
            found: Row | BadRow = BadRow(
                number, "", "is no row: its quotes do not match, or a value is too long"
            )
        else:
            if not values:
                continue
            found = _row(number, values, columns)
        if held is not None:
            yield held
        held = found
    if held is None:
        return
    yield BadRow(held.number, "", "the file ends without a line end and may be cut") if cut else held


def _row(number: int, values: list[str], columns: list[str]) -> Row | BadRow:
    if len(values) != len(columns):
        return BadRow(number, "", f"has {len(values)} values for {len(columns)} columns")
    for column, value in zip(columns, values, strict=True):
        if any(ord(c) < 32 and c not in "\t\r\n" for c in value):
            return BadRow(number, column, "holds a control character")
    return Row(number, {c: v.strip() for c, v in zip(columns, values, strict=True)})
