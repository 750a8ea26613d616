"""Stage 1: a fresh sign-in, strong enough, with one known role that fits the kind of caller.

The token's signature, issuer and audience are checked where it is read (``aggregator.access.callers``);
this stage looks again at what a decision depends on, because a token may run out while work waits.
"""

from __future__ import annotations

from consent.case import Refusal
from consent.policy import Policy
from schemas.caller import CallerKind
from schemas.decision import Facts, Question

ASSURANCE = 2
"""Least authentication assurance level of people. Systems prove themselves by a signed assertion."""


def refusal(question: Question, facts: Facts, policy: Policy) -> Refusal | None:
    """The first thing wrong with the sign-in, or None."""
    caller = question.caller
    if facts.read_at >= caller.expires_at:
        return Refusal("1", "sign-in.expired", function=True)
    if caller.kind is not CallerKind.SYSTEM and caller.assurance < ASSURANCE:
        return Refusal("1", "sign-in.assurance", function=True)
    role = policy.roles.get(caller.role)
    if role is None or caller.kind.value not in role.kinds:
        return Refusal("1", "sign-in.role", function=True)
    return None
