"""A GP structured record (a STU3 collection) as a Bundle of R4 results, with the practice's warnings.

GP Connect puts what it tells into Lists. They are no facts: what is ended stands inside one, what is withheld
or not there yet is a warning code on one, and an empty one says "no content recorded". Which codes those are:
the GP Connect specification 1.5, "Using lists to return data". https://developer.nhs.uk/apis/gpconnect-1-5-0/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.fhir_server.stu3 import extension, to_r4
from schemas.contribution import Resource

ENDED_ALLERGIES: Final = frozenset({"1103671000000101"})
_WARNING: Final = "CareConnect-ListWarningCode-1"
_SAID: Final = {
    "confidential-items": "Items are left out because they are confidential or the patient wishes it.",
    "data-in-transit": "The record has not wholly arrived from the previous practice.",
    "data-awaiting-filing": "Some items at the practice are not filed yet.",
}


def down(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The same as R4: resources down-read, ended ones taken out of their List, warnings as an OperationOutcome."""
    entries: list[dict[str, Any]] = []
    warned: dict[str, list[str]] = {}
    told = [e for e in _dicts(bundle.get("entry")) if isinstance(e.get("resource"), dict)]
    plans = _plans(r["resource"] for r in told)
    for entry in told:
        resource = entry["resource"]
        if resource.get("resourceType") == "List":
            entries += [{"resource": to_r4(inside)} for inside in _inside(resource)]
            for text in _warnings(resource):
                warned.setdefault(text, []).append(str(resource.get("title") or "the record"))
        elif _name(resource) not in plans:
            made = to_r4(resource)
            entries.append(entry | {"resource": _with_plan(made, plans)})
    issues = [
        {"severity": "warning", "code": "incomplete", "details": {"text": f"{text} ({', '.join(where)})"}}
        for text, where in warned.items()
    ]
    if issues:
        entries.append(
            {
                "resource": {"resourceType": "OperationOutcome", "issue": issues},
                "search": {"mode": "outcome"},
            }
        )
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _inside(found: Resource) -> Iterator[Resource]:
    """Ended allergies are told inside their List, so that nobody takes them for present ones."""
    ended = any(str(c.get("code")) in ENDED_ALLERGIES for c in _codings(found.get("code")))
    for inside in _dicts(found.get("contained")):
        if inside.get("resourceType") == "AllergyIntolerance":
            yield inside | ({"clinicalStatus": "resolved"} if ended else {})


def _warnings(found: Resource) -> Iterator[str]:
    """In the practice's own words, which may name a date; else in ours by the code."""
    told = extension(found, _WARNING)
    if not told:
        return
    code = told.get("valueCode")
    codes = [code] if code else [c.get("code") for c in _codings(told.get("valueCodeableConcept"))]
    notes = [n["text"] for n in _dicts(found.get("note")) if isinstance(n.get("text"), str)]
    said = [n for n in notes if "information not available" not in n.casefold()]
    for code in codes or [""]:
        yield " ".join(said) or _SAID.get(str(code), "The practice says that something is left out.")


def _plans(resources: Iterator[Resource]) -> dict[str, Resource]:
    """Authorisations that a MedicationStatement is based on: one medicine, which the statement tells."""
    found: dict[str, Resource] = {}
    based: set[str] = set()
    for resource in resources:
        if resource.get("resourceType") == "MedicationRequest" and resource.get("intent") == "plan":
            found[_name(resource)] = resource
        elif resource.get("resourceType") == "MedicationStatement":
            based |= {str(b.get("reference")) for b in _dicts(resource.get("basedOn"))}
    return {name: plan for name, plan in found.items() if name in based}


def _with_plan(resource: Resource, plans: Mapping[str, Resource]) -> Resource:
    """A MedicationStatement with what only its authorisation says: why it ended, and the dose if it has none."""
    if resource.get("resourceType") != "MedicationStatement":
        return resource
    based = [str(b.get("reference")) for b in _dicts(resource.get("basedOn"))]
    plan = next((plans[name] for name in based if name in plans), None)
    if plan is None:
        return resource
    made = {k: v for k, v in resource.items() if k != "basedOn"}
    dosage = to_r4(plan).get("dosageInstruction")
    if dosage and not made.get("dosage"):
        made["dosage"] = dosage
    ended = extension(plan, "MedicationStatusReason-1")
    parts = {str(p.get("url")): p for p in _dicts(ended.get("extension"))}
    why = (parts.get("statusReason") or {}).get("valueCodeableConcept")
    if why and not made.get("statusReason"):
        made["statusReason"] = [why]
    return made


def _name(resource: Resource) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def _codings(concept: Any) -> list[dict[str, Any]]:
    return _dicts(concept.get("coding")) if isinstance(concept, dict) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
