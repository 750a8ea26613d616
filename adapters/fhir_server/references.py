"""References between the resources of one answer, rewritten so that they hold here too.

A literal reference is an address at another server. It becomes a logical one where its target is told in the
same answer, words where its target is about nobody (an organisation, a clinician, a place), and else no
more than its type: a dead link could tell of what is not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from adapters.elements import Element
from adapters.fhir_server.answer import Answer
from schemas.checks import check
from schemas.contribution import Resource
from schemas.identifiers import CONTROLLER_TAG, STATEMENT_ID, Identifier

CROSS_CARE: Final = "https://fhir.nhs.uk/Id/cross-care-setting-identifier"
"""GP systems keep it for good; their resource ids they need not."""

_THE_PERSON: Final = "the person"
_NOT_TOLD: Final = "not told by this source"
_ONLY_A_CODE: Final = frozenset({"resourceType", "id", "meta", "text", "code", "status", "identifier"})


class Rewriting:
    """For one answer: how its facts are named, and how they refer to each other."""

    def __init__(self, answer: Answer) -> None:
        self._names = answer.names
        self._around = {name: r for name, r in answer.around.items() if not check(r)}
        self._facts = {told.reference: told.resource for told in answer.facts}
        self._people = {told.reference: told.resource for told in answer.people}
        self._ids = {f"Patient/{told.patient}" for told in answer.people}
        self._lasting = {name: own for name, r in self._facts.items() if (own := _cross_care(r))}
        self._shared = {own for own, count in Counter(self._lasting.values()).items() if count > 1}

    def named(self, reference: str) -> Identifier:
        """The server's own name for one of its resources: for one of our kind, the statement's id."""
        resource = self._facts.get(reference) or self._people.get(reference) or {}
        kind, _, own = reference.rpartition("/")
        if any(t.get("system") == CONTROLLER_TAG for t in _tags(resource)):
            return Identifier(STATEMENT_ID, own)
        lasting = self._lasting.get(reference, "")
        if lasting and lasting not in self._shared:
            return Identifier(CROSS_CARE, lasting)
        return Identifier(f"{self._names.base}/{kind}", own)

    def of(self, resource: Resource, reference: str) -> Resource:
        """A copy with every literal reference rewritten, and the medicine that it refers to written in."""
        medicine = self._medicine(resource)
        written: Resource = {k: self._value(v) for k, v in resource.items() if k not in medicine}
        inside = medicine.pop("contained", [])
        written |= {k: v for k, v in medicine.items() if v is not None}
        if inside:
            written["contained"] = [*written.get("contained", []), *inside]
        return written

    def _medicine(self, resource: Resource) -> dict[str, Any]:
        """What takes the place of ``medicationReference``: a concept, or the Medication inside the resource."""
        told = resource.get("medicationReference")
        if not isinstance(told, Mapping):
            return {}
        found = self._around.get(self._names.of(told.get("reference")))
        if found is None or found.get("resourceType") != "Medication":
            return {}
        if set(found) <= _ONLY_A_CODE and found.get("code"):
            return {"medicationReference": None, "medicationCodeableConcept": found["code"]}
        inside = {k: self._value(v) for k, v in found.items() if k not in ("id", "meta", "text")}
        taken = {c.get("id") for c in resource.get("contained", [])}
        own = next(
            f"medication{n or ''}" for n in range(len(taken) + 1) if f"medication{n or ''}" not in taken
        )
        display = {"display": told["display"]} if told.get("display") else {}
        return {
            "medicationReference": {"reference": f"#{own}"} | display,
            "contained": [inside | {"id": own}],
        }

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(v) for v in value]
        if not isinstance(value, dict):
            return value
        literal = value.get("reference")
        if isinstance(literal, str) and set(value) <= {"reference", "type", "identifier", "display", "id"}:
            return value if literal.startswith("#") else self._reference(value, self._names.of(literal))
        return {k: self._value(v) for k, v in value.items()}

    def _reference(self, told: dict[str, Any], name: str) -> Element:
        kept = {k: v for k, v in told.items() if k not in ("reference", "id")}
        kind = str(told.get("type") or name.rpartition("/")[0].rpartition("/")[2])
        if name in self._ids or name in self._people:
            return {"type": "Patient", "display": told.get("display") or _THE_PERSON}
        if name in self._facts:
            named = self.named(name)
            return kept | {"type": kind, "identifier": {"system": named.system, "value": named.value}}
        around = self._around.get(name)
        if around is not None:
            kept = {"type": around["resourceType"]} | self._words(around) | kept
        elif kind.isalpha():
            kept = {"type": kind} | kept
        if "display" not in kept and "identifier" not in kept:
            kept["display"] = _NOT_TOLD
        return kept

    def _words(self, around: Resource) -> Element:
        """(identifier, display) of something that is about nobody."""
        found: Element = {}
        for one in around.get("identifier") or []:
            if isinstance(one, dict) and one.get("system") and one.get("value"):
                found["identifier"] = {"system": one["system"], "value": one["value"]}
                break
        said = self._called(around)
        return found | ({"display": said} if said else {})

    def _called(self, around: Resource) -> str:
        name = around.get("name")
        if isinstance(name, str):
            return name
        if isinstance(name, list) and name and isinstance(name[0], dict):
            parts = [*name[0].get("prefix", []), *name[0].get("given", []), name[0].get("family", "")]
            return str(name[0].get("text") or " ".join(str(p) for p in parts if p))
        if around.get("resourceType") != "PractitionerRole":
            return ""
        ends = [around.get(end) for end in ("practitioner", "organization")]
        called = [
            str(
                end.get("display") or self._called(self._around.get(self._names.of(end.get("reference")), {}))
            )
            for end in ends
            if isinstance(end, dict)
        ]
        return ", ".join(c for c in called if c)


def _cross_care(resource: Resource) -> str:
    told = resource.get("identifier")
    for one in told if isinstance(told, list) else []:
        if isinstance(one, dict) and one.get("system") == CROSS_CARE:
            return str(one.get("value") or "")
    return ""


def _tags(resource: Resource) -> list[dict[str, Any]]:
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    return [t for t in tags if isinstance(t, dict)] if isinstance(tags, list) else []
