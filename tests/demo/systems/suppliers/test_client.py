"""The suppliers' client signs what the issuer takes, tries again where that may help, and prints no content."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.lives.named import named
from demo.signin.assertions import Assertions
from demo.signin.keys import system_keys
from demo.systems.suppliers import choices, client
from demo.systems.suppliers.choices import Desk, entered_by, parameters
from demo.systems.suppliers.client import GaveUp, Tokens

TODAY = date(2026, 11, 22)
PEOPLE = {p.key: p for p in named(TODAY)}
Answer = Callable[[httpx.Request], httpx.Response]
ISSUER, FHIR = "http://127.0.0.1:9/issuer", "http://127.0.0.1:9/fhir"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.time, "sleep", lambda _: None)


def through(answer: Answer) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


def tokens(http: httpx.Client, folder: Path) -> Tokens:
    system_keys(folder)
    return Tokens(http, ISSUER, "sys.gp", folder / "clients" / "sys.gp.jwk")


def given(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"access_token": "t", "expires_in": 300})


def test_the_issuer_takes_the_assertion_once(tmp_path: Path) -> None:
    import time

    keys = system_keys(tmp_path)
    signed = tokens(through(given), tmp_path).assertion()
    door = Assertions(f"{ISSUER}/token", keys, time.time)
    assert door.client(signed) == "sys.gp"


def test_a_token_is_asked_for_once_and_again_when_it_was_refused(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path.endswith("/token"):
            return given(request)
        return httpx.Response(401 if asked.count("/fhir") == 1 else 200)

    with through(answer) as http:
        holder = tokens(http, tmp_path)
        assert client.push(http, FHIR, holder, "r1", b"{}")
        assert client.push(http, FHIR, holder, "r2", b"{}")
    assert asked == ["/issuer/token", "/fhir", "/issuer/token", "/fhir", "/fhir"]


def test_a_door_that_is_not_well_is_tried_again_with_the_same_request_id(tmp_path: Path) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return given(request)
        seen.append(request.headers["x-request-id"])
        return httpx.Response(503 if len(seen) < 3 else 200)

    with through(answer) as http:
        assert client.push(http, FHIR, tokens(http, tmp_path), "r1", b"{}")
    assert seen == ["r1"] * 3


def test_a_refusal_is_told_by_request_id_code_and_element_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"code": "invalid", "diagnostics": "Holloway", "expression": ["Patient.name"]}],
    }

    def answer(request: httpx.Request) -> httpx.Response:
        return given(request) if request.url.path.endswith("/token") else httpx.Response(422, json=outcome)

    with through(answer) as http:
        assert not client.push(http, FHIR, tokens(http, tmp_path), "r1", b'{"name":"Holloway"}')
    told = capsys.readouterr().err
    assert "r1 answered 422 invalid at Patient.name" in told
    assert "Holloway" not in told


def test_a_door_that_never_answers_is_given_up() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    with through(answer) as http, pytest.raises(GaveUp):
        client.send(http, lambda: http.build_request("GET", FHIR))
    with through(answer) as http, pytest.raises(GaveUp):
        client.wait_for(http, FHIR, 0.01)


class Door:
    """A shared record that learns of relationships only after a while."""

    def __init__(self, after: int = 0, answer: int = 201, unknown: int = 0) -> None:
        self.after, self.status, self.asked = after, answer, 0
        self.unknown, self.searched = unknown, 0
        self.kept: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/local/token"):
            return httpx.Response(200, json={"access_token": request.content.decode()})
        if request.url.path.endswith("_search"):
            assert not request.url.query
            self.searched += 1
            # Nobody is found by an outcome in the answer, not by an empty one.
            unknown = {"resourceType": "OperationOutcome", "issue": []}
            found = unknown if self.searched <= self.unknown else {"resourceType": "Patient", "id": "abc"}
            return httpx.Response(200, json={"entry": [{"resource": found}]})
        self.asked += 1
        if self.asked <= self.after:
            return httpx.Response(403)
        self.kept.append((request.headers["authorization"], {"path": request.url.path}))
        return httpx.Response(self.status)


def test_a_choice_waits_for_its_relationship_and_is_entered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices.time, "sleep", lambda _: None)
    door, noted = Door(after=2, unknown=2), set[str]()
    person = PEOPLE["housing-objection"]
    with through(door) as http:
        desk = Desk(http, FHIR, ISSUER, "secret")
        desk.enter([person], noted, lambda _: None)
        desk.enter([person], noted, lambda _: None)
    assert noted == {c.id for c in person.choices}
    users = [authorization for authorization, _ in door.kept]
    assert users == ["Bearer user=ho.reid", "Bearer user=cpn.walsh"]


def test_a_plan_that_is_there_already_stays_and_is_no_complaint(capsys: pytest.CaptureFixture[str]) -> None:
    with through(Door(answer=412)) as http:
        assert Desk(http, FHIR, ISSUER, "secret").plan(PEOPLE["brian"])
    assert capsys.readouterr().err == ""


def test_what_is_not_taken_in_time_is_told_without_content(capsys: pytest.CaptureFixture[str]) -> None:
    with through(Door(after=99)) as http:
        desk = Desk(http, FHIR, ISSUER, "secret", patience=0.0)
        assert not desk.choose(PEOPLE["brian"], PEOPLE["brian"].choices[0])
    told = capsys.readouterr().err
    assert "answered 403" in told
    assert "Holloway" not in told


def test_an_objection_is_entered_by_those_whose_information_it_is() -> None:
    permission, objection = PEOPLE["housing-objection"].choices
    assert (entered_by(permission), entered_by(objection)) == ("ho.reid", "cpn.walsh")
    wish = {p["name"]: p["valueString"] for p in parameters(objection)["parameter"]}
    assert wish == {"effect": "deny", "organisation": "ZHO01", "category": "mental-health"}
