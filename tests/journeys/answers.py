"""Reads the answers of the FHIR door: what a `$record` shows, what its grid says, what it is about.

A *cell* is (heading, organisation in a word), for example ("home", "housing"): the system and the returns of
one organisation are one.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

from tests.journeys.running import FHIR_JSON

Resource = dict[str, Any]
Cell = tuple[str, str]


def resources(bundle: Resource, type_: str = "") -> list[Resource]:
    """The resources of a Bundle in order, or those of one type."""
    found = [entry["resource"] for entry in bundle.get("entry", [])]
    return [r for r in found if not type_ or r["resourceType"] == type_]


def types(bundle: Resource) -> set[str]:
    """Types of what is told of the person, without what every answer has."""
    return {r["resourceType"] for r in resources(bundle)} - {"OperationOutcome", "Provenance", "List"}


def _issues(bundle: Resource) -> list[list[str]]:
    """The codes of each issue: (notice,) or (state, heading, source)."""
    (outcome,) = resources(bundle, "OperationOutcome")
    return [[c["code"] for c in issue["details"].get("coding", [])] for issue in outcome["issue"]]


def notices(bundle: Resource) -> set[str]:
    return {codes[0] for codes in _issues(bundle) if len(codes) == 1}


def cells(bundle: Resource, state: str = "answered") -> set[Cell]:
    """The cells of the completeness grid that are in this state."""
    return {
        (codes[1], codes[2].removesuffix("-returns"))
        for codes in _issues(bundle)
        if len(codes) == 3 and codes[0] == state
    }


def since(bundle: Resource, source: str) -> dict[str, set[str]]:
    """For each state of a source's cells the moments that the grid names."""
    (outcome,) = resources(bundle, "OperationOutcome")
    found: dict[str, set[str]] = {}
    for issue in outcome["issue"]:
        codes = [c["code"] for c in issue["details"].get("coding", [])]
        if len(codes) == 3 and codes[2] == source:
            moments = [e["valueInstant"] for e in issue.get("extension", [])]
            found.setdefault(codes[0], set()).update(moments)
    return found


def controllers(resource: Resource) -> set[str]:
    """The organisations whose statements are in a resource."""
    tags = resource.get("meta", {}).get("tag", [])
    return {t["code"] for t in tags if t["system"].endswith("/CodeSystem/controller")}


def letters(text: str) -> str:
    """Small letters and digits only, so that line breaks, hyphens and spaces of a print do not matter."""
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def says(answer: Resource | str, phrase: str) -> bool:
    """Whether a resource or a text holds a phrase, whatever stands between its letters."""
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return letters(phrase) in letters(text)


def outcome(answer: httpx.Response, status: int) -> Resource:
    """The OperationOutcome of an error with this status; every error of the FHIR door must be one."""
    assert answer.status_code == status, _told(answer)
    assert answer.headers["content-type"].startswith(FHIR_JSON)
    told: Resource = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    assert all(issue["severity"] and issue["code"] for issue in told["issue"])
    return told


def good(answer: httpx.Response, status: int = 200) -> Resource:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, _told(answer)
    told: Resource = answer.json()
    return told


def _told(answer: httpx.Response) -> str:
    """Status and issue codes of an unexpected answer; test output is a log too, so nothing else of it."""
    try:
        issues = answer.json().get("issue", [])
    except ValueError:
        return str(answer.status_code)
    return f"{answer.status_code}: {[(i.get('code'), i.get('expression')) for i in issues]}"
