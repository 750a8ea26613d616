"""Say a decision in plain sentences, for a privacy officer and the audit page. Never for the caller.

The sentences name clauses and rules. They hold no clinical content, and nothing about a person beyond what the rule
itself says.
"""

from __future__ import annotations

from consent.policy import Policy
from schemas.decision import Decision, Reason

STAGES = {
    "1": "Sign-in",
    "2": "Role and purpose",
    "3": "Agreement",
    "4": "Relationship",
    "5": "Exclusions",
    "6": "The person's choices",
    "7": "Labels",
    "7b": "Who may read the copy",
    "8": "Location",
    "9": "Emergency access",
}

RULES = {
    "sign-in.expired": "the sign-in has run out",
    "sign-in.assurance": "a second factor is needed",
    "sign-in.role": "the role is not known, or does not fit the kind of caller",
    "purpose.unknown": "no known purpose was stated",
    "purpose.not-for-role": "this role may not act for the stated purpose",
    "interaction.unknown": "no table says what this interaction needs",
    "scope.too-narrow": "the client was not given the scope for it",
    "activity.missing": "the role does not have the activity for it",
    "clause.none": "no clause in force opens anything to this caller",
    "clause.children": "the clause does not name children",
    "clause.recipient": "no clause opens it to the organisation that the copy is for",
    "relationship.none": "the caller has no legitimate relationship that the clause accepts",
    "permission.explicit": "the person's explicit permission is not recorded",
    "permission.each-time": "the person was not asked this time",
    "choice.deny": "the person objects",
    "choice.reader-stopped": "this reader is stopped for this person",
    "level.R": "restricted, above the role or the clause",
    "level.V": "very restricted, above the role or the clause",
    "label.unknown": "it carries a label that no table knows",
    "audience.not-for-caller": "such a copy is not for this kind of caller",
    "location.class": "it is about a place, and the person's whereabouts must not be known",
    "location.label": "it tells of a place, and the person's whereabouts must not be known",
    "emergency.read-only": "emergency access is for reading one person's record, and nothing else",
    "emergency.used": "emergency access was used; officers are told, and the person can see it",
    "emergency.no-clause": "no clause gives this role emergency access",
    "emergency.not-a-party": "the organisation is not a party to the agreement",
    "emergency.open": "emergency access may be opened",
    "write.own": "an organisation writes its own statements",
    "write.not-a-party": "the organisation is not a party to the agreement",
    "write.not-staff": "only staff and systems write statements",
    "audit.self": "a person may see who looked at their record",
    "audit.own": "an officer may see their own organisation's looks",
    "audit.not-theirs": "the access history is the person's, or a privacy officer's",
    "sources.own": "staff who operate the organisation's feeds see how they do",
    "sources.not-theirs": "the role does not operate feeds",
    "review.own": "staff decide on what their own organisation's feeds sent",
    "review.not-a-party": "the organisation is not a party to the agreement",
    "identity.own": "staff decide who is who where their own organisation knows one of the two",
    "identity.not-a-party": "the organisation is not a party to the agreement",
    "participate": "a choice of the person may be recorded",
}


def explain(decision: Decision, policy: Policy) -> list[str]:
    """Who asked what, what came of it, and each rule that carried it or kept something back, stage by stage."""
    question = decision.question
    who = question.caller
    at = f" of {who.organisation}" if who.organisation else ""
    purpose = question.purpose.value if question.purpose else "no stated purpose"
    lines = [f"A {who.role}{at} asked for {question.interaction.value} ({purpose}), to be read by: "
             f"{question.audience.value}.", _result(decision)]  # fmt: skip
    lines += [sentence(reason, policy) for reason in sorted(decision.reasons, key=_order)]
    if decision.withheld:
        lines.append("The reader was told that some information is not shown.")
    if decision.floor_withheld:
        lines.append("The reader was told that safety information is among it.")
    lines.append(f"Decided at {decision.decided_at.isoformat()}, holds until {decision.holds_until.isoformat()}, "
                 f"policy {decision.policy_version}.")  # fmt: skip
    return lines


def sentence(reason: Reason, policy: Policy) -> str:
    """One rule of one stage in words. A rule without words of its own is named by its id."""
    return f"{STAGES.get(reason.stage, reason.stage)}: {_words(reason.rule, policy)}."


def _words(rule: str, policy: Policy) -> str:
    if rule in RULES:
        return RULES[rule]
    for clause in policy.clauses:
        if clause.id == rule:
            return f'clause "{clause.id}" opens it ({clause.title})'
    kind, _, code = rule.partition(".")
    if kind in ("label", "audience") and code in policy.labels:
        meaning = policy.labels[code].meaning
        return f"labelled: {meaning}" + (
            "; not for this audience" if kind == "audience" else "; not cleared for it"
        )
    if kind in ("statute", "default") and code in policy.exclusions:
        by = "by law" if kind == "statute" else "unless the person consents"
        return f"excluded {by}: {policy.exclusions[code].meaning}"
    return rule


def _result(decision: Decision) -> str:
    if decision.permit:
        return f"Permitted; {len(decision.grants)} classes of information shown."
    return "The function is refused." if decision.refused_function else "Nothing can be shown."


def _order(reason: Reason) -> tuple[int, str]:
    return list(STAGES).index(reason.stage) if reason.stage in STAGES else len(STAGES), reason.rule
