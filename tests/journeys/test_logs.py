"""No log, no output of any process and no address tells who is cared for, whatever went well or wrong."""

from __future__ import annotations

import socket
import uuid

import pytest

from demo import numbers
from tests.journeys.quiet import assert_quiet, leaks, written
from tests.journeys.running import Place
from tests.journeys.test_hl7 import line, message
from tests.journeys.test_push import observation, transaction


def test_the_search_for_words_finds_what_it_should(place: Place) -> None:
    """So that the next test can fail."""
    brian = place.lives["brian"]
    assert brian.numbers.nhs is not None
    number = brian.numbers.nhs
    for text in (number, f"{number[:3]} {number[3:6]} {number[6:]}", "HOLLOWAY^BRIAN", "x H1000000 y"):
        assert leaks(text, {"brian": brian}) != []
    assert leaks("nothing of the kind", {"brian": brian}) == []


def test_good_and_bad_traffic_leaves_no_trace_of_anybody(place: Place) -> None:
    doctor, hospital = place.signed_in("dr.patel"), place.signed_in("sys.acute")
    addresses = []
    for key, person in place.lives.items():
        if person.numbers.nhs is None:
            continue
        found = doctor.search(person.numbers.nhs).json()
        addresses += [entry.get("fullUrl", "") for entry in found.get("entry", [])]
        addresses += [link["url"] for link in found.get("link", [])]
        doctor.get(f"/Patient?identifier={person.numbers.nhs}")
        doctor.get(f"/Patient/{person.numbers.nhs}/$record")
        doctor.ask("POST", "/Patient/_search", data={"family": person.name.family, "birthdate": "x"})
        wrong = observation("nobody", key) | {
            "status": person.name.family,
            "note": [{"text": person.numbers.nhs}],
        }
        for body in (wrong, transaction(wrong)):
            told = hospital.post(
                "/Observation" if body is wrong else "", body, X_Request_ID=str(uuid.uuid4())
            )
            assert told.status_code < 500
            assert leaks(told.text, {key: person}) == [], "a refusal names the element, not the value"
    brian = doctor.find("brian")
    kept = hospital.post("/Observation", observation(brian, uuid.uuid4().hex))
    addresses.append(kept.headers["location"])
    with line(place) as door:
        door.say(message(number=numbers.nhs_number(0)))
        door.say(message(number=numbers.nhs_number(0)[:9] + "0"))
        door.say(message().replace(b"19410203", numbers.nhs_number(0).encode()))
        door.say(numbers.nhs_number(0).encode() * 100)
    with socket.create_connection(("127.0.0.1", place.port), timeout=10) as raw:
        raw.sendall(f"GET /{numbers.nhs_number(0)} HTTP/9.9\r\n\r\n".encode())
        raw.recv(4096)
    assert leaks("\n".join(addresses), place.lives) == []
    assert_quiet(place)


@pytest.mark.parametrize("name", ["postgres.log", "output.log", "place.json"])
def test_what_is_searched_is_really_there(place: Place, name: str) -> None:
    assert name in {found for found, _ in written(place)}
