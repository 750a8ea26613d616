"""What every return for statistics has in common: the parts of a file, and the moment within its day.

A return speaks of a day and comes late, often more than once. Nothing here knows a column: those belong to each
source, and so does when a part may call itself whole.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import BinaryIO, Final

from adapters.fields import midnight
from schemas.identifiers import nhs_number

_STEP: Final = timedelta(milliseconds=10)
_STEPS: Final = 8_600_000
_RANKS: Final = 9_999
_TEN: Final = re.compile(r"(?<!\d)\d(?:[ _-]?\d){9}(?!\d)")


@lru_cache(20_000)
def said_at(as_at: date, sent: datetime | None = None, rank: int = 0) -> datetime:
    """The true time of what a return says: in the day of which it speaks, a later sending after an earlier one.

    The day alone would leave to chance which of two sendings of one period stands. ``sent`` counts in steps of
    ten seconds, up to two years; ``rank`` (0 to 9999) orders what one sending says more than once of one thing.
    """
    day = midnight(as_at)
    late = 0 if sent is None else int((sent - day).total_seconds() // 10)
    return day + max(0, min(late, _STEPS)) * _STEP + timedelta(microseconds=max(0, min(rank, _RANKS)))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a dropped file, as the name of its raw input carries it.

    ``file`` is the file's own name. ``first``: the number of its first row. ``telling``: the digest of the whole
    file ("" when the input is no part). ``sent``: when the sender wrote it. ``period``: that of the file's first row.
    """

    file: str = ""
    first: int = 2
    telling: str = ""
    sent: datetime | None = None
    period: tuple[date, date] | None = None
    last: bool = True

    @property
    def name(self) -> str:
        """For ``Raw.name``; what looks like an NHS number in the sender's file name is left out."""
        file = _TEN.sub(lambda ten: "*" if nhs_number(ten[0].replace("_", " ")) else ten[0], self.file)
        marks = [f"first={self.first}", f"telling={self.telling}"]
        if self.sent:
            marks.append(f"sent={self.sent:%Y-%m-%dT%H:%M:%SZ}")
        if self.period:
            marks.append(f"period={self.period[0]}/{self.period[1]}")
        return f"{file}#{'&'.join(marks)}{'&last' if self.last else ''}"


def part_of(name: str) -> Part:
    """What ``Part.name`` wrote. A name without marks is that of a whole file."""
    file, mark, marks = name.rpartition("#")
    if not mark:
        return Part(name)
    said = {key: value for key, _, value in (one.partition("=") for one in marks.split("&"))}
    try:
        start, _, end = said.get("period", "").partition("/")
        return Part(
            file=file,
            first=int(said["first"]),
            telling=said["telling"],
            sent=datetime.strptime(said["sent"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            if "sent" in said
            else None,
            period=(date.fromisoformat(start), date.fromisoformat(end)) if end else None,
            last="last" in said,
        )
    except (KeyError, ValueError):
        return Part(name)


def digest_of(stream: BinaryIO) -> str:
    """Names a file by what is in it, and goes back to its start. Memory holds one block."""
    found = hashlib.sha256()
    while block := stream.read(1 << 20):
        found.update(block)
    stream.seek(0)
    return found.hexdigest()[:32]
