"""From a record to its sheet: every section in plain words, with its state, its source and its gaps.

Two sections have rules of their own, because a wrong reading of them does harm at once: allergies are in
exactly one of four states (Common User Interface, PAB-0064), and recommendations about resuscitation are
never merged into one (people-and-safety 7.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aggregator.care import disagreements
from aggregator.care.passport import banner, lines
from aggregator.care.passport import wording as w
from aggregator.care.passport.gaps import FLOOR_NOTICE, Gaps, listed
from aggregator.care.passport.sections import SECTIONS, Kind
from aggregator.merge import guards
from aggregator.merge.outcome import EMERGENCY, FLOOR_WITHHELD, LOCATION_RESTRICTED, NOT_LINKED, WITHHELD
from schemas.codes import Audience, Heading
from schemas.passport import Emptiness, Line, Section, Sheet
from schemas.record import Entry, Record

NOT_RECONCILED = (
    "Not reconciled: the lists of all sources side by side. Nobody has said that they checked them."
)
NOT_DO_NOT_TREAT = "A recommendation not to attempt resuscitation is not 'do not treat'."
_ADVANCE_DECISION = "advance decision"
_URGENT = frozenset({"allergies", "medicines", "resuscitation"})
"""Where a silent source is said beside the lines; for every other heading it is said once, among the gaps."""
_CRITICAL = {"time-critical": 0, "controlled drug": 1}
_ENDED = frozenset({"completed", "stopped", "cancelled", "not taken", "entered in error"})


def sheet(record: Record, audience: Audience, recipient: str) -> Sheet:
    """The passport of one record in plain words, for this audience and receiving organisation (ODS code)."""
    gaps = Gaps(record)
    kinds = [kind for kind in SECTIONS if audience.professional or not kind.professional]
    sections = [_section(kind, record, gaps) for kind in kinds]
    return Sheet(
        person_id=record.person_id,
        audience=audience,
        recipient=recipient,
        made_at=record.made_at,
        banner=banner.banner(record, banner.needs(record)),
        notices=_notices(record),
        sections=tuple(
            s for kind, s in zip(kinds, sections, strict=True) if s.entries or _asked(kind, record)
        ),
        missing=_missing(kinds, sections, gaps),
        location_restricted=record.location_restricted,
    )


def _notices(record: Record) -> tuple[str, ...]:
    told = (
        (record.location_restricted, LOCATION_RESTRICTED),
        (not record.linked, NOT_LINKED),
        (record.withheld, WITHHELD),
        (record.floor_withheld, FLOOR_WITHHELD),
        (record.emergency, EMERGENCY),
    )
    return tuple(text for applies, text in told if applies)


def _asked(kind: Kind, record: Record) -> bool:
    """An empty section is there where a receiver would look for it, and where this reader may be told of it."""
    return kind.gap or any(cell.heading in kind.headings for cell in record.grid)


def _section(kind: Kind, record: Record, gaps: Gaps) -> Section:
    entries = [e for e in record.under(*kind.headings) if e.type != "Patient"]
    told = [line(e, gaps) for e in entries]
    if kind.key == "medicines":
        told.sort(key=_urgency)
    section = Section(
        key=kind.key,
        title=kind.title,
        entries=tuple(x.entry_id for x in told),
        lines=tuple(told[: kind.most]),
        more=max(0, len(told) - kind.most),
        notes=disagreements.notes(record, told),
    )
    if not entries:
        why, text = gaps.emptiness(kind.headings)
        section = replace(section, empty=why, empty_text=text)
    elif record.floor_withheld and FLOOR_NOTICE & frozenset(kind.headings):
        section = replace(section, notes=(*section.notes, FLOOR_WITHHELD))
    if entries and kind.key in _URGENT and (silent := gaps.silent(kind.headings)):
        more = f"Not known whether there is more: {listed(silent)} did not answer."
        section = replace(section, notes=(*section.notes, more))
    rule = {"allergies": _allergies, "resuscitation": _resuscitation, "medicines": _medicines}.get(kind.key)
    return rule(section, record, entries, gaps) if rule else section


def line(entry: Entry, gaps: Gaps) -> Line:
    """One entry in words, with who told it and when it was last true."""
    text, details, marks = lines.words(entry.resource)
    sources = listed(gaps.title(told.source) for told in entry.tellings)
    newest = max((told.true_time for told in entry.tellings), default=None)
    return Line(
        entry_id=entry.entry_id,
        text=text,
        details=tuple(dict.fromkeys(details)),
        marks=tuple(marks),
        said=w.joined([sources, w.day(newest)]),
    )


def _urgency(one: Line) -> int:
    """Time-critical first, what has stopped last; otherwise the record's own order."""
    if _ENDED & frozenset(one.marks):
        return 9
    return min((_CRITICAL[m] for m in one.marks if m in _CRITICAL), default=5)


