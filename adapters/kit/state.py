"""What stands after many inputs: their statements folded in true-time order, as the store does it.

For the contract suite and for the comparison of two feeds. Not here: whom a statement is linked to, and what
the merge makes of several sources; both begin where one source's statements end.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from schemas.codes import Heading
from schemas.contribution import Resource, Statement, Translated
from schemas.identifiers import SubjectKey
from schemas.versions import fold

Key: TypeAlias = tuple[SubjectKey, str, str, str]
"""Which fact: subject, type, and the system and value of its identifier."""


def key_of(statement: Statement) -> Key:
    named = statement.identifier
    return statement.subject, statement.type, named.system, named.value


def canonical(value: object) -> str:
    """One spelling of a resource, so that the order of its elements makes no difference."""
    return json.dumps(value, sort_keys=True, default=str)


class Standing:
    """One fact as it stands: ``resource`` folded; ``gone`` when its last word is a retraction."""

    __slots__ = ("gone", "heading", "labels", "resource")

    def __init__(self, versions: Iterable[Statement]) -> None:
        ordered = sorted(versions, key=lambda s: (s.true_time, s.partial, canonical(s.resource)))
        last = ordered[-1]
        self.gone = last.retracts
        self.heading: Heading = last.heading
        self.labels = last.labels | last.exclusions
        self.resource: Resource = fold((s.resource, s.partial, s.clears) for s in ordered)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Standing) and self._told() == other._told()

    def __hash__(self) -> int:
        return hash(self._told())

    def _told(self) -> tuple[bool, Heading, frozenset[str], str]:
        return self.gone, self.heading, self.labels, canonical(self.resource)


def versions(told: Iterable[Translated]) -> dict[Key, list[Statement]]:
    """Every distinct telling of each fact, whatever the order and number of the inputs."""
    found: defaultdict[Key, dict[str, Statement]] = defaultdict(dict)
    for one in told:
        for statement in one.statements:
            found[key_of(statement)].setdefault(_digest(statement), statement)
    return {key: list(many.values()) for key, many in found.items()}


def standing(told: Iterable[Translated]) -> dict[Key, Standing]:
    """Each fact as it stands after these inputs."""
    return {key: Standing(many) for key, many in versions(told).items()}


def _digest(statement: Statement) -> str:
    return canonical(
        [
            statement.true_time.isoformat(),
            statement.resource,
            statement.retracts,
            statement.partial,
            statement.clears,
            statement.heading,
            sorted(statement.labels | statement.exclusions),
        ]
    )
