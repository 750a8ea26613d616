"""The review pile in words: kinds, states, and groups and entries that a page can loop over."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.care.reviewing import Entry, Group
from aggregator.doors.web.reading.sources import HEADINGS
from aggregator.doors.web.reading.words import Tag

KINDS: dict[str, str] = {
    "refusal": "Could not be read",
    "wrong-person": "Perhaps the wrong person",
    "vanished": "No longer told",
}
"""What an entry is about."""

WHAT_NOW: dict[str, str] = {
    "refusal": "Mend the mapping or the feed, then read it again. What was sent is kept, sealed, until then.",
    "wrong-person": "The number and the name or birth date do not belong together. Nothing of it was kept under "
    "anybody’s record. Have the sender correct it, or read it again when the demographics service is right.",
    "vanished": "The source told something anew, and left out what it told before. That can be a correction, or half "
    "of a return. Until somebody decides, the facts are still shown.",
}
"""What can be done about it."""

READ_AGAIN = frozenset({"refusal", "wrong-person"})
"""Kinds for which reading the input again can change something."""

STATES: dict[str, Tag] = {
    "open": Tag("Open", "yellow"),
    "replayed": Tag("Settled by reading again", "green"),
    "closed": Tag("Closed", "grey"),
    "accepted": Tag("Taken back", "blue"),
    "expired": Tag("Expired", "red"),
}

_HEADINGS = {heading.value: words for heading, words in HEADINGS.items()}


def place(found: Entry | Group) -> str:
    """The exact field; for what is no longer told the heading that it was under."""
    known = _HEADINGS.get(found.field, "") if found.kind == "vanished" else ""
    return known or found.field or "Whole input"


def title(found: Entry | Group) -> str:
    """Where and why: "Event_Type: is not on the list of values"."""
    return f"{place(found)}: {found.reason}"


def kind(found: Entry | Group) -> str:
    return KINDS.get(found.kind, found.kind)


def state(found: Entry) -> Tag:
    return STATES.get(found.state, Tag(found.state))


def chosen(groups: Iterable[Group], source: str, kind: str) -> list[Group]:
    """The groups of a source and a kind ("" for any), the largest first."""
    fitting = [g for g in groups if source in ("", g.source) and kind in ("", g.kind)]
    return sorted(fitting, key=lambda g: (-g.count, g.source, g.field, g.reason))
