"""Decimals that came as strings, turned into Decimals.

What lives here: the one deviation from R4's JSON that is let in (see ``primitives``), settled so that the
rest of the house meets numbers only. What does not: any other repair. What was sent is kept elsewhere.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from schemas.checks.schema import definition_of


def settle(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource with every decimal a number; the same object when all were. Checked resources only."""
    return _settled(resource, None)


def _settled(node: dict[str, Any], definition: str | None) -> dict[str, Any]:
    definition = node.get("resourceType", definition)
    changed: dict[str, Any] = {}
    for key, value in node.items():
        kind = type(value)
        if kind is str:
            if key.endswith("Decimal") or definition_of(definition, key) == "decimal":
                changed[key] = Decimal(value)
        elif kind is dict:
            settled = _settled(value, definition_of(definition, key))
            if settled is not value:
                changed[key] = settled
        elif kind is list and value and isinstance(value[0], dict):
            inner = definition_of(definition, key)
            items = [_settled(item, inner) if isinstance(item, dict) else item for item in value]
            if any(new is not old for new, old in zip(items, value, strict=True)):
                changed[key] = items
    return {**node, **changed} if changed else node
