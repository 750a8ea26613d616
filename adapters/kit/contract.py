"""What every source promises of translating, as a suite that any adapter can be held to.

A test module subclasses ``SourceContract``, says how its source is made and gives it something to read; pytest
finds the promises as methods. Nothing here imports pytest, so that it ships with the product. Sources that are
asked or that read dropped files promise more: ``adapters.kit.asked``, ``.swept``, ``.dropped``.

    class TestHospice(SweptContract):
        organisation = "ZHX01"
        private = ("9990000018", "HX-7", "Example")
        ...

What a promise means to a reader of the record is in its own sentence. No failure tells a value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, permutations
from typing import Final

import httpx

from adapters.connection import Connection
from adapters.kit.state import canonical, key_of, standing, versions
from adapters.source import Raw, Source, Terms
from schemas.checks import refusals
from schemas.codes import Category, Heading
from schemas.contribution import Statement, Translated

SKEW: Final = timedelta(minutes=5)
"""How far a source's clock may be from ours, either way, without anything being lost or refused."""

_MARK: Final = b"Zq7+Secret"
"""A value that no input has, and that cannot be taken for the name of a field."""
_PLACES: Final = 120


class SourceContract:
    """Promises of ``translate`` and of the terms. A subclass gives what is asked for below.

    ``organisation``: the controller's code; ``controllers``: others for whom it may tell. ``private``: what
    identifies the people in the inputs (numbers, local ids, family names); none of it may be in a refusal, a
    name, or an error. ``framed``: whatever brings the inputs also guards their ends, so that ``translate``
    never meets half of one.
    """

    organisation = ""
    controllers: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    framed = False
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def make(self, connection: Connection, http: httpx.AsyncClient) -> Source:
        """The source, as the registry would make it."""
        raise NotImplementedError

    def inputs(self) -> Sequence[Raw]:
        """At least two good inputs; in the later at least one fact of the earlier has changed."""
        raise NotImplementedError

    def nothing(self) -> Raw | None:
        """A good input about somebody of whom nothing else is told; None where there can be no such input."""
        return None

    def may_differ_when_cut(self, statement: Statement) -> bool:
        """Whether this is made of several parts of an input, so that a cut one rightly tells it otherwise."""
        return False

    # What the promises need.

    def connection(self) -> Connection:
        return Connection(self.organisation, url="http://source.example", deadline=0.3)

    def offline(self) -> Source:
        """The source with nobody to call."""
        return self.make(self.connection(), httpx.AsyncClient(transport=httpx.MockTransport(_nobody)))

    def terms(self) -> Terms:
        return self.offline().terms

    def say(self, content: bytes) -> Translated:
        """What other bytes of the same layout would say."""
        return self.offline().translate(replace(self.inputs()[0], content=content))

    def told(self) -> list[Translated]:
        source = self.offline()
        return [source.translate(raw) for raw in self.inputs()]

    def tells_nobody(self, text: str) -> bool:
        return not any(value in text for value in self.private)

    # The promises.

    def test_good_input_is_kept_whole(self) -> None:
        for told in self.told():
            assert told.statements, "a good input says something"
            assert not told.refusals, [(r.part, r.field, r.reason) for r in told.refusals]

    def test_every_statement_is_sound_r4(self) -> None:
        for told in self.told():
            for statement in told.statements:
                assert refusals(statement) == []

    def test_what_has_been_put_together_is_sound_r4(self) -> None:
        for many in versions(self.told()).values():
            last = max(many, key=lambda s: s.true_time)
            if any(not s.partial for s in many):
                folded = standing([Translated(statements=tuple(many))])[key_of(last)].resource
                assert refusals(replace(last, resource=folded, partial=False)) == []

    def test_the_same_input_says_the_same_again(self) -> None:
        source = self.offline()
        for raw in self.inputs():
            assert source.translate(raw) == source.translate(raw) == self.offline().translate(raw)

    def test_the_order_in_which_inputs_come_makes_no_difference(self) -> None:
        inputs = list(self.inputs())
        assert len(inputs) > 1, "give at least two inputs"
        expected = standing(self.told())
        for order in islice(permutations(inputs), 24):
            source = self.offline()
            assert standing(source.translate(raw) for raw in order) == expected

    def test_an_input_that_comes_again_changes_nothing(self) -> None:
        source, inputs = self.offline(), [*self.inputs(), *self.inputs()]
        assert standing(source.translate(raw) for raw in inputs) == standing(self.told())

    def test_a_fact_that_changes_gets_a_later_true_time(self) -> None:
        changed = [many for many in versions(self.told()).values() if len(many) > 1]
        assert changed, "let some fact of the inputs change, so that there is an order to keep"
        for many in changed:
            whole = [s for s in many if not s.partial]
            assert len({s.true_time for s in whole}) == len(whole), "two tellings of one moment differ"

    def test_half_an_input_never_keeps_half_a_statement(self) -> None:
        if self.framed:
            return
        for raw in self.inputs():
            whole = {_whole(s) for s in self.offline().translate(raw).statements}
            for end in _places(len(raw.content)):
                for statement in self.say(raw.content[:end]).statements:
                    if not self.may_differ_when_cut(statement):
                        assert _whole(statement) in whole, f"cut after {end} bytes, it says another thing"

    def test_no_input_is_no_answer(self) -> None:
        told = self.say(b"")
        assert refused_whole(told), "an empty input is refused, never taken for nothing known"

    def test_nothing_told_is_not_told_as_nothing_known(self) -> None:
        raw = self.nothing()
        if raw is None:
            return
        told = self.offline().translate(raw)
        assert not told.refusals
        assert {s.heading for s in told.statements} <= {Heading.DEMOGRAPHICS}, "it tells what nobody said"
        assert not any(s.retracts for s in told.statements), "silence takes nothing back by itself"

    def test_no_bytes_make_translating_raise(self) -> None:
        for size in (1, 7, 64, 900):
            assert not self.say(_noise(size)).statements

    def test_input_of_another_layout_is_refused(self) -> None:
        told = self.offline().translate(replace(self.inputs()[0], form="something-else"))
        assert refused_whole(told)

    def test_no_value_gets_into_a_refusal(self) -> None:
        assert self.private, "say what would identify the people of the inputs"
        for raw in self.inputs():
            for start in _places(len(raw.content)):
                spoilt = raw.content[:start] + _MARK + raw.content[start + len(_MARK) :]
                said = " ".join(f"{r.part} {r.field} {r.reason}" for r in self.say(spoilt).refusals)
                assert _MARK.decode() not in said, f"a value spoilt at byte {start} is told in a refusal"
                assert self.tells_nobody(said), f"a refusal names somebody, spoilt at byte {start}"

    def test_every_statement_is_about_somebody_who_is_claimed_for_this_controller(self) -> None:
        for told in self.told():
            claimed = {claim.key for claim in told.subjects}
            spoken_of = {s.subject for s in told.statements} | {r.subject for r in told.relationships}
            spoken_of |= {c.subject for c in told.choices}
            spoken_of |= {w.subject for w in told.windows if w.subject is not None}
            assert spoken_of <= claimed
            assert {key.organisation for key in claimed} <= {self.organisation, *self.controllers}

    def test_each_fact_has_an_identifier_of_its_own(self) -> None:
        for told in self.told():
            whole = [s for s in told.statements if not s.partial]
            assert len({key_of(s) for s in whole}) == len(whole)

    def test_statements_keep_to_the_terms(self) -> None:
        offered = {(held.heading, held.category) for held in self.terms().headings}
        assert (Heading.DEMOGRAPHICS, Category.DEMOGRAPHICS) in offered
        for told in self.told():
            assert {(s.heading, s.category) for s in told.statements} <= offered

    def test_times_are_in_utc(self) -> None:
        for told in self.told():
            for statement in told.statements:
                assert statement.true_time.utcoffset() == timedelta(0)

    def test_a_return_is_dated_by_its_period(self) -> None:
        if self.terms().statistical:
            for told in self.told():
                assert len({s.true_time.date() for s in told.statements}) == 1, "a return speaks of one day"

    def test_clocks_five_minutes_apart_change_nothing(self) -> None:
        source = self.offline()
        for raw in self.inputs():
            told = source.translate(raw)
            newest = max(s.true_time for s in told.statements)
            for received in (newest - SKEW, newest, newest + SKEW):
                assert source.translate(replace(raw, received_at=received)) == told

    def test_the_source_is_the_one_that_was_configured(self) -> None:
        terms = self.terms()
        assert terms.organisation == self.organisation
        assert {raw.source for raw in self.inputs()} == {terms.source}

    def test_no_name_of_an_input_tells_whom_it_is_about(self) -> None:
        assert all(self.tells_nobody(raw.name) for raw in self.inputs())


def refused_whole(told: Translated) -> bool:
    """Whether an input said why it cannot be read, and nothing else."""
    return bool(told.refusals) and told == Translated(refusals=told.refusals)


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError("translating must not call anybody")


def _places(size: int) -> Iterator[int]:
    """Positions all over an input of ``size`` bytes, its beginning and its last byte among them."""
    yield from sorted({*range(0, size, max(1, size // _PLACES)), max(0, size - 1)})


def _noise(size: int) -> bytes:
    """Bytes that mean nothing, the same on every run."""
    return b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(size // 32 + 1))[:size]


def _whole(statement: Statement) -> tuple[object, str]:
    return key_of(statement), canonical(statement.resource)
