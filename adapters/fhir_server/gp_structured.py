"""A GP practice's structured record, asked for with GP Connect's ``$gpc.getstructuredrecord`` (FHIR STU3).

One POST with the NHS number in its body brings one collection, which ``gp_bundle`` reads down to R4 and the
neighbour's reading understands: right person or nothing. What a national gateway asks of a caller besides
(mutual TLS, its own headers) belongs to that gateway's client in front of us.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import httpx

from adapters.connection import Connection
from adapters.dossier import OtherPerson
from adapters.fhir_server import answer, retold
from adapters.fhir_server.asking import resources
from adapters.fhir_server.gp_bundle import down
from adapters.fhir_server.neighbour import terms_of
from adapters.fhir_server.reach import Reach
from adapters.fields import BadField
from adapters.source import Ask, CannotBeAsked, Raw, SourceDown
from adapters.wire.rest import WrongPerson
from schemas.contribution import Refusal, Translated
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


class StructuredRecord:
    """One practice's system."""

    def __init__(
        self, connection: Connection, client: httpx.AsyncClient, name: str = "gp-structured"
    ) -> None:
        self.terms, category = terms_of("gp-structured", connection, name)
        self._connection = connection
        self._by = retold.Neighbour(self.terms, category)
        self._reach = Reach(name, connection, client)

    def translate(self, raw: Raw) -> Translated:
        """One record into statements; pure."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not a record that can be trusted"),))
        try:
            told = answer.read(raw.content, down)
        except BadField as error:
            return Translated(refusals=(Refusal(error.field, error.reason, "answer"),))
        return retold.translate(told, self._by, raw.received_at)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Nothing: it can be asked about one person only. It is known to be down when it does not answer."""
        await self._reach.telling(self._capable())
        nothing: tuple[tuple[Raw, str], ...] = ()
        for one in nothing:
            yield one

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """The record under the person's number; without a number there is no way to ask."""
        if ask.nhs_number is None:
            raise CannotBeAsked(self.terms.source)
        return await self._reach.telling(self._ask(ask.nhs_number, now))

    async def check(self) -> list[str]:
        found = self._connection.problems()
        if not found:
            try:
                await self._reach.telling(self._capable())
            except SourceDown as no:
                found = [no.reason]
        return found

    async def _capable(self) -> None:
        rest = self._reach.rest
        statement = rest.parse(await rest.get("/metadata"))
        if not isinstance(statement, dict) or statement.get("resourceType") != "CapabilityStatement":
            raise SourceDown(self.terms.source, "has no CapabilityStatement")
        if not str(statement.get("fhirVersion", "")).startswith("3.0"):
            raise SourceDown(self.terms.source, "speaks another version of FHIR than STU3 (3.0.1)")

    async def _ask(self, number: NhsNumber, now: datetime) -> list[Raw]:
        rest = self._reach.rest
        content = await rest.ask(OPERATION, parameters(number), MEDIA)
        if content is None:
            return []
        bundle = rest.parse(content)
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            raise SourceDown(self.terms.source, "answered with something that is not a Bundle")
        patients = [r for r, _ in resources(bundle) if r.get("resourceType") == "Patient" and r.get("id")]
        if not patients:
            raise SourceDown(self.terms.source, "answered without saying about whom")
        framed = answer.frame(rest.base, number, [str(patients[0]["id"])], [content])
        try:
            told = answer.read(framed, down)
        except OtherPerson:
            raise WrongPerson(self.terms.source, framed) from None
        except BadField as odd:
            raise SourceDown(self.terms.source, f"answered oddly ({odd.reason})") from None
        if not any(number in answer.numbers_of(p.resource) for p in told.people):
            raise WrongPerson(self.terms.source, framed)
        return [Raw(self.terms.source, FORM, framed, now, "Patient/$gpc.getstructuredrecord")]
