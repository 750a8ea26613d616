"""The review pile, one entry, and reading again."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tests.doors.web.stubs import Stage, doctor, engineer
from tests.doors.web.test_incoming_pages import ENTRY, TOKEN
from tests.doors.web.test_record_page import text_of
from tests.doors.web.work import RUN, a_run, an_entry


@pytest.fixture
def stage() -> Stage:
    return Stage(caller=engineer())


def test_groups_come_first_the_largest_on_top_with_count_field_and_reason(browser: TestClient) -> None:
    text = text_of(browser.get("/review").text)
    assert "1,243 entries in all" in text
    order = [
        "What a single fix may settle",
        "1,204 Event_Type is not on the list of values",
        "37 package.period.start",
        "Entry by entry",
    ]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "No longer told" in text


def test_the_pile_can_be_narrowed_to_a_source_and_a_kind(browser: TestClient) -> None:
    both = browser.get("/review").text
    assert 'href="/review?source=case-system"' in both
    assert 'href="/review?kind=vanished"' in both
    main = browser.get("/review?source=case-system").text.partition("<main")[2]
    assert "package.period.start" in main
    assert "Event_Type" not in main
    assert 'href="/review?source=case-system" aria-current="true"' in main
    assert "Nothing of this kind waits" in browser.get("/review?source=elsewhere").text


def test_a_long_pile_goes_on_on_the_next_page(browser: TestClient, stage: Stage) -> None:
    stage.work.more = "cursor&x"
    main = browser.get("/review?source=case-system&kind=refusal").text
    assert 'href="/review?source=case-system&amp;kind=refusal&amp;after=cursor%26x"' in main
    later = browser.get("/review?after=cursor").text
    assert "First page" in later


def test_a_whole_group_is_read_again_by_one_button(browser: TestClient, stage: Stage) -> None:
    form = re.search(
        r'<form method="post" action="/review/replay">.*?</form>', browser.get("/review").text, re.S
    )
    assert form
    told = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    reply = browser.post("/review/replay", data=told)
    assert reply.headers["location"] == f"/review/runs/{RUN}"
    asked = {"source": "client-level-data", "field": "Event_Type", "reason": "is not on the list of values"}
    assert stage.work.done == [("replay", asked)]


def test_an_entry_says_field_reason_and_place_and_shows_the_refused_part(browser: TestClient) -> None:
    text = text_of(browser.get(ENTRY).text)
    for part in ("Event_Type", "is not on the list of values", "row 17", "Could not be read", "Reablment"):
        assert part in text
    assert "That you read this was written down" in text


def test_support_sees_field_and_reason_never_what_was_sent_and_no_buttons(
    browser: TestClient, stage: Stage
) -> None:
    stage.caller = doctor(role="support", activities=frozenset())
    assert "Event_Type" in browser.get("/review").text
    main = browser.get(ENTRY).text.partition("<main")[2]
    assert "Event_Type" in main
    assert "Your role does not show what was sent" in main
    assert "Reablment" not in main
    assert "<form" not in main
    assert "<form" not in browser.get("/review").text.partition("<main")[2]
    assert browser.post(f"{ENTRY}/replay", data=TOKEN).status_code == 403


def test_one_entry_is_read_again(browser: TestClient, stage: Stage) -> None:
    assert browser.post(f"{ENTRY}/replay", data=TOKEN).headers["location"] == f"/review/runs/{RUN}"
    assert stage.work.done == [("replay", {"review_id": f"{1:032x}"})]


def test_an_entry_is_closed_only_with_a_reason(browser: TestClient, stage: Stage) -> None:
    refused = browser.post(f"{ENTRY}/close", data=TOKEN | {"because": "  "})
    assert refused.status_code == 400
    assert "Say in a few words why" in refused.text
    assert stage.work.done == []
    assert browser.post(f"{ENTRY}/close", data=TOKEN | {"because": "Test data"}).headers["location"] == ENTRY
    assert stage.work.done == [("close", (f"{1:032x}", "Test data"))]


def test_only_what_is_no_longer_told_can_be_taken_back(browser: TestClient, stage: Stage) -> None:
    assert "Take back all that was left out" not in browser.get(ENTRY).text
    vanished = f"/review/{2:032x}"
    main = browser.get(vanished).text.partition("<main")[2]
    assert "Take back all that was left out" in main
    assert "Services" in main
    assert "under every heading and not this one alone" in main
    assert "Read it again" not in main  # it would say the same
    assert browser.post(f"{vanished}/accept", data=TOKEN).headers["location"] == vanished
    assert stage.work.done == [("accept", f"{2:032x}")]


@pytest.mark.parametrize("state", ["replayed", "closed", "accepted", "expired"])
def test_a_settled_entry_says_how_and_offers_nothing_more(
    browser: TestClient, stage: Stage, state: str
) -> None:
    stage.work.entries = (an_entry(1, state=state, because="Sent by mistake"),)
    main = browser.get(ENTRY).text.partition("<main")[2]
    assert "Sent by mistake" in main
    assert "<form" not in main


def test_a_reading_again_shows_how_far_it_is_and_counts_before_and_after(
    browser: TestClient, stage: Stage
) -> None:
    html = browser.get(f"/review/runs/{RUN}").text
    text = text_of(html)
    assert "3,120 of 5,000" in text
    assert "Waited before 5,000" in text
    assert "Still wait 1,900" in text
    assert 'data-again="2"' in html
    assert "http-equiv" not in html  # a page that reloads itself loses the reader's place
    assert f'href="/review/runs/{RUN}"' in html  # the way without script
    stage.work.going = a_run(5000)
    html = browser.get(f"/review/runs/{RUN}").text
    assert "It is over. 20 still could not be read" in text_of(html)
    assert "data-again" not in html
    stage.work.going = a_run(0, total=0, before=0, after=0, still_refused=0, kept=0, finished=True)
    assert "It is over. Nothing of it waits any more." in text_of(browser.get(f"/review/runs/{RUN}").text)


def test_an_empty_pile_says_what_that_means_and_what_not(browser: TestClient, stage: Stage) -> None:
    stage.work.groups, stage.work.entries = (), ()
    main = browser.get("/review").text.partition("<main")[2]
    assert "Nothing waits." in main
    assert 'href="/sources"' in main
