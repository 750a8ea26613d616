"""The passport's two routes: what is negotiated, what is refused, what the headers say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from aggregator.care.passport import Form, Shown
from aggregator.doors.api.routes import make_api
from schemas.caller import Caller
from schemas.errors import NothingToShow
from tests.places import caller

PERSON = "5f0c1d2e3a4b5c6d7e8f901234567890"
PATH = f"/fhir/Patient/{PERSON}/$passport"
DOCUMENT, PRINT = b'{"resourceType":"Bundle"}', b"%PDF-1.7"


class Callers:
    async def of_header(self, header: str | None) -> Caller:
        return caller("dr.patel", "doctor", "ZAC01")


class Passports:
    """Answers with a fixed version and remembers what was asked."""

    def __init__(self) -> None:
        self.version = 0
        self.asked: list[dict[str, Any]] = []
        self.nothing = False

    async def show(self, who: Caller, person_id: str, **more: Any) -> Shown:
        self.asked.append(more)
        if self.nothing:
            raise NothingToShow()
        return self._shown(more["form"], more["recipient"] or who.organisation)

    async def freeze(self, who: Caller, person_id: str, **more: Any) -> Shown:
        self.asked.append(more)
        self.version += 1
        return self._shown(more["form"], more["recipient"] or who.organisation)

    def _shown(self, form: Form, recipient: str) -> Shown:
        return Shown(PRINT if form is Form.PDF else DOCUMENT, form, self.version, recipient)


@pytest.fixture
def passports() -> Passports:
    return Passports()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def client(passports: Passports) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    make_api(app)
    app.state.services = SimpleNamespace(callers=Callers(), passports=passports, base_url="http://test/fhir")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as made:
        yield made


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("accept", "kind", "body"),
    [
        ("*/*", "application/fhir+json", DOCUMENT),
        ("application/fhir+json", "application/fhir+json", DOCUMENT),
        ("application/json", "application/json", DOCUMENT),
        ("application/pdf", "application/pdf", PRINT),
    ],
)
async def test_the_form_is_what_was_accepted(client, accept, kind, body):
    for method, status in (("GET", 200), ("POST", 201)):
        reply = await client.request(method, PATH, headers={"Accept": accept})
        assert (reply.status_code, reply.headers["content-type"], reply.content) == (status, kind, body)
        assert reply.headers["cache-control"] == "no-store"


@pytest.mark.anyio
async def test_freezing_says_where_the_version_is(client, passports):
    reply = await client.post(f"{PATH}?recipient=ZCH01")
    assert reply.headers["location"] == f"http://test{PATH}?recipient=ZCH01&version=1"
    assert reply.headers["etag"] == 'W/"1"'
    again = await client.get(reply.headers["location"])
    assert passports.asked[-1] == {"form": Form.DOCUMENT, "recipient": "ZCH01", "version": 1}
    assert again.status_code == 200


@pytest.mark.anyio
async def test_a_draft_has_no_version_and_a_print_no_name(client):
    draft = await client.get(PATH, headers={"Accept": "application/pdf"})
    assert "etag" not in draft.headers
    assert draft.headers["content-disposition"] == 'inline; filename="passport.pdf"'


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("?version=x", "*/*", 400),
        ("?version=", "*/*", 400),
        ("?version=\u0661", "*/*", 400),
        ("?patient=1", "*/*", 400),
        ("", "text/html", 406),
        ("", "application/fhir+xml", 406),
    ],
)
async def test_what_is_not_understood_is_refused_as_an_outcome(client, query, accept, status):
    reply = await client.get(PATH + query, headers={"Accept": accept})
    assert reply.status_code == status
    assert reply.json()["resourceType"] == "OperationOutcome"


@pytest.mark.anyio
async def test_nothing_is_the_same_answer_for_document_and_print(client, passports):
    passports.nothing = True
    replies = [await client.get(PATH, headers={"Accept": a}) for a in ("*/*", "application/pdf")]
    assert {(r.status_code, r.content) for r in replies} == {(404, replies[0].content)}
