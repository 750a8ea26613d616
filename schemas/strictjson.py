"""The strict JSON gate: bytes to values, before anything else looks at them.

What lives here: reading and writing JSON, and every refusal that concerns JSON as such: duplicate keys
(a later one would quietly win, and strip a label), nesting, size, numbers that no double can hold, lone
surrogates, NUL, byte order marks, anything after the value. What does not: FHIR (``schemas.checks``).

Numbers with a fraction or exponent come back as ``decimal.Decimal`` with the precision they were sent
with (FHIR R4 datatypes, decimal: 6.50 is not 6.5) and are written with it.

A refusal says where (a path such as ``$.entry[3].resource.id``, line and column) and why, never what:
names in a path that do not look like element names are shown as ``?``.

Why the standard library and not a faster parser: only its ``object_pairs_hook`` shows duplicate keys
without a second pass. For a 325 kB Bundle: 1.2 ms bare, 2.1 ms with the hook, about 3 ms with every check
here; msgspec 0.8 ms, plus 2 ms or more for any detector of duplicates beside it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

import msgspec

from schemas.errors import BadInput, TooLarge

JSON: TypeAlias = dict[str, "JSON"] | list["JSON"] | str | int | Decimal | bool | None
"""What ``loads`` gives. There is no float: a fraction is a Decimal."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one body may hold. ``size`` in bytes; the outermost object or array is at depth 1."""

    size: int = 10_000_000
    depth: int = 100
    items: int = 100_000  # in one array or object
    values: int = 500_000  # in the whole body


DEFAULT = Limits()

# The longest literal seen in earnest is a double written out exactly (55 digits); 308 is a double's reach.
_LITERAL = 64
_EXPONENT = 308
# Locating a fault costs about a microsecond a token, so a refusal of a larger body carries no path.
_LOCATABLE = 1_000_000

_BOM = b"\xef\xbb\xbf"
# Everything up to the first escape that must not be there: NUL, or a surrogate without its other half.
_SOUND = re.compile(
    r"(?:[^\\]++|\\[^u]|\\u(?:(?!0000|[dD][89a-fA-F])|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]))*+",
    re.DOTALL,
)
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++|"', re.DOTALL)
_ELEMENT = re.compile(r"_?[A-Za-z][A-Za-z]{0,63}[0-9]?")


class _Refused(Exception):
    """Raised inside the parser's hooks, which know the reason but not the place."""


def loads(data: bytes, *, limits: Limits = DEFAULT) -> JSON:
    """Read one JSON value from UTF-8 bytes.

    Raises ``TooLarge`` over ``limits.size`` and ``BadInput`` for everything else that is refused.
    """
    if len(data) > limits.size:
        raise TooLarge("$", f"the body has more than {limits.size} bytes")
    if data.startswith(_BOM):
        raise BadInput("$", "begins with a byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(data[: error.start].decode("utf-8"), error.start, "not valid UTF-8")
    if "\\u" in text:
        _check_escapes(text)
    # Cheap and never too low: with so few separators nothing can be over the limit, and most bodies end here.
    if data.count(b",") + data.count(b"[") + data.count(b"{") >= limits.items:
        _check_counts(text, limits)
    try:
        value: JSON = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _refuse(text, error.pos, f"not JSON: {error.msg.rstrip(': ').lower()}")
    except _Refused as error:
        path, position = _locate(text)
        raise BadInput(path, f"{error}{position}") from None
    except RecursionError:
        raise BadInput("$", f"nested deeper than {limits.depth} levels") from None
    _check_depth(value, limits)
    return value


def read(kept: bytes) -> dict[str, Any]:
    """Read an object that passed the gate before and was kept by us: fast, and without its checks."""
    value: dict[str, Any] = _KEPT.decode(kept)
    return value


def dumps(value: JSON) -> bytes:
    """Write compact UTF-8 JSON, decimals with the precision they have."""
    return _ENCODER.encode(value)


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("the same key twice in one object")
    return found


def _integer(literal: str) -> int:
    if len(literal) > _LITERAL:
        raise _Refused("a number with too many digits")
    return int(literal)


def _decimal(literal: str) -> Decimal:
    if len(literal) > _LITERAL:
        raise _Refused("a number with too many digits")
    # The exponent is read before Decimal sees it: one with 20 digits is an error of another kind there.
    _, _, exponent = literal.lower().partition("e")
    if len(exponent) > 5:
        raise _Refused("a number too large or too small")
    number = Decimal(literal)
    if abs(number.adjusted()) > _EXPONENT:
        raise _Refused("a number too large or too small")
    return number


def _constant(_: str) -> NoReturn:
    raise _Refused("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_constant
)
_KEPT = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def _check_escapes(text: str) -> None:
    """Refuse ``\\u0000`` and halves of surrogate pairs. In JSON a backslash always begins an escape."""
    sound = _SOUND.match(text)
    at = sound.end() if sound else 0
    if text.startswith("\\u", at):
        nul = text.startswith("0000", at + 2)
        _refuse(text, at, "a NUL character" if nul else "half of a surrogate pair")


def _check_depth(value: JSON, limits: Limits) -> None:
    """Level by level, so that the cost is one look at each value and the stack stays flat."""
    level: list[JSON] = [value]
    for _ in range(limits.depth):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent if type(parent) is list else ())
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise BadInput("$", f"nested deeper than {limits.depth} levels")


