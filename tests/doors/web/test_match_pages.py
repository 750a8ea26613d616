"""Possible matches side by side, the decision, and how a record came together."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.doors.web.stubs import Stage, engineer
from tests.doors.web.test_incoming_pages import LINKS, TOKEN, links_of
from tests.doors.web.test_record_page import text_of
from tests.doors.web.work import EVENT, MATCH, a_pair, a_side


@pytest.fixture
def stage() -> Stage:
    return Stage(caller=engineer())


def test_the_queue_shows_score_and_reasons_for_and_against(browser: TestClient) -> None:
    text = text_of(browser.get("/matches").text)
    for part in (
        "86",
        "HOLLOWAY, Brian Edward",
        "HOLLAWAY, Brian",
        "The same birth date",
        "Different postcodes, as after a move",
    ):
        assert part in text


def test_two_sides_stand_side_by_side_and_differences_are_said_in_words(browser: TestClient) -> None:
    html = browser.get(f"/matches/{MATCH}").text
    table = html[html.index("app-table--sides") : html.index("</table>")]
    rows = {
        text_of(cells[0]).strip(): text_of(cells[-1]).strip()
        for cells in (
            re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", table, re.S)[1:]
        )
    }
    assert rows == {
        "Family name": "Different",
        "Given names": "Partly the same",
        "Born": "Same",
        "Twin or multiple birth": "Not compared",
        "Sex": "Same",
        "Address": "Partly the same",
        "Our own trace": "Not compared",
    }
    assert "Wolds Council adult social care (yours)" in text_of(table)
    assert links_of(html).count(LINKS) == 1  # the caller's own side leads to how it came together


def test_no_cell_of_the_comparison_is_empty_and_one_side_is_no_difference(
    browser: TestClient, stage: Stage
) -> None:
    blank = a_side(family="", given=(), birth_date=None, sex="", address=(), traced="")
    stage.work.pairs = (a_pair(sides=(a_side(), blank)),)
    html = browser.get(f"/matches/{MATCH}").text
    table = html[html.index("app-table--sides") : html.index("</table>")]
    assert all(text_of(cell).strip() for cell in re.findall(r"<td.*?</td>", table, re.S))
    assert "One side only" in table
    assert ">Different<" not in table


@pytest.mark.parametrize("which", [0, 1])
def test_a_restricted_location_hides_both_addresses_and_says_so(
    browser: TestClient, stage: Stage, which: int
) -> None:
    sides = list(a_pair().sides)
    sides[which] = replace(sides[which], location_restricted=True)
    stage.work.pairs = (a_pair(sides=(sides[0], sides[1])),)
    text = browser.get(f"/matches/{MATCH}").text
    assert "Location restricted: do not write down or tell anyone where this person lives or is seen" in text
    assert "Canal Row" not in text
    assert text.count("Not shown: location restricted") == 2


def test_a_twin_is_warned_of(browser: TestClient, stage: Stage) -> None:
    assert "One of them is a twin" not in browser.get(f"/matches/{MATCH}").text
    stage.work.pairs = (a_pair(sides=(a_side(multiple_birth=True), a_side())),)
    assert "One of them is a twin or of a multiple birth" in browser.get(f"/matches/{MATCH}").text


def test_a_decision_needs_a_verdict_and_a_reason_and_neither_is_prefilled(
    browser: TestClient, stage: Stage
) -> None:
    html = browser.get(f"/matches/{MATCH}").text
    assert not re.search(r"<input[^>]* checked", html)
    assert "it can be taken back at any time" in html
    reply = browser.post(f"/matches/{MATCH}", data=TOKEN | {"verdict": "perhaps", "because": ""})
    assert reply.status_code == 400
    assert "Choose whether they are the same person" in reply.text
    assert "Say in a few words what you checked" in reply.text
    kept = browser.post(f"/matches/{MATCH}", data=TOKEN | {"verdict": "apart"})
    assert 'value="apart"' in kept.text
    assert re.search(r'value="apart"[^>]* checked', kept.text)
    assert stage.work.done == []


def test_a_decision_is_kept_shown_with_its_reason_and_can_be_taken_back(
    browser: TestClient, stage: Stage
) -> None:
    told = TOKEN | {"verdict": "link", "because": "Asked the GP"}
    assert browser.post(f"/matches/{MATCH}", data=told).headers["location"] == f"/matches/{MATCH}"
    text = browser.get(f"/matches/{MATCH}").text
    assert "Decided: same person" in text_of(text)
    assert "Asked the GP" in text
    assert browser.post(f"/matches/{MATCH}/undo", data=TOKEN).status_code == 400
    assert browser.post(f"/matches/{MATCH}/undo", data=TOKEN | {"because": "Twins"}).status_code == 303
    assert stage.work.done == [("decide", (MATCH, "link", "Asked the GP")), ("undo", (MATCH, "Twins"))]


def test_who_comes_second_is_told_and_keeps_what_they_typed(browser: TestClient, stage: Stage) -> None:
    stage.work.clash = "Somebody decided this pair already"
    reply = browser.post(f"/matches/{MATCH}", data=TOKEN | {"verdict": "link", "because": "Asked the GP"})
    assert reply.status_code == 409
    assert "Somebody decided this pair already" in reply.text
    assert "Asked the GP" in reply.text


def test_an_empty_queue_says_when_a_pair_comes_to_it(browser: TestClient, stage: Stage) -> None:
    stage.work.pairs = ()
    assert "A pair comes here when" in browser.get("/matches").text


def test_how_a_record_came_together_is_listed_and_only_what_can_be_undone_offers_it(
    browser: TestClient,
) -> None:
    html = browser.get(LINKS).text
    assert text_of(html).index("Wolds Homes was joined") < text_of(html).index(
        "Wolds Council adult social care was joined"
    )
    assert links_of(html).count(f"{LINKS}/{EVENT}") == 1
    assert browser.get(f"{LINKS}/{'d' * 32}").status_code == 404


def test_a_link_is_taken_back_with_a_reason(browser: TestClient, stage: Stage) -> None:
    assert browser.post(f"{LINKS}/{EVENT}", data=TOKEN).status_code == 400
    assert browser.post(f"{LINKS}/{EVENT}", data=TOKEN | {"because": "Twins"}).headers["location"] == LINKS
    assert stage.work.done == [("undo", (EVENT, "Twins"))]
