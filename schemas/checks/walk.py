"""One pass over a resource for what the schema cannot see.

What lives here: rules of data types, wherever in a resource they turn up: periods and ranges the right way
round (per-1, rng-2), extensions (ext-1), references that lead nowhere, nulls in arrays of primitives,
narrative, and the collecting of references to contained resources. What does not: rules of one resource
type (``rules``).

Nothing here trusts a shape: the pass also runs over what the schema has refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from schemas.checks.dates import before
from schemas.checks.narrative import narrative_fault
from schemas.checks.schema import resource_types

Steps: TypeAlias = list[str | int]
# Linked from leaf to root, so that a path costs nothing until there is something to say about it.
_Link: TypeAlias = "tuple[_Link | None, str, int]"


@dataclass(slots=True)
class Walked:
    """What one pass found. Steps lead from the resource that was walked."""

    findings: list[tuple[Steps, str, str]] = field(default_factory=list)  # steps, issue code, reason
    nested: list[tuple[Steps, dict[str, Any]]] = field(default_factory=list)
    local: list[tuple[Steps, str]] = field(default_factory=list)  # references that begin with #
    size: int = 0  # objects, not counting those in nested resources


def walk(resource: dict[str, Any]) -> Walked:
    """Go over everything in ``resource``; resources inside it are listed and not entered."""
    walked = Walked()
    stack: list[tuple[dict[str, Any], _Link | None]] = [(resource, None)]
    while stack:
        node, link = stack.pop()
        walked.size += 1
        for key, value in node.items():
            kind = type(value)
            if kind is dict:
                if "resourceType" in value:
                    walked.nested.append((_steps((link, key, -1)), value))
                else:
                    stack.append((value, (link, key, -1)))
            elif kind is list:
                for index, item in enumerate(value):
                    if type(item) is dict:
                        if "resourceType" in item:
                            walked.nested.append((_steps((link, key, index)), item))
                        else:
                            stack.append((item, (link, key, index)))
                    elif item is None and not _stood_in_for(node, key, index):
                        _add(walked, (link, key, index), "structure", "is null with nothing in its place")
        if link is not None:
            _check(walked, node, link)
    return walked


def _check(walked: Walked, node: dict[str, Any], link: _Link) -> None:
    if "start" in node and "end" in node:
        start, end = node["start"], node["end"]
        if isinstance(start, str) and isinstance(end, str) and before(end, start):
            _add(walked, link, "invariant", "ends before it starts (per-1)")
    if "div" in node:
        fault = narrative_fault(node["div"]) if isinstance(node["div"], str) else None
        if fault:
            _add(walked, (link, "div", -1), "invariant", fault)
    if "reference" in node:
        target = node["reference"]
        if isinstance(target, str) and target.startswith("#"):
            walked.local.append((_steps((link, "reference", -1)), target[1:]))
        elif isinstance(target, str) and node.keys() <= _REFERENCE and not _leads_somewhere(target):
            _add(walked, (link, "reference", -1), "value", "is not a URL, a URN or Type/id")
    if "low" in node and "high" in node and link[1] != "referenceRange":
        _check_range(walked, node, link)
    if link[1] == "extension" or link[1] == "modifierExtension":
        _check_extension(walked, node, link)


def _leads_somewhere(target: str) -> bool:
    if _ABSOLUTE.match(target):
        return True
    relative = _RELATIVE.match(target)
    return relative is not None and relative[1] in resource_types()


def _check_range(walked: Walked, node: dict[str, Any], link: _Link) -> None:
    low, high = node["low"], node["high"]
    if isinstance(low, dict) and isinstance(high, dict) and low.get("code") == high.get("code"):
        least, most = low.get("value"), high.get("value")
        if isinstance(least, int | Decimal) and isinstance(most, int | Decimal) and least > most:
            _add(walked, link, "invariant", "is highest first (rng-2)")


def _check_extension(walked: Walked, node: dict[str, Any], link: _Link) -> None:
    has_value = any(key.startswith(("value", "_value")) for key in node)
    if has_value == ("extension" in node):
        _add(walked, link, "invariant", "needs a value or extensions, and not both (ext-1)")
    parent = link[0]
    url = node.get("url")
    # Inside another extension a name will do; outside, the name must mean the same everywhere.
    if isinstance(url, str) and ":" not in url and not (parent and parent[1] in _EXTENSIONS):
        _add(walked, (link, "url", -1), "value", "is not a valid absolute URI")


_REFERENCE = frozenset(
    ("id", "extension", "reference", "_reference", "type", "_type", "identifier", "display", "_display")
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+\Z")
# Type/id, of one version if need be, or Type?search as a transaction may say it.
_RELATIVE = re.compile(
    r"([A-Z][A-Za-z]+)(?:/[A-Za-z0-9.\-]{1,64}(?:/_history/[A-Za-z0-9.\-]{1,64})?|\?\S+)\Z"
)
_EXTENSIONS = ("extension", "modifierExtension")


def _stood_in_for(node: dict[str, Any], key: str, index: int) -> bool:
    other = node.get(key[1:] if key.startswith("_") else f"_{key}")
    return isinstance(other, list) and index < len(other) and other[index] is not None


def _add(walked: Walked, link: _Link, code: str, reason: str) -> None:
    walked.findings.append((_steps(link), code, reason))


def _steps(link: _Link | None) -> Steps:
    steps: Steps = []
    while link is not None:
        link, key, index = link
        steps += [key] if index < 0 else [index, key]
    steps.reverse()
    return steps
