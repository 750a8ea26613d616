"""The same pages over a real place: what feeds sent and the database keeps, through the gate, to the page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from aggregator.app import Place
from aggregator.care.identifying import Identifying
from aggregator.intake import review
from schemas.caller import Caller
from schemas.codes import Category
from tests.care.piles import DOCTOR, ENGINEER, SUPPORT, WHY, a_pile, mend
from tests.doors.web.stubs import Stage, viewer
from tests.doors.web.test_record_page import text_of
from tests.places import Feed, a_place, number, patient, telling

pytestmark = pytest.mark.anyio
TOKEN = {"form_token": "token-of-this-session"}


def browsing(caller: Caller, **rooms: Any) -> httpx.AsyncClient:
    """A browser in front of these rooms of a place, signed in as this caller."""
    app = viewer(Stage(caller=caller))
    app.state.pages = replace(app.state.pages, **rooms)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://viewer.test")


@pytest.fixture
async def pile(
    home: Path, fresh_database: str, fresh_key_database: str
) -> AsyncIterator[tuple[Place, Feed, dict[str, Any]]]:
    async with a_pile(home, fresh_database, fresh_key_database) as (place, feed, reviewing, sources):
        yield place, feed, {"reviewing": reviewing, "sources": sources, "identifying": None}


def links(html: str, start: str) -> list[str]:
    return re.findall(f'href="({start}[^"]*)"', html)


async def test_a_group_is_read_again_after_the_fix_and_the_counts_say_what_became_of_it(pile: Any) -> None:
    place, feed, rooms = pile
    async with browsing(ENGINEER, **rooms) as browser:
        html = (await browser.get("/review")).text
        assert f"3 PV1-4 {WHY}" in text_of(html)
        form = re.search(r'<form method="post" action="/review/replay">.*?</form>', html, re.S)
        assert form
        mend(feed, "0", "1")
        reply = await browser.post(
            "/review/replay", data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
        )
        at = reply.headers["location"]
        text = text_of((await browser.get(at)).text)
        assert "0 of 3" in text
        assert "It is going on" in text
        async for _ in review.read_again(place.intake, place.record, at.rpartition("/")[2]):
            pass
        text = text_of((await browser.get(at)).text)
        for figure in ("3 of 3", "Waited before 3", "Wait now 1", "Refused again 1", "It is over"):
            assert figure in text
        assert "1 entry in all" in text_of((await browser.get("/review")).text)


async def test_an_entry_is_closed_and_its_reason_may_hold_no_number(pile: Any) -> None:
    _, _, rooms = pile
    async with browsing(ENGINEER, **rooms) as browser:
        entry, *_ = links((await browser.get("/review")).text, "/review/[0-9a-f]{32}")
        refused = await browser.post(
            f"{entry}/close", data=TOKEN | {"because": f"It is {number(0).digits} again"}
        )
        assert refused.status_code == 400
        assert "without NHS numbers" in refused.text
        await browser.post(f"{entry}/close", data=TOKEN | {"because": "A test message"})
        closed = (await browser.get(entry)).text
        assert "A test message" in closed
        assert "Read it again" not in closed


async def test_support_sees_field_and_reason_of_the_pile_and_a_doctor_nothing(pile: Any) -> None:
    _, _, rooms = pile
    async with browsing(SUPPORT, **rooms) as browser:
        html = (await browser.get("/review")).text
        assert WHY in html
        entry, *_ = links(html, "/review/[0-9a-f]{32}")
        shown = (await browser.get(entry)).text
        assert "your role sees field and reason" in shown
        assert "app-excerpt" not in shown
        assert (await browser.post(f"{entry}/replay", data=TOKEN)).status_code == 403
        assert (await browser.get("/sources/acute")).status_code == 200
    async with browsing(DOCTOR, **rooms) as browser:
        for path in ("/review", entry, "/sources", "/sources/acute"):
            assert (await browser.get(path)).status_code == 403


async def test_a_scorecard_and_only_of_ones_own_sources(pile: Any) -> None:
    _, _, rooms = pile
    async with browsing(ENGINEER, **rooms) as browser:
        html = (await browser.get("/sources")).text
        assert set(links(html, "/sources/")) == {"/sources/acute"}
        text = text_of((await browser.get("/sources/acute")).text)
        assert "Allergies" in text
        assert f"3 PV1-4 {WHY}" in text
        assert (await browser.get("/sources/council")).status_code == 404


async def test_a_pair_is_decided_shown_in_the_history_and_taken_back(
    home: Path, fresh_database: str, fresh_key_database: str
) -> None:
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    housing = Feed("housing", "ZHO01", Category.HOUSING)
    lived = {"address": [{"line": ["4 Mill Lane"], "postalCode": "WL2 3DR"}]}
    acute.says["a"] = telling("ZAC01", "1", patient("Harper", "Joan", "1941-05-06", **lived))
    housing.says["h"] = telling("ZHO01", "9", patient("Harpur", "Joan", "1941-05-06", **lived), related=None)
    async with a_place(home, fresh_database, fresh_key_database, acute, housing) as place:
        await place.intake.ingest(acute.raw("a"))
        await place.intake.ingest(housing.raw("h"))
        await place.identity.propose()
        rooms = {"identifying": Identifying(place.records, place.record, place.vault)}
        async with browsing(ENGINEER, **rooms) as browser:
            (pair,) = links((await browser.get("/matches")).text, "/matches/[0-9a-f]{32}")
            html = (await browser.get(pair)).text
            for part in ("HARPER", "HARPUR", "4 Mill Lane", "The same birth date", "Different"):
                assert part in text_of(html)
            (history,) = links(html, "/people/[0-9a-f]{32}/links")
            told = TOKEN | {"verdict": "link", "because": "Asked the tenancy team"}
            assert (await browser.post(pair, data=told)).status_code == 303
            assert "Decided: same person" in text_of((await browser.get(pair)).text)
            assert "No pair waits" in (await browser.get("/matches")).text
            second = await browser.post(pair, data=told)
            assert second.status_code == 409
            assert "Somebody decided that they are one person" in text_of((await browser.get(history)).text)
            because = TOKEN | {"because": "It was her sister"}
            assert (await browser.post(f"{pair}/undo", data=because)).status_code == 303
            assert links((await browser.get("/matches")).text, "/matches/[0-9a-f]{32}") == [pair]
        async with browsing(DOCTOR, **rooms) as browser:
            for path in ("/matches", pair, history):
                assert (await browser.get(path)).status_code == 403
