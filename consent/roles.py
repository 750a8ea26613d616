"""Stage 2: the client's scope and the role's activity both allow what is asked, for a purpose they may state.

What a role can ever see is in ``tables/roles.toml``; headings are applied with the clauses (stage 3),
clearance with the labels (stage 7).
"""

from __future__ import annotations

import re

from consent.case import Case, Refusal
from consent.policy import Doing

_SCOPE = re.compile(r"(?:system|user|patient)/([^.]+)\.(read|write|\*|[cruds]+)(\?.*)?")
_LETTERS = {"read": "rs", "write": "cud", "*": "cruds"}


def refusal(case: Case) -> Refusal | None:
    """Why this function is refused to this caller, or None."""
    if case.question.purpose is None or case.question.purpose is not case.caller.purpose:
        return Refusal("2", "purpose.unknown", function=True)
    if case.question.purpose not in case.role.purposes:
        return Refusal("2", "purpose.not-for-role", function=True)
    doing = case.policy.doings.get(case.question.interaction)
    if doing is None:
        return Refusal("2", "interaction.unknown", function=True)
    if not _in_scope(case.caller.scopes, doing):
        return Refusal("2", "scope.too-narrow", function=True)
    if doing.activity and doing.activity not in activities(case):
        return Refusal("2", "activity.missing", function=doing.otherwise == "refuse")
    return None


def activities(case: Case) -> frozenset[str]:
    """The activities that the token carries and the role may have."""
    return case.caller.activities & case.role.activities


def _in_scope(scopes: frozenset[str], doing: Doing) -> bool:
    """A token may carry SMART scopes; if it does, they can only narrow what its activities allow.

    A question is about a whole person, so a scope for one type or with a search filter is not enough for it.
    """
    found = [m for s in scopes if (m := _SCOPE.fullmatch(s))]
    if not found or not doing.scope:
        return True
    whole = [m.group(2) for m in found if m.group(1) == "*" and not m.group(3)]
    held = {letter for part in whole for letter in _LETTERS.get(part, part)}
    return bool(held & set(doing.scope))
