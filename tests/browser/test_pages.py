"""The viewer in a real browser: accessible, whole without script, and nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from aggregator.care.passport.document import Issue, document
from aggregator.care.passport.sheet import sheet
from schemas.caller import CallerKind
from schemas.codes import Audience
from schemas.record import Record
from tests.browser.conftest import violations
from tests.browser.serving import served
from tests.doors.web import lives
from tests.doors.web.stubs import Stage, doctor, viewer
from tests.doors.web.test_plan_page import a_plan

pytestmark = pytest.mark.browser

PERSON = f"/people/{lives.PERSON}"
PATHS = {
    "find": "/",
    "record": PERSON,
    "plan": f"{PERSON}/plan",
    "plan form": f"{PERSON}/plan/edit",
    "passport": f"{PERSON}/passport",
    "looked": f"{PERSON}/looked",
    "emergency access": f"{PERSON}/emergency",
    "nothing": "/people/unknown",
}
EACH_PATH = pytest.mark.parametrize("name", PATHS)


def passport(record: Record) -> dict[str, Any]:
    told = sheet(record, Audience.SYSTEM, "ZAC01")
    made: dict[str, Any] = document(record, told, Issue("p", 0, "ZAC01", "", "ZAC01"))
    return made


@pytest.fixture(scope="module")
def stage() -> Stage:
    looked = {
        "at": datetime(2026, 11, 22, 9, 14, tzinfo=UTC),
        "role": "doctor",
        "organisation": "ZAC01",
        "purpose": "direct_care",
        "action": "$record",
        "outcome": "shown",
        "emergency": True,
    }
    return Stage(plan=a_plan(), looked=[looked], document=passport(lives.a_record()))


@pytest.fixture(scope="module")
def base(stage: Stage) -> Iterator[str]:
    with served(viewer(stage)) as url:
        yield url


@EACH_PATH
def test_axe_finds_nothing_on_a_page(page: Page, base: str, axe: str, name: str) -> None:
    page.goto(base + PATHS[name])
    assert violations(page, axe) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"location_restricted": True, "emergency": True, "withheld": True, "floor_withheld": True},
        {"linked": False},
    ],
)
def test_axe_finds_nothing_on_an_unusual_record(
    page: Page, base: str, axe: str, stage: Stage, changes: dict[str, bool]
) -> None:
    stage.records = {lives.PERSON: replace(lives.a_record(), **changes)}
    try:
        page.goto(base + PERSON)
        page.eval_on_selector_all("details", "all => all.forEach(d => { d.open = true })")
        assert violations(page, axe) == []
    finally:
        stage.records = {lives.PERSON: lives.a_record()}


def test_axe_finds_nothing_on_the_persons_own_page_nor_on_a_dead_persons(
    page: Page, base: str, axe: str, stage: Stage
) -> None:
    dead = lives.a_record(lives.told(lives.who(deceasedDateTime="2026-11-18"), "gp", id="pd", on=40))
    stage.records = {lives.PERSON: dead}
    try:
        page.goto(base + PERSON)
        assert violations(page, axe) == []
        stage.records = {lives.PERSON: lives.a_record()}
        stage.caller = doctor(kind=CallerKind.PERSON, role="person", own_person_id=lives.PERSON)
        page.goto(base + PERSON)
        assert violations(page, axe) == []
        assert "My medicines" in page.inner_text("main")
        assert "since 1 September 2026" in page.inner_text("main")
        assert "01-Sep-2026" not in page.inner_text("main")
    finally:
        stage.caller, stage.records = doctor(), {lives.PERSON: lives.a_record()}


@EACH_PATH
def test_a_page_does_nothing_that_its_own_policy_forbids(page: Page, base: str, name: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(base + PATHS[name], wait_until="networkidle")
    assert [c for c in complaints if "404" not in c] == []


@EACH_PATH
@pytest.mark.parametrize("width", [320, 768])
def test_no_page_scrolls_sideways_at_400_percent(page: Page, base: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(base + PATHS[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_is_left_in_the_browser(page: Page, base: str) -> None:
    for path in PATHS.values():
        page.goto(base + path, wait_until="networkidle")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
        assert page.evaluate("caches.keys().then(all => all.length)") == 0
    assert page.context.cookies() == []


def test_the_keyboard_comes_to_everything_and_the_banner_hides_nothing_that_has_focus(
    page: Page, base: str
) -> None:
    page.goto(base + PERSON)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    hidden, seen = [], 0
    for _ in range(60):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """() => {
                const found = document.activeElement, box = found.getBoundingClientRect();
                const banner = document.querySelector('.app-banner');
                const outside = 'header, .nhsuk-skip-link, .app-banner';
                const under = found.closest(outside) || found === document.body
                    ? false : box.bottom <= banner.getBoundingClientRect().bottom;
                return {under, what: found.outerHTML.slice(0, 120), height: box.height};
            }"""
        )
        seen += 1
        if place["under"]:
            hidden.append(place["what"])
    assert seen == 60
    assert hidden == []


def test_a_link_to_an_entry_does_not_end_up_under_the_banner(page: Page, base: str) -> None:
    entry = next(e.entry_id for e in lives.a_record().entries if e.heading.value == "home")
    page.goto(f"{base}{PERSON}#e-{entry}")
    tops = page.evaluate(
        """id => [document.getElementById(id).getBoundingClientRect().top,
                  document.querySelector('.app-banner').getBoundingClientRect().bottom]""",
        f"e-{entry}",
    )
    assert tops[0] >= tops[1] - 1


def test_everything_works_without_script(chromium: Browser, base: str, stage: Stage) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto(base)
        page.fill("#number", "999 000 0018")
        page.click("text=Find by NHS number")
        assert page.inner_text("h1") == "Shared care record"
        page.click("text=2 sources")
        page.click("nav >> text=Plan")
        page.click("text=Change the plan")
        page.click("text=Add an action")
        page.fill("#action-0-1-text", "Damp treated")
        page.fill("#action-0-1-lead", "Helen Reid")
        page.fill("#action-0-1-due", "02-Dec-2026")
        page.click("text=Save the plan")
        assert "Damp treated" in page.inner_text("main")
        assert stage.plan is not None
        assert stage.plan.version == 4
    finally:
        stage.plan = a_plan()
        context.close()


def test_a_mistake_in_a_form_takes_the_focus(page: Page, base: str) -> None:
    page.goto(base)
    page.fill("#number", "999 000 0019")
    page.click("text=Find by NHS number")
    page.wait_for_function("document.activeElement.className.includes('nhsuk-error-summary')")
    page.click("text=last digit does not fit >> nth=0")
    assert page.evaluate("document.activeElement.id") == "number"


def test_printing_shows_the_record_without_its_controls(page: Page, base: str) -> None:
    page.goto(base + PERSON)
    page.emulate_media(media="print")
    assert not page.is_visible("text=Sign out")
    assert page.is_visible("text=Read by Dr Asha Patel")
    assert page.is_visible("text=HOLLOWAY, Brian Edward (Mr)")
