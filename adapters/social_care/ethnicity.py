"""Ethnicity in the words of Client Level Data, as the letters of the national data dictionary."""

from __future__ import annotations

import re
from typing import Final

# (words that must stand in the value, letter); the first that fits counts.
_LETTERS: Final = (
    (("white", "british"), "A"),
    (("white", "english"), "A"),
    (("white", "irish"), "B"),
    (("white", "other"), "C"),
    (("mixed", "caribbean"), "D"),
    (("mixed", "african"), "E"),
    (("mixed", "asian"), "F"),
    (("mixed",), "G"),
    (("asian", "indian"), "H"),
    (("asian", "pakistani"), "J"),
    (("asian", "bangladeshi"), "K"),
    (("asian", "chinese"), "R"),
    (("asian",), "L"),
    (("black", "caribbean"), "M"),
    (("black", "african"), "N"),
    (("black",), "P"),
    (("chinese",), "R"),
    (("other",), "S"),
    (("refused",), "Z"),
    (("not stated",), "Z"),
    (("not known",), "99"),
    (("unknown",), "99"),
)


def ethnic_code(words: str) -> str:
    """The letter for a value, "" where the dictionary has none (Gypsy or Irish Traveller, Roma)."""
    tight = re.sub(r"\s+", " ", words).casefold()
    if "traveller" in tight or "roma" in tight:
        return ""
    # "Asian or Asian British: Indian": what stands after the colon tells apart, the rest is the group.
    group, _, kind = tight.partition(":")
    for needed, letter in _LETTERS:
        head, *rest = needed
        if head in group and all(word in (kind or group) for word in rest):
            return letter
    return ""