def _check_counts(text: str, limits: Limits) -> None:
    """Count before building: a million-element array is refused while it is still only text."""
    counts: list[int] = []
    total = 0
    for found in _TOKEN.finditer(text):
        first = found[0][0]
        if first in "[{":
            counts.append(1)
            total += 1
            if len(counts) > limits.depth:
                _refuse(text, found.start(), f"nested deeper than {limits.depth} levels", path="$")
        elif first in "]}" and counts:
            counts.pop()
        elif first == "," and counts:
            counts[-1] += 1
            total += 1
            if counts[-1] > limits.items:
                _refuse(text, found.start(), f"more than {limits.items} items in one array or object")
        if total > limits.values:
            _refuse(text, found.start(), f"more than {limits.values} values", path="$")


def _refuse(text: str, at: int, reason: str, *, path: str | None = None) -> NoReturn:
    where = _locate(text, at)[0] if path is None else path
    raise BadInput(where, reason + _position(text, at)) from None


def _position(text: str, at: int) -> str:
    line_start = text.rfind("\n", 0, at) + 1
    return f" (line {text.count(chr(10), 0, at) + 1}, column {at - line_start + 1})"


@dataclass(slots=True)
class _Frame:
    keys: set[str] | None  # None: an array
    index: int = 0
    key: str = ""
    expects_key: bool = True


def _locate(text: str, at: int | None = None) -> tuple[str, str]:
    """Path and position of ``at``, or else of the first duplicate key or refused number.

    A second, slow reading for refusals only, so that the common case pays nothing for good messages.
    It must hold for text that is not JSON at all.
    """
    if (len(text) if at is None else at) > _LOCATABLE:
        return "$", ""
    frames: list[_Frame] = []
    for found in _TOKEN.finditer(text):
        lexeme = found[0]
        if at is not None and found.end() > at:
            return _path(frames), _position(text, at)
        top = frames[-1] if frames else None
        if lexeme in ("{", "["):
            frames.append(_Frame(set() if lexeme == "{" else None))
        elif lexeme in ("}", "]"):
            del frames[-1:]
        elif lexeme == "," and top:
            top.index += 1
            top.expects_key = True
        elif top and top.keys is not None and top.expects_key and lexeme[0] == '"':
            top.key, top.expects_key = _name(lexeme), False
            if at is None and top.key in top.keys:
                return _path(frames), _position(text, found.start())
            top.keys.add(top.key)
        elif at is None and lexeme[0] not in '":' and not _acceptable(lexeme):
            return _path(frames), _position(text, found.start())
    return _path(frames), ""


def _name(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return "?"


def _acceptable(token: str) -> bool:
    try:
        _DECODER.decode(token)
    except _Refused:
        return False
    except ValueError:
        pass
    return True


def _path(frames: list[_Frame]) -> str:
    """Element names as sent; any other key might itself be somebody's data."""
    path = "$"
    for frame in frames:
        if frame.keys is None:
            path += f"[{frame.index}]"
        elif frame.key:
            path += "." + (frame.key if _ELEMENT.fullmatch(frame.key) else "?")
    return path
