"""Delimiters and escape sequences of HL7 v2 text (v2.4 chapter 2, sections 2.7 and 2.8).

Here: which characters divide a message, and turning escaped text into plain text and back.
Not here: where fields start and end (`message`), or bytes (`charset`).
"""

import functools
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters MSH-1 and MSH-2 declare. An empty string means: this level is not used."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def encoding_characters(self) -> str:
        """MSH-2 as written."""
        return self.component + self.repetition + self.escape + self.subcomponent + self.truncation


STANDARD = Delimiters()

_HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)\Z")
_SPACING = re.compile(r"\.(sp|sk)\s*\+?(\d{0,2})\Z")


@functools.lru_cache(maxsize=64)
def _sequences(escape: str) -> re.Pattern[str]:
    return re.compile(f"{re.escape(escape)}([^{re.escape(escape)}\r\n]{{0,200}}){re.escape(escape)}")


def _meaning(body: str, delimiters: Delimiters) -> str | None:
    """Plain text for what stands between two escape characters; None when it is not ours to read."""
    plain = {
        "F": delimiters.field,
        "S": delimiters.component,
        "R": delimiters.repetition,
        "T": delimiters.subcomponent,
        "E": delimiters.escape,
        "P": delimiters.truncation or "#",
        ".br": "\n",
        "H": "",
        "N": "",
        ".fi": "",
        ".nf": "",
        ".ce": "\n",
    }.get(body)
    if plain is not None:
        return plain
    if found := _HEX.match(body):
        octets = bytes.fromhex(found[1])
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            return octets.decode("latin-1")
    if found := _SPACING.match(body):
        return ("\n" if found[1] == "sp" else " ") * int(found[2] or "1")
    if body.startswith((".in", ".ti")):
        return ""
    return None


def unescape(text: str, delimiters: Delimiters = STANDARD) -> str:
    """Plain text of an escaped value.

    Formatting commands become line breaks or spaces. Sequences that are unknown, local (`\\Z..\\`), change
    the character set (`\\C..\\`, `\\M..\\`) or are not closed stay as they came: dropping them would lose
    content.
    """
    mark = delimiters.escape
    if not mark or mark not in text:
        return text

    # A lone escape character before a real sequence would pair up wrongly with its opening mark, so each
    # failed pair gives its closing mark back: the scan goes on from there.
    pattern, pieces, at = _sequences(mark), [], 0
    while found := pattern.search(text, at):
        meaning = _meaning(found[1], delimiters)
        resume = found.end() if meaning is not None else found.end() - 1
        kept = text[found.start() : resume] if meaning is None else meaning
        pieces += [text[at : found.start()], kept]
        at = resume
    pieces.append(text[at:])
    return "".join(pieces)


def escape(text: str, delimiters: Delimiters = STANDARD) -> str:
    """The value as it may stand in a message; `unescape` gives the text back.

    Text that is exactly two double quotes is written in hex: on the wire it would mean "clear this field".
    Raises ValueError when the text holds a delimiter and the message declares no escape character.
    """
    names = {
        delimiters.field: "F",
        delimiters.component: "S",
        delimiters.repetition: "R",
        delimiters.subcomponent: "T",
        delimiters.escape: "E",
        "\n": ".br",
        "\r": "X0D",
    }
    if delimiters.truncation:
        names[delimiters.truncation] = "P"
    names.pop("", None)
    if text == '""':
        names['"'] = "X22"
    mark = delimiters.escape
    if not mark and any(character in names for character in text):
        raise ValueError("the value holds a delimiter and the message declares no escape character")
    return "".join(f"{mark}{names[c]}{mark}" if c in names else c for c in text)
