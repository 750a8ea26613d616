"""Another FHIR server is asked for one person, whole or not at all, and no identifier stands in an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anyio
import httpx
import pytest

from adapters.fhir_server import answer
from adapters.source import Ask, CannotBeAsked, Raw, SourceDown
from adapters.wire.rest import WrongPerson
from tests.adapters.fhir_server.neighbours import (
    BASE,
    DIGITS,
    NOW,
    NUMBER,
    OTHER,
    Server,
    allergy,
    capability,
    everything,
    page,
    patient,
    source,
)

FIRST = "/Patient/p1/$everything?_count=200"


ASK = Ask((), NUMBER)


def _asked(handler: Any, ask: Ask = ASK, **settings: Any) -> list[Raw]:
    made = source(handler, **settings)
    return anyio.run(lambda: made.pull_person(ask, NOW))


def _told(raws: Sequence[Raw]) -> list[str]:
    (raw,) = raws
    return [t.reference for t in answer.read(raw.content).facts]


def test_one_person_is_asked_for_with_the_number_in_a_body_only() -> None:
    server = Server(told=everything(patient(), allergy()))
    assert _told(_asked(server)) == ["AllergyIntolerance/a1"]
    assert [r.method for r in server.asked] == ["POST", "GET", "GET"]
    assert not any(DIGITS in str(r.url) + str(r.headers) for r in server.asked)


def test_pages_are_followed_to_the_last_and_a_repeat_adds_nothing() -> None:
    told = {
        FIRST: page([patient(), allergy("a1")], f"{BASE}/Patient/p1/$everything?page=2"),
        "/Patient/p1/$everything?page=2": page([allergy("a1"), allergy("a2")], "?page=3"),
        "?page=3": page([]),
        "/?page=3": page([allergy("a3")]),
    }
    assert _told(_asked(Server(told=told))) == [f"AllergyIntolerance/a{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "following",
    [
        "https://elsewhere.example/fhir/Patient/p1/$everything?page=2",
        "http://north.example/fhir/x",
        "https://north.example:444/fhir/x",
        "https://somebody@north.example/fhir/x",
        "https://north.example/other/x",
        "https://north.example/fhir/../other",
        f"{BASE}/%2e%2e/other",
        "//elsewhere.example/fhir/x",
        "javascript:alert(1)",
        "https://[",
        f"{BASE}/Patient?identifier=NUMBER",
    ],
)
def test_a_next_page_leads_nowhere_but_below_the_base(following: str) -> None:
    link = following.replace("NUMBER", DIGITS)  # not in the name of a test
    server = Server(told={FIRST: page([patient(), allergy()], link)})
    with pytest.raises(SourceDown) as caught:
        _asked(server)
    assert len(server.asked) == 3
    assert DIGITS not in str(caught.value)


def test_pages_in_a_circle_end() -> None:
    second = f"{BASE}/Patient/p1/$everything?page=2"
    told = {
        FIRST: page([patient()], second),
        "/Patient/p1/$everything?page=2": page([allergy()], BASE + FIRST),
    }
    with pytest.raises(SourceDown, match="circle"):
        _asked(Server(told=told))


def test_pages_without_end_are_cut() -> None:
    class Endless(dict[str, Any]):
        def __contains__(self, path: object) -> bool:
            return True

        def __getitem__(self, path: str) -> Any:
            number = int(path.rpartition("=")[2])
            return page([allergy(f"a{number}")], f"{BASE}/Patient/p1/$everything?page={number + 1}")

    with pytest.raises(SourceDown, match="no last page"):
        _asked(Server(told=Endless()), deadline=60.0)


def test_all_pages_together_keep_to_the_limit() -> None:
    told = {
        FIRST: page(
            [patient(), allergy(note=[{"text": "x" * 4_000}])], f"{BASE}/Patient/p1/$everything?page=2"
        ),
        "/Patient/p1/$everything?page=2": page([allergy("a2", note=[{"text": "y" * 4_000}])]),
    }
    with pytest.raises(SourceDown, match="more bytes in all"):
        _asked(Server(told=told), limit=8_000)


def test_all_pages_together_keep_to_a_deadline() -> None:
    async def slow(request: httpx.Request) -> httpx.Response:
        if "page" in str(request.url):
            await anyio.sleep(0.08)
        number = int(str(request.url).rpartition("=")[2]) if "page" in str(request.url) else 1
        server = Server()
        server.told = {
            request.url.raw_path.decode().removeprefix("/fhir"): page(
                [], f"{BASE}/Patient/p1/$everything?page={number + 1}"
            )
        }
        return server(request)

    with pytest.raises(SourceDown, match="in time"):
        _asked(slow, deadline=0.1)


def test_a_server_without_everything_is_searched_type_by_type() -> None:
    can = capability("AllergyIntolerance", "Condition", "Basic", everything=False)
    told = {
        "/AllergyIntolerance?patient=p1&_count=200": page([allergy()]),
        "/Condition?patient=p1&_count=200": page([]),
    }
    server = Server(told=told, can=can)
    assert _told(_asked(server)) == ["AllergyIntolerance/a1"]
    assert not any("everything" in path or "Basic" in path for path in server.paths)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_that_only_says_that_it_has_everything_is_searched_too(status: int) -> None:
    told = {"/AllergyIntolerance?patient=p1&_count=200": page([allergy()])}
    server = Server(told=told, can=capability("AllergyIntolerance"), missing=status)
    assert _told(_asked(server)) == ["AllergyIntolerance/a1"]


def test_a_search_that_fails_half_way_is_no_shorter_record() -> None:
    can = capability("AllergyIntolerance", "Condition", everything=False)
    with pytest.raises(SourceDown):
        _asked(Server(told={"/AllergyIntolerance?patient=p1&_count=200": page([allergy()])}, can=can))


def test_somebody_whom_the_server_does_not_know_is_no_fault() -> None:
    server = Server(people=[])
    assert _asked(server) == []
    assert len(server.asked) == 1


def test_without_a_number_nobody_is_asked() -> None:
    server = Server()
    with pytest.raises(CannotBeAsked):
        _asked(server, Ask(("local",)))
    assert server.asked == []


@pytest.mark.parametrize(
    "told",
    [
        [patient(number=OTHER), allergy()],
        [patient(), allergy("a1"), allergy("a2", whom="Patient/p2")],
        [patient(), allergy(whom="https://elsewhere.example/fhir/Patient/p1")],
        [patient(), allergy(whom="urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7")],
        [patient(), patient("p2", None), allergy(whom="Patient/p2")],
        [
            patient(),
            allergy()
            | {"patient": {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": OTHER}}},
        ],
        [
            patient(),
            allergy(whom="#x") | {"contained": [patient("x", OTHER)]},
        ],
    ],
)
def test_an_answer_with_anything_of_another_person_is_refused_whole(told: list[dict[str, Any]]) -> None:
    with pytest.raises(WrongPerson) as caught:
        _asked(Server(told=everything(*told)))
    assert OTHER not in str(caught.value)
    assert answer.FORM.encode() not in caught.value.content
    assert source(Server()).translate(Raw("north", answer.FORM, caught.value.content, NOW)).statements == ()


def test_a_search_that_finds_another_person_is_refused() -> None:
    class Wrong(Server):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("_search"):
                return httpx.Response(200, json=page([patient(number=OTHER)]))
            return super().__call__(request)

    with pytest.raises(WrongPerson):
        _asked(Wrong(told=everything(allergy())))


@pytest.mark.parametrize("version", ["3.0.1", "5.0.0", ""])
def test_another_version_of_fhir_is_down_and_said_by_a_check(version: str) -> None:
    made = source(Server(told=everything(), can=capability(version=version)))
    with pytest.raises(SourceDown):
        anyio.run(lambda: made.pull_person(Ask((), NUMBER), NOW))
    assert "version" in anyio.run(made.check)[0]


def test_it_is_not_swept_but_known_to_be_down() -> None:
    async def sweep(handler: Any) -> list[Raw]:
        return [raw async for raw, _ in source(handler).pull("", NOW)]

    assert anyio.run(sweep, Server()) == []
    with pytest.raises(SourceDown):
        anyio.run(sweep, lambda _: httpx.Response(503))
