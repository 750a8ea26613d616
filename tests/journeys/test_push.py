"""A system pushes: what was acknowledged is kept once, only its own organisation's, and all or nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.journeys.answers import Resource, good, outcome, resources
from tests.journeys.running import Place, Reader

SYSTEM = "https://hospital.example/observation"
READ = {"request": {"method": "GET", "url": "Patient"}}


def observation(person: str, name: str, value: float = 71.5) -> Resource:
    """A weight as a hospital would send it; `name` is the sender's own identifier."""
    return {
        "resourceType": "Observation",
        "identifier": [{"system": SYSTEM, "value": name}],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
        "subject": {"reference": f"Patient/{person}"},
        "effectiveDateTime": datetime(2026, 11, 20, 9, tzinfo=UTC).isoformat(),
        "valueQuantity": {
            "value": value,
            "unit": "kg",
            "system": "http://unitsofmeasure.org",
            "code": "kg",
        },
    }


def transaction(*members: Resource, kind: str = "transaction") -> Resource:
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"resource": r, "request": {"method": "POST", "url": r["resourceType"]}} for r in members],
    }


@pytest.fixture(scope="module")
def doctor(place: Place) -> Reader:
    return place.signed_in("dr.patel")


@pytest.fixture(scope="module")
def hospital(place: Place) -> Reader:
    return place.signed_in("sys.acute")


@pytest.fixture(scope="module")
def person(doctor: Reader) -> str:
    return doctor.find("mrs-p")


def held(doctor: Reader, person: str, name: str) -> list[dict[str, Any]]:
    """What the doctor sees in the record under one of the sender's identifiers."""
    record = good(doctor.get(f"/Patient/{person}/$record"))
    named = {"system": SYSTEM, "value": name}
    return [r for r in resources(record, "Observation") if named in r.get("identifier", [])]


def test_one_request_id_is_one_new_fact(doctor: Reader, hospital: Reader, person: str) -> None:
    name, request = uuid.uuid4().hex, str(uuid.uuid4())
    first = hospital.post("/Observation", observation(person, name), X_Request_ID=request)
    again = hospital.post("/Observation", observation(person, name), X_Request_ID=request)
    assert first.status_code == 201
    assert again.status_code in (200, 201)
    assert first.headers["location"] == again.headers["location"]
    assert len(held(doctor, person, name)) == 1


def test_one_request_id_is_one_transaction(doctor: Reader, hospital: Reader, person: str) -> None:
    name, request = uuid.uuid4().hex, str(uuid.uuid4())
    body = transaction(observation(person, name))
    first = good(hospital.post("", body, X_Request_ID=request))
    again = good(hospital.post("", body, X_Request_ID=request))
    assert first == again
    assert len(held(doctor, person, name)) == 1


def test_a_new_request_with_the_same_content_is_no_new_fact(
    doctor: Reader, hospital: Reader, person: str
) -> None:
    name = uuid.uuid4().hex
    for _ in range(2):
        good(hospital.post("", transaction(observation(person, name)), X_Request_ID=str(uuid.uuid4())))
    assert len(held(doctor, person, name)) == 1


@pytest.mark.parametrize("path", ["", "/Observation"])
def test_one_request_id_never_names_two_bodies(
    doctor: Reader, hospital: Reader, person: str, path: str
) -> None:
    name, request = uuid.uuid4().hex, str(uuid.uuid4())
    one, two = observation(person, name), observation(person, name, 99.9)
    bodies = (transaction(one), transaction(two)) if not path else (one, two)
    assert hospital.post(path, bodies[0], X_Request_ID=request).status_code in (200, 201)
    outcome(hospital.post(path, bodies[1], X_Request_ID=request), 422)
    (kept,) = held(doctor, person, name)
    assert kept["valueQuantity"]["value"] == 71.5


def test_the_landlord_writes_no_measurements(place: Place, doctor: Reader, person: str) -> None:
    name = uuid.uuid4().hex
    landlord = place.signed_in("sys.housing")
    outcome(landlord.post("/Observation", observation(person, name), X_Request_ID=str(uuid.uuid4())), 403)
    outcome(landlord.post("", transaction(observation(person, name)), X_Request_ID=str(uuid.uuid4())), 403)
    assert held(doctor, person, name) == []


def test_nobody_writes_as_another_organisation(place: Place, doctor: Reader, person: str) -> None:
    name = uuid.uuid4().hex
    disguised = observation(person, name) | {
        "meta": {
            "tag": [{"system": "https://carerecord.example/fhir/CodeSystem/controller", "code": "ZAC01"}]
        }
    }
    mental = place.signed_in("sys.mental")
    outcome(mental.post("/Observation", disguised, X_Request_ID=str(uuid.uuid4())), 403)
    assert held(doctor, person, name) == []


def test_a_transaction_is_kept_whole_or_not_at_all(doctor: Reader, hospital: Reader, person: str) -> None:
    good_name, bad_name = uuid.uuid4().hex, uuid.uuid4().hex
    nobody = observation(uuid.uuid4().hex, bad_name)
    for bad in (nobody, observation(person, bad_name) | {"status": "finished-ish"}):
        body = transaction(observation(person, good_name), bad)
        told = outcome(hospital.post("", body, X_Request_ID=str(uuid.uuid4())), 422)
        assert any("entry[1]" in e for issue in told["issue"] for e in issue.get("expression", []))
    assert held(doctor, person, good_name) == []
    assert held(doctor, person, bad_name) == []


def test_a_batch_keeps_what_it_can_and_says_what_not(doctor: Reader, hospital: Reader, person: str) -> None:
    name = uuid.uuid4().hex
    without_code = {k: v for k, v in observation(person, uuid.uuid4().hex).items() if k != "identifier"}
    body = transaction(observation(person, name), without_code, kind="batch")
    answer = hospital.post("", body, X_Request_ID=str(uuid.uuid4()))
    told = [entry["response"]["status"][:3] for entry in good(answer)["entry"]]
    assert told[0] == "201"
    assert len(told) == 2
    assert len(held(doctor, person, name)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"resourceType": "Bundle", "type": "searchset"}, 422),
        ({"resourceType": "Patient"}, 400),
        ([], 400),
        ({"resourceType": "Bundle", "type": "transaction", "entry": [READ]}, 422),
        ({"resourceType": "Bundle", "type": "transaction", "entry": [{"fullUrl": 7}]}, 422),
    ],
)  # fmt: skip
def test_every_refusal_is_an_outcome(hospital: Reader, body: Any, status: int) -> None:
    outcome(hospital.post("", body, X_Request_ID=str(uuid.uuid4())), status)


def test_a_request_id_that_is_no_uuid_is_refused(hospital: Reader, person: str) -> None:
    outcome(hospital.post("", transaction(observation(person, "x")), X_Request_ID="seven"), 400)


def test_people_do_not_push_as_systems_of_no_source(place: Place, person: str) -> None:
    outsider = place.signed_in("dr.outside")
    answer = outsider.post("", transaction(observation(person, "x")), X_Request_ID=str(uuid.uuid4()))
    outcome(answer, 403)
