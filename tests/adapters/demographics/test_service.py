"""The trace against a real demographics service of the demo place, and against one that misbehaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from adapters.demographics import Demographics as Service
from adapters.demographics import Traced
from demo.demographics.register import Register
from demo.demographics.service import service
from demo.lives import Person, lives
from demo.serving import Server
from schemas.identifiers import NhsNumber
from schemas.person import Demographics

PEOPLE = {p.key: p for p in lives(7, 60, date(2026, 11, 22))}


@dataclass(slots=True)
class Place:
    """The running service, its key, and every address that was asked for."""

    url: str
    key_file: Path
    seen: list[str]

    def trace(self, number: str | None, who: Demographics) -> Traced:
        async def ask() -> Traced:
            async def note(request: httpx.Request) -> None:
                self.seen.append(str(request.url))

            async with httpx.AsyncClient(trust_env=False, event_hooks={"request": [note]}) as client:
                asked = NhsNumber(number) if number else None
                return await Service(self.url, client, self.key_file).trace(asked, who)

        return anyio.run(ask)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    key_file = tmp_path_factory.mktemp("key") / "key"
    key_file.write_text("the-key\n")
    server = Server(0, service(Register(PEOPLE.values()), "the-key"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Place(f"http://127.0.0.1:{server.port}", key_file, [])
    server.shutdown()
    server.server_close()
    thread.join()


def who(person: Person, **other: Any) -> Demographics:
    home = person.home
    told = Demographics(
        person.name.family,
        person.name.given,
        person.birth_date,
        person.gender,
        home.postcode if home else "",
        person.birth_order is not None,
    )
    return replace(told, **other)


def some(**wanted: bool) -> Iterator[Person]:
    """People for whom each named thing is as told."""
    for person in PEOPLE.values():
        have = {
            "number": bool(person.numbers.nhs),
            "old": bool(person.numbers.superseded),
            "taken": bool(person.numbers.invalidated),
            "hidden": person.location_restricted,
            "twin": person.birth_order is not None,
        }
        if all(have[name] == value for name, value in wanted.items()):
            yield person


def test_a_right_number_is_verified_and_in_no_address(place: Place) -> None:
    person = next(some(number=True, hidden=False))
    traced = place.trace(person.numbers.nhs, who(person))
    assert (traced.outcome, traced.number) == ("verified", NhsNumber(str(person.numbers.nhs)))
    assert traced.patient is not None
    assert not any(str(person.numbers.nhs) in address for address in place.seen)


def test_an_old_number_leads_to_the_newer(place: Place) -> None:
    person = next(some(old=True))
    traced = place.trace(person.numbers.superseded[0], who(person))
    assert (traced.outcome, traced.number) == ("superseded", NhsNumber(str(person.numbers.nhs)))


def test_a_number_that_was_taken_away_leads_nowhere(place: Place) -> None:
    person = next(some(taken=True))
    traced = place.trace(person.numbers.invalidated[0], who(person))
    assert (traced.outcome, traced.number, traced.patient) == ("invalidated", None, None)


def test_somebody_elses_number_is_a_mismatch_and_tells_nothing_of_them(place: Place) -> None:
    person, *_, other = some(number=True, twin=False)
    traced = place.trace(other.numbers.nhs, who(person))
    assert (traced.outcome, traced.number, traced.patient) == ("mismatch", None, None)


def test_a_twins_number_is_never_the_other_twins(place: Place) -> None:
    twins = [p for p in some(twin=True) if p.numbers.nhs]
    pairs = [(a, b) for a in twins for b in twins if a is not b and a.birth_date == b.birth_date]
    assert pairs
    for one, other in pairs:
        assert place.trace(other.numbers.nhs, who(one)).outcome == "mismatch"
        assert place.trace(one.numbers.nhs, who(one)).outcome == "verified"


def test_a_number_that_nobody_has_is_not_found(place: Place) -> None:
    assert place.trace("9999999999", who(next(some(number=True)))).outcome == "not-found"


def test_a_hidden_place_is_told_as_hidden(place: Place) -> None:
    person = next(some(number=True, hidden=True))
    assert place.trace(person.numbers.nhs, who(person)).location_restricted is True


def test_without_a_number_name_birth_date_and_postcode_find_the_one(place: Place) -> None:
    person = next(p for p in some(number=True, hidden=False) if p.home and p.home.postcode)
    traced = place.trace(None, who(person))
    assert (traced.outcome, traced.number) == ("verified", NhsNumber(str(person.numbers.nhs)))
    assert place.trace(None, who(person, postcode="ZZ1 1ZZ")).outcome == "not-found"
    assert place.trace(None, who(person, birth_date=None)).outcome == "not-found"
    assert place.trace(None, who(person, given=())).outcome == "not-found"


def test_a_wildcard_in_a_name_asks_for_nobody_more(place: Place) -> None:
    person = next(some(number=True, hidden=False))
    assert place.trace(None, who(person, given=("*",))).outcome in ("not-found", "unavailable")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(401, json={}),
        httpx.Response(404, html="no"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"resourceType": "Patient"}),
        httpx.Response(200, json={"resourceType": "Bundle", "entry": [{}]}),
        httpx.Response(
            200, json={"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}
        ),
        httpx.Response(200, json={"resourceType": "OperationOutcome"}),
        httpx.Response(200, content=b"{", headers={"content-type": "application/json"}),
    ],
    ids=["error", "key", "page", "list", "patient", "empty-entry", "no-number", "no-code", "half"],
)
def test_an_odd_answer_is_unavailable_and_never_not_found(answer: httpx.Response) -> None:
    async def ask() -> tuple[Traced, list[str]]:
        transport = httpx.MockTransport(lambda _: answer)
        async with httpx.AsyncClient(transport=transport) as client:
            asked = Service("http://demographics.example", client)
            claim = who(next(some(number=True)))
            return await asked.trace(NhsNumber("9990000018"), claim), await asked.check()

    traced, problems = anyio.run(ask)
    assert traced.outcome == "unavailable"
    assert all("demographics service" in p for p in problems)


def test_too_many_are_many() -> None:
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"details": {"coding": [{"code": "TOO_MANY_MATCHES"}]}}],
    }

    async def ask() -> Traced:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, json=outcome))
        async with httpx.AsyncClient(transport=transport) as client:
            return await Service("http://demographics.example", client).trace(
                None, who(next(some(number=True)))
            )

    assert anyio.run(ask).outcome == "many"
