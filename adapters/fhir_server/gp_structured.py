"""A GP practice's structured record, asked for with GP Connect's ``$gpc.getstructuredrecord`` (FHIR STU3).

One POST with the NHS number in its body brings one collection, which ``gp_bundle`` reads down to R4 and the
neighbour's reading understands. What a national gateway asks of a caller besides
(mutual TLS, its own headers) belongs to that gateway's client in front of us.
"""

from __future__ import annotations

from typing import Any, Final

import httpx

from adapters.connection import Connection
from adapters.dossier import OtherPerson
from adapters.fhir_server import answer
from adapters.fhir_server.asking import resources
from adapters.fhir_server.by_number import AskedByNumber
from adapters.fhir_server.gp_bundle import down
from adapters.source import SourceDown
from schemas.identifiers import NHS_NUMBER, NhsNumber

FORM: Final = "gpconnect.stu3.json"
OPERATION: Final = "/Patient/$gpc.getstructuredrecord"
MEDIA: Final = "application/fhir+json"


def parameters(number: NhsNumber) -> dict[str, Any]:
    """All clinical areas. Prescription issues are left out: each repeats a medicine that is told already."""

    def include(area: str, **parts: bool) -> dict[str, Any]:
        told = [{"name": name, "valueBoolean": value} for name, value in parts.items()]
        return {"name": f"include{area}"} | ({"part": told} if told else {})

    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "patientNHSNumber", "valueIdentifier": {"system": NHS_NUMBER, "value": number.digits}},
            include("Allergies", includeResolvedAllergies=True),
            include("Medication", includePrescriptionIssues=False),
            include("Consultations"),
            include("Problems"),
            include("Immunisations"),
            include("UncategorisedData"),
            include("Investigations"),
            include("Referrals"),
        ],
    }


class StructuredRecord(AskedByNumber):
    """One practice's system."""

    form = FORM
    endpoint = OPERATION.removeprefix("/")

    def __init__(
        self, connection: Connection, client: httpx.AsyncClient, name: str = "gp-structured"
    ) -> None:
        super().__init__("gp-structured", connection, client, name)

    async def _try(self) -> None:
        rest = self._reach.rest
        statement = rest.parse(await rest.get("/metadata"))
        if not isinstance(statement, dict) or statement.get("resourceType") != "CapabilityStatement":
            raise SourceDown(self.terms.source, "has no CapabilityStatement")
        if not str(statement.get("fhirVersion", "")).startswith("3.0"):
            raise SourceDown(self.terms.source, "speaks another version of FHIR than STU3 (3.0.1)")

    async def _fetch(self, number: NhsNumber) -> bytes | None:
        rest = self._reach.rest
        content = await rest.ask(OPERATION, parameters(number), MEDIA)
        if content is None:
            return None
        bundle = rest.parse(content)
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            raise SourceDown(self.terms.source, "answered with something that is not a Bundle")
        patients = [r for r, _ in resources(bundle) if r.get("resourceType") == "Patient" and r.get("id")]
        if not patients:
            raise SourceDown(self.terms.source, "answered without saying about whom")
        return answer.frame(rest.base, number, [str(patients[0]["id"])], [content])

    def _read(self, framed: bytes) -> answer.Answer:
        told = answer.read(framed, down)
        if not any(told.number in answer.numbers_of(p.resource) for p in told.people):
            raise OtherPerson("Patient.identifier", "is not the number that was asked for")
        return told
