"""Stage 8: someone whose whereabouts must not be known (people-and-safety 4; "PDS R").

Classes that are about a place are not shown; from all others ``consent.narrow`` cuts what tells of one, and
clinical facts stay. A label may tell of a place on arrival, whatever the flag says.
"""

from __future__ import annotations

from consent.case import Block, Case
from consent.policy import Clause
from schemas.decision import ClassFact


def blocks(case: Case, clause: Clause, item: ClassFact) -> tuple[Block, ...]:
    if not case.facts.person.location_restricted:
        return ()
    policy = case.policy
    if item.category in policy.location_categories or item.heading in policy.location_headings:
        return (Block("8", "location.class"),)
    return (Block("8", "location.label"),) if _tells(case, item) else ()


def redactions(case: Case, item: ClassFact) -> frozenset[str]:
    if case.facts.person.location_restricted or _tells(case, item):
        return frozenset({"location"})
    return frozenset()


def _tells(case: Case, item: ClassFact) -> bool:
    labels = case.policy.labels
    return any(code in labels and labels[code].location for code in item.labels)
