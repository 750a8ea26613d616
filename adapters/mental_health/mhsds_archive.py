"""The zip of a monthly return: opening it, and cutting a long one into parts that are small returns themselves.

A row counts only with its person, so each part has the header, some rows of one table, and the index rows of the
people in them: what reads a whole return reads a part. Memory holds one part and the index, never the archive.
"""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, cast

from adapters.mental_health.mhsds_index import HEADER, INDEX
from adapters.mental_health.mhsds_tables import LINKS
from adapters.wire.tabular import BadTable, parts

_BROKEN: Final = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError),
    *(zlib.error, lzma.LZMAError, OSError),
)
_HEADER_BYTES: Final = 100_000


def unpack(content: bytes, limit: int) -> dict[str, bytes]:
    """Table name -> its CSV. Raises ``BadTable`` for a broken or an over-large archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables: dict[str, bytes] = {}
            for name, entry in entries(archive, limit).items():
                # The size in the directory is the sender's word; reading stops there whatever comes.
                with archive.open(entry) as file:
                    tables[name] = file.read(entry.file_size + 1)
            return tables
    except _BROKEN:
        raise BadTable("", "is not a whole zip file") from None


def entries(archive: zipfile.ZipFile, limit: int) -> dict[str, zipfile.ZipInfo]:
    """Table name -> its place in the archive. Raises ``BadTable``."""
    found: dict[str, zipfile.ZipInfo] = {}
    held = [e for e in archive.infolist() if not e.is_dir()]
    if not all(e.filename.casefold().endswith(".csv") for e in held):
        raise BadTable("", "holds a file that is no CSV table")
    if sum(e.file_size for e in held) > limit:
        raise BadTable("", f"unpacks to more than {limit} bytes")
    for entry in held:
        name = entry.filename.rpartition("/")[2][: -len(".csv")]
        if name in found:
            raise BadTable(name, "stands there twice")
        found[name] = entry
    return found


def cut(stream: BinaryIO, rows: int, limit: int) -> Iterator[tuple[bytes, int]]:
    """(zip of a part, number of the first row of its table), in the order of the tables' names.

    Raises ``BadTable`` before the first part when the archive cannot be read to its end.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            found = entries(archive, limit)
            if archive.testzip() is not None or HEADER not in found or INDEX not in found:
                raise BadTable("", "is not a whole return")
            with archive.open(found[HEADER]) as file:
                header = file.read(_HEADER_BYTES)
            index = _Index(archive, found[INDEX])
            for name in sorted(found):
                if name == HEADER:
                    continue
                with archive.open(found[name]) as file:
                    for content, first, _ in parts(cast(BinaryIO, file), rows):
                        people = content if name == INDEX else index.of(content)
                        yield _packed({HEADER: header, INDEX: people, name: content}), first
    except _BROKEN:
        raise BadTable("", "is not a whole zip file") from None


class _Index:
    """The rows of the index by each column that a table may be tied to them with."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._rows: dict[str, dict[str, bytes]] = {}
        self._header = b""
        with archive.open(entry) as file:
            for content, _, _ in parts(cast(BinaryIO, file), 1_000):
                self._take(content)

    def _take(self, content: bytes) -> None:
        records = list(parts(io.BytesIO(content), 1))
        for record, _, _ in records:
            self._header = self._header or record.split(b"\n", 1)[0] + b"\n"
            for link, value in _links(record):
                held = self._rows.setdefault(link, {})
                held[value] = held.get(value, b"") + record.split(b"\n", 1)[1]

    def of(self, content: bytes) -> bytes:
        """The header and the rows of everybody whom these rows name."""
        link, wanted = next(
            ((link, rows) for link in LINKS if (rows := self._rows.get(link)) and _has(content, link)),
            ("", {}),
        )
        named = dict.fromkeys(value for found, value in _links(content) if found == link)
        return self._header + b"".join(wanted[value] for value in named if value in wanted)


def _has(content: bytes, link: str) -> bool:
    return link.encode() in content.split(b"\n", 1)[0]


def _links(content: bytes) -> Iterator[tuple[str, str]]:
    """(column, value) of each link in these rows. What cannot be read is refused when the part is."""
    text = content.decode("utf-8-sig", "replace")
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        header = [name.strip() for name in next(reader)]
        places = [(link, header.index(link)) for link in LINKS if link in header]
        for row in reader:
            for link, place in places:
                if place < len(row) and row[place].strip():
                    yield link, row[place].strip()
    except (StopIteration, csv.Error):
        return


def _packed(tables: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in tables.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def names(tables: Iterable[str]) -> list[str]:
    """Those that hold rows about people, in a fixed order."""
    return sorted(set(tables) - {HEADER, INDEX})
