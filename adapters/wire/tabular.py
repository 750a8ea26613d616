"""Reading delimited files: encodings, quoted newlines, and what to do with a bad row.

A missing column refuses the whole file, because then no row can be trusted. A bad row is refused by its
number, column and reason, and the others are kept. A file that does not end with a line end may have been
cut, so its last row is refused. ``parts`` cuts a long file at row borders, so that memory never holds more than
one part. Values stay text: a formula is six letters like any other. What columns mean belongs to each source.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

_RECORD_LIMIT: Final = 1_000_000
"""Bytes of one row; one of the library's own keeps a value below 131,072 characters."""
_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_QUOTED: Final = re.compile(rb'(^|,)"(?:[^"]|"")*"(?=[,\r\n]|$)')
_OPENED: Final = re.compile(rb'(?:^|,)"')
_DELIMITERS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


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
    ``aliases``: other spelling -> our name; the first that the file has counts. ``first``: the number of the
    first row, for a part of a longer file. Raises ``BadTable`` before the first row.
    """
    if content.count(b"\n") > limit:
        raise BadTable("", f"has more than {limit} rows")
    # The one letter that may not decode is the last of a cut file, whose row is refused.
    text = content.decode(encoding_of(content), "replace")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
    except (StopIteration, csv.Error):
        raise BadTable("", "has no header row") from None
    columns = _columns(header, required, optional, aliases or {})
    clean = _CONTROL.search(text) is None
    yield from _rows(reader, header, columns, first, clean, cut=not content.endswith((b"\n", b"\r")))


def parts(stream: BinaryIO, rows: int) -> Iterator[tuple[bytes, int, bool]]:
    """Cut a long file at row borders: (bytes with the header first, number of the first row, is it the last).

    Memory holds one part. Quoted newlines are respected. A row beyond all measure is cut off where it is, so that
    the reader refuses it and nobody reads its tail for a row. A file without rows is one part.
    """
    header = _record(stream)
    number, held, kept = 2, [header], 0
    while record := _record(stream):
        if kept == rows:
            yield b"".join(held), number, False
            number, held, kept = number + kept, [header], 0
        held.append(record)
        kept += 1
    yield b"".join(held), number, True


def _record(stream: BinaryIO) -> bytes:
    """One row with its line end; b"" at the end of the file."""
    line = _line(stream)
    if line.count(b'"') % 2 == 0 or not _OPENED.search(_QUOTED.sub(rb"\1", line)):
        return line
    lines, size = [line], len(line)
    while size < _RECORD_LIMIT and (line := _line(stream)):
        lines.append(line)
        size += len(line)
        if line.count(b'"') % 2:
            break
    return b"".join(lines)


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline(_RECORD_LIMIT)
    if len(line) < _RECORD_LIMIT or line.endswith(b"\n"):
        return line
    # Its end is looked for and thrown away: too many values, or one that is too long, refuses what is left.
    while (rest := stream.readline(_RECORD_LIMIT)) and not rest.endswith(b"\n"):
        pass
    return line + b"\n"


def _same(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _columns(
    header: list[str], required: Sequence[str], optional: Collection[str], aliases: Mapping[str, str]
) -> list[str]:
    known = {_same(name): name for name in (*required, *optional)}
    there = {known[_same(name)] for name in header if _same(name) in known}
    for other, name in aliases.items():
        # Where a file has both spellings, ours counts and the other is a column like any unknown one.
        if name not in there and _same(other) in map(_same, header):
            known[_same(other)] = name
            there.add(name)
    columns = [known.get(_same(name), name.strip()) for name in header]
    if len(header) == 1:
        for mark, words in _DELIMITERS.items():
            if mark in header[0]:
                raise BadTable("", f"has {words} between its columns: save it with commas")
    for name in required:
        if name not in columns:
            raise BadTable(name, "the column is missing")
    for name in columns:
        if columns.count(name) > 1:
            shown = name if name in known.values() else "a column"
            raise BadTable(shown, "stands there twice")
    return columns


def _rows(
    reader: Iterator[list[str]], header: list[str], columns: list[str], first: int, clean: bool, *, cut: bool
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
            if len(values) != len(columns):
                found = BadRow(number, "", f"has {len(values)} values for {len(columns)} columns")
            elif values == header:
                found = BadRow(number, "", "is the header once more")
            else:
                bad = "" if clean else _dirty(columns, values)
                found = (
                    BadRow(number, bad, "holds a control character")
                    if bad
                    else Row(number, dict(zip(columns, map(str.strip, values), strict=True)))
                )
        if held is not None:
            yield held
        held = found
    if held is None:
        return
    yield BadRow(held.number, "", "the file ends without a line end and may be cut") if cut else held


def _dirty(columns: list[str], values: list[str]) -> str:
    return next((c for c, v in zip(columns, values, strict=True) if _CONTROL.search(v)), "")
