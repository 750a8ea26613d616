"""Tracing: does this number belong to this name and birth date, and which number does this person have?

The service is asked by POST only, so that no number is ever in a URL. What "verified" means is decided
here, by ``agrees``, from number, birth date and name; a status that a feed sends is evidence only
(people-and-safety 1.1).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from adapters.demographics.agreement import agrees
from adapters.source import SourceDown
from schemas import strictjson
from schemas.errors import BadInput
from schemas.identifiers import NHS_NUMBER, NhsNumber, nhs_number
from schemas.person import Demographics

LIMIT: Final = 1_000_000
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Traced:
    """``outcome``: verified, superseded, invalidated, mismatch, not-found, many or unavailable.

    ``number`` is the present number when the outcome is verified or superseded, else None.
    """

    outcome: str
    number: NhsNumber | None = None
    location_restricted: bool = False


class DemographicsService:
    """One demographics service. ``key_file`` holds the bearer key that it asks for."""

    def __init__(self, url: str, http: httpx.AsyncClient, key_file: Path | None = None) -> None:
        self._url = url
        self._http = http
        self._key_file = key_file

    async def trace(self, number: NhsNumber | None, who: Demographics) -> Traced:
        """Trace a number with its demographics, or demographics alone. Never raises: see ``outcome``."""
        try:
            if number is not None:
                return await self._by_number(number, who)
            return await self._by_demographics(who)
        except SourceDown:
            return Traced("unavailable")

    async def check(self) -> list[str]:
        """Try the service; what is wrong in plain words."""
        try:
            await self._ask({"family": "Nobody", "given": "Nobody", "birthdate": "eq1900-01-01"})
        except SourceDown as down:
            return [f"demographics service: {down.reason}"]
        return []

    async def _by_number(self, number: NhsNumber, who: Demographics) -> Traced:
        found = await self._ask({"identifier": f"{NHS_NUMBER}|{number.digits}"})
        if found is None:
            return Traced("invalidated")
        if not found:
            return Traced("not-found")
        patient = found[0]
        if not agrees(who, patient):
            return Traced("mismatch")
        present = nhs_number(str(patient.get("id", "")))
        if present is None:
            return Traced("unavailable")
        outcome = "verified" if present == number else "superseded"
        return Traced(outcome, present, _restricted(patient))

    async def _by_demographics(self, who: Demographics) -> Traced:
        if who.birth_date is None or not who.given:
            return Traced("not-found")
        asked = {"family": who.family, "given": who.given[0], "birthdate": f"eq{who.birth_date.isoformat()}"}
        if who.gender in ("male", "female"):
            asked["gender"] = who.gender
        found = [p for p in await self._ask(asked) or [] if agrees(who, p)]
        if len(found) > 1 and who.postcode:
            found = [p for p in found if _lives_at(p, who.postcode)]
        if len(found) != 1:
            return Traced("many" if found else "not-found")
        # A name and a birth date are not enough for a link: the address must agree, or be hidden there.
        restricted = _restricted(found[0])
        if not restricted and not (who.postcode and _lives_at(found[0], who.postcode)):
            return Traced("not-found")
        present = nhs_number(str(found[0].get("id", "")))
        return Traced("verified", present, restricted) if present else Traced("unavailable")

    async def _ask(self, form: dict[str, str]) -> list[dict[str, Any]] | None:
        """The Patients of the answer; None when the number was invalidated. Raises ``SourceDown``."""
        headers = {
            "X-Request-ID": str(uuid.uuid4()),
            "Accept": "application/fhir+json",
            "Content-Type": _FORM,
        }
        if self._key_file is not None:
            try:
                headers["Authorization"] = f"Bearer {self._key_file.read_text('utf-8').strip()}"
            except OSError:
                raise SourceDown("demographics", "the key file cannot be read") from None
        try:
            answer = await self._http.post(f"{self._url}/Patient/_search", data=form, headers=headers)
            body: Any = strictjson.loads(answer.content[: LIMIT + 1])
        except (httpx.HTTPError, BadInput):
            raise SourceDown("demographics", "did not answer as agreed") from None
        if answer.status_code == httpx.codes.OK and isinstance(body, dict):
            entries = body.get("entry") or []
            return [e["resource"] for e in entries if isinstance(e, dict) and "resource" in e]
        codes = {c.get("code") for i in _issues(body) for c in (i.get("details") or {}).get("coding") or []}
        if "INVALIDATED_RESOURCE" in codes:
            return None
        if codes & {"TOO_MANY_MATCHES", "RESOURCE_NOT_FOUND", "INVALID_SEARCH_DATA"}:
            return []
        raise SourceDown("demographics", f"answered {answer.status_code}")


def _issues(body: Any) -> list[dict[str, Any]]:
    issues = body.get("issue") if isinstance(body, dict) else None
    return [i for i in issues or [] if isinstance(i, dict)]


def _restricted(patient: dict[str, Any]) -> bool:
    """The service says R (restricted) or V: the person's place is not to be told."""
    return any(s.get("code") in ("R", "V") for s in (patient.get("meta") or {}).get("security") or [])


def _lives_at(patient: dict[str, Any], postcode: str) -> bool:
    wanted = postcode.replace(" ", "").upper()
    return any(
        str(a.get("postalCode", "")).replace(" ", "").upper() == wanted for a in patient.get("address") or []
    )
