"""What an empty heading means, from the completeness grid alone: absence is not evidence.

The four answers are ``Emptiness``. They are made from the grid, the record's own notice and nothing else, so
they can tell nothing of what is withheld that the notice does not tell already.
"""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.merge.outcome import FLOOR_WITHHELD
from schemas.codes import CellState, Heading
from schemas.passport import Emptiness
from schemas.record import Record

SILENT = frozenset({CellState.DOWN, CellState.LATE, CellState.STALE})
HEARD = frozenset({CellState.ANSWERED, CellState.NOTHING})
FLOOR_NOTICE = frozenset({Heading.ALLERGIES, Heading.MEDICINES})
"""The headings that the notice about the safety floor speaks of, together and not one by one."""


UNNAMED = "a source that is not named here"


class Gaps:
    """Who was silent, who answered and who never could, for each heading of one record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._titles = {line.source: line.title for line in record.sources}

    def silent(self, headings: Iterable[Heading]) -> tuple[str, ...]:
        """Titles of the sources that hold one of these headings and did not answer, in grid order."""
        return self._who(headings, SILENT)

    def heard(self, headings: Iterable[Heading]) -> tuple[str, ...]:
        return self._who(headings, HEARD)

    def _who(self, headings: Iterable[Heading], states: frozenset[CellState]) -> tuple[str, ...]:
        wanted = frozenset(headings)
        found = (c.source for c in self._record.grid if c.heading in wanted and c.state in states)
        return tuple(dict.fromkeys(self.title(source) for source in found))

    def title(self, source: str) -> str:
        """What a source is called here. Of someone location-restricted no name may tell where they are."""
        return UNNAMED if self._record.location_restricted else self._titles.get(source, source)

    def emptiness(self, headings: tuple[Heading, ...]) -> tuple[Emptiness, str]:
        """Why nothing stands under these headings, and the sentence that says so."""
        if self._record.floor_withheld and FLOOR_NOTICE & frozenset(headings):
            return Emptiness.WITHHELD, FLOOR_WITHHELD
        if silent := self.silent(headings):
            return Emptiness.NOT_KNOWN, f"Not known: {listed(silent)} did not answer."
        if heard := self.heard(headings):
            return (
                Emptiness.NOT_RECORDED,
                f"None recorded by {listed(heard)}. This does not mean that there is none.",
            )
        return Emptiness.NOT_HELD, "Not held by any source that can be shown here. It is not known."


def listed(names: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    several = list(dict.fromkeys(names))
    return " and ".join([", ".join(several[:-1]), several[-1]] if len(several) > 1 else several)
