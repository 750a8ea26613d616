"""Stage 10: what whoever carries out the decision must do besides."""

from __future__ import annotations

from consent import clauses
from consent.case import Case, Outcome
from schemas.codes import Audience, RelationshipKind

ALWAYS = frozenset({"audit-before-bytes", "no-store"})


def owed(case: Case, outcome: Outcome) -> frozenset[str]:
    """Codes of what is owed, for whoever carries the decision out."""
    due = set(ALWAYS)
    if outcome.refused_function:
        due.add("function-refused")
    if outcome.permit:
        if case.facts.person.location_restricted:
            due.add("location-banner")
        if case.question.audience is not Audience.SCREEN:
            due.add("re-disclosure-mark")
        if case.question.audience is Audience.PAPER:
            due.add("watermark")
    if outcome.emergency is not None:
        due |= {"alert-viewer-officer", "alert-source-officers", "emergency-banner", "tell-the-person"}
    if not outcome.permit and any(b.rule == "relationship.none" for b in outcome.blocks):
        due.add("alert-no-relationship")
        if any(RelationshipKind.SELF_CLAIM in c.relationships for c in clauses.opened(case)):
            due.add("may-claim")  # the same for every person, so it tells nothing of this one
    labels = case.policy.labels
    if any(labels[code].alert for path in outcome.granted for code in path.item.labels if code in labels):
        due.add("alert-viewer-officer")
    return frozenset(due)
