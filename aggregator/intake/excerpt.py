"""The refused part of a raw input, for whoever mends the mapping: its layout, and the refused value if it is a code.

An engineer needs to see that a date has slashes or which code is new, and nobody's name, number, address or text.
So letters become "x" and digits "9", save in the refused field itself, and there only when what it holds is short,
has no long number, and the field is not one that names people or places or holds text. Not here: who may see it
(``care.reviewing``), and inputs of which no part is shown (``hides``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
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
_PERSONAL: Final = re.compile(
    r"\b(PID|NK1|GT1|IN[123]|MRG|PD1|ZU1|ZU8)\b|name|famil|given|birth|death|address|post_?code|phone|mobile"
    r"|telecom|mail|nhs|number|uprn|contact|location|accommodation|place|site|note|text|comment|descri|narrative"
    r"|detail|summary|identifier|person|patient|subject|carer|relat",
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
    """A value's form without the value."""
    short = value if len(value) <= _LONG else value[:_LONG] + "..."
    return "".join("9" if c.isdigit() else "x" if c.isalpha() else c for c in short)


def _shown(name: str, field: str, value: str) -> str:
    refused = name == field or field.endswith(f".{name}")
    if refused and len(value) <= _CODE and not _PERSONAL.search(name) and not re.search(r"\d{5}", value):
        return value
    return shaped(value)


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
    try:
        text = raw.content.decode(encoding_of(raw.content), "replace")
    except BadTable:
        return
    rows = csv.reader(io.StringIO(text, newline=""))
    first = raw.name.rpartition("#")[2]
    try:
        header = next(rows)
        if where is None:  # the file as a whole: its columns
            yield from ((shaped(column) if _PERSONAL.search(column) else column, "") for column in header)
            return
        skipped = int(where[1]) - (int(first) if first.isdecimal() else 2)
        yield from zip(header, next(islice(rows, max(skipped, 0), None)), strict=False)
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
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, "" if value is None else str(value)
