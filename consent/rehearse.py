"""Run the agreement's own examples, so that what its signatories read is what the engine does.

A permit example must come out under the whole policy *and* under its clause alone (or it would prove another
clause); a deny example must hold under the whole policy, where any other clause could still permit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consent.decide import decide
from consent.policy import Clause, Example, Policy
from schemas.caller import Caller, CallerKind
from schemas.codes import RelationshipKind
from schemas.decision import (
    ChoiceFact,
    ClassFact,
    EmergencyFact,
    Facts,
    PersonFact,
    Question,
    RelationshipFact,
)

_PERSON = "rehearsed"
_READER = "reader"


@dataclass(frozen=True, slots=True)
class Failure:
    """One example that is missing or does not come out as it says."""

    clause: str
    text: str


def run_examples(policy: Policy, now: datetime | None = None) -> list[Failure]:
    """Every failure, in the order of the clauses. A clause not in force ``now`` is run as of its start."""
    return [f for clause in policy.clauses for f in _run(clause, policy, now)]


def _run(clause: Clause, policy: Policy, now: datetime | None) -> Iterator[Failure]:
    for permit, word in ((True, "permit"), (False, "deny")):
        if not any(e.permit is permit for e in clause.examples):
            yield Failure(clause.id, f"clause {clause.id}: it has no {word} example")
    at = now if now is not None and clause.in_force(now) else clause.start
    alone = replace(policy, clauses=(clause,))
    for example in clause.examples:
        shown = comes_out(example, policy, at)
        if example.permit and not (shown and comes_out(example, alone, at)):
            yield Failure(clause.id, f"clause {clause.id}: should permit, but does not: {example.say}")
        if not example.permit and shown:
            yield Failure(clause.id, f"clause {clause.id}: should deny, but does not: {example.say}")


def comes_out(example: Example, policy: Policy, at: datetime) -> bool:
    """True when the example's one class is shown to its reader."""
    return bool(decide(_question(example, policy, at), _facts(example, at), policy).grants)


def _question(example: Example, policy: Policy, at: datetime) -> Question:
    role = policy.roles.get(example.role)
    kind = CallerKind(min(role.kinds)) if role is not None and role.kinds else CallerKind.STAFF
    caller = Caller(
        user_id=_READER,
        kind=kind,
        organisation=example.organisation,
        role=example.role,
        activities=role.activities if role is not None else frozenset(),
        assurance=2,
        purpose=example.purpose,
        client_id="rehearsal",
        token_id="rehearsal",  # noqa: S106  (an id, not a secret)
        issuer="rehearsal",
        expires_at=at + timedelta(minutes=5),
        own_person_id=_PERSON if example.relationship is RelationshipKind.SELF else None,
    )
    audience = example.audience if example.audience is not None else caller.audience
    return Question(caller, example.interaction, example.purpose, audience, example.organisation)


def _facts(example: Example, at: datetime) -> Facts:
    relationships: tuple[RelationshipFact, ...] = ()
    choices: tuple[ChoiceFact, ...] = ()
    emergencies: tuple[EmergencyFact, ...] = ()
    born = at.date() - timedelta(days=round(example.age * 365.25))
    item = ClassFact(
        "subject",
        "class",
        example.holder,
        example.category,
        example.heading,
        example.labels,
        example.exclusions,
        1,
    )
    if example.relationship is not None:
        began = at - timedelta(days=1000)
        end = None if example.ended_days is None else at - timedelta(days=example.ended_days)
        relationships = (RelationshipFact(example.organisation, example.relationship, began, end, _READER),)
    if example.permission:
        given = ChoiceFact("permission", example.organisation, "permit", "active", at, at, None)
        choices += (replace(given, target_organisation=example.organisation),)
    if example.objects:
        choices += (
            ChoiceFact("objection", example.holder, "deny", "active", at - timedelta(days=9), None, None),
        )
    if example.emergency:
        until = at + timedelta(minutes=30)
        emergencies = (EmergencyFact("session", _READER, example.organisation, "life-at-risk", at, until),)
    person = PersonFact(_PERSON, example.restricted, born)
    return Facts(person, (item,), relationships, choices, emergencies, at)
