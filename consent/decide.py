"""May this caller do this now, and what may they see? The stages in their order, and the one Decision.

====  =======================================  =========================
1     a fresh, strong sign-in, one role        ``sign_in``
2     scope, activity and purpose              ``roles``
3     a clause in force names it all           ``clauses``
4     relationship, permission to view         ``relationships``
5     exclusions: statute, default             ``exclusions``
6     the person's choices, safety floor       ``directives``
7     labels against clearance                 ``clearance``
7b    who may come to read the copy            ``audience``
8     location-restricted                      ``location``
9     emergency access: the only one to lift   ``emergency``
10    what is owed besides                     ``obligations``
====  =======================================  =========================

Pure, total and deterministic: the time is ``facts.read_at``, the order of facts means nothing, a value that no
table knows denies. ``views.STAGES`` holds the order of 3 to 9, ``functions.ANSWERS`` what each interaction asks.
"""

from __future__ import annotations

import hashlib

from consent import audience, emergency, functions, horizon, location, obligations, roles, sign_in
from consent.case import Block, Case, Outcome, Path, Refusal
from consent.policy import Policy, Role
from schemas.codes import Confidentiality
from schemas.decision import Decision, Facts, Grant, Question, Reason


def decide(question: Question, facts: Facts, policy: Policy) -> Decision:
    """Answer one question about one person. Never raises on any value of the right types."""
    wrong = sign_in.refusal(question, facts, policy)
    case = Case(question, facts, policy, policy.roles.get(question.caller.role, _NOBODY))
    return _write_down(case, _refused(wrong) if wrong is not None else _answer(case))


def _answer(case: Case) -> Outcome:
    for gate in (roles.refusal, audience.refusal, emergency.refusal):
        wrong = gate(case)
        if wrong is not None:
            return _refused(wrong)
    return functions.ANSWERS[case.question.interaction](case)


def _refused(wrong: Refusal) -> Outcome:
    return Outcome(refused_function=wrong.function, blocks=frozenset({Block(wrong.stage, wrong.rule)}))


def _write_down(case: Case, outcome: Outcome) -> Decision:
    return Decision(
        decision_id=_identify(case),
        permit=outcome.permit,
        question=case.question,
        person_id=case.facts.person.person_id,
        grants=tuple(_grant(case, path) for path in outcome.granted),
        offered=outcome.offered,
        withheld=outcome.withheld,
        floor_withheld=outcome.floor_withheld,
        location_restricted=case.facts.person.location_restricted,
        obligations=obligations.owed(case, outcome),
        reasons=_reasons(case, outcome),
        policy_version=case.policy.version,
        decided_at=case.now,
        holds_until=horizon.until(case.question, case.facts, case.policy),
        headings=case.role.headings,
        emergency=outcome.emergency,
        refused_function=outcome.refused_function,
        controllers=outcome.controllers,
        writable=outcome.writable,
    )


def _grant(case: Case, path: Path) -> Grant:
    item = path.item
    return Grant(
        subject_id=item.subject_id,
        class_id=item.class_id,
        version=item.version,
        controller=item.controller,
        category=item.category,
        heading=item.heading,
        labels=item.labels,
        redactions=location.redactions(case, item) | audience.redactions(case, item),
    )


def _reasons(case: Case, outcome: Outcome) -> tuple[Reason, ...]:
    """Every rule that carried a permit or kept something back: for the audit, never for the caller."""
    said = {(stage, rule) for stage, rule in outcome.used} | {(b.stage, b.rule) for b in outcome.blocks}
    if outcome.emergency is not None:
        said.add(("9", "emergency.used"))
    return tuple(Reason(stage, rule, case.policy.version) for stage, rule in sorted(said))


def _identify(case: Case) -> str:
    """An opaque reference. It is made of the question alone, so what is withheld cannot show in it."""
    question, caller = case.question, case.caller
    parts = (
        caller.token_id,
        caller.user_id,
        caller.organisation,
        caller.role,
        question.interaction.value,
        question.purpose.value if question.purpose else "",
        question.audience.value,
        question.recipient,
        case.facts.person.person_id,
        case.now.isoformat(),
        case.policy.version,
    )
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()[:32]


_NOBODY = Role(
    code="",
    kinds=frozenset(),
    headings=frozenset(),
    confidentiality=Confidentiality.NORMAL,
    labels=frozenset(),
    activities=frozenset(),
    purposes=frozenset(),
    professional=False,
)
"""Stands in for a role that the tables do not know, while the refusal is written down."""
