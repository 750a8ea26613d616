"""The contract suite is worth something: each promise fails for an adapter that breaks it, and for no good one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from adapters.connection import Connection
from adapters.kit.contract import refused_whole
from adapters.source import Ask, Raw, Source, SourceDown, Terms
from schemas.codes import Category, Heading
from schemas.contribution import Refusal, Statement, Translated
from schemas.identifiers import Identifier
from tests.contracts import test_source


class Faithful:
    """A source that does what another does; each fault below changes one thing."""

    def __init__(self, good: Source) -> None:
        self._good = good
        self.calls = 0

    @property
    def terms(self) -> Terms:
        return self._good.terms

    def translate(self, raw: Raw) -> Translated:
        return self._good.translate(raw)

    def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        return self._good.pull(cursor, now)

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        return await self._good.pull_person(ask, now)

    async def check(self) -> list[str]:
        return await self._good.check()


def first(told: Translated, **changes: object) -> Translated:
    """The same with its first statement changed."""
    one, *others = told.statements
    return replace(told, statements=(replace(one, **changes), *others))  # type: ignore[arg-type]


class Remembers(Faithful):
    def translate(self, raw: Raw) -> Translated:
        self.calls += 1
        told = super().translate(raw)
        return first(told, service=str(self.calls)) if told.statements else told


class GoesByArrival(Faithful):
    def translate(self, raw: Raw) -> Translated:
        told = super().translate(raw)
        return first(told, true_time=raw.received_at) if told.statements else told


class DatesByBeginning(Faithful):
    def translate(self, raw: Raw) -> Translated:
        told = super().translate(raw)
        begun = datetime(2026, 3, 2, tzinfo=UTC)
        return replace(told, statements=tuple(replace(s, true_time=begun) for s in told.statements))


class TakesEmptyForNothing(Faithful):
    def translate(self, raw: Raw) -> Translated:
        return super().translate(raw) if raw.content else Translated()


class KeepsHalf(Faithful):
    def translate(self, raw: Raw) -> Translated:
        told = super().translate(raw)
        if raw.content and refused_whole(told):
            whole = self._good.translate(test_source.TestSocialCare().inputs()[0])
            return first(whole, resource={"resourceType": whole.statements[0].type})
        return told


class TellsValues(Faithful):
    def translate(self, raw: Raw) -> Translated:
        told = super().translate(raw)
        return replace(told, refusals=tuple(Refusal(r.field, str(raw.content)) for r in told.refusals))


class SaysMoreThanItsTerms(Faithful):
    def translate(self, raw: Raw) -> Translated:
        told = super().translate(raw)
        return first(told, category=Category.ACUTE) if told.statements else told


class ClaimsNobody(Faithful):
    def translate(self, raw: Raw) -> Translated:
        return replace(super().translate(raw), subjects=())


class TakesAnyLayout(Faithful):
    def translate(self, raw: Raw) -> Translated:
        return super().translate(replace(raw, form=test_source.TestSocialCare.form))


class Raises(Faithful):
    def translate(self, raw: Raw) -> Translated:
        raw.content.decode("ascii")
        return super().translate(raw)


class InventsNoKnownAllergies(Faithful):
    def translate(self, raw: Raw) -> Translated:
        told = super().translate(raw)
        if not told.statements:
            return told
        made = {"resourceType": "AllergyIntolerance", "code": {"text": "No known allergies"}}
        key = told.subjects[0].key
        none = Statement(
            key, Identifier("urn:x", "nka"), made, Category.SOCIAL_CARE, Heading.ALLERGIES, raw.received_at
        )
        return replace(told, statements=(*told.statements, none))


class BadResource(Faithful):
    def translate(self, raw: Raw) -> Translated:
        told = super().translate(raw)
        return first(told, resource={"resourceType": "Flag", "status": "maybe"}) if told.statements else told


class EmptyWhenDown(Faithful):
    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        try:
            return await super().pull_person(ask, now)
        except SourceDown:
            return []


class Names(Faithful):
    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        return [replace(raw, name=ask.local_ids[0]) for raw in await super().pull_person(ask, now)]


class Dawdles(Faithful):
    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        await asyncio.sleep(2.5)
        return await super().pull_person(ask, now)


class SweepsSilently(Faithful):
    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        try:
            async for pair in super().pull(cursor, now):
                yield pair
        except SourceDown:
            return


class MovesOnTooSoon(Faithful):
    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        if not cursor:
            raw = test_source.TestSocialCare().inputs()[1]
            async for pair in super().pull("", now):
                yield pair[0], "c1"
            yield raw, "c1"


class GoesByOurClock(Faithful):
    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        async for raw, _ in super().pull(cursor, now):
            yield raw, now.isoformat()


class SeesNothingWrong(Faithful):
    async def check(self) -> list[str]:
        return []


FAULTS = [
    (Remembers, "the_same_input_says_the_same_again"),
    (GoesByArrival, "clocks_five_minutes_apart_change_nothing"),
    (DatesByBeginning, "a_fact_that_changes_gets_a_later_true_time"),
    (TakesEmptyForNothing, "no_input_is_no_answer"),
    (KeepsHalf, "half_an_input_never_keeps_half_a_statement"),
    (TellsValues, "no_value_gets_into_a_refusal"),
    (SaysMoreThanItsTerms, "statements_keep_to_the_terms"),
    (ClaimsNobody, "every_statement_is_about_somebody_who_is_claimed_for_this_controller"),
    (TakesAnyLayout, "input_of_another_layout_is_refused"),
    (Raises, "no_bytes_make_translating_raise"),
    (InventsNoKnownAllergies, "nothing_told_is_not_told_as_nothing_known"),
    (BadResource, "every_statement_is_sound_r4"),
    (EmptyWhenDown, "what_is_not_the_agreed_answer_is_down_and_never_empty"),
    (EmptyWhenDown, "another_persons_answer_is_refused_and_never_handed_on"),
    (EmptyWhenDown, "a_slow_source_is_down_when_its_time_is_up"),
    (Names, "no_address_or_name_tells_whom_it_asks_about"),
    (Dawdles, "a_slow_source_is_down_when_its_time_is_up"),
    (SweepsSilently, "a_sweep_that_is_not_answered_as_agreed_is_down_and_never_empty"),
    (MovesOnTooSoon, "a_sweep_that_was_broken_off_goes_on_without_a_loss"),
    (GoesByOurClock, "a_sweep_does_not_go_by_our_clock"),
    (SeesNothingWrong, "a_check_says_in_words_what_is_wrong"),
]


@pytest.mark.parametrize(("fault", "promise"), FAULTS, ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_a_broken_promise_is_seen(fault: type[Faithful], promise: str) -> None:
    class Suite(test_source.TestSocialCare):
        def make(self, connection: Connection, http: httpx.AsyncClient) -> Source:
            return fault(super().make(connection, http))

    with pytest.raises((AssertionError, UnicodeDecodeError)):
        getattr(Suite(), f"test_{promise}")()


def test_faithful_itself_keeps_every_promise_that_is_tried() -> None:
    class Suite(test_source.TestSocialCare):
        def make(self, connection: Connection, http: httpx.AsyncClient) -> Source:
            return Faithful(super().make(connection, http))

    for promise in dict.fromkeys(promise for _, promise in FAULTS):
        getattr(Suite(), f"test_{promise}")()
