"""The business identifiers by which a statement is known, whoever tells it."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.merge.rules import RULES
from schemas.contribution import Resource


def identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    """(system, value) of a resource's own business identifiers; those that name people are not among them."""
    told = resource.get("identifier", ())
    for one in (told,) if isinstance(told, dict) else told:
        system, value = one.get("system"), one.get("value")
        if system and value and system not in RULES.not_of_facts:
            yield (system, value)
