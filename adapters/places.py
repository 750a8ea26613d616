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
from typing import Any, Final

WITHHELD: Final = "[place not kept]"

# Client Level Data accommodation statuses, and the kinds that address records use.
PROTECTED: Final = frozenset(
    {"Refuge", "Approved premises", "Prison", "refuge", "approved_premises", "approved-premises", "prison"}
)
"""Those that switch the location restriction on until a named officer clears it."""

HOMELESS: Final = frozenset({"Rough sleeper or squatting", "Night shelter/hostel"})
"""Those that carry a label: they tell a place, and a reason that many readers may not see."""

_WORDS: Final = re.compile(r"refuge|approved premises|prison", re.IGNORECASE)


def is_protected(status: str) -> bool:
    """Whether accommodation named so must not be kept; a spelling that no list has counts too."""
    return status in PROTECTED or bool(_WORDS.search(status))


# "key safe by the door, code 1234", "keysafe: C1234", "code for the key safe is 1 2 3 4".
_KEYSAFE: Final = re.compile(
    r"(key[\s-]?(?:safe|box)\b[^.;\n]{0,60}?)\b([A-Z]?\d(?:[\s-]?\d){2,7}[A-Z]?)\b", re.IGNORECASE
)
_CODE: Final = "[code not kept]"


def redact(value: Any, places: Iterable[str]) -> Any:
    """A copy of parsed JSON in which no text holds any of ``places`` (blanks and case do not matter).

    Plain-text attachments are opened and written again. Raises ``ValueError`` for an attachment of any
    other kind, because nobody can tell what it says.
    """
    pattern = _pattern(places)
    if pattern is None:
        return value
    return _rewritten(value, lambda text: pattern.sub(WITHHELD, text))


def without_keysafe_codes(value: Any) -> Any:
    """A copy of parsed JSON in which no text tells a key safe's code, wherever somebody typed it."""
    try:
        return _rewritten(value, lambda text: _KEYSAFE.sub(rf"\g<1>{_CODE}", text))
    except ValueError:
        return value  # no text to read in it; only a protected place makes that a reason to refuse


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


def _rewritten(value: Any, write: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return write(value)
    if isinstance(value, list):
        return [_rewritten(v, write) for v in value]
    if isinstance(value, dict):
        if "contentType" in value and "data" in value:
            return _attachment(value, write)
        # Identifiers are compared, not read: a number in one is no place and no code.
        return {k: v if k == "identifier" else _rewritten(v, write) for k, v in value.items()}
    return value


def _attachment(value: dict[str, Any], write: Callable[[str], str]) -> dict[str, Any]:
    if not str(value["contentType"]).startswith("text/plain"):
        raise ValueError("an attachment cannot be searched for the place")
    try:
        text = base64.b64decode(value["data"], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("an attachment cannot be searched for the place") from None
    rest = {k: _rewritten(v, write) for k, v in value.items() if k != "data"}
    return rest | {"data": base64.b64encode(write(text).encode()).decode()}
