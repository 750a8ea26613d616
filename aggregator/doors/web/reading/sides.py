"""Two sides of a possible match laid side by side: each detail, and whether the two agree.

Differences are said in words, so that nobody has to see a colour. What may not be shown is not compared either:
that they agree would tell it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.care.identifying import Candidate, Side
from aggregator.doors.web.reading import dates
from aggregator.doors.web.reading.words import Tag, Text, sentence

SAME = Tag("Same", "white")
DIFFERENT = Tag("Different", "red")
PARTLY = Tag("Partly the same", "yellow")
ONE_SIDE = Tag("One side only", "yellow")
NEITHER = "Not known"
NOT_COMPARED = "Not compared"

STATES: dict[str, Tag] = {
    "open": Tag("To decide", "yellow"),
    "linked": Tag("Same person", "green"),
    "apart": Tag("Not the same person", "blue"),
    "undone": Tag("Taken back: to decide again", "yellow"),
}

VERDICTS: dict[str, str] = {"link": "Same person", "apart": "Not the same person"}

WHAT_FOLLOWS: dict[str, str] = {
    "link": "Whoever may see both will read them as one person’s record. No statement is moved or changed.",
    "apart": "They stay apart, and this pair is not asked about again.",
}

_SEX = {"male": "Male", "female": "Female", "other": "Other", "unknown": "Not known"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One detail of both sides. ``verdict``: a tag, or plain words where nothing is compared."""

    label: str
    values: tuple[Text, Text] = field(repr=False)
    verdict: Tag | None = None
    plain: str = ""

    @property
    def differs(self) -> bool:
        return self.verdict is DIFFERENT


def family_first(side: Side) -> str:
    """FAMILY, Given Given: as on every page; "Name not known" when there is none."""
    name = ", ".join(part for part in (side.family.upper(), " ".join(side.given)) if part)
    return name or "Name not known"


def organisation(side: Side, names: Mapping[str, str]) -> str:
    return names.get(side.organisation, side.organisation)


def compared(found: Candidate) -> tuple[Compared, ...]:
    """Every detail, in the order in which a person is told apart."""
    a, b = found.sides
    return (
        _detail("Family name", a.family.upper(), b.family.upper()),
        _detail("Given names", " ".join(a.given), " ".join(b.given), in_part=True),
        _detail("Born", dates.day(a.birth_date), dates.day(b.birth_date)),
        _detail("Twin or multiple birth", _multiple(a), _multiple(b)),
        _detail("Sex", _SEX.get(a.sex, a.sex), _SEX.get(b.sex, b.sex)),
        _address(a, b),
        Compared(
            "Our own trace",
            (sentence(a.traced) or NEITHER, sentence(b.traced) or NEITHER),
            plain=NOT_COMPARED,
        ),
    )


def _multiple(side: Side) -> str:
    return "Yes" if side.multiple_birth else ""


def _detail(label: str, a: Text, b: Text, *, in_part: bool = False) -> Compared:
    """``in_part``: all of one side's words among the other's is a middle name or a county left out."""
    values = (a or NEITHER, b or NEITHER)
    if not a and not b:
        return Compared(label, values, plain=NOT_COMPARED)
    if not a or not b:
        return Compared(label, values, ONE_SIDE)
    one, other = _words(a), _words(b)
    if one == other:
        return Compared(label, values, SAME)
    within = in_part and (set(one) <= set(other) or set(other) <= set(one))
    return Compared(label, values, PARTLY if within else DIFFERENT)


def _words(told: Text) -> list[str]:
    return re.findall(r"\w+", told.casefold())


def _address(a: Side, b: Side) -> Compared:
    if a.location_restricted or b.location_restricted:
        hidden = "Not shown: location restricted"
        return Compared("Address", (hidden, hidden), plain=NOT_COMPARED)
    return _detail("Address", ", ".join(a.address), ", ".join(b.address), in_part=True)
