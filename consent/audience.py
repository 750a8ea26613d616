"""Stage 7b: who may come to read this copy (people-and-safety 3): the reader is not the only one.

Safeguarding, domestic abuse, third-party facts, the alleged source of a risk and the like are for professional
screens and systems only. A caller may ask for a copy with a wider audience than their own, never a narrower one.
"""

from __future__ import annotations

from consent.case import Block, Case, Refusal
from consent.policy import Clause
from schemas.caller import CallerKind
from schemas.codes import Audience
from schemas.decision import ClassFact

COPIES = {
    CallerKind.STAFF: frozenset(Audience),
    CallerKind.SYSTEM: frozenset({Audience.SYSTEM, Audience.PAPER}),
    CallerKind.PERSON: frozenset({Audience.PERSON, Audience.CARER, Audience.PAPER}),
    CallerKind.REPRESENTATIVE: frozenset({Audience.CARER, Audience.PAPER}),
}
"""The audiences that each kind of caller may ask a copy for."""

THIRD_PARTY = "THIRD_PARTY"


def refusal(case: Case) -> Refusal | None:
    """A person who asks for a professional screen gets nothing, whatever the rest says."""
    if case.question.audience in COPIES[case.caller.kind]:
        return None
    return Refusal("7b", "audience.not-for-caller", function=True)


def professional(case: Case) -> bool:
    """True when nobody but professionals reads this copy."""
    return case.role.professional and case.question.audience.professional


def blocks(case: Case, clause: Clause, item: ClassFact) -> tuple[Block, ...]:
    if professional(case):
        return ()
    if item.heading in case.policy.professional_headings:
        return (Block("7b", f"audience.heading.{item.heading.value}"),)
    labels = (case.policy.labels.get(code) for code in sorted(item.labels))
    return tuple(Block("7b", f"audience.{x.code}") for x in labels if x is not None and x.professional_only)


def redactions(case: Case, item: ClassFact) -> frozenset[str]:
    """Parts about other people stay with professionals who are cleared for them."""
    if professional(case) and THIRD_PARTY in case.role.labels:
        return frozenset()
    return frozenset({"third-party"})
