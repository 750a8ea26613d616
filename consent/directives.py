"""Stage 6: the person's choices. Deny beats permit, and the safety floor has its own rule.

A choice counts when it is active and in its period. A deny stands unless the *same controller* later recorded a
permit with the same or a narrower target (the newest supersedes; an exception is narrower than its base); a
broader permit never undoes a narrower deny. Denies of several controllers add up. An objection that was refused
with grounds is no deny. Nothing that is recorded as a deny can ever make another deny weaker.
"""

from __future__ import annotations

from consent.case import Block, Case
from consent.policy import Clause
from schemas.codes import SAFETY_FLOOR
from schemas.decision import ChoiceFact, ClassFact


def blocks(case: Case, clause: Clause, item: ClassFact) -> tuple[Block, ...]:
    """Block when a standing deny covers this class for this reader and purpose."""
    standing = [c for c in case.facts.choices if _denies(case, c, item) and not _superseded(case, c, item)]
    if any(c.target_user is not None for c in standing):
        return (Block("6", "choice.reader-stopped"),)
    if case.own(item.controller):
        return ()  # an objection to sharing does not hide an organisation's own data from itself
    purpose = case.question.purpose
    standing = [
        c for c in standing if c.purpose is not None or purpose not in clause.not_stopped_by_objection
    ]
    if floor(case, item):
        standing = [c for c in standing if c.floor_discussed]
    return (Block("6", "choice.deny"),) if standing else ()


def floor(case: Case, item: ClassFact) -> bool:
    """True for the safety floor: by heading, or by a label that the tables put there (5.3)."""
    labels = case.policy.labels
    return item.heading in SAFETY_FLOOR or any(c in labels and labels[c].floor for c in item.labels)


def permissions(case: Case) -> tuple[ChoiceFact, ...]:
    """Permits in force that name the caller's organisation, or any (stage 4, permission to view)."""
    return tuple(
        c
        for c in case.facts.choices
        if c.effect == "permit"
        and in_force(case, c)
        and c.target_organisation in (None, case.caller.organisation)
        and c.purpose in (None, case.question.purpose)
    )


def consents(case: Case, item: ClassFact) -> bool:
    """True when the person explicitly consents to this class for every reader of this copy (stage 5)."""
    given = {
        c.target_organisation
        for c in case.facts.choices
        if c.effect == "permit" and in_force(case, c) and c.target_class == item.class_id
    }
    return bool(case.readers) and case.readers <= given


def in_force(case: Case, choice: ChoiceFact) -> bool:
    """Active and in its period, half-open. Draft, rejected, entered-in-error, future or expired: no."""
    if choice.status != "active":
        return False
    began = choice.start is None or choice.start <= case.now
    return began and (choice.end is None or case.now < choice.end)


def _denies(case: Case, choice: ChoiceFact, item: ClassFact) -> bool:
    return (
        choice.effect != "permit"  # an unknown effect is read as a deny
        and choice.outcome != "refused"
        and in_force(case, choice)
        and (choice.target_organisation is None or choice.target_organisation in case.readers)
        and choice.target_user in (None, case.caller.user_id)
        and choice.target_category in (None, item.category)
        and choice.target_class in (None, item.class_id)
        and choice.purpose in (None, case.question.purpose)
    )


def _superseded(case: Case, deny: ChoiceFact, item: ClassFact) -> bool:
    return any(_supersedes(case, permit, deny, item) for permit in case.facts.choices)


def _supersedes(case: Case, permit: ChoiceFact, deny: ChoiceFact, item: ClassFact) -> bool:
    if permit.effect != "permit" or permit.controller != deny.controller or not in_force(case, permit):
        return False
    if permit.target_category not in (None, item.category) or permit.target_class not in (
        None,
        item.class_id,
    ):
        return False
    target, other = _target(permit), _target(deny)
    within = all(theirs is None or mine == theirs for mine, theirs in zip(target, other, strict=True))
    if target[0] is not None and case.readers != {target[0]}:
        return False  # a copy that others read too needs more than a permit for one of them
    newer = permit.recorded > deny.recorded
    exception = permit.recorded == deny.recorded and target != other
    return within and (newer or exception)


def _target(choice: ChoiceFact) -> tuple[object, ...]:
    return (
        choice.target_organisation,
        choice.target_user,
        choice.target_category,
        choice.target_class,
        choice.purpose,
    )
