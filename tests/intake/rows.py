"""A return of rows of which a mapping refuses some until it is mended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from adapters.source import Raw
from schemas.codes import Category
from schemas.contribution import Refusal, Translated
from tests.places import Feed, patient, telling

FIELD, WHY = "Service_Component", "is not on the list of values"


@dataclass(slots=True)
class Rows(Feed):
    """Content is row numbers with blanks between; ``unknown`` rows are refused, ``odd`` inputs break it."""

    unknown: Collection[int] = field(default_factory=frozenset)
    odd: Collection[bytes] = field(default_factory=frozenset)

    def translate(self, raw: Raw) -> Translated:
        if raw.content in self.odd:
            raise ZeroDivisionError
        told = Translated()
        for row in map(int, raw.content.split()):
            if row in self.unknown:
                refused = Refusal(FIELD, WHY, f"row {row}")
                told = replace(told, refusals=(*told.refusals, refused))
                continue
            made = telling(
                "ZSC01",
                f"c{row}",
                patient("Hale", f"Row{row}", "1950-01-01"),
                at=raw.received_at,
                related=None,
            )
            told = replace(
                told,
                subjects=(*told.subjects, *made.subjects),
                statements=(*told.statements, *made.statements),
            )
        return told

    def file(self, first: int, last: int) -> Raw:
        return replace(self.raw(" ".join(map(str, range(first, last + 1)))), name=f"return#{first}")


def returns(**more: object) -> Rows:
    return Rows("returns", "ZSC01", Category.SOCIAL_CARE, **more)  # type: ignore[arg-type]