def _medicines(section: Section, record: Record, entries: Sequence[Entry], gaps: Gaps) -> Section:
    return replace(section, state=NOT_RECONCILED) if entries else section


def _allergies(section: Section, record: Record, entries: Sequence[Entry], gaps: Gaps) -> Section:
    """Exactly one of: Known allergies, No known allergies, Allergies not recorded, Allergies unavailable."""
    none_known = [guards.none_known(e.resource) for e in entries]
    present = [
        e
        for e, none in zip(entries, none_known, strict=True)
        if none is None and guards.allergy_state(e.resource) != "refuted"
    ]
    if present:
        state = "Known allergies"
    elif "" in none_known:
        state = "No known allergies"
    elif record.floor_withheld or gaps.silent((Heading.ALLERGIES,)):
        state = "Allergies unavailable"
    else:
        state = "Allergies not recorded"
    return replace(section, state=state)


def _resuscitation(section: Section, record: Record, entries: Sequence[Entry], gaps: Gaps) -> Section:
    """Every recommendation stands by itself; an advance decision to refuse treatment stands above them all."""
    refusals = [
        line(e, gaps)
        for e in record.under(Heading.LEGAL)
        if e.type == "DocumentReference" and _ADVANCE_DECISION in w.concept(e.resource.get("type")).casefold()
    ]
    silent = gaps.silent((Heading.RESUSCITATION,))
    if not entries:
        state = f"Not known: {listed(silent)} did not answer" if silent else "None recorded"
        if section.empty is Emptiness.NOT_HELD:
            state = "Not known: nobody who can be shown here holds recommendations"
    elif any(c.kind == "resuscitation" for c in record.conflicts) or len(entries) > 1:
        state = "Recommendations recorded: all are shown, none stands above another"
    else:
        state = "Recommendation recorded"
    return replace(
        section,
        state=state,
        lines=(*refusals, *section.lines),
        entries=(*(r.entry_id for r in refusals), *section.entries),
        notes=(*section.notes, NOT_DO_NOT_TREAT) if entries else section.notes,
        empty=None if refusals else section.empty,
    )


def _missing(kinds: Sequence[Kind], sections: Sequence[Section], gaps: Gaps) -> tuple[str, ...]:
    """The named gaps: who did not answer about what, and which headings a receiver would look for are empty."""
    silent: dict[str, list[str]] = {}
    for kind in kinds:
        for source in gaps.silent(kind.headings):
            silent.setdefault(source, []).append(kind.title)
    found = [
        f"{source[:1].upper()}{source[1:]} did not answer in time. It may hold more on: {'; '.join(titles)}."
        for source, titles in silent.items()
    ]
    empty: dict[str, list[str]] = {}
    for kind, section in zip(kinds, sections, strict=True):
        if kind.gap and section.empty not in (None, Emptiness.NOT_KNOWN):
            empty.setdefault(section.empty_text, []).append(kind.title)
    found += [f"{'; '.join(titles)}: {text}" for text, titles in empty.items()]
    return tuple(found)
