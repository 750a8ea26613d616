"""What is not reading: writing, audit, review, opening emergency access, recording a choice.

Each answers whether the function is allowed and whose rows it covers. No class is ever granted here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from consent import clauses, emergency, relationships, roles, views
from consent.case import Block, Case, Outcome
from schemas.caller import CallerKind
from schemas.codes import Category, Heading, Interaction

EVERY_PARTY = frozenset({"*"})


def write(case: Case) -> Outcome:
    """An organisation writes its own statements only, in the categories and headings of its kind.

    A system speaks for its organisation and needs no relationship; a member of staff does.
    """
    own = case.organisation
    if own is None:
        return Outcome(refused_function=True, blocks=frozenset({Block("3", "write.not-a-party")}))
    if case.caller.kind is CallerKind.SYSTEM:
        return Outcome(True, controllers=frozenset({own.code}), writable=own.writes, used=_used("write.own"))
    if case.caller.kind is not CallerKind.STAFF:
        return Outcome(refused_function=True, blocks=frozenset({Block("2", "write.not-staff")}))
    doors = [clauses.aged(case, c) + relationships.blocks(case, c) for c in clauses.opened(case)]
    if all(doors):
        return Outcome(blocks=frozenset(b for door in doors for b in door))
    writable = frozenset((c, h) for c, h in own.writes if h in case.role.headings)
    return Outcome(True, controllers=frozenset({own.code}), writable=writable, used=_used("write.own"))


def plan(case: Case) -> Outcome:
    """The shared plan: shown by the plan clauses to who may view, changed by who has the activity, never by
    emergency access."""
    seen = views.look(case)
    changes = "plan" in roles.activities(case) and case.organisation is not None
    if not seen.permit or not changes or emergency.session(case) is not None:
        return seen
    shown = {p.item.controller for p in seen.granted if p.item.heading is Heading.PLAN}
    return replace(
        seen,
        controllers=frozenset(shown | {case.caller.organisation}),
        writable=frozenset({(Category.CARE_PLAN, Heading.PLAN)}),
    )


def audit(case: Case) -> Outcome:
    """Who looked: a privacy officer sees their organisation's rows, the person all rows about themselves."""
    if case.caller.kind is CallerKind.PERSON:
        if case.caller.own_person_id == case.facts.person.person_id:
            return Outcome(True, controllers=EVERY_PARTY, used=_used("audit.self"))
    elif "privacy" in case.role.activities and case.organisation is not None:
        return Outcome(True, controllers=frozenset({case.caller.organisation}), used=_used("audit.own"))
    return Outcome(blocks=frozenset({Block("2", "audit.not-theirs")}))


def review(case: Case) -> Outcome:
    """An entry of the review pile is decided on its feed's controller: that organisation's staff only."""
    if case.organisation is None:
        return Outcome(refused_function=True, blocks=frozenset({Block("3", "review.not-a-party")}))
    return Outcome(True, controllers=frozenset({case.caller.organisation}), used=_used("review.own"))


def sources(case: Case) -> Outcome:
    """How the feeds of an organisation do, in counts, fields and reasons: for its staff whose role operates them."""
    if "operate" not in case.role.activities or case.organisation is None:
        return Outcome(refused_function=True, blocks=frozenset({Block("2", "sources.not-theirs")}))
    return Outcome(True, controllers=frozenset({case.caller.organisation}), used=_used("sources.own"))


def identity(case: Case) -> Outcome:
    """Whether two subjects are one person is decided by an organisation that knows one of them: staff with the
    activity see rows of which their organisation is a side, demographics only.
    """
    if case.organisation is None:
        return Outcome(refused_function=True, blocks=frozenset({Block("3", "identity.not-a-party")}))
    return Outcome(True, controllers=frozenset({case.caller.organisation}), used=_used("identity.own"))


def open_emergency(case: Case) -> Outcome:
    """May this caller open emergency access? The same answer for every person: it tells nothing of one."""
    if case.organisation is None:
        return Outcome(blocks=frozenset({Block("3", "emergency.not-a-party")}))
    if not emergency.may_open(case):
        return Outcome(refused_function=True, blocks=frozenset({Block("3", "emergency.no-clause")}))
    return Outcome(True, controllers=frozenset({case.caller.organisation}), used=_used("emergency.open"))


def participate(case: Case) -> Outcome:
    """Recording a choice: by the person, or by staff who have to do with them, before anything is shown."""
    opened = clauses.opened(case)
    if not opened:
        return Outcome(blocks=frozenset({Block("3", "clause.none")}))
    if any(relationships.related(case, c) and not clauses.aged(case, c) for c in opened):
        whose = EVERY_PARTY if case.caller.kind is CallerKind.PERSON else {case.caller.organisation}
        return Outcome(True, controllers=frozenset(whose), used=_used("participate"))
    ended = case.caller.kind is CallerKind.REPRESENTATIVE  # authority that is not, or no longer, held: 403
    return Outcome(refused_function=ended, blocks=frozenset({Block("4", "relationship.none")}))


def _used(rule: str) -> frozenset[tuple[str, str]]:
    return frozenset({("3", rule)})


ANSWERS: dict[Interaction, Callable[[Case], Outcome]] = {
    Interaction.READ: views.look,
    Interaction.SEARCH: views.look,
    Interaction.RECORD: views.look,
    Interaction.EVERYTHING: views.look,
    Interaction.SUMMARY: views.look,
    Interaction.PASSPORT: views.look,
    Interaction.EVENTS: views.look,
    Interaction.PLAN: plan,
    Interaction.WRITE: write,
    Interaction.AUDIT: audit,
    Interaction.REVIEW: review,
    Interaction.IDENTITY: identity,
    Interaction.SOURCES: sources,
    Interaction.EMERGENCY: open_emergency,
    Interaction.PARTICIPATE: participate,
}
