"""How the feeds of an organisation do: a scorecard for each, made of counts and of nothing about anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adapters.source import Terms
from aggregator.care import functions
from aggregator.care.record import Records
from aggregator.intake.ingest import Intake
from aggregator.store import scorecards
from aggregator.store.postgres import Database
from aggregator.store.scorecards import Count, State
from schemas.caller import Caller
from schemas.codes import Heading, Interaction
from schemas.errors import NothingToShow


@dataclass(frozen=True, slots=True)
class Row:
    """One heading of one source. ``subjects`` of ``known`` people have something under it.

    ``coverage`` and ``uncoded`` are shares from 0 to 1 (None: of nothing); ages are those of the true times.
    ``vanished``: facts told before that its newest whole telling has no more. ``alarms``: came without a label
    that they should have. ``no_rows``: by its terms, silence means "none" or "not-known" here.
    """

    heading: Heading
    subjects: int
    known: int
    coverage: float | None
    statements: int
    uncoded: float | None
    newest: timedelta | None
    median: timedelta | None
    vanished: int
    alarms: int
    no_rows: str = "not-known"


@dataclass(frozen=True, slots=True)
class Refused:
    """Open entries of one field and reason."""

    field: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One source. ``state``: plain words. ``every`` to ``statistical`` are its terms."""

    source: str
    title: str
    organisation: str
    state: str
    last_good: datetime | None
    silent_since: datetime | None
    down_since: datetime | None
    as_at: date | None
    every: timedelta | None
    silent_after: timedelta
    history: timedelta | None
    statistical: bool
    known: int  # people of whom it told something that stands
    rows: tuple[Row, ...]  # a row for each heading of its terms, and for each that it told all the same
    refusals: tuple[Refused, ...]  # most frequent first
    alarms: int
    made_at: datetime


class Sources:
    def __init__(self, records: Records, record: Database, intake: Intake) -> None:
        self._records = records
        self._record = record
        self._terms = {name: source.terms for name, source in intake.sources.items()}

    async def scorecards(self, caller: Caller) -> tuple[Scorecard, ...]:
        """A card for each source of the caller's organisation, by name. Raises ``NotAllowed``."""
        decision = await functions.insisted(self._records, caller, Interaction.SOURCES)
        names = sorted(n for n, terms in self._terms.items() if terms.organisation in decision.controllers)
        counted = await scorecards.counts(self._record, names)
        states = await scorecards.states(self._record, names)
        await functions.note(self._records, decision, "shown", sources=names)
        return tuple(
            _card(self._terms[name], states.get(name, _UNHEARD), counted.get(name, {}), decision.decided_at)
            for name in names
        )

    async def scorecard(self, caller: Caller, source: str) -> Scorecard:
        """One of them. Raises ``NothingToShow`` for a source that is not the organisation's."""
        for card in await self.scorecards(caller):
            if card.source == source:
                return card
        raise NothingToShow()


_UNHEARD = State(None, None, None, None, None)
_NONE = Count(0, 0, 0, 0, 0, None, None)


def _card(terms: Terms, state: State, counted: Mapping[str, Count], now: datetime) -> Scorecard:
    whole = counted.get("", _NONE)
    silence = {h.heading: h.no_rows for h in terms.headings}
    headings = {h.heading.value for h in terms.headings} | {h for h in counted if h} | set(state.vanished)
    return Scorecard(
        source=terms.source,
        title=terms.title,
        organisation=terms.organisation,
        state=_words(state),
        last_good=state.last_good,
        silent_since=state.silent_since,
        down_since=state.down_since,
        as_at=state.as_at,
        every=terms.every,
        silent_after=terms.silent_after,
        history=terms.history,
        statistical=terms.statistical,
        known=whole.subjects,
        rows=tuple(
            _row(
                heading,
                counted.get(heading.value, _NONE),
                whole.subjects,
                state.vanished,
                silence.get(heading),
            )
            for heading in Heading
            if heading.value in headings
        ),
        refusals=tuple(Refused(*one) for one in state.refused),
        alarms=whole.alarms,
        made_at=now,
    )


def _row(heading: Heading, count: Count, known: int, vanished: Mapping[str, int], no_rows: str | None) -> Row:
    return Row(
        heading=heading,
        subjects=count.subjects,
        known=known,
        coverage=count.subjects / known if known else None,
        statements=count.statements,
        uncoded=count.uncoded / count.codable if count.codable else None,
        newest=count.newest,
        median=count.median,
        vanished=vanished.get(heading.value, 0),
        alarms=count.alarms,
        no_rows=no_rows or "not-known",
    )


def _words(state: State) -> str:
    if state.down_since is not None:
        return "down: not asked again just now" if state.resting else "down"
    if state.silent_since is not None:
        return "silent for longer than its terms say"
    return "not heard of yet" if state.last_good is None else "speaking"
