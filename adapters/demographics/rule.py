"""Is this Patient the person who was asked for? The declared rule, version by date; pure.

1. Birth dates agree: equal; or, when family and first given name are both equal, one slip of the pen (day
   and month swapped, or one digit). Without a birth date nobody agrees with anybody.
2. Names agree, against every name that the service holds, current or former:
   a. family equal, and given names agree (one is equal, or one is the other's initial or beginning); or
   b. first given name equal and gender equal: a family name changes on marriage.
   A newborn's placeholder ("Baby", "Twin") agrees with any given name.
3. Of twins (either side says multiple birth) a given name must be equal, and a placeholder does not count:
   near-equal numbers with the same family name and birth date are what twins have.
4. Genders that are both known and differ are no mismatch by themselves; they never help either.

Without a number (``sole``): family, one given name and birth date equal, genders not different, and the
postcode equal, or kept back by the service because the person's place is hidden. A name and a birth date
alone are never enough for a link.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from schemas.person import Demographics, birth_date

VERSION: Final = "2026-11-22"
PLACEHOLDERS: Final = frozenset(
    {"baby", "babe", "infant", "twin", "bg", "bb", "boy", "girl", "twinone", "twintwo"}
)

_RESTRICTED: Final = frozenset({"R", "V", "REDACTED"})


@dataclass(frozen=True, slots=True)
class _Name:
    family: str
    given: tuple[str, ...]


def agrees(who: Demographics, patient: Mapping[str, Any]) -> bool:
    """Rules 1 to 4: a number was asked for, and this is what the service holds under it."""
    names, asked = _names(patient), _Name(_plain(who.family), tuple(map(_plain, who.given)))
    exactly = any(asked.family == n.family and asked.given[:1] == n.given[:1] for n in names)
    if not _born_alike(who.birth_date, birth_date(patient), slip=exactly):
        return False
    multiple = who.multiple_birth or bool(
        patient.get("multipleBirthBoolean") or patient.get("multipleBirthInteger")
    )
    same_gender = who.gender == patient.get("gender") and who.gender in ("male", "female", "other")
    for name in names:
        if asked.family == name.family and _given_agree(asked.given, name.given, multiple):
            return True
        if asked.given[:1] == name.given[:1] and asked.given and same_gender and not multiple:
            return True
    return False


def sole(who: Demographics, patient: Mapping[str, Any]) -> bool:
    """The rule without a number, for the only match of a search."""
    asked = _Name(_plain(who.family), tuple(map(_plain, who.given)))
    if who.birth_date is None or who.birth_date != birth_date(patient):
        return False
    if not any(asked.family == n.family and set(asked.given) & set(n.given) for n in _names(patient)):
        return False
    genders = {who.gender, str(patient.get("gender", ""))} & {"male", "female", "other"}
    if len(genders) > 1:
        return False
    held = {_plain(str(a.get("postalCode", ""))) for a in patient.get("address") or []} - {""}
    return restricted(patient) or _plain(who.postcode) in held


def restricted(patient: Mapping[str, Any]) -> bool:
    """The service says that this person's place is not to be told (R, V, or the older REDACTED)."""
    labels = (patient.get("meta") or {}).get("security") or []
    return any(isinstance(label, dict) and label.get("code") in _RESTRICTED for label in labels)


def _names(patient: Mapping[str, Any]) -> list[_Name]:
    return [
        _Name(_plain(str(n.get("family", ""))), tuple(_plain(str(g)) for g in n.get("given") or []))
        for n in patient.get("name") or []
        if isinstance(n, Mapping)
    ]


def _plain(text: str) -> str:
    """Letters and digits only, without case and accents: "O'Neill-Smith" is "oneillsmith"."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if c.isalnum())


def _given_agree(asked: tuple[str, ...], held: tuple[str, ...], multiple: bool) -> bool:
    if set(asked) & set(held) - PLACEHOLDERS:
        return True
    if multiple:
        return False
    if not asked or not held or asked[0] in PLACEHOLDERS or held[0] in PLACEHOLDERS:
        return True
    shorter, longer = sorted((asked[0], held[0]), key=len)
    return bool(shorter) and longer.startswith(shorter)


def _born_alike(asked: date | None, held: date | None, *, slip: bool) -> bool:
    if asked is None or held is None:
        return False
    if asked == held:
        return True
    if not slip:
        return False
    if asked.year == held.year and (asked.day, asked.month) == (held.month, held.day):
        return True
    return sum(a != b for a, b in zip(f"{asked:%Y%m%d}", f"{held:%Y%m%d}", strict=True)) == 1
