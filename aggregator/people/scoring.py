"""How likely two subjects are one person, and why: weights of evidence added up, after Fellegi and Sunter. Pure.

Each rule of ``WEIGHTS`` that applies adds its bits (log2 of how much more often it is so for one person than for
two), and is a reason that a person reads. 15 bits even the odds; three bits more or less double or halve them.
A veto ends it: those two are never proposed. The score orders a queue that people decide; it links nobody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from adapters.demographics.rule import PLACEHOLDERS
from aggregator.people.blocking import sound
from aggregator.people.details import Who

WEIGHTS: Final[dict[str, tuple[int, str]]] = {
    "number-claimed": (
        12,
        "both are told with the same NHS number, which our trace could not confirm for both",
    ),
    "birth-same": (9, "the same birth date"),
    "birth-slip": (4, "birth dates that differ by one slip: day and month swapped, or one digit"),
    "birth-differs": (-10, "different birth dates"),
    "family-same": (8, "the same family name"),
    "family-sounds": (4, "family names that sound alike"),
    "family-differs": (-4, "different family names, as after a marriage"),
    "given-same": (6, "a given name in common"),
    "given-short": (3, "one given name is the other's initial, short form or other spelling"),
    "given-open": (0, "a given name is not known yet"),
    "given-differs": (-8, "different given names"),
    "sex-same": (1, "the same sex"),
    "sex-differs": (-3, "sex told differently"),
    "postcode-same": (5, "the same postcode"),
    "postcode-near": (2, "the same postcode district"),
    "postcode-differs": (-1, "different postcodes, as after a move"),
    "street-same": (3, "the same first line of the address"),
    "phone-same": (5, "a phone number or e-mail address in common"),
    # Not weighed: why a rule keeps two apart that something else says are one.
    "one-number-twice": (0, "one organisation has two local ids with the same verified NHS number"),
    "two-numbers": (-99, "our trace verified a different NHS number for each"),
}
LEAST: Final = 25
"""Pairs below this score are not put before anybody."""
_EVEN, _DOUBLING = 15, 3


@dataclass(frozen=True, slots=True)
class Compared:
    """One side. ``number``: verified by our own trace, its digits. ``hidden``: where they live is never compared."""

    who: Who
    number: str = ""
    unknown: bool = False
    invalidated: bool = False
    hidden: bool = False

    def __repr__(self) -> str:
        return "Compared(***)"


def score(one: Compared, other: Compared) -> tuple[int, tuple[str, ...]] | None:
    """(0 to 100, codes of the reasons, strongest first), or None when these two are never proposed."""
    if _vetoed(one, other):
        return None
    found = [code for code in _codes(one, other) if code]
    made = scored(found)
    found.sort(key=lambda code: (-abs(WEIGHTS[code][0]), code))
    return (made, tuple(found)) if made >= LEAST else None


def scored(codes: Iterable[str]) -> int:
    """What these reasons come to, 0 to 100."""
    bits = sum(WEIGHTS[code][0] for code in codes if code in WEIGHTS)
    return round(100 / (1 + 2 ** ((_EVEN - bits) / _DOUBLING)))


def in_words(codes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks for it and what against, as people read it."""
    known = [WEIGHTS[code] for code in codes if code in WEIGHTS]
    return tuple(w for bits, w in known if bits >= 0), tuple(w for bits, w in known if bits < 0)


def _vetoed(one: Compared, other: Compared) -> bool:
    if one.unknown or other.unknown or one.invalidated or other.invalidated:
        return True
    if one.number and other.number:
        return True  # the same number is linked already, another one is another person
    a, b = one.who, other.who
    if a.order and b.order and a.order != b.order:
        return True
    if a.multiple_birth or b.multiple_birth or a.order or b.order:
        # Of twins only a given name of their own tells one from the other.
        return not ({*_plain(a.given)} & {*_plain(b.given)} - PLACEHOLDERS)
    twin_like = a.birth_date == b.birth_date and _letters(a.family) == _letters(b.family)
    return twin_like and _given(a, b) == "given-differs"


def _codes(one: Compared, other: Compared) -> list[str]:
    a, b = one.who, other.who
    numbers = {one.number or a.number} & {other.number or b.number} - {""}
    found = ["number-claimed" if numbers else "", _birth(a, b), _family(a, b), _given(a, b), _sex(a, b)]
    if one.hidden or other.hidden:
        return found
    return [*found, _postcode(a, b), _street(a, b), _phone(a, b)]


def _birth(a: Who, b: Who) -> str:
    if a.birth_date is None or b.birth_date is None:
        return ""
    if a.birth_date == b.birth_date:
        return "birth-same"
    one, other = f"{a.birth_date:%Y%m%d}", f"{b.birth_date:%Y%m%d}"
    swapped = one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]
    slip = swapped or sum(x != y for x, y in zip(one, other, strict=True)) == 1
    return "birth-slip" if slip else "birth-differs"


def _family(a: Who, b: Who) -> str:
    one, other = _letters(a.family), _letters(b.family)
    if not (one and other):
        return ""
    if one == other:
        return "family-same"
    alike = sound(a.family) == sound(b.family) != "" or one in other or other in one
    return "family-sounds" if alike else "family-differs"


def _given(a: Who, b: Who) -> str:
    one, other = _plain(a.given), _plain(b.given)
    if {*one} & {*other} - PLACEHOLDERS:
        return "given-same"
    if not one or not other or {one[0], other[0]} & PLACEHOLDERS:
        return "given-open"
    short, long = sorted((one[0], other[0]), key=len)
    if long.startswith(short) or SequenceMatcher(None, short, long).ratio() >= 0.8:
        return "given-short"
    return "given-differs"


def _sex(a: Who, b: Who) -> str:
    told = {a.gender, b.gender} & {"male", "female", "other"}
    if not told or "" in (a.gender, b.gender) or "unknown" in (a.gender, b.gender):
        return ""
    return "sex-same" if len(told) == 1 else "sex-differs"


def _postcode(a: Who, b: Who) -> str:
    one, other = (w.postcode.replace(" ", "").upper() for w in (a, b))
    if not (one and other):
        return ""
    if one == other:
        return "postcode-same"
    return "postcode-near" if one[:-3] == other[:-3] else "postcode-differs"


def _street(a: Who, b: Who) -> str:
    one, other = (_letters(w.address[0]) if w.address else "" for w in (a, b))
    return "street-same" if one and one == other else ""


def _phone(a: Who, b: Who) -> str:
    one, other = ({_letters(p)[-10:] for p in w.phones} - {""} for w in (a, b))
    return "phone-same" if one & other else ""


def _plain(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(_letters, names)))


def _letters(text: str) -> str:
    """Letters and digits only, without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())
