"""What a statement is about, in forms that can be compared: codes, words, and the guards of the rules.

Lives here: reading one resource. Comparing two is ``same``, listing what disagrees is ``conflicts``. Codes
are compared only as they are told: no code map is applied that is not a declared table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from aggregator.merge.replay import Fact
from aggregator.merge.rules import RULES, Family
from schemas.contribution import Resource

_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=65_536)
def words(text: str) -> str:
    """Text for comparing: compatibility form, case folded, single spaces, no full stop at the end."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip(" .")


def concept_of(fact: Fact, family: Family) -> Mapping[str, Any]:
    """The CodeableConcept that names the substance, problem or drug; empty when nothing does."""
    resource = fact.resource
    if family.name == "medicine":
        return _medicine(resource)
    code = resource.get("code")
    if code:
        return code  # type: ignore[no-any-return]
    substances = [r["substance"] for r in resource.get("reaction", ()) if r.get("substance")]
    return substances[0] if len(substances) == 1 else {}


def _medicine(resource: Resource) -> Mapping[str, Any]:
    concept = resource.get("medicationCodeableConcept")
    if concept:
        return concept  # type: ignore[no-any-return]
    return contained(resource).get("code") or {
        "text": resource.get("medicationReference", {}).get("display", "")
    }


def contained(resource: Resource) -> Resource:
    named = resource.get("medicationReference", {}).get("reference", "")
    for inside in resource.get("contained", ()):
        if named == f"#{inside.get('id')}":
            return inside  # type: ignore[no-any-return]
    return {}


def codes(concept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(namespace, code) of each coding that says which thing it is; one namespace for dm+d and SNOMED CT."""
    found = []
    for coding in concept.get("coding", ()):
        system, code = coding.get("system"), coding.get("code")
        if system and code and code not in RULES.too_wide:
            found.append((RULES.namespaces.get(system, system), code))
    return found


def text(concept: Mapping[str, Any]) -> str:
    """The words for it as its source wrote them, made comparable; "" when there are none."""
    said = concept.get("text")
    if not said:
        said = next((c["display"] for c in concept.get("coding", ()) if c.get("display")), "")
    return words(said) if said else ""


def category(resource: Resource) -> tuple[str, ...]:
    """AllergyIntolerance.category: plain codes, sorted."""
    return tuple(sorted(str(c) for c in resource.get("category", ())))


def status_code(resource: Resource, element: str) -> str:
    """The code of a status that R4 gives as a CodeableConcept; "" when it is not told."""
    for coding in resource.get(element, {}).get("coding", ()):
        if coding.get("code"):
            return str(coding["code"])
    return ""


def reading(resource: Resource, elements: Iterable[str]) -> str:
    """What some elements say, comparable. Concepts are compared by what they mean: codes, else words."""
    return " ".join(f"{name}:{_meaning(resource[name], _said)}" for name in elements if name in resource)


def topic(resource: Resource, elements: Iterable[str]) -> str:
    """What some elements are about. One code often covers several matters that only the words tell apart."""
    return " ".join(f"{name}:{_meaning(resource[name], _named)}" for name in elements if name in resource)


def _said(told: Mapping[str, Any]) -> str:
    return " ".join(sorted(f"{s}|{c}" for s, c in codes(told))) or text(told)


def _named(told: Mapping[str, Any]) -> str:
    return f"{' '.join(sorted(c for _, c in codes(told)))} {text(told)}"


def _meaning(value: Any, concept: Callable[[Mapping[str, Any]], str]) -> str:
    if isinstance(value, list):
        return ",".join(_meaning(v, concept) for v in value)
    if not isinstance(value, dict):
        return words(str(value))
    if "coding" in value or "text" in value:
        return concept(value)
    if "value" in value and "system" not in value:
        return quantity(value)
    return " ".join(f"{k}={_meaning(value[k], concept)}" for k in sorted(value))


def quantity(said: Mapping[str, Any]) -> str:
    """A Quantity, Range or Ratio. 5.0 mg is 5 mg: precision matters when shown, not when compared."""
    if "value" not in said:
        return "/".join(quantity(said[e]) for e in sorted(said) if isinstance(said[e], dict))
    unit = words(said.get("unit") or said.get("code") or "")
    return f"{said.get('comparator', '')}{_number(said['value'])} {unit}"


def _number(value: Any) -> str:
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return words(str(value))


def key(concept: Mapping[str, Any]) -> str:
    """One comparable word for a small concept (route, form, site): its words, else its first code."""
    return text(concept) or next((c for _, c in codes(concept)), "")


def plain(value: Any) -> str:
    """Any element as comparable words, elements in name order."""
    if isinstance(value, dict):
        return " ".join(f"{k}={plain(value[k])}" for k in sorted(value))
    if isinstance(value, list):
        return ",".join(plain(v) for v in value)
    return words(str(value))
