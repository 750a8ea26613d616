"""The published R4 JSON schema, mended until it says what R4 says.

What lives here: how one definition of the schema is rewritten, so that the fast validator does the work and
no rule costs Python time. What does not: the tables it applies (``required``, ``bindings``,
``primitives``), running the result (``schema``), and rules that JSON schema cannot say (``rules``).

Mended: empty arrays, objects and strings refused; required primitives and choices; at most one type of a
choice; codes of required bindings; strict primitives; nulls where a ``_name`` sibling stands in (R4 JSON
format, https://hl7.org/fhir/R4/json.html#primitive); resources inside resources left to be checked by type.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from schemas.checks.bindings import CODES, CONCEPTS
from schemas.checks.primitives import ABSOLUTE_URI, PRIMITIVES
from schemas.checks.required import required_elements

Definition = dict[str, Any]

_REF = "#/definitions/"
_REQUIRED: dict[str, list[str]] = defaultdict(list)
for _definition, _element in required_elements():
    _REQUIRED[_definition].append(_element)

_ABSOLUTE = ("Coding.system", "Identifier.system", "Bundle_Entry.fullUrl", "Quantity.system", "Meta.profile")

# Siblings that one element makes necessary (qty-3, cpt-2, att-1, tim-1, tim-2 of R4), with their own names.
_NEEDS = {
    "Quantity": {"code": "system"},
    "ContactPoint": {"value": "system"},
    "Attachment": {"data": "contentType"},
    "Timing_Repeat": {"duration": "durationUnit", "period": "periodUnit", "countMax": "count"},
}
for _kind in ("Age", "Count", "Distance", "Duration", "Money"):
    _NEEDS[_kind] = {} if _kind == "Money" else _NEEDS["Quantity"]

# Two elements that only look like one choice.
_NO_CHOICE = {"Contract.instantiates", "Task.instantiates", "Task.reason", "PaymentReconciliation.payment"}


def choices(name: str, definition: Definition, types: frozenset[str]) -> dict[str, str]:
    """Property to the choice it is one type of: ``{"valueString": "value", ...}``.

    A choice shows as two or more single properties that share a name before a type's name. ``types`` are
    the names of all types, each with a capital: ``String``, ``Quantity``.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for key, shape in definition.get("properties", {}).items():
        if key.startswith("_") or shape.get("type") == "array":
            continue
        for cut in range(1, len(key)):
            if key[cut].isupper() and key[cut:] in types and f"{name}.{key[:cut]}" not in _NO_CHOICE:
                groups[key[:cut]].append(key)
    return {key: base for base, keys in groups.items() if len(keys) > 1 for key in keys}


def mend(name: str, definition: Definition, types: frozenset[str]) -> Definition:
    """One definition of the published schema, rewritten; ``types`` as for ``choices``."""
    if name in PRIMITIVES:
        return PRIMITIVES[name]
    if name == "ResourceList":
        return {"type": "object", "required": ["resourceType"]}
    properties = definition["properties"]
    rest = {key: value for key, value in definition.items() if key not in ("description", "properties")}
    chosen = choices(name, definition, types)
    mended: Definition = {
        **rest,
        "type": "object",
        "minProperties": 1,
        "properties": {
            key: _property(f"{name}.{key}", shape, properties) for key, shape in properties.items()
        },
    }
    rules = [_one_of(element, chosen) for element in _REQUIRED[name]]
    if rules:
        mended["allOf"] = rules
    needs = {trigger: _one_of(sibling, {}) for trigger, sibling in _NEEDS.get(name, {}).items()}
    alone = {
        trigger: {"properties": dict.fromkeys(_others(key, chosen), False)}
        for key in chosen
        for trigger in (key, f"_{key}")
    }
    if needs or alone:
        mended["dependencies"] = alone | needs
    return mended


def _one_of(element: str, chosen: dict[str, str]) -> Definition:
    """``element``, or each type of ``element[x]``, or what stands in for one, is there."""
    base = element.removesuffix("[x]")
    names = [name for name, of in chosen.items() if of == base] if element.endswith("[x]") else [base]
    return {"anyOf": [{"required": [sibling]} for name in names for sibling in (name, f"_{name}")]}


def _others(key: str, chosen: dict[str, str]) -> Iterator[str]:
    for other, base in chosen.items():
        if base == chosen[key] and other != key:
            yield other
            yield f"_{other}"


def _property(path: str, shape: Definition, siblings: Definition) -> Definition:
    """One property; ``path`` is definition.name."""
    name = path.rpartition(".")[2]
    if shape.get("type") == "array":
        item = _single(path, shape["items"])
        if name.startswith("_") or f"_{name}" in siblings:
            item = {"if": {"type": "null"}, "else": item}
        return {"type": "array", "minItems": 1, "items": item}
    return _single(path, shape)


def _single(path: str, shape: Definition) -> Definition:
    if path in CODES:
        return {"enum": CODES[path].split()}
    if path in CONCEPTS:
        return _concept(*CONCEPTS[path])
    if path in _ABSOLUTE:
        return ABSOLUTE_URI
    if "pattern" in shape:  # a primitive written out in place: the type is the end of the name
        name = path.rpartition(".")[2]
        return next(PRIMITIVES[kind] for kind in _BY_LENGTH if name.endswith(kind[0].upper() + kind[1:]))
    return {key: value for key, value in shape.items() if key != "description"}


_BY_LENGTH = sorted(PRIMITIVES, key=len, reverse=True)


def _concept(system: str, codes: str) -> Definition:
    from_the_set = {
        "required": ["system", "code"],
        "properties": {"system": {"const": system}, "code": {"enum": codes.split()}},
    }
    return {
        "allOf": [
            {"$ref": f"{_REF}CodeableConcept"},
            {"properties": {"coding": {"contains": from_the_set}}},
        ],
        # A reason for absence may stand alone, words may not.
        "dependencies": {"text": ["coding"]},
    }
