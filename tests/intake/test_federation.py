"""Two places of ours that tell each other: two real stores and decisions, one FHIR door between them.

Doubles: who asks (the token names the caller), the register, and the feeds of the first tellers.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from adapters.connection import Connection
from adapters.fhir_server.neighbour import NeighbouringRecord
from aggregator.app import Place
from aggregator.care.everything import Everything
from aggregator.care.find import Find
from aggregator.doors.api.routes import make_api
from aggregator.doors.api.services import Services
from schemas.codes import Category, CellState, Heading, RelationshipKind
from schemas.identifiers import CONTROLLER_TAG, NHS_NUMBER
from schemas.record import Record
from tests.places import Feed, Register, a_place, allergy, caller, number, patient, telling

HALE, OTHER = number(0), number(1)
BRIAN = patient("Hale", "Brian", "1948-03-02", HALE)
DOCTOR = caller("dr.patel", "doctor", "ZAC01")
PRACTICE = caller("sys.gp", "system", "ZGP01")
PENICILLIN = "764146007"
Change = Callable[[httpx.Response], Any]


class Wire(httpx.AsyncBaseTransport):
    """The line to one place's door. It can be cut, and what comes over it be changed."""

    def __init__(self) -> None:
        self.app: Any = None
        self.cut = False
        self.asked = 0
        self.change: Change | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.cut:
            raise httpx.ConnectError("cut", request=request)
        answer = await httpx.ASGITransport(self.app).handle_async_request(request)
        if self.change is None:
            return answer
        await answer.aread()
        body = self.change(answer)
        return httpx.Response(answer.status_code, json=body)


class Neighbour(NeighbouringRecord):
    name = "north"


class KnownCallers:
    async def of_header(self, authorization: str | None) -> Any:
        assert authorization == "Bearer sys.gp"
        return PRACTICE


@dataclass
class Side:
    """One place, its feeds, its door, and the line to its neighbour."""

    feeds: dict[str, Feed]
    wire: Wire = field(default_factory=Wire)
    place: Place = field(init=False)

    async def tell(self, feed: str, *resources: Any, to: str = "ZGP01", **more: Any) -> str:
        """Let a feed tell of Brian; his person id here. The practice has him on its list."""
        source = self.feeds[feed]
        for related, whom in ((RelationshipKind.REGISTRATION, to), (RelationshipKind.ATTENDANCE, "ZAC01")):
            source.says[related.value] = telling(
                source.organisation, f"{feed}-1", BRIAN, *resources, related=related, to=whom, **more
            )
            (person,) = (await self.place.intake.ingest(source.raw(related.value))).persons
        return person

    async def record(self, person: str, who: Any = DOCTOR) -> Record:
        return await self.place.records.record(who, person)

    async def statements(self) -> int:
        async with self.place.record.connection() as connection:
            row = await (await connection.execute("select count(*) from statement")).fetchone()
        assert row is not None
        return int(row[0])

    async def labels(self, person: str, heading: Heading) -> set[frozenset[str]]:
        facts = (await self.place.gate.facts(DOCTOR, person)).facts
        return {c.labels for c in facts.classes if c.heading is heading}


def _feeds() -> dict[str, Feed]:
    return {
        "acute": Feed("acute", "ZAC01", Category.ACUTE),
        "gp": Feed("gp", "ZGP01", Category.PRIMARY_CARE),
        "social": Feed("social", "ZSC01", Category.SOCIAL_CARE),
    }


def _door(place: Place) -> FastAPI:
    app = FastAPI()
    make_api(app)
    nothing = cast("Any", None)
    given = dict.fromkeys(Services.__dataclass_fields__, nothing)
    given |= {"base_url": "http://place/fhir", "callers": KnownCallers(), "records": place.records}
    given |= {"everything": Everything(place.records), "find": Find(place.records, place.identity)}
    app.state.services = Services(**given)
    return app


@asynccontextmanager
async def _two(home: Path, key: Path, *urls: str) -> AsyncIterator[tuple[Side, Side]]:
    """Here and its neighbour; each has the other as its source "north"."""
    here, north = Side(_feeds()), Side(_feeds())
    register = Register({HALE.digits: ("Hale", "1948-03-02"), OTHER.digits: ("Winter", "1950-01-01")})
    async with AsyncExitStack() as stack:
        for side, other, name, place_urls in ((here, north, "a", urls[:2]), (north, here, "b", urls[2:])):
            http = await stack.enter_async_context(httpx.AsyncClient(transport=side.wire))
            connection = Connection(
                organisation="ZGP01",
                url="http://place/fhir",
                secret_file=key,
                deadline=5.0,
                controllers=("ZAC01", "ZSC01", "ZAM01"),
                categories=("primary-care", "acute", "community"),
            )
            neighbour = cast("Any", Neighbour(connection, http, "north"))
            side.place = await stack.enter_async_context(
                a_place(
                    home / name,
                    *place_urls,
                    *side.feeds.values(),
                    neighbour,
                    register=register,
                    CARERECORD_REFRESH_DEADLINE_MS="8000",
                )
            )
            other.wire.app = _door(side.place)
        yield here, north


@pytest.fixture
async def two(
    home: Path,
    tmp_path: Path,
    fresh_database: str,
    fresh_key_database: str,
    second_database: str,
    second_key_database: str,
) -> AsyncIterator[tuple[Side, Side]]:
    key = tmp_path / "key"
    key.write_text("sys.gp")
    key.chmod(0o600)
    async with _two(
        home, key, fresh_database, fresh_key_database, second_database, second_key_database
    ) as both:
        yield both


