"""Stage 4: a legitimate relationship of a kind that the clause accepts, and permission to view if it asks.

A relationship belongs to an organisation, or to one user when it says so. It counts from its start until its
end and for as many days after as the clause says: half-open, on the database's clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from consent import directives
from consent.case import Block, Case
from consent.policy import Clause
from schemas.caller import CallerKind
from schemas.codes import RelationshipKind
from schemas.decision import ChoiceFact, ClassFact, RelationshipFact

SESSION = timedelta(hours=12)
"""How long a permission that must be asked each time lasts at most."""


def blocks(case: Case, clause: Clause) -> tuple[Block, ...]:
    """The same for every class under one clause, so it is asked once for each clause."""
    if not related(case, clause):
        return (Block("4", "relationship.none"),)
    if clause.permission != "implied" and not _given(case, clause):
        return (Block("4", f"permission.{clause.permission}"),)
    return ()


def permission(case: Case, clause: Clause, item: ClassFact) -> tuple[Block, ...]:
    """A permission may name a category or a class: then it opens that and no more."""
    if clause.permission == "implied" or any(
        c.target_category in (None, item.category) and c.target_class in (None, item.class_id)
        for c in _given(case, clause)
    ):
        return ()
    return (Block("4", f"permission.{clause.permission}"),)


def related(case: Case, clause: Clause) -> bool:
    """True when the caller has to do with this person in a way that the clause accepts."""
    if case.caller.kind is CallerKind.PERSON:
        own = (
            case.caller.own_person_id is not None and case.caller.own_person_id == case.facts.person.person_id
        )
        return own and RelationshipKind.SELF in clause.relationships
    return any(_counts(case, clause, fact) for fact in case.facts.relationships)


def window(fact: RelationshipFact, days: int) -> tuple[datetime, datetime | None]:
    """From when until when (None: still) a relationship counts under a clause that gives it ``days``."""
    return fact.start, None if fact.end is None else fact.end + timedelta(days=days)


def _counts(case: Case, clause: Clause, fact: RelationshipFact) -> bool:
    days = clause.relationships.get(fact.kind)
    if days is None or fact.kind is RelationshipKind.SELF:
        return False
    if case.caller.kind is CallerKind.REPRESENTATIVE or fact.kind in _PERSONAL:
        theirs = fact.user_id == case.caller.user_id
    else:
        theirs = fact.user_id in (None, case.caller.user_id)
    start, until = window(fact, days)
    here = case.caller.kind is CallerKind.REPRESENTATIVE or fact.organisation == case.caller.organisation
    return here and theirs and start <= case.now and (until is None or case.now < until)


_PERSONAL = frozenset({RelationshipKind.SELF_CLAIM, RelationshipKind.REPRESENTATIVE})
"""Never shared with colleagues: who claimed it must be named."""


def _given(case: Case, clause: Clause) -> tuple[ChoiceFact, ...]:
    given = directives.permissions(case)
    if clause.permission == "explicit":
        return given
    return tuple(
        c
        for c in given
        if c.controller == case.caller.organisation and c.recorded <= case.now < c.recorded + SESSION
    )
