"""Taking everybody out of a recorded exchange: whatever is not declared harmless is replaced.

The same thing is always replaced by the same other thing, so that a recording still hangs together: an NHS
number by one of the range set aside for tests, a date by one a fixed number of weeks earlier, every other
word or number by one of the same shape, never by one that something else has. What stays is named by whoever
records: members whose values are codes (``keep``) and single words (``words``). What is replaced is still the
shadow of a real person's care: read a recording before it goes anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from schemas.identifiers import check_digit_fits, nhs_number
from schemas.strictjson import JSON

_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")
_ISO: Final = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"(T[0-9:.]+(?:Z|[+-][0-9:]+)?)?"
)
_BRITISH: Final = re.compile(
    r"(?<![0-9])(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/((?:19|20)[0-9]{2})(?![0-9])"
)
_WORD: Final = re.compile(r"[^\W_](?:[^\s/|,;:?&=#()\"'<>]*[^\W_])?")
_MEMBER: Final = re.compile(r"[A-Za-z_@$][A-Za-z_]*(?:[-.:][A-Za-z_]+)*[0-9]{0,3}[A-Za-z_]*")
_TELLS: Final = re.compile(
    r"@|(?<![0-9])(?:0|\+44)[0-9 ]{9,12}(?![0-9])|\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b", re.IGNORECASE
)
_ATTEMPTS: Final = 10_000


class Unscrubbable(ValueError):
    """Something that cannot be made harmless; nothing is written. Where and why, never what."""


class Scrub:
    """One recording's replacements. ``key`` makes them the same in another recording; keep it secret."""

    def __init__(self, keep: Iterable[str] = (), words: Iterable[str] = (), key: bytes = b"") -> None:
        self._keep = frozenset(keep)
        self._words = frozenset(words)
        self._key = key or secrets.token_bytes(32)
        self._replaced: dict[str, str] = {}
        self._taken: set[str] = set()
        self._people = 0
        self._back = timedelta(weeks=150 + int.from_bytes(self._stream("weeks", 0)[:2], "big") % 250)

    def json(self, value: JSON, name: str = "", at: str = "$") -> JSON:
        """A JSON value without anybody in it. Raises ``Unscrubbable``."""
        if isinstance(value, dict):
            for member in value:
                if not _MEMBER.fullmatch(member):
                    raise Unscrubbable(f"{at}: has a member that is no plain name")
            return {m: self.json(v, m, f"{at}.{m}") for m, v in value.items()}
        if isinstance(value, list):
            return [self.json(one, name, f"{at}[{n}]") for n, one in enumerate(value)]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | Decimal):
            made = self.text(format(value, "f") if isinstance(value, Decimal) else str(value), name, at)
            return int(made) if isinstance(value, int) else Decimal(made)
        return self.text(value, name, at)

    def text(self, value: str, name: str = "", at: str = "$") -> str:
        """A text without anybody in it; as it was when ``name`` is kept. Raises ``Unscrubbable``."""
        if name in self._keep:
            if _TELLS.search(value) or _anybodys(value):
                raise Unscrubbable(f"{at}: is to be kept, but looks like a number, an address or a contact")
            return value
        return self._between(_NUMBER, self._person, value, self._dated)

    def _dated(self, text: str) -> str:
        return self._between(_ISO, self._earlier, text, self._british)

    def _british(self, text: str) -> str:
        return self._between(_BRITISH, self._earlier_british, text, self._plain)

    @staticmethod
    def _between(pattern: re.Pattern[str], found: Any, text: str, rest: Any) -> str:
        """What the pattern finds, replaced by ``found``; all that lies between, by ``rest``."""
        made, end = [], 0
        for match in pattern.finditer(text):
            replaced = found(match)
            if replaced is not None:
                made += [rest(text[end : match.start()]), replaced]
                end = match.end()
        return "".join([*made, rest(text[end:])])

    def _person(self, match: re.Match[str]) -> str | None:
        number = nhs_number(match[0])
        if number is None:
            return None
        if number.digits not in self._replaced:
            self._replaced[number.digits] = self._next_person()
        digits = iter(self._replaced[number.digits])
        return "".join(next(digits) if c.isdigit() else c for c in match[0])

    def _next_person(self) -> str:
        while True:
            self._people += 1
            candidate = str(9_990_100_000 + self._people)
            if check_digit_fits(candidate):
                return candidate

    def _earlier(self, match: re.Match[str]) -> str | None:
        shifted = self._shift(match[1], match[3], match[4])
        return shifted.strftime(f"%Y{match[2]}%m{match[2]}%d") + (match[5] or "") if shifted else None

    def _earlier_british(self, match: re.Match[str]) -> str | None:
        shifted = self._shift(match[3], match[2], match[1])
        return shifted.strftime("%d/%m/%Y") if shifted else None

    def _shift(self, year: str, month: str, day: str) -> date | None:
        try:
            return date(int(year), int(month), int(day)) - self._back
        except ValueError:
            return None

    def _plain(self, text: str) -> str:
        return _WORD.sub(lambda match: self._word(match[0]), text)

    def _word(self, word: str) -> str:
        if word in self._words:
            return word
        if word not in self._replaced:
            tries = (self._same_shape(word, attempt) for attempt in range(_ATTEMPTS))
            made = next((one for one in tries if self._fits(word, one)), None)
            if made is None:
                raise Unscrubbable("$: has too many different words of one shape to replace each by another")
            self._replaced[word] = made
            self._taken.add(made)
        return self._replaced[word]

    def _fits(self, word: str, made: str) -> bool:
        if made in self._taken or (made == word and len(word) > 1):
            return False
        # A made-up number must never be anybody's.
        return not _anybodys(made)

    def _same_shape(self, word: str, attempt: int) -> str:
        stream = iter(self._stream(word, attempt, len(word)))
        return "".join(_alike(c, next(stream), first=n == 0) for n, c in enumerate(word))

    def _stream(self, word: str, attempt: int, size: int = 32) -> bytes:
        blocks = (
            hmac.new(self._key, f"{attempt}.{n}.{word}".encode(), hashlib.sha256).digest()
            for n in range(size // 32 + 1)
        )
        return b"".join(blocks)


def _alike(character: str, byte: int, *, first: bool) -> str:
    if character.isdigit():
        return str(1 + byte % 9) if first and character != "0" else str(byte % 10)
    if character.isalpha():
        letters = string.ascii_uppercase if character.isupper() else string.ascii_lowercase
        return letters[byte % 26]
    return character if character.isascii() else "?"


def _anybodys(text: str) -> bool:
    return any(nhs_number(match[0]) for match in _NUMBER.finditer(text))
