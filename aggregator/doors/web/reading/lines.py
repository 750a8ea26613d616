"""One entry of a record as a line: its words, who told it and when, and every telling behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from aggregator.doors.web.reading import clinical, dates, support
from aggregator.doors.web.reading.words import Reader, Tag, Text, Words, anything
from schemas.codes import Category, Heading
from schemas.contribution import Resource
from schemas.record import Entry

READERS: dict[str, Reader] = {**clinical.READERS, **support.READERS}


@dataclass(frozen=True, slots=True)
class Told:
    """One telling: who said it, when it was true, and in which words."""

    organisation: str
    when: Markup
    words: Words = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry ready to show. ``said``: organisations; ``last``: when its newest telling was true."""

    entry_id: str
    type: str
    heading: Heading
    category: Category
    words: Words = field(repr=False)
    said: tuple[str, ...]
    last: Markup
    told: tuple[Told, ...] = field(repr=False)

    @property
    def what(self) -> Text:
        return self.words.what

    @property
    def tags(self) -> tuple[Tag, ...]:
        return self.words.tags

    @property
    def merged(self) -> bool:
        """True when more than one statement stands behind it, so that a reader may want to see each."""
        return len(self.told) > 1


def words(resource: Resource, names: Mapping[str, str]) -> Words:
    """A resource in words. ``names``: what organisations are called, by ODS-style code."""
    return READERS.get(str(resource.get("resourceType")), anything)(resource, dict(names))


def line(entry: Entry, names: Mapping[str, str]) -> Line:
    told = tuple(
        Told(names.get(t.controller, t.controller), dates.moment(t.true_time), words(t.resource, names))
        for t in sorted(entry.tellings, key=lambda t: (t.true_time, t.statement_id), reverse=True)
    )
    return Line(
        entry_id=entry.entry_id,
        type=entry.type,
        heading=entry.heading,
        category=entry.category,
        words=words(entry.resource, names),
        said=tuple(dict.fromkeys(t.organisation for t in told)),
        last=dates.day(max((t.true_time for t in entry.tellings), default=None)),
        told=told,
    )
