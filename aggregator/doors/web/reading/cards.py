"""From a record to the cards of its page: which headings stand on which card, and what an empty one says.

Every entry is on exactly one card, or in the banner: nothing is left out of a page for want of a place. What
an empty card says comes from the completeness grid, in the words that the passport uses too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from aggregator.care.passport.gaps import Gaps, listed
from aggregator.care.passport.sheet import sheet
from aggregator.doors.web.reading.lines import Line, line
from aggregator.doors.web.reading.words import Text
from schemas.codes import Audience, Category, Heading
from schemas.record import Conflict, Entry, Record

H = Heading
Belongs = Callable[[Entry], bool]


def under(*headings: Heading) -> Belongs:
    return lambda entry: entry.heading in headings


def minds(entry: Entry) -> bool:
    """What the mental health service does for the person; their medicines and problems stand with the others."""
    return entry.category is Category.MENTAL_HEALTH and entry.heading in (
        H.SERVICES,
        H.ASSESSMENTS,
        H.PROCEDURES,
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """One card. ``most`` lines are open, the others one click away; ``always``: shown even when it is empty."""

    key: str
    title: str
    headings: tuple[Heading, ...]
    belongs: Belongs
    column: str
    most: int = 6
    always: bool = False
    newest_first: bool = True


KINDS: tuple[Kind, ...] = (
    Kind("resuscitation", "Resuscitation", (H.RESUSCITATION,), under(H.RESUSCITATION), "main", always=True),
    Kind("allergies", "Allergies", (H.ALLERGIES,), under(H.ALLERGIES), "main", 20, True, newest_first=False),
    Kind("medicines", "Medicines", (H.MEDICINES,), under(H.MEDICINES), "main", 40, True),
    Kind("problems", "Problems and diagnoses", (H.PROBLEMS,), under(H.PROBLEMS), "main", 12, True),
    Kind("legal", "Legal status and capacity", (H.LEGAL,), under(H.LEGAL), "main"),
    Kind("safeguarding", "Safeguarding", (H.SAFEGUARDING,), under(H.SAFEGUARDING), "main"),
    Kind("events", "Recent contacts and stays", (H.ENCOUNTERS,), under(H.ENCOUNTERS), "main", 6, True),
    Kind("results", "Results and observations", (H.RESULTS,), under(H.RESULTS), "main", 8),
    Kind("procedures", "Procedures", (H.PROCEDURES,), under(H.PROCEDURES), "main"),
    Kind("about-me", "About me", (H.ABOUT_ME,), under(H.ABOUT_ME), "side", 1, True),
    Kind(
        "involved",
        "Who is involved",
        (H.CARE_TEAM, H.CONTACTS),
        under(H.CARE_TEAM, H.CONTACTS),
        "side",
        12,
        True,
    ),
    Kind("plan", "Plans", (H.PLAN,), under(H.PLAN), "side", 4),
    Kind("mental-health", "Mental health care", (H.SERVICES,), minds, "side"),
    Kind(
        "care",
        "Social care and support",
        (H.SERVICES, H.ASSESSMENTS),
        under(H.SERVICES, H.ASSESSMENTS),
        "side",
        6,
        True,
    ),
    Kind("home", "Home and equipment", (H.HOME, H.EQUIPMENT), under(H.HOME, H.EQUIPMENT), "side", 8, True),
    Kind("red-bag", "Red bag", (H.RED_BAG,), under(H.RED_BAG), "side"),
    Kind("documents", "Documents and notes", (H.DOCUMENTS,), under(H.DOCUMENTS), "side", 4),
)
"""First match wins, in this order within a record: "mental-health" stands before "care"."""

IN_BANNER = frozenset({H.DEMOGRAPHICS, H.NEEDS, H.STAFF_SAFETY})
IN_ALERTS = frozenset({H.ALERTS})


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
    groups: tuple[tuple[str, tuple[Line, ...]], ...] = field(default=())


def cards(record: Record, names: Mapping[str, str]) -> tuple[Card, ...]:
    """The cards of a page, empty ones only where a reader would look for them."""
    gaps = Gaps(record)
    sections = {s.key: s for s in sheet(record, Audience.SCREEN, "").sections}
    in_grid = {c.heading for c in record.grid}
    sorted_out: dict[str, list[Line]] = {k.key: [] for k in KINDS}
    for entry in record.entries:
        kind = next((k for k in KINDS if k.belongs(entry)), None)
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
    if kind.newest_first:
        current.sort(key=lambda x: x.words.order, reverse=True)
        past.sort(key=lambda x: x.words.order, reverse=True)
    else:
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


def _groups(kind: Kind, lines: Sequence[Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Professionals and family apart; the home and what stands in it apart."""
    if kind.key == "involved":
        split = (("Professionals", H.CARE_TEAM), ("Family and carers", H.CONTACTS))
    elif kind.key == "home":
        split = (("Home", H.HOME), ("Equipment", H.EQUIPMENT))
    elif kind.key == "care":
        split = (("Services", H.SERVICES), ("Assessments", H.ASSESSMENTS))
    else:
        return ()
    return tuple((title, found) for title, h in split if (found := tuple(x for x in lines if x.heading is h)))


@dataclass(frozen=True, slots=True)
class Alert:
    """One line of warning. ``entries`` are where the page shows what it is about."""

    text: Text
    kind: str  # "conflict" | "alert"
    said: tuple[str, ...] = ()
    when: Text = ""
    entries: tuple[str, ...] = ()


def alerts(
    record: Record, names: Mapping[str, str], most: int = 5
) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """(at most five lines, the others): conflicts by harm and what sources warn of (people-and-safety 7.8)."""
    worst = _said_once(c for c in record.conflicts if c.rank <= 2)
    others = _said_once(c for c in record.conflicts if c.rank > 2)
    told = [line(e, names) for e in record.under(*IN_ALERTS)]
    current = [x for x in told if not x.words.past]
    ended = [x for x in told if x.words.past]

    def warn(x: Line) -> Alert:
        return Alert(x.what, "alert", x.said, x.words.when or x.last, (x.entry_id,))

    every = [*worst, *map(warn, current), *others, *map(warn, ended)]
    return tuple(every[:most]), tuple(every[most:])


def _said_once(conflicts: Iterable[Conflict]) -> list[Alert]:
    """One line for each text: five pairs that may be the same thing are one warning, not five."""
    entries: dict[str, list[str]] = {}
    for conflict in conflicts:
        entries.setdefault(conflict.text, []).extend(conflict.entries)
    return [Alert(text, "conflict", entries=tuple(dict.fromkeys(ids))) for text, ids in entries.items()]
