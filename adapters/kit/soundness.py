"""Whether a statement is sound FHIR R4, as the intake asks it before it is kept."""

from __future__ import annotations

from schemas.checks import Problem, check
from schemas.contribution import Statement


def unsound(statement: Statement) -> list[Problem]:
    """What is wrong with its resource, save that it names no person: the store knows whom it is about.

    Nothing of a partial one: only what has been put together is a whole resource.
    """
    if statement.partial:
        return []
    lent = {f"{statement.type}.subject", f"{statement.type}.patient"}
    return [p for p in check(statement.resource) if p.expression not in lent or p.reason != "is missing"]
