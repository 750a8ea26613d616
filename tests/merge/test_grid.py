"""Each cell says what was asked and who answered, and nothing of what is withheld."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from aggregator.merge.outcome import outcome
from schemas.codes import Category, CellState, Heading
from schemas.record import Cell, Record
from tests.merge.tellings import NOW, allergy, decision, record, source, told

ALLERGIES = Heading.ALLERGIES
AN_HOUR_AGO = NOW - timedelta(hours=1)
LAST_WEEK = NOW - timedelta(days=7)


def cell(*pairs: Any, heading: Heading = ALLERGIES, asked: Any = None, **status: Any) -> Cell:
    found = record(pairs, sources=[source("acute", ALLERGIES, **status)], decision=asked or decision())
    (the_cell,) = (c for c in found.grid if c.heading is heading)
    return the_cell


@pytest.mark.parametrize(
    ("status", "state", "since"),
    [
        ({}, CellState.NOTHING, NOW - timedelta(minutes=1)),
        ({"onboarded": False}, CellState.NOT_ONBOARDED, None),
        ({"down_since": AN_HOUR_AGO}, CellState.DOWN, AN_HOUR_AGO),
        ({"last_good": None}, CellState.LATE, None),
        ({"last_good": AN_HOUR_AGO}, CellState.LATE, AN_HOUR_AGO),
        ({"last_good": LAST_WEEK}, CellState.STALE, LAST_WEEK),
    ],
)
def test_a_cell_says_how_its_source_does(status: Any, state: CellState, since: Any) -> None:
    found = cell(**status)
    assert (found.state, found.since) == (state, since)


def test_what_is_shown_makes_a_cell_answered() -> None:
    assert cell(told(allergy())).state is CellState.ANSWERED


def test_what_is_shown_of_a_source_that_is_down_leaves_it_down() -> None:
    assert cell(told(allergy()), down_since=AN_HOUR_AGO).state is CellState.DOWN


def test_a_heading_that_is_not_in_the_terms_is_never_held() -> None:
    assert cell(heading=Heading.HOME).state is CellState.NEVER_HOLDS


def test_a_category_that_no_clause_opens_is_outside_the_agreement() -> None:
    asked = decision(offered=frozenset({("ZAC01", Category.HOUSING)}))
    assert cell(asked=asked, down_since=AN_HOUR_AGO).state is CellState.OUTSIDE_AGREEMENT


def test_one_s_own_data_is_answered_without_a_clause() -> None:
    assert cell(told(allergy()), asked=decision(offered=frozenset())).state is CellState.ANSWERED


def test_the_grid_has_a_row_for_each_heading_of_the_role_and_a_column_for_each_source() -> None:
    asked = decision(headings=frozenset({ALLERGIES, Heading.DEMOGRAPHICS}))
    sources = [source("gp", ALLERGIES), source("acute", ALLERGIES)]
    found = record([], decision=asked, sources=sources)
    assert [(c.heading, c.source) for c in found.grid] == [
        (Heading.DEMOGRAPHICS, "gp"),
        (Heading.DEMOGRAPHICS, "acute"),
        (ALLERGIES, "gp"),
        (ALLERGIES, "acute"),
    ]


def test_a_retracted_fact_leaves_an_answer_with_nothing_to_show() -> None:
    assert cell(told(allergy(), retracts=True)).state is CellState.NOTHING


def test_the_strip_has_a_line_for_each_source() -> None:
    found = record(
        [told(allergy())],
        sources=[
            source("acute", ALLERGIES),
            source("gp", ALLERGIES, down_since=AN_HOUR_AGO),
            source("housing", Heading.HOME),
            source("social-care", onboarded=False),
        ],
    )
    assert [(line.source, line.state, line.down_since) for line in found.sources] == [
        ("acute", CellState.ANSWERED, None),
        ("gp", CellState.DOWN, AN_HOUR_AGO),
        ("housing", CellState.NOTHING, None),
        ("social-care", CellState.NOT_ONBOARDED, None),
    ]


def test_a_source_of_which_the_role_can_see_nothing_is_said_to_be_outside_the_agreement() -> None:
    asked = decision(offered=frozenset())
    (line,) = record([], sources=[source("acute", ALLERGIES)], decision=asked).sources
    assert line.state is CellState.OUTSIDE_AGREEMENT


def test_a_return_for_statistics_says_of_which_day_it_speaks_and_a_live_feed_does_not() -> None:
    day = date(2026, 9, 30)
    assert cell(as_at=day).as_at is None
    found = record((), sources=[source("acute", ALLERGIES, statistical=True, as_at=day)])
    (the_cell,) = (c for c in found.grid if c.heading is ALLERGIES)
    assert (the_cell.as_at, found.sources[0].as_at) == (day, day)
    assert "as at 30 September 2026" in text(found)


@pytest.mark.parametrize(
    ("days", "words"),
    [(365, "goes back 12 months"), (1826, "goes back 60 months"), (14, "goes back 14 days")],
)
def test_a_source_that_does_not_go_back_for_ever_says_how_far(days: int, words: str) -> None:
    found = record((), sources=[source("acute", ALLERGIES, history=timedelta(days=days))])
    assert words in text(found)
    assert cell().history is None
    assert "goes back" not in text(record((), sources=[source("acute", ALLERGIES)]))


def test_what_was_never_asked_says_nothing_of_days() -> None:
    away = source("acute", ALLERGIES, statistical=True, as_at=date(2026, 9, 30), history=timedelta(days=365))
    found = record((), sources=[away], decision=decision(offered=frozenset()))
    assert {(c.as_at, c.history) for c in found.grid} == {(None, None)}


def text(found: Record) -> str:
    (one,) = (i for i in outcome(found)["issue"] if i["details"]["coding"][-1]["code"] == "acute" and
              i["details"]["coding"][1]["code"] == ALLERGIES.value)  # fmt: skip
    said: str = one["details"]["text"]
    return said
