"""Stage 3: some clause in force names provider, recipient, category, role, purpose and action; else nothing.

Also here: a child is shown only under clauses that name children, and a copy made for another organisation
needs a clause that opens the class to that organisation too.
"""

from __future__ import annotations

from datetime import date

from consent import roles
from consent.case import Block, Case
from consent.policy import Clause
from schemas.codes import Category, Purpose
from schemas.decision import ClassFact


def opened(case: Case) -> tuple[Clause, ...]:
    """Clauses that open anything to this caller, for this purpose and action, now. No fact is looked at."""
    if case.caller.organisation and case.organisation is None:
        return ()  # not a party
    return tuple(c for c in case.policy.clauses if _named(c, case))


def _named(clause: Clause, case: Case) -> bool:
    question = case.question
    return (
        clause.in_force(case.now)
        and case.recipient in clause.recipients
        and case.role.code in clause.roles
        and question.purpose in clause.purposes
        and question.interaction in clause.interactions
        and bool(clause.activities & roles.activities(case))
    )


def offered(case: Case, clauses: tuple[Clause, ...]) -> frozenset[tuple[str, Category]]:
    """(provider, category) pairs that these clauses open at all: it speaks of the agreement alone."""
    return frozenset(
        (provider, category)
        for clause in clauses
        for provider in ({case.caller.organisation} if clause.own else clause.providers)
        for category in clause.categories
    )


def covers(case: Case, clause: Clause, item: ClassFact) -> bool:
    """True when the clause names this class, and the role can ever see its heading."""
    named = clause.covers(item.controller, case.recipient, item.category, item.heading)
    return named and item.heading in case.role.headings


def blocks(case: Case, clause: Clause, item: ClassFact) -> tuple[Block, ...]:
    """A copy for another organisation holds only what is open to that organisation too."""
    return () if _receivable(case, item) else (Block("3", "clause.recipient"),)


def aged(case: Case, clause: Clause) -> tuple[Block, ...]:
    """A child is shown only under a clause that names children (people-and-safety 2)."""
    if clause.children or adult(case.facts.person.birth_date, case.now.date()):
        return ()
    return (Block("3", "clause.children"),)


def adult(birth_date: date | None, today: date) -> bool:
    """True from the 18th birthday. An unknown birth date may be a child's, so it is not an adult's."""
    return birth_date is not None and today >= birthday(birth_date, 18)


def birthday(birth_date: date, years: int) -> date:
    """The day on which someone reaches this age; born on 29 February: 1 March in other years."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def _receivable(case: Case, item: ClassFact) -> bool:
    other = case.question.recipient
    if not other or other == case.caller.organisation or other == item.controller:
        return True
    purposes = {case.question.purpose, Purpose.TRANSFER_OF_CARE}
    return any(
        c.in_force(case.now)
        and other in c.recipients
        and c.purposes & purposes
        and c.covers(item.controller, other, item.category, item.heading)
        for c in case.policy.clauses
    )
