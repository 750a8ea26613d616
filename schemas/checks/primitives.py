"""Stricter shapes for the FHIR primitive types than the published JSON schema gives them.

What lives here: one table from a primitive's name to its JSON schema. What does not: how it is applied
(``schemas.checks.mend``). Source: https://hl7.org/fhir/R4/datatypes.html#primitive. What the published
schema gets wrong: it puts patterns on numbers, where they do nothing; allows 30 February, empty URIs and any
text as base64; and refuses a no-break space inside text.
"""

from __future__ import annotations

from typing import Any

_YEAR = "(?:[0-9](?:[0-9](?:[0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    f"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_MONTH = f"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]+)?"
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_SIX_BITS = "[A-Za-z0-9+/][ \\t\\r\\n]*"
_PAD = "=[ \\t\\r\\n]*"

# White space other than in text, and control characters, are refused by hand: \s would take in U+00A0.
_TEXT = {"type": "string", "pattern": "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]+$"}
_URI = {"type": "string", "pattern": "^\\S+$"}


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern}$"}


PRIMITIVES: dict[str, dict[str, Any]] = {
    "base64Binary": _text(
        f"[ \\t\\r\\n]*(?:(?:{_SIX_BITS}){{4}})*"
        f"(?:(?:{_SIX_BITS}){{4}}|(?:{_SIX_BITS}){{3}}{_PAD}|(?:{_SIX_BITS}){{2}}{_PAD}{_PAD})"
    ),
    "boolean": {"type": "boolean"},
    "canonical": _URI,
    "code": _text("[^\\s]+(?:\\s[^\\s]+)*"),
    "date": _text(f"(?:{_MONTH}|{_DAY})"),
    "dateTime": _text(f"(?:{_MONTH}|{_DAY}(?:T{_CLOCK}{_ZONE})?)"),
    # R4 says number. Converters from XML in wide use (npm "fhir" is one) write decimals as strings, to keep
    # their precision: nothing is lost by reading those (``settle``).
    "decimal": {
        "type": ["number", "string"],
        "pattern": "^-?(?:0|[1-9][0-9]{0,31})(?:\\.[0-9]{1,64})?(?:[eE][+-]?[0-9]{1,2})?$",
    },
    "id": _text("[A-Za-z0-9\\-\\.]{1,64}"),
    "instant": _text(f"{_DAY}T{_CLOCK}{_ZONE}"),
    "integer": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "markdown": _TEXT,
    "oid": _text("urn:oid:[0-2](?:\\.(?:0|[1-9][0-9]*))+"),
    "positiveInt": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "string": _TEXT,
    "time": _text(_CLOCK),
    "unsignedInt": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "uri": _URI,
    "url": _URI,
    "uuid": _text("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "xhtml": {"type": "string", "minLength": 1},
}

ABSOLUTE_URI = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.\\-]*:\\S+$"}
"""For the elements that must not be relative: they name things outside this body."""

NAMES = {shape["pattern"]: name for name, shape in PRIMITIVES.items() if "pattern" in shape} | {
    _TEXT["pattern"]: "string",
    _URI["pattern"]: "uri",
    ABSOLUTE_URI["pattern"]: "absolute URI",
}
"""Pattern to the name a person knows it by, for messages."""
