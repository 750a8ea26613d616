"""Can this statement be kept? Asked by the intake, by the adapters' contract suite and by ``check SOURCE`` alike."""

from __future__ import annotations

from functools import cache

from schemas.checks.resource import check
from schemas.checks.schema import required_of, resource_types
from schemas.contribution import Refusal, Statement

_SOMEBODY = {"reference": "Patient/x"}


def refusals(statement: Statement, part: str = "") -> list[Refusal]:
    """Why it cannot be kept: field and reason, never a value. Empty: it can.

    A statement names no person in its resource, for the store knows whom it is about; R4 wants one, so it is
    lent a neutral reference for the while. A partial one need not be whole: an earlier telling may have the rest.
    """
    resource = _whom(statement.type) | statement.resource
    problems = (p for p in check(resource) if not (statement.partial and p.code == "required"))
    return [Refusal(p.expression, p.reason, part) for p in problems]


@cache
def _whom(type_name: str) -> dict[str, object]:
    if type_name not in resource_types():
        return {}
    return dict.fromkeys({"subject", "patient"} & required_of(type_name), _SOMEBODY)
