"""Stage 5: what the law or the agreement keeps back whatever the role (people-and-safety 5.4).

*Statute*: never lifted here. *Default*: withheld unless the person explicitly consents to that recipient for
that class, or emergency access where the clause lists it; the person's own screen needs no such consent. Neither
hides an organisation's own data from itself.
"""

from __future__ import annotations

from consent import directives
from consent.case import Block, Case
from consent.policy import Clause
from schemas.caller import CallerKind
from schemas.codes import Audience
from schemas.decision import ClassFact


def blocks(case: Case, clause: Clause, item: ClassFact) -> tuple[Block, ...]:
    """One block for each exclusion that stands. A code that no table knows is taken as statute."""
    if not item.exclusions or case.own(item.controller):
        return ()
    found = []
    themselves = case.caller.kind is CallerKind.PERSON and case.question.audience is Audience.PERSON
    for code in sorted(item.exclusions):
        known = case.policy.exclusions.get(code)
        if known is None or known.statute:
            found.append(Block("5", f"statute.{code if known else 'unknown'}"))
        elif not (themselves or directives.consents(case, item)):
            found.append(Block("5", f"default.{code}"))
    return tuple(found)
