"""The contract that every source keeps: its terms, how it is read, how it is translated.

``translate`` is pure: the same raw input always gives the same claims, so that everything can be
replayed after a better mapping. What it cannot understand it refuses by field and reason; it never drops
a part silently and never keeps half of one. Reading (``pull``, ``pull_person``) is the only I/O.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from schemas.codes import Category, Heading
from schemas.contribution import Translated
from schemas.identifiers import NhsNumber


class Speaks(StrEnum):
    """How input gets here."""

    STREAM = "stream"  # it sends (MLLP, push)
    PULL = "pull"  # we ask, for one person or for what changed
    DROP = "drop"  # files appear in a folder


@dataclass(frozen=True, slots=True)
class HeadingTerms:
    """What a source says under one heading.

    ``no_rows``: does silence mean "none", or nothing at all? ``vanished``: when a whole telling no longer has
    a fact that an earlier one had, is it taken back ("gone"), or kept with a note for review ("kept")?
    """

    heading: Heading
    category: Category
    no_rows: str = "not-known"  # "none" | "not-known"
    vanished: str = "kept"  # "gone" | "kept"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a source can ever say and how often; the completeness grid is made from it.

    ``every``: how often it speaks when all is well. ``history``: how far back it goes (None: all that it ever
    held). ``fresh_for``: older answers are refreshed when a record is opened (None: cannot be asked).
    ``silent_after``: a feed quiet for longer is stale. ``statistical``: a return for statistics, shown
    with its "as at" date. ``retells``: the organisations for which it tells, when it tells what others told
    it; no system that asks us is answered by asking such a source, for two places that have each other as a
    source would wait for each other. ``asked_only``: it tells of nobody unasked, so that its timed pull shows
    only that it is there.
    """

    source: str  # short stable name: "acute", "social-care", ...
    title: str
    organisation: str  # the controller's ODS-style code
    speaks: frozenset[Speaks]
    headings: tuple[HeadingTerms, ...]
    fresh_for: timedelta | None
    silent_after: timedelta
    statistical: bool = False
    every: timedelta | None = None
    history: timedelta | None = None
    retells: frozenset[str] = frozenset()
    asked_only: bool = False

    @property
    def tellers(self) -> frozenset[str]:
        """The organisations whose facts it tells."""
        return self.retells or frozenset({self.organisation})


@dataclass(frozen=True, slots=True)
class Raw:
    """One raw input exactly as it came. ``form`` names the layout: "hl7v2", "cld.csv", "fhir.json" ..."""

    source: str
    form: str
    content: bytes = field(repr=False)
    received_at: datetime
    name: str = ""  # file name or endpoint, never holding a person's identifier


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom to ask a source about: its own local ids for the person, and the traced number if there is one."""

    local_ids: tuple[str, ...] = field(repr=False)
    nhs_number: NhsNumber | None = None


class Source(Protocol):
    """One configured source. Made by ``adapters.registry`` from the place's settings."""

    @property
    def terms(self) -> Terms: ...

    def translate(self, raw: Raw) -> Translated:
        """Pure. Never raises for bad input: refusals say what and why."""
        ...

    def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Yield (raw, new cursor) for what changed since ``cursor`` ("" = from the start).

        Raises ``SourceDown`` when the source does not answer as agreed.
        """
        ...

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """Everything the source holds about one person now. Raises ``SourceDown``, ``CannotBeAsked``."""
        ...

    async def check(self) -> list[str]:
        """Try the live source; each line says in plain words what to mend. Empty: all is well."""
        ...


class CannotBeAsked(Exception):
    """Nothing is known of the person that this source could be asked by, so that nothing is known of its answer."""


class SourceDown(Exception):
    """A source did not answer, or not as agreed. ``reason`` is fit for a log: no content, no identifier.

    ``passing``: it may be over in a moment, so the same question may be asked once more at once.
    """

    def __init__(self, source: str, reason: str, *, passing: bool = False) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
        self.passing = passing
