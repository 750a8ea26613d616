"""Where someone is, when that must not be kept (people-and-safety 4).

Which accommodation tells a protected place, and taking a held address out of everything else that the
same input says. Withholding a place from one reader is the decision's business, not this module's: here a
place is not kept at all, because a refuge's address must not be in the store in any form.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

WITHHELD: Final = "[place not kept]"
_CODE_WITHHELD: Final = "[code not kept]"

# Client Level Data accommodation statuses, and the kinds that address records use.
PROTECTED: Final = frozenset(
    {"Refuge", "Approved premises", "Prison", "refuge", "approved_premises", "approved-premises", "prison"}
)
"""Those that switch the location restriction on until a named officer clears it."""

HOMELESS: Final = frozenset({"Rough sleeper or squatting", "Night shelter/hostel"})
"""Those that carry a label: they tell a place, and a reason that many readers may not see."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the words for a place tell of it. ``labels``: codes for whatever is said of the place.

    ``protected``: neither the address nor its UPRN is kept, and the person is location-restricted.
    """

    protected: bool = False
    labels: frozenset[str] = frozenset()


_STREET: Final = (
    r"(?![\s_-]+(?:road|rd|lane|ln|street|st|close|avenue|ave|drive|way|row|court|place|terrace|hill|view|cottages?|"
    r"villas?|gardens?|park|crescent|grove|mews|square|walk)\b)"
)
_TOLD: Final[tuple[tuple[re.Pattern[str], Standing], ...]] = tuple(
    (re.compile(rf"\b(?:{words})\b{_STREET}", re.IGNORECASE), Standing(protected, frozenset(labels)))
    for words, protected, labels in (
        (r"refuges?|women'?s[\s_-]aid|safe[\s_-]?house|domestic[\s_-](?:abuse|violence)[\s_-]"
         r"(?:accommodation|shelter|hostel|service|unit)|women'?s[\s_-]shelter", True, {"REFUGE", "LOCIS"}),
        (r"prison(?:er)?s?|h\.?m\.?p|hm[\s_-]prison|y\.?o\.?i|young[\s_-]offenders?|custody|"
         r"(?:immigration[\s_-])?(?:removal|detention)[\s_-]centre|secure[\s_-](?:training|children'?s)[\s_-]"
         r"(?:centre|home)", True, {"PRISON", "LOCIS"}),
        (r"approved[\s_-]?premises|(?:probation|bail)[\s_-]hostel|cas[\s_-]?[123]", True, {"PRISON", "LOCIS"}),
        (r"hostel|night[\s_-]?shelter|rough[\s_-]?sleep(?:er|ing|s)?|no[\s_-]fixed[\s_-]ab(?:ode|out)|nfa|"
         r"squat(?:ting)?|homeless(?:ness)?|sofa[\s_-]?surfing", False, {"HOMELESS", "LOCIS"}),
    )
)  # fmt: skip


def standing(*words: str) -> Standing:
    """What accommodation, an address line or a leave's place tells, in any source's words; pure.

    ``words`` are a kind of accommodation, or the lines of an address: "Refuge", "c/o HMP Wolds", "Bail hostel".
    A name that is only a street's ("Prison Lane") tells nothing.
    """
    found = [told for text in words for pattern, told in _TOLD if pattern.search(text)]
    return Standing(any(f.protected for f in found), frozenset().union(*(f.labels for f in found)))


def is_protected(status: str) -> bool:
    """Whether accommodation named so must not be kept; a spelling that no list has counts too."""
    return status in PROTECTED or standing(status.replace("_", " ")).protected


def redact(value: Any, places: Iterable[str]) -> Any:
    """A copy of parsed JSON in which no text holds any of ``places`` (blanks and case do not matter).

    Plain-text attachments are opened and written again. Raises ``ValueError`` for an attachment of any
    other kind, because nobody can tell what it says.
    """
    pattern = _pattern(places)
    if pattern is None:
        return value
    return _rewritten(value, lambda text: pattern.sub(WITHHELD, text))


# Three to eight digits, together or apart, and not a part of a date, a telephone number or a longer number.
_DIGITS: Final = (
    r"(?<![\w/])(?<!\d[\-.])(?!\d{4}-\d\d-\d\d|\d{1,2}[.\-]\d{1,2}[.\-]\d{2,4}\b)"
    r"[A-Z]?[\s#*]?\d(?:[\s.,\-]{0,2}\d){2,7}[A-Z]?[#*]?(?![\w/]|[\s.\-]?\d)"
)
_DIGIT_WORDS: Final = (
    r"\b(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine)"
    r"(?:[\s,\-]+(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine)){2,7}\b"
)
_CODE: Final = rf"(?:{_DIGITS}|{_DIGIT_WORDS})"
_LOCK: Final = (
    r"(?:key[\s-]?(?:safe|box|pad|code|number)|k/s\b|lock[\s-]?box|(?:combination|coded|push[\s-]?button)[\s-]lock|"
    r"\b(?:door|entry|entrance|gate|access|alarm|communal|security|lock|block|garage|fob|intercom|trades(?:man)?|"
    r"building|flat|house|front|back)\W{1,3}(?:door\W{1,3}|gate\W{1,3}|lock\W{1,3})?(?:code|pin|combination)\b|"
    r"\b(?:code|pin|combination)\s+to\s+(?:get|let|open|enter)\b|"
    r"\b(?:code|pin|combination)\s+(?:for|to|of|on)\s+(?:(?:the|his|her|their)\s+)?"
    r"(?:front|back|side|main|communal|outer|key|door|gate|lock|entry|entrance|alarm|safe|box|building|block|flat|house))"
)
_AFTER: Final = re.compile(
    rf"({_LOCK}(?:[^.;\n]{{0,60}}?|.{{0,60}}?\b(?:code|pin|combination|number|no)\b[^;\n]{{0,20}}?)\s{{0,3}}){_CODE}",
    re.IGNORECASE | re.DOTALL,
)
_BEFORE: Final = re.compile(
    rf"{_CODE}(\W+(?:is|for|opens|into|to|on|in|at)\b[^.;\n]{{0,30}}?{_LOCK})", re.IGNORECASE
)
_ANY_CODE: Final = re.compile(_CODE, re.IGNORECASE)


def without_keysafe_codes(value: Any) -> Any:
    """A copy of parsed JSON in which no text tells the code of a key safe, door or alarm, wherever it was typed."""
    return _rewritten(value, _without_codes, all_=False)


def without_any_code(text: str) -> str:
    """For a text about getting in and nothing else: whatever could be a code is taken out."""
    return _ANY_CODE.sub(_CODE_WITHHELD, text)


def _without_codes(text: str) -> str:
    before = None
    while before != text:  # one key safe may be told two codes
        before = text
        text = _AFTER.sub(rf"\g<1>{_CODE_WITHHELD}", _BEFORE.sub(rf"{_CODE_WITHHELD}\g<1>", text))
    return text


def _pattern(places: Iterable[str]) -> re.Pattern[str] | None:
    parts = []
    for place in places:
        tight = re.sub(r"[\s,]+", " ", place).strip()
        if len(tight) >= 4:  # a bare house number would blank out doses and dates
            # A postcode is written with and without its blank.
            between = r"[\s,]*" if re.search(r"\d", tight) else r"[\s,]+"
            parts.append(between.join(re.escape(word) for word in tight.split(" ")))
    if not parts:
        return None
    longest_first = "|".join(sorted(parts, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)


def _rewritten(value: Any, write: Callable[[str], str], *, all_: bool = True) -> Any:
    """``all_``: raise ``ValueError`` for what cannot be read, instead of leaving it as it is."""
    if isinstance(value, str):
        return write(value)
    if isinstance(value, list):
        return [_rewritten(v, write, all_=all_) for v in value]
    if isinstance(value, dict):
        if "contentType" in value and "data" in value:
            return _attachment(value, write, all_=all_)
        # Identifiers are compared, not read: a number in one is no place and no code.
        return {k: v if k == "identifier" else _rewritten(v, write, all_=all_) for k, v in value.items()}
    return value


def _attachment(value: dict[str, Any], write: Callable[[str], str], *, all_: bool) -> dict[str, Any]:
    rest = {k: _rewritten(v, write, all_=all_) for k, v in value.items() if k != "data"}
    try:
        if not str(value["contentType"]).startswith("text/plain"):
            raise ValueError
        text = base64.b64decode(value["data"], validate=True).decode()
    except (binascii.Error, TypeError, ValueError):
        if all_:
            raise ValueError("an attachment cannot be searched for the place") from None
        return rest | {"data": value["data"]}
    return rest | {"data": base64.b64encode(write(text).encode()).decode()}
