"""What people type: nothing of it in an address, nothing kept from a forged page, mistakes said in words."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from schemas.errors import NothingToShow
from tests.doors.web import lives
from tests.doors.web.stubs import Stage

PERSON = f"/people/{lives.PERSON}"
TOKEN = {"form_token": "token-of-this-session"}
BORN = {"by": "name", "family": "Holloway", "day": "14", "month": "3", "year": "1947"}


@pytest.mark.parametrize("typed", ["9990000018", "999 000 0018", "999-000-0018", " 999.000.0018 "])
def test_a_number_with_any_separators_finds_the_person(browser: TestClient, stage: Stage, typed: str) -> None:
    reply = browser.post("/find", data=TOKEN | {"by": "number", "number": typed})
    assert (reply.status_code, reply.headers["location"]) == (303, PERSON)
    assert stage.asked == [("by_number", lives.NUMBER)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "Enter an NHS number"), ("999 000 001", "10 digits"), ("999 000 0019", "last digit does not fit")],
)
def test_a_number_that_cannot_be_one_is_told_and_nobody_is_searched(
    browser: TestClient, stage: Stage, typed: str, says: str
) -> None:
    reply = browser.post("/find", data=TOKEN | {"by": "number", "number": typed})
    assert reply.status_code == 400
    assert says in reply.text
    assert "There is a problem" in reply.text
    assert "<title>Error: " in reply.text
    assert stage.asked == []


def test_several_people_of_one_name_are_listed_without_a_patient_banner(
    browser: TestClient, stage: Stage
) -> None:
    reply = browser.post("/find", data=TOKEN | BORN)
    assert reply.status_code == 200
    assert "HOLLOWAY, Brian Edward (Mr)" in reply.text
    assert "app-banner" not in reply.text


@pytest.mark.parametrize(
    "wrong", [{"month": "13"}, {"year": "47"}, {"day": "x"}, {"day": "", "month": "", "year": ""}]
)
def test_a_birth_date_that_is_none_is_told(browser: TestClient, stage: Stage, wrong: dict[str, str]) -> None:
    reply = browser.post("/find", data=TOKEN | BORN | wrong)
    assert reply.status_code == 400
    assert "date of birth" in reply.text
    assert 'value="Holloway"' in reply.text  # what was typed is still there
    assert stage.asked == []


@pytest.mark.parametrize(
    "path",
    ["/find", "/sign-out", "/emergency", f"{PERSON}/plan", f"{PERSON}/passport", f"{PERSON}/emergency"],
)
@pytest.mark.parametrize("token", ["", "token-of-another-session"])
def test_a_form_that_is_not_from_this_session_does_nothing(
    browser: TestClient, stage: Stage, path: str, token: str
) -> None:
    reply = browser.post(path, data={"form_token": token, "by": "number", "number": lives.NUMBER})
    assert reply.status_code == 403
    assert stage.asked == []


def test_a_form_is_read_in_one_way_and_to_a_limit_only(browser: TestClient) -> None:
    twice = "form_token=token-of-this-session&by=number&by=name"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/find", content=twice, headers=headers).status_code == 400
    assert browser.post("/find", content="x=" + "a" * 200_000, headers=headers).status_code == 413
    assert browser.post("/find", content=b"x=\xff\xfe%ff", headers=headers).status_code == 400
    assert browser.post("/find", json={"by": "number"}).status_code == 415


def test_emergency_access_needs_a_listed_reason_and_words(browser: TestClient, stage: Stage) -> None:
    reply = browser.post(f"{PERSON}/emergency", data=TOKEN | {"reason": "curiosity", "why": ""})
    assert reply.status_code == 400
    assert "Choose the reason that applies" in reply.text
    assert "Say in a few words why" in reply.text
    assert "checked" not in browser.get(f"{PERSON}/emergency").text  # never prefilled
    assert stage.asked == []


def test_emergency_access_opens_the_record(browser: TestClient, stage: Stage) -> None:
    told = {"reason": "life-at-risk", "why": "Found on the floor", "number": "999 000 0018"}
    assert browser.post(f"{PERSON}/emergency", data=TOKEN | told).headers["location"] == PERSON
    assert browser.post("/emergency", data=TOKEN | told).headers["location"] == PERSON
    assert stage.asked[0] == ("emergency", (lives.PERSON, "life-at-risk", "Found on the floor"))


def test_emergency_access_to_an_unknown_number_is_the_one_page_of_nothing(
    browser: TestClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: object) -> None:
        raise NothingToShow()

    monkeypatch.setattr(stage, "by_number", nobody)
    told = {"reason": "life-at-risk", "why": "Found on the floor", "number": "999 000 0018"}
    reply = browser.post("/emergency", data=TOKEN | told)
    assert reply.content == browser.get("/people/unknown").content


def test_signing_out_ends_the_session_and_takes_the_cookie_back(browser: TestClient, stage: Stage) -> None:
    browser.cookies.set("carerecord", "a-cookie")
    reply = browser.post("/sign-out", data=TOKEN)
    assert reply.headers["location"] == "/"
    assert stage.asked == [("end", "a-cookie")]
    assert "carerecord=" in reply.headers["set-cookie"]
    assert "Max-Age=0" in reply.headers["set-cookie"]
