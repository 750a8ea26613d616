"""Checking one resource against the mended R4 schema of its own type.

What lives here: loading the schema once, one compiled validator for each type on first use, and turning the
validator's findings into Problems. What does not: what was mended (``mend``), and the rules that need more
than the schema (``rules``).

Checked by type, because a whole-schema check can only say "matches none of 148 types".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import jsonschema_rs
import msgspec

from schemas.checks.mend import Definition, choices, mend
from schemas.checks.primitives import NAMES
from schemas.checks.problem import Problem

_PREFIX = "#/definitions/"
_ELEMENT = re.compile(r"_?[A-Za-z][A-Za-z]{0,63}[0-9]?")


@cache
def _published() -> dict[str, Definition]:
    raw = resources.files("schemas").joinpath("r4", "fhir.schema.json").read_bytes()
    definitions: dict[str, Definition] = msgspec.json.decode(raw)["definitions"]
    return definitions


@cache
def _types() -> frozenset[str]:
    return frozenset(name[0].upper() + name[1:] for name in _published() if "_" not in name)


@cache
def resource_types() -> frozenset[str]:
    """The names of the R4 resource types."""
    return frozenset(
        n for n, d in _published().items() if "_" not in n and "resourceType" in d.get("properties", {})
    )


def required_of(type_name: str) -> frozenset[str]:
    """Elements without which the published schema takes no resource of this type: the complex ones only."""
    return frozenset(_published()[type_name].get("required", ()))


@cache
def _mended(name: str) -> Definition:
    return mend(name, _published()[name], _types())


@cache
def _choices(name: str) -> dict[str, str]:
    return choices(name, _published()[name], _types())


@cache
def _validator(type_name: str) -> jsonschema_rs.Draft7Validator:
    """Holds only the definitions that the type can reach: a tenth of the time to compile."""
    reached: dict[str, Definition] = {}
    waiting = [type_name]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = _mended(name)
            waiting += _references(reached[name])
    schema = {"$ref": f"{_PREFIX}{type_name}", "definitions": reached}
    return jsonschema_rs.Draft7Validator(
        schema, mask="…", validate_formats=False, pattern_options=jsonschema_rs.RegexOptions()
    )


def _references(shape: Any) -> Iterator[str]:
    if isinstance(shape, dict):
        if "$ref" in shape:
            yield shape["$ref"].removeprefix(_PREFIX)
        for value in shape.values():
            yield from _references(value)
    elif isinstance(shape, list):
        for value in shape:
            yield from _references(value)


def schema_problems(
    resource: dict[str, Any], type_name: str, here: str, *, thorough: bool = True
) -> Iterator[Problem]:
    """What the mended schema finds; ``type_name`` is one of ``resource_types()``, ``here`` its place.

    The validator collects all errors before it gives the first, 30 microseconds for each, so a resource that
    is large and wrong throughout would hold a worker for seconds: without ``thorough`` it gives one.
    """
    validator = _validator(type_name)
    if validator.is_valid(resource):
        return
    for error in validator.iter_errors(resource) if thorough else _first(validator, resource):
        path = error.instance_path
        kind: Any = error.kind  # one class for each keyword; its name says which
        keyword = kind.name
        if keyword == "additionalProperties":
            for name in kind.unexpected:
                shown = name if _ELEMENT.fullmatch(name) else "?"
                yield Problem(
                    expression(type_name, [*path, shown], here), "structure", "is not an element of R4 here"
                )
        elif keyword in ("required", "anyOf"):
            while kind.name == "anyOf":
                kind = kind.context[0][0].kind
            yield Problem(expression(type_name, [*path, kind.property], here), "required", "is missing")
        else:
            yield Problem(expression(type_name, path, here), *_said(keyword, kind))


def _first(
    validator: jsonschema_rs.Draft7Validator, resource: dict[str, Any]
) -> Iterator[jsonschema_rs.ValidationError]:
    try:
        validator.validate(resource)
    except jsonschema_rs.ValidationError as error:
        yield error


_SAID = {
    "enum": ("code-invalid", "is not a code of the required value set"),
    "contains": ("code-invalid", "has no coding from the required value set"),
    "const": ("structure", "is not the fixed value"),
    "minItems": ("structure", "is an empty array"),
    "minProperties": ("structure", "is an empty object"),
    "minLength": ("value", "is empty"),
    "minimum": ("value", "is too small"),
    "maximum": ("value", "is too large"),
    "falseSchema": ("structure", "has more than one type of a choice"),
}


def _said(keyword: str, kind: Any) -> tuple[str, str]:
    if keyword == "pattern":
        return "value", f"is not a valid {NAMES.get(kind.pattern, 'value')}"
    if keyword == "type":
        wanted = ", ".join(kind.types) if hasattr(kind, "types") else "another type"
        return "structure", f"is not of the JSON type {wanted}"
    return _SAID.get(keyword, ("invalid", "does not fit the R4 definition"))


def expression(type_name: str, path: list[str | int], here: str) -> str:
    """FHIRPath-like: choices by their base name, what stands in for a primitive by the primitive's."""
    said = here
    definition: str | None = type_name
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
            continue
        name = step.removeprefix("_")
        said += "." + (_choices(definition).get(name, name) if definition else name)
        definition = definition_of(definition, step)
    return said


@lru_cache(maxsize=16_384)  # bounded: on the way to a refusal the names are the sender's
def definition_of(parent: str | None, name: str) -> str | None:
    """The schema's name for the type of ``parent.name``, or None where it is written out in place."""
    shape = _published().get(parent or "", {}).get("properties", {}).get(name, {})
    reference = shape.get("items", shape).get("$ref", "").removeprefix(_PREFIX)
    return reference or None
