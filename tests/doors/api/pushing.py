"""A place behind its real FHIR door, driven over HTTP without a network: what a system pushes, and what becomes of it.

Only who asks is a double: the token names the caller. Everything from the route inward is the real thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import httpx
import psycopg
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from aggregator.care.everything import Everything
from aggregator.care.push import Push
from aggregator.doors.api.routes import make_api
from aggregator.doors.api.services import Services
from schemas import strictjson
from schemas.caller import Caller
from schemas.codes import Category
from schemas.identifiers import NhsNumber
from tests.places import Feed, Register, a_place, caller, number, patient, telling

FHIR_JSON = "application/fhir+json"
HALE, OTHER, NOBODY, INVALIDATED = number(0), number(1), number(2), number(3)
"""Of one whom the hospital sent before; of one whom only the register knows; nobody's; not valid any more."""


class KnownCallers:
    """Stands in for ``Callers``: the bearer token is the name of one of these callers."""

    def __init__(self, *callers: Caller) -> None:
        self._callers = {c.user_id: c for c in callers}

    async def of_header(self, authorization: str | None) -> Caller:
        return self._callers[(authorization or "").removeprefix("Bearer ")]


@dataclass(slots=True)
class Door:
    """One place; ``person`` is the hospital's known person's id here."""

    portal: BlockingPortal
    http: httpx.AsyncClient
    record: psycopg.Connection[Any]
    register: Register
    person: str

    def ask(self, method: str, path: str, body: Any = None, *, who: str = "sys.acute", **headers: str) -> Any:
        """The answer; ``body`` as bytes goes as it is, anything else as JSON."""
        content = body if isinstance(body, bytes) or body is None else strictjson.dumps(body)
        sent = {"Authorization": f"Bearer {who}", "Content-Type": FHIR_JSON}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}

        async def asking() -> httpx.Response:
            return await self.http.request(method, f"/fhir{path}", content=content, headers=sent)

        return self.portal.call(asking)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return cast("httpx.Response", self.ask("POST", path, body, **headers))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.record.execute(cast("Any", sql)).fetchall()

    def waiting(self) -> list[tuple[str, str, str]]:
        """The review pile, newest last: (kind, field, reason)."""
        found = self.rows("select kind, field, reason from review where state = 'open' order by created_at")
        return [(kind, field, reason) for kind, field, reason in found]

    def kept(self) -> int:
        """How many versions of statements there are."""
        return int(self.rows("select count(*) from statement")[0][0])


@contextmanager
def a_door(home: Path, record_url: str, keys_url: str) -> Iterator[Door]:
    """A place with a hospital and a practice as sources, and a register that knows two people."""
    acute, gp = Feed("acute", "ZAC01", Category.ACUTE), Feed("gp", "ZGP01", Category.PRIMARY_CARE)
    acute.says["one"] = telling("ZAC01", "H1", patient("Hale", "Brian", "1948-03-02", HALE))
    register = Register({HALE.digits: ("Hale", "1948-03-02"), OTHER.digits: ("Winter", "1950-01-01")})
    register.invalidated.add(INVALIDATED.digits)

    @asynccontextmanager
    async def opened() -> Any:
        async with a_place(home, record_url, keys_url, acute, gp, register=register) as place:
            (person,) = (await place.intake.ingest(acute.raw("one"))).persons
            app = FastAPI()
            make_api(app)
            r = place.records
            callers = KnownCallers(
                caller("sys.acute", "system", "ZAC01"), caller("sys.gp", "system", "ZGP01"),
            )  # fmt: skip
            given = {
                "base_url": "http://place/fhir", "callers": callers, "records": r, "everything": Everything(r),
                "push": Push(r, place.intake, place.identity, place.record),
            }  # fmt: skip
            services: Any = {f.name: given.get(f.name) for f in fields(Services)}
            app.state.services = Services(**services)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://place") as http:
                yield http, person

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(opened()) as (http, person),
        psycopg.connect(record_url, autocommit=True) as record,
    ):
        yield Door(portal, http, record, register, person)


def someone(local_id: str, number_: NhsNumber | None = None, **more: Any) -> dict[str, Any]:
    """A Patient as the hospital sends it."""
    own = {"system": "https://hospital.example/person", "value": local_id}
    made = patient("Hale", "Brian", "1948-03-02", number_)
    return made | {"identifier": [*made.get("identifier", []), own]} | more


def weight(name: str, about: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A weight under the sender's own identifier ``name``, about whom ``about`` refers to."""
    return {
        "resourceType": "Observation",
        "identifier": [{"system": "https://hospital.example/observation", "value": name}],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": about,
        "effectiveDateTime": "2026-11-20T09:00:00+00:00",
        "valueQuantity": {"value": 71.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    } | more


def bundle(*entries: Any, kind: str = "transaction") -> dict[str, Any]:
    """A Bundle of resources, or of (fullUrl, resource), or of whole entries."""
    made = []
    for entry in entries:
        url, resource = entry if isinstance(entry, tuple) else ("", entry)
        if "request" in resource:
            made.append(resource)
            continue
        one = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}
        made.append(({"fullUrl": url} if url else {}) | one)
    return {"resourceType": "Bundle", "type": kind, "entry": made}


def with_(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    """A copy with one element put, or taken out when ``new`` is ``...``."""
    made: dict[str, Any] = json.loads(json.dumps(value))
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    at: Any = made
    for step in way:
        at = at[step]
    if new is ...:
        del at[last]
    else:
        at[last] = new
    return made
