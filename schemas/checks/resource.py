"""The check of one resource and of all that is inside it.

What lives here: the order of the parts, resources inside resources, and contained resources (dom-2 to dom-5
of https://hl7.org/fhir/R4/domainresource.html, ref-1). What does not: any rule of a single type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.checks.bundle import bundle_rules
from schemas.checks.problem import Problem
from schemas.checks.rules import RULES
from schemas.checks.schema import expression, resource_types, schema_problems
from schemas.checks.walk import Walked, walk

MOST = 100
"""Problems reported of one body: a body that is wrong throughout needs no longer list."""

_LISTABLE = 5_000


def check(resource: object, *, at: str | None = None) -> list[Problem]:
    """Everything wrong with one R4 resource as decoded by ``schemas.strictjson``; empty when it is valid.

    ``at`` is where the resource stands, if not at the top (``Bundle.entry[3].resource``). A Bundle is checked
    with all its entries.
    """
    problems: dict[Problem, None] = {}  # in order, each once
    for problem in _problems(resource, at, inside=None):
        problems[problem] = None
        if len(problems) >= MOST:
            break
    return list(problems)


def check_bundle(bundle: object) -> list[Problem]:
    """As ``check``, and it must be a Bundle; expressions begin ``Bundle.entry[3].resource``."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return [Problem("Bundle.resourceType", "structure", "is not Bundle")]
    return check(bundle)


def _problems(resource: object, at: str | None, inside: dict[str, Any] | None) -> Iterator[Problem]:
    if not isinstance(resource, dict):
        yield Problem(at or "Resource", "structure", "is not a JSON object")
        return
    type_name = resource.get("resourceType")
    if not isinstance(type_name, str) or type_name not in resource_types():
        yield Problem(f"{at or 'Resource'}.resourceType", "structure", "is not the name of an R4 resource")
        return
    here = at or type_name
    walked = walk(resource)
    sound = True
    for problem in schema_problems(resource, type_name, here, thorough=walked.size <= _LISTABLE):
        sound = False
        yield problem
    for steps, code, reason in walked.findings:
        yield Problem(expression(type_name, steps, here), code, reason)
    if sound:
        for rule in RULES.get(type_name, ()):
            for below, reason in rule(resource):
                yield Problem(_join(here, below), "invariant", reason)
        if type_name == "Bundle":
            for below, reason in bundle_rules(resource):
                yield Problem(_join(here, below), "invariant", reason)
    yield from _local_references(walked, type_name, here, resource if inside is None else inside)
    for steps, nested in walked.nested:
        there = expression(type_name, steps, here)
        if steps[0] == "contained":
            yield from _contained(nested, there, inside)
            yield from _problems(nested, there, resource)
        else:
            yield from _problems(nested, there, None)
    if "contained" in resource and inside is None:
        yield from _unused(resource, here)


def _contained(nested: dict[str, Any], there: str, inside: Any) -> Iterator[Problem]:
    if inside is not None:
        yield Problem(there, "invariant", "is contained in a contained resource (dom-2)")
    if "id" not in nested:
        yield Problem(f"{there}.id", "required", "is missing")
    meta = nested.get("meta")
    for name in ("versionId", "lastUpdated", "security"):
        if isinstance(meta, dict) and name in meta:
            rule = "dom-5" if name == "security" else "dom-4"
            yield Problem(f"{there}.meta.{name}", "invariant", f"not in a contained resource ({rule})")


def _local_references(
    walked: Walked, type_name: str, here: str, container: dict[str, Any]
) -> Iterator[Problem]:
    if not walked.local:
        return
    held = container.get("contained")
    parts = held if isinstance(held, list) else []
    ids = {str(part.get("id")) for part in parts if isinstance(part, dict)}
    for steps, target in walked.local:
        if target and target not in ids:
            yield Problem(
                expression(type_name, steps, here), "invariant", "no such contained resource (ref-1)"
            )


def _unused(resource: dict[str, Any], here: str) -> Iterator[Problem]:
    """dom-3: a contained resource is there because something refers to it, or it refers to its container."""
    contained = resource["contained"]
    if not isinstance(contained, list):
        return
    mentioned = set(_strings_with_hash(resource))
    for index, part in enumerate(contained):
        if (
            isinstance(part, dict)
            and f"#{part.get('id')}" not in mentioned
            and "#" not in set(_strings_with_hash(part))
        ):
            yield Problem(f"{here}.contained[{index}]", "invariant", "nothing refers to it (dom-3)")


def _strings_with_hash(value: object) -> Iterator[str]:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            if node.startswith("#"):
                yield node
        elif isinstance(node, dict):
            stack += node.values()
        elif isinstance(node, list):
            stack += node


def _join(here: str, below: str) -> str:
    return f"{here}.{below}" if below and not below.startswith("[") else here + below
