"""Pages of ``$everything``: ``_count``, ``_type``, and a link to the next page that says where the last one ended.

FHIR R4 http.html#paging. Each page is decided, narrowed and audited anew, so that a link gives nothing to
whoever holds it; it names no row number, so that what is withheld moves no page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from schemas.errors import BadInput, NotSupported
from schemas.record import Entry

MOST = 1_000
_AFTER = re.compile(r"([A-Za-z]{1,40})/([A-Za-z0-9.\-]{1,64})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``count``: entries on a page (0: all on one). ``types``: only these (none: every). ``after``: the (type,
    id) of the last entry of the page before."""

    count: int = 0
    types: tuple[str, ...] = ()
    after: tuple[str, str] = ("", "")

    def following(self, after: tuple[str, str]) -> str:
        """The query of the next page."""
        asked = {"_count": str(self.count), "_after": "/".join(after)}
        return urlencode(asked | ({"_type": ",".join(self.types)} if self.types else {}), safe="/,")


def read(query: Mapping[str, str]) -> Wanted:
    """What a query asks for. Raises ``BadInput``; ``NotSupported`` for a parameter that would be ignored."""
    asked = dict(query)
    asked.pop("_format", None)
    count, types, after = asked.pop("_count", "0"), asked.pop("_type", ""), asked.pop("_after", "")
    if asked:
        raise NotSupported("url", "a parameter is not supported here: use _count and _type")
    if not (count.isascii() and count.isdigit() and len(count) < 7):
        raise BadInput("_count", "it must be a whole number")
    if after and not (ended := _AFTER.fullmatch(after)):
        raise BadInput("_after", "it must be as the link to the next page has it")
    return Wanted(
        min(int(count), MOST),
        tuple(t for t in types.split(",") if t),
        (ended[1], ended[2]) if after and ended else ("", ""),
    )


def cut(entries: Sequence[Entry], wanted: Wanted) -> tuple[Sequence[Entry], tuple[str, str] | None]:
    """(the page, where it ends when another follows). ``entries`` are in order of type and id."""
    left = [e for e in entries if (e.type, e.entry_id) > wanted.after]
    if not wanted.count or len(left) <= wanted.count:
        return left, None
    page = left[: wanted.count]
    return page, (page[-1].type, page[-1].entry_id)
