"""At most five lines of alerts (people-and-safety 7.8): what sources disagree on, and what they warn of.

What can harm soonest comes first: conflicts of the two worst ranks, then warnings, then the other conflicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import escape

from aggregator.doors.web.reading.kinds import IN_ALERTS, IN_BANNER
from aggregator.doors.web.reading.lines import Line, line, words
from aggregator.doors.web.reading.words import Text
from schemas.record import Conflict, Record

MOST = 5


@dataclass(frozen=True, slots=True)
class Alert:
    """One line of warning. ``leads``: (entry id, what it is called) of what it is about, each name once."""

    text: Text
    kind: str  # "conflict" | "alike" | "alert"
    said: tuple[str, ...] = ()
    when: Text = ""
    leads: tuple[tuple[str, str], ...] = ()


def alerts(record: Record, names: Mapping[str, str]) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """(those that are open, the others)."""
    called = {
        e.entry_id: escape(words(e.resource, names).what).striptags()
        for e in record.entries
        if e.heading not in IN_BANNER | IN_ALERTS
    }
    worst = _said_once((c for c in record.conflicts if c.rank <= 2), called)
    others = _said_once((c for c in record.conflicts if c.rank > 2), called)
    told = [line(e, names) for e in record.under(*IN_ALERTS)]
    current = [_warning(x) for x in told if not x.words.past]
    ended = [_warning(x) for x in told if x.words.past]
    every = [*worst, *current, *others, *ended]
    return tuple(every[:MOST]), tuple(every[MOST:])


def _warning(told: Line) -> Alert:
    return Alert(told.what, "alert", told.said, told.words.when or told.last)


def _said_once(conflicts: Iterable[Conflict], called: Mapping[str, str]) -> list[Alert]:
    """One line for each text: five pairs that may be the same thing are one warning, not five."""
    kinds: dict[str, str] = {}
    leads: dict[str, dict[str, str]] = {}
    for conflict in conflicts:
        kinds.setdefault(conflict.text, "alike" if conflict.kind == "probably-same" else "conflict")
        found = leads.setdefault(conflict.text, {})
        for entry_id in conflict.entries:
            if entry_id in called:
                found.setdefault(called[entry_id], entry_id)
    return [
        Alert(text, kind, leads=tuple((entry_id, name) for name, entry_id in leads[text].items()))
        for text, kind in kinds.items()
    ]
