"""Is this R4? Everything that comes in is asked here, whatever door it came through.

What lives here: the check of FHIR R4 resources, made of the published JSON schema, mended (``mend``,
``schema``), and the rules that a schema cannot say (``walk``, ``rules``, ``bundle``, ``narrative``). What does
not: JSON as such (``schemas.strictjson``), UK Core's or our own expectations, and whose data it is.

::

    from schemas.checks import check, settle
    for problem in check(resource): ...   # Problem(expression, code, reason)
    resource = settle(resource)           # once it is valid: decimals sent as strings become numbers
    for refusal in refusals(statement): ...  # the same of a statement, which names no person and may be partial

No value that was sent is ever in a Problem.
"""

from __future__ import annotations

from schemas.checks.problem import Problem
from schemas.checks.resource import check, check_bundle
from schemas.checks.schema import resource_types
from schemas.checks.settle import settle
from schemas.checks.statement import refusals

__all__ = ["Problem", "check", "check_bundle", "refusals", "resource_types", "settle"]
