"""References inside entries: to entries of this record where they are known, else to words only.

A literal reference that leads to no entry is dropped: it would be a dead link, and it could tell of what is
not shown. Logical references (an organisation by its ODS code) stay; they are part of what was told. The
person is always ``Patient/{person_id}``, whatever a source calls them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from aggregator.merge.replay import Fact
from aggregator.merge.rules import RULES
from schemas.contribution import Resource

NOT_HERE = "not shown here"
_Key: TypeAlias = tuple[str, ...]


# What CodeableConcept, Coding, Quantity, Range, Period and Identifier are made of: R4 gives none of these
# names to a reference, and most of a resource is such values.
_LEAVES = frozenset({"code", "coding", "comparator", "display", "end", "high", "low", "period"})
_LEAVES |= {"start", "system", "text", "type", "unit", "url", "use", "value"}


class Links:
    """Which entry each fact of one record is in. ``homes`` are (fact, entry id), every fact once."""

    __slots__ = ("_known", "person")

    def __init__(self, person_id: str, homes: Iterable[tuple[Fact, str]]) -> None:
        self.person = {"reference": f"Patient/{person_id}"}
        # None marks a key that leads to two entries: it identifies neither.
        self._known: dict[_Key, str | None] = {}
        for fact, entry_id in homes:
            home = f"{fact.type}/{entry_id}"
            self._learn((f"{fact.type}/{fact.telling.statement_id}",), home)
            told = fact.resource.get("identifier", ())
            for one in (told,) if isinstance(told, dict) else told:
                value = one.get("value")
                if value:
                    self._learn((fact.type, str(one.get("system")), value), home)
                    self._learn((f"{fact.type}/{value}", fact.telling.source), home)

    def _learn(self, key: _Key, home: str) -> None:
        if self._known.setdefault(key, home) != home:
            self._known[key] = None

    def rewrite(self, resource: Resource, fact: Fact) -> Resource:
        """A copy (as deep as it must be) whose references lead to entries of this record."""
        element = RULES.person.get(fact.type) or _person_element(resource)
        own = resource.get(element)
        if own is not None and not _is_person(own):
            own, element = None, ""
        written: Resource = {}
        for name, value in resource.items():
            kind = type(value)
            if name == element:
                value = self.person
            elif kind is list or (kind is dict and not value.keys() <= _LEAVES):
                value = self._value(value, fact, own)
            written[name] = value
        if element and own is None:
            written[element] = self.person
        return written

    def _value(self, value: Any, fact: Fact, own: Any) -> Any:
        """The value itself when nothing in it changes, so that most of a resource is never copied."""
        # Written out twice, and each leaf looked at before the call: this is the hottest loop of a cold view.
        changed: Any = None
        if type(value) is dict:
            if type(value.get("reference")) is str or _is_logical(value):
                return self._reference(value, fact, own)
            for name, inside in value.items():
                kind = type(inside)
                if kind is list or (kind is dict and not inside.keys() <= _LEAVES):
                    new = self._value(inside, fact, own)
                    if new is not inside:
                        changed = changed or dict(value)
                        changed[name] = new
        else:
            for i, inside in enumerate(value):
                kind = type(inside)
                if kind is list or (kind is dict and not inside.keys() <= _LEAVES):
                    new = self._value(inside, fact, own)
                    if new is not inside:
                        changed = changed or list(value)
                        changed[i] = new
        return changed or value

    def _reference(self, told: dict[str, Any], fact: Fact, own: Any) -> dict[str, Any]:
        literal = told.get("reference")
        if isinstance(literal, str) and literal.startswith("#"):
            return told
        display = {"display": told["display"]} if told.get("display") else {}
        if own is not None and _same_person(told, own):
            return self.person | display
        home = self._home(told, literal, fact)
        if home:
            return {"reference": home} | display
        if literal is None:
            return told
        kept = {k: v for k, v in told.items() if k != "reference"}
        if "display" not in kept and "identifier" not in kept:
            kept["display"] = NOT_HERE
        return kept

    def _home(self, told: dict[str, Any], literal: str | None, fact: Fact) -> str | None:
        if literal is not None:
            local = "/".join(literal.split("/_history/")[0].split("/")[-2:])
            return self._known.get((local,)) or self._known.get((local, fact.telling.source))
        named = told["identifier"]
        if not told.get("type") or not named.get("value"):
            return None
        return self._known.get((told["type"], str(named.get("system")), named["value"]))


def _person_element(resource: Resource) -> str:
    return next((name for name in ("subject", "patient") if _is_person(resource.get(name))), "")


def _is_logical(value: dict[str, Any]) -> bool:
    """A Reference by identifier alone; a contained resource may have a single ``identifier`` as well."""
    return type(value.get("identifier")) is dict and "resourceType" not in value


def _is_person(told: Any) -> bool:
    """May this reference be to the person? Only one that names another type is not."""
    if not isinstance(told, dict):
        return False
    literal = str(told.get("reference", ""))
    if literal.startswith("Patient/"):
        return True
    return (told.get("type") or _named_type(literal)) in ("", "Patient")


def _named_type(literal: str) -> str:
    """The resource type in a literal reference: relative, absolute, versioned or conditional; "" in none."""
    path, _, query = literal.partition("?")
    parts = path.split("/_history/")[0].split("/")
    return parts[-1] if query else parts[-2] if len(parts) > 1 else ""


def _same_person(told: dict[str, Any], own: dict[str, Any]) -> bool:
    """Is this the very reference that the statement uses for its subject?"""
    literal = told.get("reference")
    if literal is not None:
        return bool(literal == own.get("reference"))
    return told.get("type") == "Patient" and told.get("identifier") == own.get("identifier")