def _allergies(record: Record) -> list[Any]:
    return [e for e in record.entries if e.type == "AllergyIntolerance"]


def _state(record: Record) -> CellState:
    return next(line.state for line in record.sources if line.source == "north")


@pytest.mark.anyio
async def test_one_allergy_told_to_both_is_one_entry_with_two_routes(two: tuple[Side, Side]) -> None:
    here, north = two
    person = await here.tell(
        "acute", (Heading.ALLERGIES, Category.ACUTE, allergy("h", "Penicillin", PENICILLIN))
    )
    await north.tell("gp", (Heading.ALLERGIES, Category.PRIMARY_CARE, allergy("g", "Penicillin", PENICILLIN)))
    (entry,) = _allergies(record := await here.record(person))
    assert {(t.source, t.controller) for t in entry.tellings} == {("acute", "ZAC01"), ("north", "ZGP01")}
    assert record.conflicts == ()
    assert _state(record) is CellState.ANSWERED


@pytest.mark.anyio
async def test_one_statement_told_to_both_is_one_entry_with_its_controller_and_two_routes(
    two: tuple[Side, Side],
) -> None:
    here, north = two
    said = (Heading.ALLERGIES, Category.ACUTE, allergy("h", "Penicillin", PENICILLIN))
    person = await here.tell("acute", said)
    await north.tell("acute", said)
    (entry,) = _allergies(await here.record(person))
    assert {(t.source, t.controller) for t in entry.tellings} == {("acute", "ZAC01"), ("north", "ZAC01")}
    tags = entry.resource["meta"]["tag"]
    assert [t["code"] for t in tags if t["system"] == CONTROLLER_TAG] == ["ZAC01"]


@pytest.mark.anyio
async def test_what_comes_back_to_where_it_began_adds_nothing(two: tuple[Side, Side]) -> None:
    here, north = two
    person = await here.tell(
        "acute", (Heading.ALLERGIES, Category.ACUTE, allergy("h", "Penicillin", PENICILLIN))
    )
    there = await north.tell("acute", to="ZAC01")
    (retold,) = _allergies(await north.record(there))
    assert {(t.source, t.controller) for t in retold.tellings} == {("north", "ZAC01")}
    before, first = await here.statements(), await here.record(person)
    assert here.wire.asked > 0
    await here.tell("gp")
    again = await here.record(person)
    assert [e.entry_id for e in _allergies(again)] == [e.entry_id for e in _allergies(first)]
    assert {t.source for e in _allergies(again) for t in e.tellings} == {"acute"}
    assert await here.statements() - before <= 2, "only who the person is was told by others"


@pytest.mark.anyio
async def test_the_neighbours_decision_applies_and_what_it_restricts_stays_restricted(
    two: tuple[Side, Side],
) -> None:
    here, north = two
    person = await here.tell("acute")
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}}
    problem = {"resourceType": "Condition", "code": {"text": "A problem"}}
    await north.tell(
        "acute",
        (Heading.PROBLEMS, Category.ACUTE, problem | {"identifier": [{"system": "urn:t", "value": "p"}]}),
        labels={"p": frozenset({"PSY"})},
    )
    await north.tell(
        "social",
        (Heading.ALERTS, Category.SOCIAL_CARE, flag | {"identifier": [{"system": "urn:t", "value": "s"}]}),
    )
    record = await here.record(person)
    assert [e.type for e in record.entries if e.heading is Heading.PROBLEMS] == ["Condition"]
    assert await here.labels(person, Heading.PROBLEMS) == {frozenset({"R", "PSY"})}
    assert not [e for e in record.entries if e.heading is Heading.ALERTS], (
        "the council does not tell this caller"
    )


@pytest.mark.anyio
async def test_a_neighbour_that_is_down_makes_nobody_wait_and_is_said_to_be(two: tuple[Side, Side]) -> None:
    here, _ = two
    person = await here.tell(
        "acute", (Heading.ALLERGIES, Category.ACUTE, allergy("h", "Penicillin", PENICILLIN))
    )
    here.wire.cut = True
    record = await here.record(person)
    assert len(_allergies(record)) == 1
    assert _state(record) is CellState.DOWN


@pytest.mark.anyio
async def test_an_answer_about_another_person_is_refused_and_waits(two: tuple[Side, Side]) -> None:
    here, north = two
    person = await here.tell("acute")
    await north.tell("gp", (Heading.ALLERGIES, Category.PRIMARY_CARE, allergy("g", "Penicillin", PENICILLIN)))

    def another(answer: httpx.Response) -> Any:
        text = answer.text
        return json.loads(text.replace(HALE.digits, OTHER.digits) if NHS_NUMBER in text else text)

    here.wire.change = another
    record = await here.record(person)
    assert _allergies(record) == []
    assert _state(record) is CellState.DOWN
    async with here.place.record.connection() as connection:
        rows = await (await connection.execute("select kind, source from review")).fetchall()
    assert ("wrong-person", "north") in rows


@pytest.mark.anyio
async def test_pages_of_a_neighbours_answer_are_the_same_record(
    two: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, north = two
    monkeypatch.setattr("adapters.fhir_server.asking.PAGE", 2)
    person = await here.tell("acute")
    many = [
        (Heading.ALLERGIES, Category.PRIMARY_CARE, allergy(f"g{n}", f"Thing {n}", str(1000 + n)))
        for n in range(7)
    ]
    await north.tell("gp", *many)
    assert len(_allergies(await here.record(person))) == 7
    assert here.wire.asked > 5
