"""How sources do: the overview, and one by heading."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from aggregator.doors.web.reading.dates import length
from aggregator.doors.web.reading.scorecards import share
from tests.doors.web.stubs import Stage, engineer
from tests.doors.web.test_record_page import text_of


@pytest.fixture
def stage() -> Stage:
    return Stage(caller=engineer())


def test_the_overview_says_in_words_how_each_source_does(browser: TestClient) -> None:
    html = browser.get("/sources").text
    text = text_of(html)
    for part in (
        "Speaking",
        "Silent",
        "Silent for longer than its terms say",
        "silent since 15-Nov-2026",
        "as at 30-Sep-2026",
        "down since",
        "Never",
    ):
        assert part in text
    assert 'href="/sources/client-level-data"' in html
    assert 'href="/review?source=client-level-data"' in html
    cells = re.findall(r"<td.*?</td>", html, re.S)
    assert all(text_of(cell).strip() for cell in cells)


def test_a_scorecard_tells_coverage_coding_ages_refusals_and_terms(browser: TestClient) -> None:
    text = text_of(browser.get("/sources/client-level-data").text)
    for part in (
        "Speaks every 30 days when all is well.",
        "Counts as silent after 35 days.",
        "Goes back 12 months",
        "No rows mean “not known”, but for the headings that say otherwise below.",
        "Safeguarding no rows mean none",
        "A return for statistics",
        "80 %",
        "42 %",
        "under 1 %",
        "30 hours",
        "7 months",
        "6 no longer told",
        "1,204 Event_Type is not on the list of values",
        "2 came without a label",
    ):
        assert part in text, part


def test_no_cell_of_a_scorecard_is_empty_and_every_bar_stands_beside_its_figure(browser: TestClient) -> None:
    html = browser.get("/sources/client-level-data").text
    cells = re.findall(r"<td.*?</td>", html, re.S)
    assert all(text_of(cell).strip() for cell in cells)
    assert html.count("<svg") == len(re.findall(r'</svg><span class="app-bar__text">[^<]*%', html))


def test_a_source_that_never_spoke_has_a_scorecard_too(browser: TestClient) -> None:
    text = text_of(browser.get("/sources/carers").text)
    assert "Last heard Never" in text
    assert "It has told nothing yet" in text
    assert "Nothing of this source waits for review." in text


def test_an_organisation_without_sources_is_told_what_that_means(browser: TestClient, stage: Stage) -> None:
    stage.work.cards = ()
    assert "No source of your organisation is connected" in browser.get("/sources").text


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=5), "5 minutes"),
        (timedelta(hours=1), "60 minutes"),
        (timedelta(hours=30), "30 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=35), "35 days"),
        (timedelta(days=365), "12 months"),
        (timedelta(days=1100), "3 years"),
        (None, ""),
    ],
)
def test_a_span_of_time_is_said_in_its_largest_honest_unit(span: timedelta | None, words: str) -> None:
    assert length(span) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Not applicable"),
        (0.0, "0 %"),
        (0.004, "under 1 %"),
        (0.5, "50 %"),
        (0.996, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_to_all(value: float | None, words: str) -> None:
    assert share(value) == words
