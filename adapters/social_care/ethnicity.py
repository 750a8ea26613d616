"""Ethnicity in the words of Client Level Data, as the letters of the national data dictionary."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Group -> (words that must stand after the colon, letter); the first that fits counts. "Any other ..." comes first,
# because the census of 2021 names the whole group again in it ("Any other Black, Black British or Caribbean").
_GROUPS: Final = {
    "white": (
        (("any other",), "C"),
        (("traveller",), ""),
        (("roma",), ""),
        (("british",), "A"),
        (("english",), "A"),
        (("irish",), "B"),
        (("other",), "C"),
    ),
    "mixed": (
        (("any other",), "G"),
        (("caribbean",), "D"),
        (("african",), "E"),
        (("asian",), "F"),
        (("other",), "G"),
    ),
    "asian": (
        (("any other",), "L"),
        (("indian",), "H"),
        (("pakistani",), "J"),
        (("bangladeshi",), "K"),
        (("chinese",), "R"),
        (("other",), "L"),
    ),
    "black": (
        (("any other",), "P"),
        (("caribbean",), "M"),
        (("african",), "N"),
        (("other",), "P"),
    ),
    "other ethnic": (
        (("chinese",), "R"),
        (("",), "S"),
    ),
    "any other ethnic": ((("",), "S"),),
}
_UNTOLD: Final = (
    ("refused", "Z"),
    ("not stated", "Z"),
    ("undeclared", "99"),
    ("not known", "99"),
    ("unknown", "99"),
    ("no data", "99"),
)


@lru_cache(1_024)
def ethnic_code(words: str) -> str:
    """The letter for a value, "" where the dictionary has none (Gypsy or Irish Traveller, Roma) or none fits."""
    tight = re.sub(r"\s+", " ", words).strip().casefold()
    for said, letter in _UNTOLD:
        if said in tight:
            return letter
    group, colon, kind = re.sub(r"\s+[-\u2013]\s+", ": ", tight, count=1).partition(":")
    for name, kinds in _GROUPS.items():
        if group.startswith(name):
            # Without a colon the value is the kind itself: "White British", "Black Caribbean".
            said = kind if colon else group.removeprefix(name)
            return next((letter for needed, letter in kinds if all(w in said for w in needed)), "")
    return "R" if group == "chinese" else ""
