"""The contract suite, held to the FHIR servers that are asked about one person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx

from adapters.fhir_server import answer
from adapters.fhir_server.gp_structured import FORM as STRUCTURED
from adapters.fhir_server.gp_structured import OPERATION
from adapters.kit.asked import AskedContract
from adapters.source import Ask, Raw
from schemas.identifiers import nhs_number
from tests.adapters.fhir_server import neighbours as n
from tests.adapters.fhir_server import practice as p
from tests.contracts.sources import NUMBER, Configured

BASE = "http://source.example"


class FhirServer(Configured, AskedContract):
    """Asked by number; it knows nobody under any other."""

    def ask(self) -> Ask:
        return Ask((), nhs_number(NUMBER))


class TestNeighbour(FhirServer):
    kind = "fhir"
    organisation = "ZNR01"
    controllers = ("ZNR01/fhir",)
    form = answer.FORM
    private = (*Configured.private, "MARSH", "N-a1")

    def inputs(self) -> Sequence[Raw]:
        later = {"meta": {"lastUpdated": "2026-04-01T09:30:00Z"}, "criticality": "high"}
        return self._of(n.allergy()), self._of(n.allergy(**later), n.allergy("a2"))

    def nothing(self) -> Raw:
        return self._of()

    def mixed(self) -> Raw:
        return self._of(n.allergy(), n.allergy("a2", whom="Patient/p2"))

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self._server(n.patient(), n.allergy())(request)

    def mistaken(self, request: httpx.Request) -> httpx.Response:
        return self._server(n.patient(), n.allergy(whom="Patient/p2"))(request)

    def _of(self, *resources: dict[str, Any]) -> Raw:
        number = nhs_number(NUMBER)
        assert number is not None
        pages = [json.dumps(n.page([n.patient(), *resources])).encode()]
        return self.raw(answer.frame(BASE, number, ["p1"], pages))

    def _server(self, *resources: dict[str, Any]) -> n.Server:
        return n.Server(told=n.everything(*resources))


class TestStructuredRecord(FhirServer):
    kind = "gp-structured"
    organisation = "ZGP09"
    controllers = ("ZGP09/gp-structured",)
    form = STRUCTURED
    private = (*Configured.private, "Marsh")

    def inputs(self) -> Sequence[Raw]:
        changed = p.PENICILLIN | {"assertedDate": "2012-02-03", "criticality": "high"}
        return self.raw(p.WHOLE), self.raw(p.record(*p.FACTS[1:], changed))

    def nothing(self) -> Raw:
        return self.raw(p.record(p.ALLERGIES | p.EMPTY))

    def mixed(self) -> Raw:
        return self.raw(p.STRANGER)

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self._system(request, p.bundle(*p.FACTS))

    def mistaken(self, request: httpx.Request) -> httpx.Response:
        return self._system(request, p.bundle(*p.FACTS, patient=p.ANOTHERS))

    def _system(self, request: httpx.Request, bundle: dict[str, Any]) -> httpx.Response:
        if request.url.path == "/metadata":
            return httpx.Response(200, json={"resourceType": "CapabilityStatement", "fhirVersion": "3.0.1"})
        if request.url.path == OPERATION and NUMBER.encode() in request.content:
            return httpx.Response(200, json=bundle)
        return httpx.Response(404, json={"resourceType": "OperationOutcome"})
