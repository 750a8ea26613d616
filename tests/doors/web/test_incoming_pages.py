"""What all pages for what comes in promise: who gets where, and nothing of anybody where it does not belong."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from aggregator.doors.web.looked import ACTIONS
from schemas.codes import Interaction
from schemas.errors import NOTHING_TO_SHOW
from tests.doors.web import lives
from tests.doors.web.stubs import Stage, doctor, engineer
from tests.doors.web.test_every_page import HOSTILE
from tests.doors.web.test_record_page import text_of
from tests.doors.web.work import (
    EVENT,
    MATCH,
    RUN,
    a_card,
    a_group,
    a_pair,
    a_side,
    an_entry,
    an_event,
)

TOKEN = {"form_token": "token-of-this-session"}
ENTRY = f"/review/{1:032x}"
LINKS = f"/people/{lives.PERSON}/links"
ANYONES = ("/review", ENTRY, f"/review/runs/{RUN}", "/sources", "/sources/client-level-data")
IDENTITY = ("/matches", f"/matches/{MATCH}", LINKS, f"{LINKS}/{EVENT}")
FORMS = {
    "/review/replay": {"source": "client-level-data", "field": "Event_Type", "reason": "is wrong"},
    f"{ENTRY}/replay": {},
    f"{ENTRY}/close": {"because": "Test data"},
    f"{ENTRY}/accept": {},
    f"/matches/{MATCH}": {"verdict": "link", "because": "Asked the GP"},
    f"/matches/{MATCH}/undo": {"because": "Twins"},
    f"{LINKS}/{EVENT}": {"because": "Twins"},
}


@pytest.fixture
def stage() -> Stage:
    return Stage(caller=engineer())


def links_of(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize("path", [*ANYONES, *IDENTITY])
def test_a_page_of_what_comes_in_is_for_those_with_its_activity_only(
    browser: TestClient, stage: Stage, path: str
) -> None:
    assert browser.get(path).status_code == 200
    stage.caller = doctor()
    refused = browser.get(path)
    assert refused.status_code == 403
    assert "This cannot be done with your role" in refused.text


def test_the_refusal_is_one_page_whatever_was_asked_for(browser: TestClient, stage: Stage) -> None:
    stage.caller = doctor()
    replies = [
        browser.get(p)
        for p in (*ANYONES, *IDENTITY, "/review/unknown", "/matches/unknown", "/sources/unknown")
    ]
    assert len({re.sub(r' aria-current="page"', "", r.text) for r in replies}) == 1


@pytest.mark.parametrize(("path", "told"), FORMS.items())
def test_a_form_of_what_comes_in_does_nothing_for_others_nor_from_a_forged_page(
    browser: TestClient, stage: Stage, path: str, told: dict[str, str]
) -> None:
    assert browser.post(path, data=told | {"form_token": "forged"}).status_code == 403
    stage.caller = doctor()
    assert browser.post(path, data=told | TOKEN).status_code == 403
    assert stage.work.done == []


@pytest.mark.parametrize(
    ("activities", "role", "offered"),
    [
        ({"review", "identity"}, "integration_engineer", {"/review", "/matches", "/sources"}),
        ({"review"}, "integration_engineer", {"/review", "/sources"}),
        ({"identity", "view"}, "doctor", {"/", "/matches"}),
        ({"view", "write", "plan"}, "doctor", {"/"}),
        (set(), "support", {"/review", "/sources"}),
    ],
)
def test_the_header_offers_only_what_the_caller_can_open(
    browser: TestClient, stage: Stage, activities: set[str], role: str, offered: set[str]
) -> None:
    stage.caller = doctor(activities=frozenset(activities), role=role)
    header = browser.get("/emergency").text.partition("</header>")[0]
    assert set(links_of(header.partition('aria-label="Main"')[2])) == offered


def test_who_has_no_records_to_open_starts_with_their_work(browser: TestClient, stage: Stage) -> None:
    assert browser.get("/").headers["location"] == "/review"
    stage.caller = doctor()
    assert browser.get("/").status_code == 200


def test_what_is_absent_is_the_one_page_of_nothing(browser: TestClient) -> None:
    for path in (
        "/review/unknown",
        "/review/runs/unknown",
        "/matches/unknown",
        "/sources/unknown",
        f"{LINKS}/unknown",
    ):
        reply = browser.get(path)
        assert reply.status_code == 404
        assert text_of(NOTHING_TO_SHOW) in text_of(reply.text)


@pytest.mark.parametrize("path", [*ANYONES, *IDENTITY])
def test_no_name_and_no_value_is_in_a_title_an_address_or_a_header(browser: TestClient, path: str) -> None:
    reply = browser.get(path)
    title = re.search(r"<title>(.*?)</title>", reply.text, re.S)
    assert title
    told = " ".join([title[1], *links_of(reply.text), str(reply.headers)]).casefold()
    for value in ("holl", "brian", "canal", "1947", "reablment"):
        assert value not in told


def test_hostile_words_of_a_source_stay_words(browser: TestClient, stage: Stage) -> None:
    stage.work.groups = (a_group(source=HOSTILE, field=HOSTILE, reason=HOSTILE),)
    stage.work.entries = (
        an_entry(1, source=HOSTILE, field=HOSTILE, reason=HOSTILE, part=HOSTILE, excerpt=HOSTILE),
    )
    side = a_side(family=HOSTILE, given=(HOSTILE,), address=(HOSTILE,), traced=HOSTILE, sex=HOSTILE)
    stage.work.pairs = (a_pair(sides=(side, side), for_it=(HOSTILE,), against=(HOSTILE,)),)
    stage.work.events = (an_event(because=HOSTILE, rule=HOSTILE, made_by=HOSTILE),)
    stage.work.cards = (a_card(title=HOSTILE, state=HOSTILE),)
    for path in ("/review", ENTRY, *IDENTITY, "/sources", "/sources/client-level-data"):
        text = browser.get(path).text
        assert "alert(1)" in text, path
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_who_has_looked_says_every_kind_of_look_in_words() -> None:
    assert {i.value for i in Interaction} <= set(ACTIONS)
