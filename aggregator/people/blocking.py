"""Blocking keys: keyed hashes by which candidates are found. Nothing here can be read back.

A number that the demographics service calls invalid gets no key; a location-restricted person gets no
postcode key; someone of unknown identity gets none at all (people-and-safety 1.1, 1.2, 4).
"""

from __future__ import annotations

import unicodedata

from schemas.identifiers import NhsNumber, keyed_id
from schemas.person import Demographics

_SOUNDS = str.maketrans("BFPVCGJKQSXZDTLMNR", "111122222222334556")


def sound(family: str) -> str:
    """American Soundex of a family name, accents folded; "" when no letter is left."""
    plain = unicodedata.normalize("NFKD", family).encode("ascii", "ignore").decode().upper()
    letters = [c for c in plain if c.isalpha()]
    if not letters:
        return ""
    code, last = letters[0], letters[0].translate(_SOUNDS)
    for letter in letters[1:]:
        digit = letter.translate(_SOUNDS)
        if digit.isdigit() and digit != last:
            code += digit
        if letter not in "HW":  # these two do not separate equal sounds
            last = digit
    return (code + "000")[:4]


def number_hash(key: bytes, number: NhsNumber) -> str:
    return keyed_id(key, "number", number.digits)


def name_birth_hash(key: bytes, family: str, birth: str) -> str:
    """Family-name sound and ISO birth date."""
    return keyed_id(key, "name-birth", sound(family), birth)


def keys_of(
    key: bytes, who: Demographics, numbers: tuple[NhsNumber, ...], *, unknown: bool, restricted: bool
) -> list[tuple[str, str]]:
    """(kind, hash) of every key that this subject may be found by. ``numbers`` are those our trace verified."""
    if unknown:
        return []
    keys = [("number", number_hash(key, n)) for n in numbers]
    if who.birth_date and sound(who.family):
        keys.append(("name-birth", name_birth_hash(key, who.family, who.birth_date.isoformat())))
    if who.birth_date and who.postcode and not restricted:
        district = who.postcode.replace(" ", "").upper()[:-3]
        if district:
            keys.append(
                ("birth-postcode", keyed_id(key, "birth-postcode", who.birth_date.isoformat(), district))
            )
    return sorted(set(keys))
