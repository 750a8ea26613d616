"""Stage 9: emergency access, the only stage that lifts, and only what the clause lists.

It may lift 4 (relationship), 6 (choices, where the clause says so), 7 (listed labels) and of 5 the listed default
exclusions; never 1-3, statute, 7b or 8. Read-only, one person, at most 60 minutes, renewable; officers of viewer
and sources are told, and the person can see it later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from consent import roles
from consent.case import Block, Case, Refusal
from consent.policy import Clause, Policy
from schemas.caller import CallerKind
from schemas.decision import EmergencyFact

LONGEST = timedelta(minutes=60)
RENEW_AFTER = timedelta(minutes=55)
ACTIVITY = "emergency"


def session(case: Case) -> EmergencyFact | None:
    """The caller's own open session on this person, the one that lasts longest; None when there is none."""
    if ACTIVITY not in roles.activities(case) or case.caller.kind is not CallerKind.STAFF:
        return None
    mine = [
        e
        for e in case.facts.emergencies
        if (e.user_id, e.organisation) == (case.caller.user_id, case.caller.organisation)
        and e.reason in case.policy.emergency_reasons
        and e.start <= case.now < ends(e)
    ]
    return max(mine, key=lambda e: (ends(e), e.session_id), default=None)


def ends(fact: EmergencyFact) -> datetime:
    """A session ends when it says, and never later than an hour after its start."""
    return min(fact.until, fact.start + LONGEST)


def refusal(case: Case) -> Refusal | None:
    """While a session is open its user may read this one person, and not export, subscribe or write."""
    doing = case.policy.doings.get(case.question.interaction)
    if session(case) is None or (doing is not None and doing.in_emergency):
        return None
    return Refusal("9", "emergency.read-only", function=True)


def lift(case: Case, clause: Clause, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """What still stands of ``blocks`` under an open session. Without one: all of them."""
    if not blocks or not clause.emergency.offered or session(case) is None:
        return blocks
    return tuple(b for b in blocks if not _liftable(case, clause, b))


def _liftable(case: Case, clause: Clause, block: Block) -> bool:
    terms = clause.emergency
    if block.stage == "4":
        return terms.relationship
    if block.stage == "6":
        return terms.choices and block.rule == "choice.deny"  # a stopped reader stays stopped
    kind, _, code = block.rule.partition(".")
    if block.stage == "5":
        return kind == "default" and code in terms.exclusions
    if block.stage == "7" and kind == "label":
        label = case.policy.labels.get(code)
        return label is not None and label.liftable and code in terms.labels
    return False  # a level above role or ceiling is not lifted: the role is not made for it


def may_open(case: Case) -> bool:
    """True when some clause gives this caller emergency terms. It looks at no fact about the person."""
    return case.caller.kind is CallerKind.STAFF and any(
        c.in_force(case.now)
        and c.emergency.offered
        and case.recipient in c.recipients
        and case.role.code in c.roles
        and case.question.purpose in c.purposes
        for c in case.policy.clauses
    )


def problem(policy: Policy, reason: str, text: str) -> str | None:
    """Why this reason cannot open emergency access, in plain words; None when it can."""
    if reason not in policy.emergency_reasons:
        return "the reason is not one of the listed reasons"
    return None if text.strip() else "say in a few words why"
