"""Stage 7: role clearance against confidentiality and every sensitivity label; any uncleared one withholds.

How statements come by their labels on arrival is ``consent.labels``; nothing is labelled here.
"""

from __future__ import annotations

from consent.case import Block, Case
from consent.policy import Clause, Policy
from schemas.codes import NORMAL_WHEN_UNLABELLED, Confidentiality, Heading
from schemas.decision import ClassFact


def blocks(case: Case, clause: Clause, item: ClassFact) -> tuple[Block, ...]:
    """One block for the level, one for each label that the role is not cleared for."""
    found = []
    own = case.own(item.controller)
    level = confidentiality(case.policy, item.labels, item.heading)
    if level.rank > min(case.role.confidentiality.rank, clause.ceiling.rank):
        found.append(Block("7", f"level.{level.value}"))
    for code in sorted(item.labels):
        label = case.policy.labels.get(code)
        if label is None:
            found.append(Block("7", "label.unknown"))
        elif label.sensitive and code not in case.role.labels and (label.own or not own):
            found.append(Block("7", f"label.{code}"))
    return tuple(found)


def confidentiality(policy: Policy, labels: frozenset[str], heading: Heading) -> Confidentiality:
    """The highest level that any label gives; no label at all is 5.5 of people-and-safety."""
    if not labels:
        unlabelled = heading in NORMAL_WHEN_UNLABELLED
        return Confidentiality.NORMAL if unlabelled else Confidentiality.RESTRICTED
    levels = [policy.labels[code].confidentiality for code in labels if code in policy.labels]
    return max(levels, key=lambda level: level.rank, default=Confidentiality.VERY_RESTRICTED)
