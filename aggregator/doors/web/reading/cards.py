"""From a record to the cards of its page, and what an empty one says.

Every entry is on exactly one card, or in the banner, or an alert: nothing is left out for want of a place. What
an empty card says comes from the completeness grid, in the words that the passport uses too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.care.passport.gaps import Gaps, listed
from aggregator.care.passport.sheet import sheet
from aggregator.doors.web.reading.kinds import KINDS, Kind
from aggregator.doors.web.reading.lines import Line, line
from schemas.codes import Audience
from schemas.record import Record


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one card that belong together: those that are open, and those one click away."""

    title: str
    lines: tuple[Line, ...]
    more: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """``state``: one line that stands for the whole; ``empty``: why there are no lines; ``notes``: warnings.

    ``hint``: who did not answer, so that there may be more.
    """

    key: str
    title: str
    column: str
    state: str = ""
    lines: tuple[Line, ...] = ()
    more: tuple[Line, ...] = ()
    past: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str = ""
    empty: str = ""
    groups: tuple[Group, ...] = ()


def cards(record: Record, names: Mapping[str, str]) -> tuple[Card, ...]:
    """The cards of a page, empty ones only where a reader would look for them."""
    gaps = Gaps(record)
    sections = {s.key: s for s in sheet(record, Audience.SCREEN, "").sections}
    in_grid = {c.heading for c in record.grid}
    sorted_out: dict[str, list[Line]] = {k.key: [] for k in KINDS}
    for entry in record.entries:
        kind = next((k for k in KINDS if k.takes(entry)), None)
        if kind is not None and entry.type != "Patient":
            sorted_out[kind.key].append(line(entry, names))
    made = []
    for kind in KINDS:
        lines = sorted_out[kind.key]
        if not lines and not (kind.always and in_grid.intersection(kind.headings)):
            continue
        section = sections.get(kind.key)
        card = _card(kind, lines, gaps)
        if section is not None and kind.key in ("allergies", "resuscitation"):
            card = _with_state(card, section.state, section.notes)
        made.append(card)
    return tuple(made)


def _card(kind: Kind, lines: Sequence[Line], gaps: Gaps) -> Card:
    current = [x for x in lines if not x.words.past]
    past = [x for x in lines if x.words.past]
    current.sort(key=lambda x: x.words.order, reverse=True)
    past.sort(key=lambda x: x.words.order, reverse=True)
    if kind.key == "allergies":
        current.sort(key=lambda x: str(x.what).casefold())
    if kind.key == "medicines":
        current.sort(key=lambda x: not any(t.text == "Time-critical" for t in x.tags))
    silent = gaps.silent(kind.headings)
    return Card(
        key=kind.key,
        title=kind.title,
        column=kind.column,
        lines=tuple(current[: kind.most]),
        more=tuple(current[kind.most :]),
        past=tuple(past),
        hint=f"Not known whether there is more: {listed(silent)} did not answer." if silent and lines else "",
        empty="" if lines else gaps.emptiness(kind.headings)[1],
        groups=_groups(kind, current),
    )


def _with_state(card: Card, state: str, notes: Sequence[str]) -> Card:
    said = tuple(n for n in notes if not n.startswith("Not known whether"))
    return replace(card, state=state, notes=said)


def _groups(kind: Kind, lines: Sequence[Line]) -> tuple[Group, ...]:
    return tuple(
        Group(title, found[: kind.most], found[kind.most :])
        for title, heading in kind.groups
        if (found := tuple(x for x in lines if x.heading is heading))
    )
