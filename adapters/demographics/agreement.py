"""The rule by which a number is verified: birth date and family name agree, and a given name or its start.

Twins share family name, birth date and address, so a given name must agree; a newborn still called "Baby"
agrees by birth date, family name and birth order (people-and-safety 1.3).
"""

from __future__ import annotations

import unicodedata
from typing import Any

from schemas.person import Demographics

_NEWBORN = frozenset({"baby", "babyboy", "babygirl", "twin", "infant", "male", "female"})


def agrees(who: Demographics, patient: dict[str, Any]) -> bool:
    """Does the service's Patient carry this birth date and name, present or previous?"""
    if who.birth_date is None or str(patient.get("birthDate", "")) != who.birth_date.isoformat():
        return False
    names = [n for n in patient.get("name") or [] if isinstance(n, dict)]
    return any(
        plain(str(n.get("family", ""))) == plain(who.family) and _given_agrees(who, n, patient) for n in names
    )


def _given_agrees(who: Demographics, name: dict[str, Any], patient: dict[str, Any]) -> bool:
    theirs = [plain(str(g)) for g in name.get("given") or []]
    ours = [plain(g) for g in who.given]
    if not ours or not theirs:
        return False
    newborn = ours[0] in _NEWBORN or theirs[0] in _NEWBORN
    if newborn:
        return not (who.multiple_birth or patient.get("multipleBirthInteger"))
    # Initials and short forms: the shorter is the start of the longer, in first or middle place.
    return any(a.startswith(b) or b.startswith(a) for a in ours[:1] for b in theirs)


def plain(name: str) -> str:
    """Lower case, accents folded, letters only: "O'Neil-Brown" and "oneil brown" are the same."""
    folded = unicodedata.normalize("NFKD", name)
    return "".join(c for c in folded.casefold() if c.isalpha() and not unicodedata.combining(c))
