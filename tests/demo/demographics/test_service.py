"""The demographics service over HTTP: numbers, old numbers, taken numbers, and people who must not be
found.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from demo import numbers
from demo.demographics.register import Register
from demo.demographics.service import service
from demo.lives import lives
from demo.serving import Server

PEOPLE = {p.key: p for p in lives(7, 40, date(2026, 11, 22))}
NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    server = Server(0, service(Register(PEOPLE.values()), "the-key"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    headers = {"authorization": "Bearer the-key", "x-request-id": str(uuid.uuid4())}
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers=headers, trust_env=False) as client:
        yield client.request
    server.shutdown()
    server.server_close()
    thread.join()


def number(key: str) -> str:
    held = PEOPLE[key].numbers.nhs
    assert held
    return held


def by_number(ask: Ask, value: str) -> httpx.Response:
    return ask("POST", "/Patient/_search", data={"identifier": f"{NUMBER}|{value}"})


def only(answer: httpx.Response) -> dict[str, Any]:
    bundle = answer.json()
    assert (answer.status_code, bundle["type"], bundle["total"]) == (200, "searchset", 1)
    resource: dict[str, Any] = bundle["entry"][0]["resource"]
    return resource


def code(answer: httpx.Response) -> str:
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    return str(told["issue"][0]["details"]["coding"][0]["code"])


def test_a_number_in_the_body_finds_its_person(ask: Ask) -> None:
    found = only(by_number(ask, number("brian")))
    assert found["id"] == number("brian")
    assert found["name"][0]["family"] == "Holloway"
    assert found["birthDate"] == "1947-03-14"
    assert found["meta"]["security"][0]["code"] == "U"
    assert found["address"][0]["extension"][0]["extension"][1]["valueString"] == "999000001012"
    assert found["generalPractitioner"][0]["identifier"]["value"] == "ZGP01"


def test_a_number_in_the_address_works_as_nationally(ask: Ask) -> None:
    answer = ask("GET", f"/Patient/{number('brian')}")
    assert answer.json()["id"] == number("brian")
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["content-type"] == "application/fhir+json"


def test_a_superseded_number_answers_with_the_newer(ask: Ask) -> None:
    (old,) = PEOPLE["superseded"].numbers.superseded
    assert only(by_number(ask, old))["id"] == number("superseded")
    assert ask("GET", f"/Patient/{old}").json()["id"] == number("superseded")
    assert old not in ask("GET", f"/Patient/{old}").text


def test_an_invalidated_number_leads_nowhere(ask: Ask) -> None:
    (bad,) = PEOPLE["invalidated"].numbers.invalidated
    for answer in (by_number(ask, bad), ask("GET", f"/Patient/{bad}")):
        assert (answer.status_code, code(answer)) == (404, "INVALIDATED_RESOURCE")
        assert number("invalidated") not in answer.text
        assert "Marsh" not in answer.text


def test_an_unknown_number_is_not_found(ask: Ask) -> None:
    nobody = numbers.nhs_number(900)
    assert by_number(ask, nobody).json()["total"] == 0
    answer = ask("GET", f"/Patient/{nobody}")
    assert (answer.status_code, code(answer)) == (404, "RESOURCE_NOT_FOUND")


def test_a_scottish_number_finds_nobody_although_its_sum_fits(ask: Ask) -> None:
    chi = PEOPLE["scot"].numbers.chi
    assert chi
    assert by_number(ask, chi).json()["total"] == 0


@pytest.mark.parametrize("value", ["9990000000", "abc", "", "999 000 0018", "９９９０００００１８"])
def test_what_is_no_number_is_refused_without_repeating_it(ask: Ask, value: str) -> None:
    answer = by_number(ask, value)
    assert (answer.status_code, code(answer)) == (400, "INVALID_VALUE")
    assert not value or value not in answer.text


def test_a_restricted_person_has_no_place(ask: Ask) -> None:
    person = PEOPLE["restricted-address"]
    found = only(by_number(ask, number(person.key)))
    assert found["meta"]["security"][0]["code"] == "R"
    assert not {"address", "telecom", "generalPractitioner", "contact"} & set(found)
    assert person.home
    assert person.home.postcode not in json.dumps(found)


def test_deaths_are_told_with_their_kind(ask: Ask) -> None:
    for key, status in (("informal-death", "1"), ("formal-death", "2")):
        found = only(by_number(ask, number(key)))
        (notice,) = [e for e in found["extension"] if e["url"].endswith("DeathNotificationStatus")]
        assert notice["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == status
        assert found["deceasedDateTime"]


def test_a_search_by_form_is_the_search_by_query(ask: Ask) -> None:
    asked = {"family": "Holloway", "given": "Brian", "birthdate": "eq1947-03-14"}
    by_form = only(ask("POST", "/Patient/_search", data=asked))
    assert by_form == only(ask("GET", "/Patient", params=asked))
    assert by_form["id"] == number("brian")


def test_too_many_are_said_to_be_too_many_and_not_shown(ask: Ask) -> None:
    asked = {"family": "Brightwell", "birthdate": "eq2019-06-11", "_max-results": "1"}
    answer = ask("POST", "/Patient/_search", data=asked)
    assert (answer.status_code, code(answer)) == (200, "TOO_MANY_MATCHES")
    assert "Amelia" not in answer.text


def test_twins_carry_their_order(ask: Ask) -> None:
    assert [only(by_number(ask, number(k)))["multipleBirthInteger"] for k in ("twin-one", "twin-two")] == [
        1,
        2,
    ]


def test_callers_need_the_key_and_a_request_id(ask: Ask) -> None:
    answer = ask("GET", "/Patient", headers={"authorization": "Bearer other"})
    assert (answer.status_code, code(answer)) == (401, "ACCESS_DENIED")
    assert code(ask("GET", "/Patient", headers={"x-request-id": "7"})) == "INVALID_VALUE"


def test_request_and_correlation_ids_come_back(ask: Ask) -> None:
    mine = str(uuid.uuid4())
    answer = ask("GET", "/Patient", headers={"x-correlation-id": mine})
    assert answer.headers["x-correlation-id"] == mine
    assert uuid.UUID(answer.headers["x-request-id"])


def test_other_bodies_and_paths_are_refused(ask: Ask) -> None:
    assert code(ask("POST", "/Patient/_search", json={"identifier": "x"})) == "INVALID_VALUE"
    assert code(ask("POST", "/Patient")) == "UNSUPPORTED_SERVICE"
    assert code(ask("GET", "/Practitioner")) == "UNSUPPORTED_SERVICE"
    assert ask("POST", "/Patient/_search", content=b"x" * 1_000_001).status_code == 413
