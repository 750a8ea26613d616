"""Makes other FHIR servers: their people, pages and CapabilityStatement, answered over a mock transport."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from adapters.connection import Connection
from adapters.fhir_server.neighbour import NeighbouringRecord
from schemas.identifiers import CONTROLLER_TAG, SOURCE_TAG, nhs_number

BASE = "https://north.example/fhir"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DIGITS, OTHER = "9990000018", "9990000026"
NUMBER = nhs_number(DIGITS)
assert NUMBER is not None
NHS = "https://fhir.nhs.uk/Id/nhs-number"


def patient(id: str = "p1", number: str | None = DIGITS, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "id": id,
        "name": [{"use": "official", "family": "MARSH", "given": ["Ada"]}],
        "gender": "female",
        "birthDate": "1941-07-14",
    }
    if number:
        made["identifier"] = [{"system": NHS, "value": number}]
    return made | more


def allergy(id: str = "a1", whom: str = "Patient/p1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": id,
        "meta": {"lastUpdated": "2026-03-01T09:30:00Z"},
        "identifier": [{"system": "https://north.example/allergies", "value": f"N-{id}"}],
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                    "code": "active",
                }
            ]
        },
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "764146007"}], "text": "Penicillin"},
        "patient": {"reference": whom},
        "recordedDate": "2019-05-01",
    } | more


def tagged(resource: dict[str, Any], controller: str, source: str = "acute", **meta: Any) -> dict[str, Any]:
    """A resource as one of our own kind tells it again."""
    tags = [{"system": SOURCE_TAG, "code": source}, {"system": CONTROLLER_TAG, "code": controller}]
    tags += meta.pop("tag", [])
    return resource | {"meta": {"tag": tags} | meta}


def entry(resource: dict[str, Any], mode: str = "match", url: str = "") -> dict[str, Any]:
    return {"resource": resource, "search": {"mode": mode}} | ({"fullUrl": url} if url else {})


def page(resources: Iterable[dict[str, Any]], following: str = "") -> dict[str, Any]:
    links = [{"relation": "next", "url": following}] if following else []
    entries = [r if "resource" in r else entry(r) for r in resources]
    return {"resourceType": "Bundle", "type": "searchset", "link": links} | (
        {"entry": entries} if entries else {}
    )


def capability(*types: str, everything: bool = True, version: str = "4.0.1") -> dict[str, Any]:
    operation = {"operation": [{"name": "everything", "definition": "http://hl7.org/everything"}]}
    resources: list[dict[str, Any]] = [{"type": "Patient"} | (operation if everything else {})]
    resources += [{"type": t, "searchParam": [{"name": "patient", "type": "reference"}]} for t in types]
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": version,
        "rest": [{"mode": "server", "resource": resources}],
    }


@dataclass
class Server:
    """``told`` by path below the base, with its query; searches by number find ``people``."""

    people: list[dict[str, Any]] = field(default_factory=lambda: [patient()])
    told: dict[str, Any] = field(default_factory=dict)
    can: dict[str, Any] = field(default_factory=capability)
    missing: int = 404
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.raw_path.decode().removeprefix("/fhir")
        if path == "/metadata":
            return _reply(self.can)
        if path == "/Patient/_search":
            wanted = parse_qs(request.content.decode())["identifier"][0].rpartition("|")[2]
            found = [p for p in self.people if wanted in json.dumps(p.get("identifier", []))]
            return _reply(page(found))
        if path in self.told:
            return _reply(self.told[path])
        return _reply({"resourceType": "OperationOutcome", "issue": []}, self.missing)

    @property
    def paths(self) -> list[str]:
        return [r.url.raw_path.decode() for r in self.asked]


def _reply(body: Any, status: int = 200) -> httpx.Response:
    content = json.dumps(body).encode()
    return httpx.Response(status, content=content, headers={"content-type": "application/fhir+json"})


def everything(*resources: dict[str, Any], id: str = "p1") -> dict[str, Any]:
    """What a server tells with all of it on one page."""
    return {f"/Patient/{id}/$everything?_count=200": page(resources)}


def source(handler: Callable[..., Any], **settings: Any) -> NeighbouringRecord:
    given: Mapping[str, Any] = {"organisation": "ZNR01", "url": BASE, "deadline": 0.5} | settings
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return NeighbouringRecord(Connection(**given), client, "north")
