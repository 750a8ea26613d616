"""A stranger's first look, in a real browser: sign in, find Brian, read, plan, print, see who looked.

The pictures in docs/images are made here: run with CARERECORD_PICTURES=1 to keep new ones.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.running import ROOT, Place

pytestmark = pytest.mark.browser

PICTURES = ROOT / "docs" / "images"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if not found:
        pytest.skip("Chromium is not installed (Debian package: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 1400}, accept_downloads=True)
    yield context.new_page()
    context.close()


def sign_in(page: Page, place: Place, user: str, purpose: str = "direct_care") -> None:
    page.goto(place.base)
    page.click("a:has-text('Sign in')")
    page.select_option("#purpose", purpose)
    page.click(f"button:has-text('Sign in as {user}')")
    page.wait_for_url(f"{place.base}/**")


def find(page: Page, number: str) -> None:
    page.fill("#number", number)
    page.click("text=Find by NHS number")


def picture(page: Page, name: str, folder: Path) -> None:
    """Keep a picture of the page's first screen; in docs only when asked for."""
    target = (PICTURES if os.environ.get("CARERECORD_PICTURES") else folder) / f"{name}.png"
    page.screenshot(path=target)
    assert target.stat().st_size > 50_000


def print_picture(pdf: Path, folder: Path) -> None:
    """Keep a picture of the first printed page; nothing on it may be blank."""
    program = shutil.which("pdftoppm")
    if not program:
        pytest.skip("pdftoppm is not installed (Debian package: poppler-utils)")
    target = (PICTURES if os.environ.get("CARERECORD_PICTURES") else folder) / "passport"
    subprocess.run([program, "-r", "90", "-png", "-f", "1", "-singlefile", pdf, target], check=True)
    assert target.with_suffix(".png").stat().st_size > 50_000


def number_of(place: Place, key: str) -> str:
    found = place.lives[key].numbers.nhs
    assert found is not None
    return found


def test_staff_read_change_the_plan_and_freeze_the_passport(
    page: Page, own_place: Place, tmp_path: Path
) -> None:
    own_place.wait_settled()
    number = number_of(own_place, "brian")
    sign_in(page, own_place, "dr.patel")
    find(page, f"{number[:3]} {number[3:6]} {number[6:]}")
    assert page.inner_text("h1") == "Shared care record"
    assert "HOLLOWAY, Brian Edward (Mr)" in page.inner_text(".app-banner")
    assert "Known allergies" in page.inner_text(".app-card--allergies")
    assert number not in page.url
    assert "Holloway" not in page.title()
    picture(page, "record", tmp_path)
    record = page.url
    page.click("nav >> text=Passport")
    page.click("button:has-text('Freeze')")
    assert "Sealed" in page.inner_text("main")
    with page.expect_download() as downloading:
        page.click("text=Download the PDF")
    printed = Path(downloading.value.path())
    assert printed.read_bytes().startswith(b"%PDF-")
    print_picture(printed, tmp_path)
    assert downloading.value.suggested_filename == "passport.pdf"
    page.click("text=Sign out")
    page.goto(record)
    assert "HOLLOWAY" not in page.content()
    sign_in(page, own_place, "sw.okafor")
    page.goto(f"{record}/plan")
    page.click("text=Change the plan")
    page.fill("#wishes", "My radios. My own front door. Gary. A warm kitchen.")
    page.click("text=Save the plan")
    assert "A warm kitchen." in page.inner_text("main")
    picture(page, "plan", tmp_path)


def test_a_stranger_sees_the_same_for_brian_as_for_nobody(page: Page, place: Place) -> None:
    sign_in(page, place, "dr.outside")
    find(page, number_of(place, "brian"))
    for_brian = page.content()
    page.goto(f"{place.base}/people/{'0' * 32}")
    assert page.content() == for_brian
    assert "This does not mean that none exists" in page.inner_text("main")


def test_an_engineer_starts_with_what_waits_and_sees_how_the_sources_do(page: Page, place: Place) -> None:
    sign_in(page, place, "ie.novak")
    assert page.inner_text("h1") == "Waiting for review"
    page.click("header >> text=Possible matches")
    assert page.inner_text("h1") == "Possible matches"
    page.click("header >> text=Sources")
    page.click("main tbody a >> nth=0")
    told = page.inner_text("main")
    assert "By heading" in told
    assert "Wolds General Hospital" in told
    page.click("text=Sign out")
    sign_in(page, place, "dr.patel")
    assert "Sources" not in page.inner_text("header")
    page.goto(f"{place.base}/sources")
    assert page.inner_text("h1") == "This cannot be done with your role"


def test_brian_reads_his_own_record_and_who_looked(page: Page, place: Place) -> None:
    sign_in(page, place, "brian", "own_record")
    assert page.inner_text("h1") == "My record"
    told = page.inner_text("main")
    assert "safeguarding" not in told.casefold()
    assert "end of his strength" not in told
    page.click("text=See who looked, when and why")
    assert "Wolds Homes" in page.inner_text("table")
