"""The client of the demographics service: one question, one ``Traced``. Numbers go in bodies only.

Every question is ``POST /Patient/_search`` with a form. An answer that is not as agreed is "unavailable",
never "not-found": whoever could not be traced is asked about again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from adapters.demographics import rule
from adapters.source import SourceDown
from adapters.wire.rest import Rest
from schemas.contribution import Resource
from schemas.identifiers import NHS_NUMBER, NhsNumber, nhs_number
from schemas.person import Demographics as Who


@dataclass(frozen=True, slots=True)
class Traced:
    """What the service said.

    ``outcome``: "verified", "superseded" (``number`` is the newer one), "invalidated" (keys nothing, is
    never a candidate), "not-found", "many", "mismatch" (the number is somebody else's) or "unavailable".
    ``number`` and ``patient`` are set for the first two only.
    """

    outcome: str
    number: NhsNumber | None = None
    patient: Resource | None = field(default=None, repr=False)
    location_restricted: bool = False


class Demographics:
    """One demographics service. ``secret_file`` holds the bearer key, None when it asks for none."""

    def __init__(
        self, url: str, client: httpx.AsyncClient, secret_file: Path | None = None, deadline: float = 3.0
    ) -> None:
        self._rest = Rest("demographics", url, client, _reader(secret_file), deadline, limit=1_000_000)

    async def trace(self, number: NhsNumber | None, demographics: Who) -> Traced:
        """Trace a claim: by its number, else by family name, given name and birth date. Never raises for
        what the service does.
        """
        try:
            if number is not None:
                return await self._by_number(number, demographics)
            return await self._by_name(demographics)
        except SourceDown:
            return Traced("unavailable")

    async def check(self) -> list[str]:
        """Try the service; each line says in plain words what to mend."""
        try:
            await self._search({"family": "Nobody", "given": "Nobody", "birthdate": "eq1900-01-01"})
        except SourceDown as down:
            return [f"demographics service: {down.reason}"]
        return []

    async def _by_number(self, number: NhsNumber, who: Who) -> Traced:
        found, code = await self._search({"identifier": f"{NHS_NUMBER}|{number.digits}"})
        if code == "INVALIDATED_RESOURCE":
            return Traced("invalidated")
        if code or len(found) > 1:
            raise SourceDown("demographics", "answered a question about one number oddly")
        if not found:
            return Traced("not-found")
        patient = found[0]
        held = _number_of(patient)
        if held is None:
            raise SourceDown("demographics", "answered without a number")
        if not rule.agrees(who, patient):
            return Traced("mismatch")
        return Traced("verified" if held == number else "superseded", held, patient, rule.restricted(patient))

    async def _by_name(self, who: Who) -> Traced:
        if not (who.family and who.given and who.birth_date):
            return Traced("not-found")
        asked = {
            "family": who.family.replace("*", ""),
            "given": who.given[0].replace("*", ""),
            "birthdate": f"eq{who.birth_date.isoformat()}",
        }
        # No postcode, phone or practice: asking by place leaves out exactly those whose place is hidden.
        if who.gender in ("male", "female", "other"):
            asked["gender"] = who.gender
        found, code = await self._search(asked)
        if code == "TOO_MANY_MATCHES" or len(found) > 1:
            return Traced("many")
        if code:
            raise SourceDown("demographics", "refused a search by name")
        if not found or not rule.sole(who, found[0]):
            return Traced("not-found")
        held = _number_of(found[0])
        if held is None:
            raise SourceDown("demographics", "answered without a number")
        return Traced("verified", held, found[0], rule.restricted(found[0]))

    async def _search(self, fields: Mapping[str, str]) -> tuple[list[Resource], str]:
        """(patients, "") or ([], the service's error code). Raises ``SourceDown``."""
        answer = self._rest.parse(await self._rest.post_form("/Patient/_search", fields))
        if isinstance(answer, dict) and answer.get("resourceType") == "OperationOutcome":
            code = _code_of(answer)
            if not code:
                raise SourceDown("demographics", "answered with an outcome without a code")
            return [], code
        if not isinstance(answer, dict) or answer.get("resourceType") != "Bundle":
            raise SourceDown("demographics", "answered with something that is no Bundle")
        entries = answer.get("entry") or []
        if not isinstance(entries, list):
            raise SourceDown("demographics", "answered with a Bundle without entries")
        patients = [e.get("resource") for e in entries if isinstance(e, dict)]
        if len(patients) != len(entries) or not all(_is_patient(p) for p in patients):
            raise SourceDown("demographics", "answered with something that is no Patient")
        return [p for p in patients if isinstance(p, dict)], ""


def _reader(secret_file: Path | None) -> Callable[[], str]:
    return lambda: secret_file.read_text("utf-8").strip() if secret_file else ""


def _is_patient(resource: Any) -> bool:
    return isinstance(resource, dict) and resource.get("resourceType") == "Patient"


def _code_of(outcome: Mapping[str, Any]) -> str:
    for issue in outcome.get("issue") or []:
        for coding in (issue.get("details") or {}).get("coding") or []:
            if isinstance(coding.get("code"), str):
                return str(coding["code"])
    return ""


def _number_of(patient: Mapping[str, Any]) -> NhsNumber | None:
    for one in patient.get("identifier") or []:
        if isinstance(one, dict) and one.get("system") == NHS_NUMBER and isinstance(one.get("value"), str):
            return nhs_number(one["value"])
    return None
