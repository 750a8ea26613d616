"""The pages for what comes in, in a real browser: accessible, whole without script, readable at every size.

The pictures in docs/images are made here: run with CARERECORD_PICTURES=1 to keep new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import violations
from tests.browser.serving import served
from tests.doors.web import lives
from tests.doors.web.stubs import Stage, doctor, engineer, viewer
from tests.doors.web.work import EVENT, MATCH, RUN, Work, a_group, a_pair, a_run, a_side, an_entry
from tests.house.source_tree import ROOT

pytestmark = pytest.mark.browser

ENTRY = f"/review/{1:032x}"
LINKS = f"/people/{lives.PERSON}/links"
PATHS = {
    "review pile": "/review",
    "one source of the pile": "/review?source=case-system",
    "review entry": ENTRY,
    "vanished entry": f"/review/{2:032x}",
    "reading again": f"/review/runs/{RUN}",
    "possible matches": "/matches",
    "possible match": f"/matches/{MATCH}",
    "links": LINKS,
    "link undo": f"{LINKS}/{EVENT}",
    "sources": "/sources",
    "scorecard": "/sources/client-level-data",
    "scorecard of a silent source": "/sources/carers",
}
EACH_PATH = pytest.mark.parametrize("name", PATHS)
LONG = "urn:oid:2.16.840.1.113883.2.1.3.2.4.16.46/ReasonForReferralToAdultSocialCareFromHospitalDischargeTeam"


def hard() -> Work:
    """What is hard to lay out: long words, many reasons, restricted places, everything decided."""
    side = a_side(
        family="Featherstonehaugh-Cholmondeley", given=("Maximilian", "Bartholomew"), multiple_birth=True
    )
    many = tuple(f"Reason {n}: something that takes a whole line to say in words" for n in range(12))
    return Work(
        groups=tuple(a_group(9 * n + 1, field=LONG, reason=f"reason {n} " * 12) for n in range(40)),
        entries=tuple(an_entry(n + 1, field=LONG, part=LONG, excerpt=f"{LONG}|" * 8) for n in range(50)),
        more="more",
        going=a_run(5000),
        pairs=(
            a_pair(sides=(side, a_side(location_restricted=True)), for_it=many, against=many, state="linked",
                   decided_by="ie.novak", because=f"Asked the ward. {LONG}"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(autouse=True)
def fresh(stage: Stage) -> None:
    stage.caller = engineer()
    stage.work.__dict__.update(Work().__dict__)


@pytest.fixture(scope="module")
def base(stage: Stage) -> Iterator[str]:
    with served(viewer(stage)) as url:
        yield url


def shot(page: Page, name: str, folder: Path) -> None:
    """Keep a picture of the page; in docs only when asked for."""
    kept = ROOT / "docs" / "images" if os.environ.get("CARERECORD_PICTURES") else folder
    page.screenshot(path=kept / f"{name}.png", full_page=True)
    assert (kept / f"{name}.png").stat().st_size > 40_000


@EACH_PATH
@pytest.mark.parametrize("made", [Work, hard])
def test_axe_finds_nothing_on_a_page_of_what_comes_in(
    page: Page, base: str, stage: Stage, axe: str, name: str, made: type[Work]
) -> None:
    stage.work.__dict__.update(made().__dict__)
    page.goto(base + PATHS[name])
    assert violations(page, axe) == []


@pytest.mark.parametrize("path", ["/review", "/matches", LINKS, "/sources"])
def test_axe_finds_nothing_on_a_page_with_nothing_on_it(
    page: Page, base: str, stage: Stage, axe: str, path: str
) -> None:
    stage.work.groups, stage.work.entries, stage.work.pairs = (), (), ()
    stage.work.events, stage.work.cards = (), ()
    page.goto(base + path)
    assert violations(page, axe) == []


def test_axe_finds_nothing_where_a_form_has_mistakes_nor_where_it_is_refused(
    page: Page, base: str, stage: Stage, axe: str
) -> None:
    for path, button in ((f"/matches/{MATCH}", "Keep this decision"), (ENTRY, "Close without reading again")):
        page.goto(base + path)
        page.click(f"button:has-text('{button}')")
        page.wait_for_selector(".nhsuk-error-summary:focus")
        assert violations(page, axe) == []
    stage.caller = doctor()
    page.goto(f"{base}/matches")
    assert "This cannot be done with your role" in page.inner_text("h1")
    assert violations(page, axe) == []


@EACH_PATH
def test_a_page_of_what_comes_in_does_nothing_that_its_policy_forbids(
    page: Page, base: str, name: str
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(base + PATHS[name], wait_until="load")
    assert complaints == []


@EACH_PATH
@pytest.mark.parametrize("made", [Work, hard])
def test_no_page_of_what_comes_in_scrolls_sideways_at_400_percent(
    page: Page, base: str, stage: Stage, name: str, made: type[Work]
) -> None:
    stage.work.__dict__.update(made().__dict__)
    page.goto(base + PATHS[name])
    for width in (320, 768):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reading_again_renews_its_figures_and_keeps_the_focus(page: Page, base: str, stage: Stage) -> None:
    page.goto(f"{base}/review/runs/{RUN}")
    page.focus("text=Back to what waits")
    stage.work.going = a_run(5000)
    page.wait_for_selector("#run:has-text('5,000 of 5,000')")
    assert "It is over" in page.inner_text("[role=status]")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Back to what waits"
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)  # a period in which it would have asked again
    assert asked == []


def test_an_engineer_settles_what_waits_without_script(chromium: Browser, base: str, stage: Stage) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto(base)
        assert page.inner_text("h1") == "Waiting for review"
        page.click("button:has-text('Read all again') >> nth=0")
        assert "3,120 of 5,000" in page.inner_text("main")
        stage.work.going = a_run(5000)
        page.click("text=ask for them again")
        assert "It is over" in page.inner_text("main")
        page.click("text=Back to what waits")
        page.click("text=row 17")
        page.fill("#because", "Sent by mistake, and withdrawn")
        page.click("text=Close without reading again")
        page.click("header >> text=Possible matches")
        page.click("text=HOLLAWAY")
        page.check("text=Not the same person")
        page.fill("#because", "Father and son")
        page.click("text=Keep this decision")
        assert "Decided: not the same person" in page.inner_text("main")
        page.click("header >> text=Sources")
        page.click("text=Client Level Data return")
        assert "Goes back 12 months" in page.inner_text("main")
        assert [what for what, _ in stage.work.done] == ["replay", "close", "decide"]
    finally:
        context.close()


@EACH_PATH
def test_everything_that_is_pressed_is_large_enough(page: Page, base: str, name: str) -> None:
    page.goto(base + PATHS[name])
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, td a, th a, .app-filter a')]
            .map(found => [found.textContent.trim(), found.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24).map(([text]) => text)"""
    )
    assert small == []


@EACH_PATH
def test_printing_leaves_what_was_found_and_takes_the_controls(page: Page, base: str, name: str) -> None:
    page.goto(base + PATHS[name])
    page.emulate_media(media="print")
    assert page.is_visible("h1")
    assert not page.is_visible("text=Sign out")
    assert page.locator("main button:visible").count() == 0
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 with its margins
    assert page.eval_on_selector_all("table", "all => all.map(t => t.scrollWidth).filter(w => w > 690)") == []


def test_pictures(page: Page, base: str, stage: Stage, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(f"{base}/review")
    shot(page, "review", tmp_path)
    page.goto(f"{base}/matches/{MATCH}")
    shot(page, "matches", tmp_path)
    page.goto(f"{base}/sources/client-level-data")
    shot(page, "scorecard", tmp_path)
