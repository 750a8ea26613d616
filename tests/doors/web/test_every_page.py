"""What every page of the viewer promises, whatever is on it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aggregator.doors.web.routes import described
from schemas.errors import Unavailable
from tests.doors.web import lives
from tests.doors.web.stubs import Stage

PERSON = f"/people/{lives.PERSON}"
PATHS = (
    "/",
    PERSON,
    f"{PERSON}/plan",
    f"{PERSON}/plan/edit",
    f"{PERSON}/passport",
    f"{PERSON}/looked",
    f"{PERSON}/emergency",
    "/emergency",
    "/locked",
    "/people/unknown",
)
EACH_PATH = pytest.mark.parametrize("path", PATHS)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;"


class Page(HTMLParser):
    """Tags and attributes of a page, the text of its title, its forms and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self.headings: list[int] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data
            self._in = ""


@EACH_PATH
def test_a_page_is_never_kept_and_runs_nothing_but_our_own(browser: TestClient, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


@EACH_PATH
def test_a_page_has_no_inline_script_no_inline_style_and_nothing_from_outside(
    browser: TestClient, path: str
) -> None:
    for tag, attributes in Page(browser.get(path).text).tags:
        assert tag not in ("style", "iframe", "object", "embed", "base")
        assert tag != "script" or attributes.get("src", "").startswith("/static/")
        assert not [a for a in attributes if a.startswith("on") or a == "style"]
        for name in ("src", "href", "action"):
            told = attributes.get(name) or "/"
            assert re.match(r"#|/(?!/)", told)


@EACH_PATH
def test_neither_title_nor_address_nor_header_tells_who_it_is_about(browser: TestClient, path: str) -> None:
    reply = browser.get(path)
    page = Page(reply.text)
    links = [v for _, a in page.tags for n, v in a.items() if n in ("href", "action", "src") and v]
    told = " ".join([page.title, *links, str(reply.headers)]).casefold()
    assert "holloway" not in told
    assert "brian" not in told
    assert lives.NUMBER not in re.sub(r"\D", "", told.replace(lives.PERSON, ""))


@EACH_PATH
def test_every_form_of_a_page_carries_its_token_and_goes_by_post_to_us(
    browser: TestClient, path: str
) -> None:
    text = browser.get(path).text
    forms = re.findall(r"<form\b.*?</form>", text, re.S)
    assert path == "/locked" or forms
    for form in forms:
        assert 'method="post"' in form
        assert 'name="form_token" value="token-of-this-session"' in form


@EACH_PATH
def test_a_page_has_one_first_heading_a_skip_link_and_no_skipped_level(
    browser: TestClient, path: str
) -> None:
    text = browser.get(path).text
    page = Page(text)
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert text.index("nhsuk-skip-link") < text.index("<header")
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))


@EACH_PATH
def test_who_is_not_signed_in_gets_the_sign_in_page_and_nothing_else(
    browser: TestClient, stage: Stage, path: str
) -> None:
    stage.caller = None
    reply = browser.get(path)
    assert reply.status_code == (200 if path in ("/", "/locked") else 401)
    assert "Holloway" not in reply.text.title()
    assert 'href="/sign-in"' in reply.text


def test_hostile_words_stay_words(browser: TestClient, stage: Stage) -> None:
    flag = {
        "resourceType": "Flag",
        "status": "active",
        "code": {"text": HOSTILE},
        "period": {"start": HOSTILE},
    }
    named = lives.who(name=[{"family": HOSTILE, "given": [HOSTILE]}], gender=HOSTILE)
    more = [
        lives.told(flag, "acute", id=f"x{h.value}", heading=h)
        for h in lives.HEADINGS
        if h.value != "demographics"
    ]
    more.append(lives.told(named, "gp", id="xp", on=20))
    stage.records = {lives.PERSON: lives.a_record(*more)}
    for path in (PERSON, f"{PERSON}/plan", f"{PERSON}/looked"):
        text = browser.get(path).text
        assert "alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_when_nothing_can_answer_safely_the_page_says_whom_to_phone(
    browser: TestClient, stage: Stage
) -> None:
    stage.fails = Unavailable("record store")
    reply = browser.get(PERSON)
    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "5"
    assert "Phone the organisation" in reply.text
    assert "does not mean that there is none" in reply.text


def test_a_fault_shows_nothing_of_its_cause(browser: TestClient, stage: Stage) -> None:
    stage.fails = ValueError("HOLLOWAY 999 000 0018")
    reply = browser.get(PERSON)
    assert reply.status_code == 500
    assert "999" not in reply.text
    assert "HOLLOWAY" not in reply.text


def test_absent_and_forbidden_and_not_found_are_the_same_bytes(browser: TestClient, stage: Stage) -> None:
    absent = browser.get("/people/0123456789abcdef0123456789abcdef")
    malformed = browser.get("/people/%3Cscript%3E")
    stage.records = {}
    forbidden = browser.get(PERSON)
    form = {"form_token": "token-of-this-session", "by": "number", "number": lives.NUMBER}
    found_nobody = browser.post("/find", data=form)
    by_name = browser.post(
        "/find", data=form | {"by": "name", "family": "X", "day": "1", "month": "1", "year": "1950"}
    )
    replies = [absent, malformed, forbidden, found_nobody, by_name]
    assert {r.status_code for r in replies} == {404}
    assert len({r.content for r in replies}) == 1
    assert len({tuple(sorted(r.headers.items())) for r in replies}) == 1
    assert "This does not mean that none exists" in absent.text


def test_the_reader_is_named_and_the_service_has_the_name_that_the_place_gives_it(
    browser: TestClient,
) -> None:
    text = browser.get("/").text
    assert "Dr Asha Patel" in text
    assert "Wolds General Hospital" in text
    assert "Wolds shared care record" in text


def test_every_page_is_described_in_its_first_line() -> None:
    assert all(words.endswith(".") for _, _, words in described())


def test_no_font_is_fetched_and_no_nhs_logo_is_shipped() -> None:
    import aggregator.doors.web as web

    folder = Path(web.__file__).parent
    css = (folder / "static" / "vendor" / "nhsuk-frontend.min.css").read_text() + (
        folder / "static" / "viewer.css"
    ).read_text()
    assert "@font-face" not in css
    assert "https://" not in css
    pages = "".join(p.read_text() for p in (folder / "templates").glob("*.html"))
    assert "nhsuk-header__logo" not in pages


def test_a_dead_persons_banner_differs_in_words_and_pattern(browser: TestClient, stage: Stage) -> None:
    dead = lives.who(deceasedDateTime="2026-11-18")
    stage.records = {lives.PERSON: lives.a_record(lives.told(dead, "gp", id="pd", on=40))}
    text = browser.get(PERSON).text
    assert "app-banner--dead" in text
    assert "Age at Death" in text
    assert "(reported, not confirmed)" in text


def test_emergency_and_location_restriction_stand_on_every_page_of_the_person(
    browser: TestClient, stage: Stage
) -> None:
    restricted = replace(lives.a_record(), location_restricted=True, emergency=True)
    stage.records = {lives.PERSON: restricted}
    for path in (PERSON, f"{PERSON}/plan", f"{PERSON}/looked", f"{PERSON}/passport"):
        text = browser.get(path).text
        assert (
            "Location restricted: do not write down or tell anyone where this person lives or is seen" in text
        )
        assert "Emergency access is on for this person" in text
