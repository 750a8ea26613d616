"""The refused part of a raw input, for whoever mends the mapping: its layout, and the refused value if it is a code.

An engineer needs to see that a date has slashes or which code is new, and nobody's name, number, address or text.
So letters become "x" and digits "9", save in the refused field itself, and there only when what it holds is short,
no number, and the field is not one that names people or places or holds text. Not here: who may see it
(``care.reviewing``), and inputs of which no part is shown (``hides``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from string import ascii_letters, digits
from typing import Any, Final

from adapters.source import Raw
from adapters.wire import hl7v2
from adapters.wire.tabular import BadTable, encoding_of
from schemas import strictjson
from schemas.contribution import Translated
from schemas.errors import BadInput

_LINES: Final = 80
_LONG: Final = 120
_CODE: Final = 40
_DIGITS: Final = 4  # more of them are a date or a number, whose form is enough
_FORM: Final = dict.fromkeys(ascii_letters, "x") | dict.fromkeys(digits, "9")
_PERSONAL: Final = re.compile(
    r"\b(PID|NK1|GT1|IN[123]|MRG|PD1|ZU1|ZU8)\b|name|famil|given|birth|death|address|post_?code|phone|mobile"
    r"|telecom|mail|nhs|number|uprn|contact|location|accommodation|place|site|note|text|comment|descri|narrative"
    r"|detail|summary|identifier|person|patient|subject|carer|relat|\bline|street|town|\bcity|county|key_?safe|access"
    r"|\b(AIL|NTE)\b|\bPV1-(3|6|11|37|39|4[23])\b|\bPV2-1\b|\bOBX-5\b|\bDG1-4\b",
    re.IGNORECASE,
)
_SEGMENT: Final = re.compile(r"([A-Z][A-Z0-9]{2})(?:-(\d+))?")
_MESSAGE: Final = re.compile(r"message (\d+)(?: ([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?)?")
_ROW: Final = re.compile(r"row (\d+)")
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def hides(translated: Translated) -> bool:
    """Whether an input shields somebody: it hides where they are, or carries their dissent."""
    return any(s.location_restricted for s in translated.subjects) or any(
        choice.effect == "deny" for choice in translated.choices
    )


def excerpt(raw: Raw, part: str, field: str) -> str:
    """The refused part, a line for each field of it; "" when this kind of input cannot be divided."""
    if raw.form == "hl7v2":
        found = _segments(raw, part, field)
    elif raw.form.endswith(".csv"):
        found = _row(raw, part)
    elif raw.form.endswith("json"):
        found = _element(raw, part)
    else:
        return ""
    return "\n".join(f"{name}: {_shown(name, field, value)}" for name, value in islice(found, _LINES))


def shaped(value: str) -> str:
    """A value's form without the value: signs stay, digits become "9" and all else "x"."""
    short = value if len(value) <= _LONG else value[:_LONG] + "..."
    return "".join(_FORM.get(c) or (c if c.isascii() else "x") for c in short)


def _shown(name: str, field: str, value: str) -> str:
    if not (name == field or field.endswith(f".{name}")) or _PERSONAL.search(name):
        return shaped(value)
    code, mark, rest = value.partition("^") if _SEGMENT.fullmatch(name) else (value, "", "")
    text = len(code) > _CODE or (_SEGMENT.fullmatch(name) and " " in code)
    if text or sum(c.isdigit() for c in code) > _DIGITS:
        return shaped(value)
    return code + mark + shaped(rest)


def _segments(raw: Raw, part: str, field: str) -> Iterator[tuple[str, str]]:
    """The fields of the refused segment, or of all of its name when the refusal does not number it."""
    where = _MESSAGE.match(part)
    number, name, which = where.groups() if where else ("1", None, None)
    messages = hl7v2.parse(raw.content)
    segment = name or (named[1] if (named := _SEGMENT.match(field)) else "")
    message = messages[int(number) - 1] if 0 < int(number) <= len(messages) else None
    if not isinstance(message, hl7v2.Message):
        return
    for position, one in enumerate(message.segments(segment) if segment else (), 1):
        if which is not None and position != int(which):
            continue
        for index in range(1, len(one.fields)):
            if one.raw(index):
                yield f"{segment}-{index}", one.raw(index)


def _row(raw: Raw, part: str) -> Iterator[tuple[str, str]]:
    where = _ROW.search(part)
    if where is None:
        return  # of the file as a whole: its first row may be no header but somebody's
    try:
        text = raw.content.decode(encoding_of(raw.content), "replace")
    except BadTable:
        return
    rows = csv.reader(io.StringIO(text, newline=""))
    first = raw.name.rpartition("#")[2]
    try:
        header = next(rows)
        skipped = int(where[1]) - (int(first) if first.isdecimal() else 2)
        yield from zip(map(_named, header), next(islice(rows, max(skipped, 0), None)), strict=False)
    except (StopIteration, csv.Error):
        return


def _element(raw: Raw, part: str) -> Iterator[tuple[str, str]]:
    """The leaves under the element that ``part`` names ("packages[2]")."""
    try:
        found: Any = strictjson.loads(raw.content)
    except BadInput:
        return
    for name, index in _STEP.findall(part):
        try:
            found = found[int(index)] if index else found[name]
        except (KeyError, IndexError, TypeError):
            return
    yield from _leaves(found, "")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{_named(name)}" if path else _named(name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, "" if value is None else str(value)


def _named(name: str) -> str:
    """A column's or member's name where it looks like one."""
    plain = name.replace(" ", "_")
    return name if plain.isascii() and plain.isidentifier() and len(plain) <= 60 else "?"
