"""Files that appear in a folder: which are new, and reading them without ever seeing half of one.

A file counts once its name has its final suffix (droppers write under another name and rename). The
cursor is (modified time, name) of the last file taken, so that a file sent again under the same name is
read again. What a file says is each source's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.source import SourceDown


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that is new since the cursor, and the cursor once it has been taken."""

    path: Path
    cursor: str


def new_files(source: str, folder: Path | None, suffix: str, cursor: str, limit: int) -> Iterator[Dropped]:
    """Files with ``suffix`` since ``cursor``, oldest first. Raises ``SourceDown``: no folder, or too large."""
    if folder is None:
        raise SourceDown(source, "no drop folder is set")
    try:
        found = sorted(
            (f"{entry.stat().st_mtime_ns:020d} {entry.name}", entry)
            for entry in folder.iterdir()
            if entry.suffix.casefold() == suffix and entry.is_file() and not entry.name.startswith(".")
        )
    except OSError:
        raise SourceDown(source, "the drop folder cannot be read") from None
    for position, path in found:
        if position > cursor:
            if path.stat().st_size > limit:
                raise SourceDown(source, f"a dropped file has more than {limit} bytes")
            yield Dropped(path, position)
