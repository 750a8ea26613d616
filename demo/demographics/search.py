"""Finding people by what is known of them, by the national service's rules.

Plain: family name and birth date at least; "*" after two letters in names and postcode. Fuzzy: sounds-alike
and swapped names and all history. A postcode, practice, phone or
e-mail address in the search leaves restricted people out altogether.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from demo.demographics.outcome import Refusal
from demo.demographics.register import Entry, Register
from demo.lives.known import Name

LIMIT: Final = 50
_KNOWN: Final = frozenset(
    ("family", "given", "gender", "birthdate", "death-date", "address-postalcode", "address-postcode",
     "general-practitioner", "phone", "email", "_fuzzy-match", "_exact-match", "_history", "_max-results")
)  # fmt: skip
_SOUNDS: Final = {
    c: d for d, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for c in letters
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What is searched for. Dates are ranges with both ends included; `limit` is 1 to 50."""

    family: str
    given: tuple[str, ...]
    gender: str
    born: tuple[date, date]
    postcode: str
    practice: str
    phone: str
    email: str
    fuzzy: bool
    exact: bool
    history: bool
    limit: int


def read_terms(fields: Iterable[tuple[str, str]]) -> Terms:
    """The search that the fields ask for; raises Refusal where they do not make one."""
    told: dict[str, list[str]] = {}
    for name, value in fields:
        if name not in _KNOWN:
            raise Refusal("ADDITIONAL_PROPERTIES", "Additional properties are not allowed")
        told.setdefault(name, []).append(value.strip())
    if not told:
        raise Refusal("UNSUPPORTED_SERVICE")
    terms = Terms(
        family=_one(told, "family"),
        given=tuple(told.get("given", ())),
        gender=_choice(told, "gender", ("male", "female", "other", "unknown")),
        born=_range(told.get("birthdate", [])),
        postcode=(_one(told, "address-postalcode") or _one(told, "address-postcode"))
        .replace(" ", "")
        .upper(),
        practice=_one(told, "general-practitioner").upper(),
        phone=_one(told, "phone").replace(" ", ""),
        email=_one(told, "email").lower(),
        fuzzy=_choice(told, "_fuzzy-match", ("true", "false")) == "true",
        exact=_choice(told, "_exact-match", ("true", "false")) == "true",
        history=_choice(told, "_history", ("true", "false")) == "true",
        limit=_limit(_one(told, "_max-results")),
    )
    _enough(terms, told)
    return terms


def find(register: Register, terms: Terms) -> list[tuple[float, Entry]]:
    """Matches with their score (1.0 = all as asked), the best first; raises Refusal for too many."""
    found = []
    for entry in register.born(*terms.born):
        score = _score(entry, terms)
        if score and (score == 1.0 or not terms.exact):
            found.append((score, entry))
    if len(found) > terms.limit:
        raise Refusal("TOO_MANY_MATCHES")
    return sorted(found, key=lambda pair: (-pair[0], pair[1].number))


def _enough(terms: Terms, told: dict[str, list[str]]) -> None:
    if not told.get("birthdate"):
        raise Refusal(
            "MISSING_VALUE", "Missing value - 'birth_date/birth_date_range_start/birth_date_range_end'"
        )
    if terms.fuzzy:
        both = bool(terms.family and terms.given)
        one_and_more = bool((terms.family or terms.given) and terms.gender and terms.postcode)
        if not (both or one_and_more):
            raise Refusal("INVALID_SEARCH_DATA", "Invalid search data provided - 'fuzzy search needs more'")
    elif not terms.family:
        raise Refusal("MISSING_VALUE", "Missing value - 'family'")
    for text in (terms.family, *terms.given, terms.postcode):
        stem, star, rest = text.partition("*")
        if star and (rest or len(stem) < 2 or terms.fuzzy):
            raise Refusal("INVALID_SEARCH_DATA", "Invalid search data provided - 'wildcard'")


def _score(entry: Entry, terms: Terms) -> float:
    """0.0 for no match. Each thing asked for weighs the same; a wildcard or a sound counts for less than
    the whole.
    """
    if (terms.postcode or terms.practice or terms.phone or terms.email) and entry.restricted:
        return 0.0
    past = terms.fuzzy or terms.history
    names = [n for n in entry.names if past or n.use not in ("previous", "maiden")]
    marks = [max((_names(n, terms) for n in names), default=0.0)]
    if terms.gender:
        marks.append(float(entry.gender == terms.gender))
    if terms.postcode:
        codes = [a.postcode for a in entry.addresses if past or a.until is None]
        marks.append(max((_word(c.replace(" ", ""), terms.postcode) for c in codes), default=0.0))
    if terms.practice and not terms.fuzzy:
        marks.append(float(entry.gp == terms.practice))
    for asked in (terms.phone, terms.email):
        if asked:
            marks.append(float(asked in {p.number.replace(" ", "").lower() for p in entry.phones}))
    score = sum(marks) / len(marks)
    if terms.fuzzy and terms.practice and entry.gp != terms.practice:
        score *= 0.9  # said to lower the score of a fuzzy match, not to prevent it
    return 0.0 if 0.0 in marks else round(score, 4)


def _names(name: Name, terms: Terms) -> float:
    straight = _pair(name.family, name.given, terms)
    if not terms.fuzzy or straight == 1.0 or not name.given:
        return straight
    swapped = _pair(name.given[0], (name.family, *name.given[1:]), terms)
    return max(straight, min(swapped, 0.9))


def _pair(family: str, given: tuple[str, ...], terms: Terms) -> float:
    marks = [_word(family, terms.family, terms.fuzzy)] if terms.family else []
    marks += [max((_word(g, asked, terms.fuzzy) for g in given), default=0.0) for asked in terms.given]
    return 0.0 if 0.0 in marks else min(marks, default=0.0)


def _word(held: str, asked: str, fuzzy: bool = False) -> float:
    mine, theirs = held.casefold(), asked.casefold()
    if mine == theirs:
        return 1.0
    if theirs.endswith("*") and mine.startswith(theirs[:-1]):
        return 0.95
    return 0.85 if fuzzy and soundex(mine) == soundex(theirs) else 0.0


def soundex(word: str) -> str:
    """The American Soundex of a word: its first letter and three digits; "" for a word without letters."""
    letters = [c for c in word.casefold() if c.isalpha()]
    if not letters:
        return ""
    code, last = letters[0].upper(), _SOUNDS.get(letters[0], 0)
    for c in letters[1:]:
        digit = _SOUNDS.get(c, 0)
        if digit and digit != last:
            code += str(digit)
        if c not in "hw":
            last = digit
    return (code + "000")[:4]


def _one(told: dict[str, list[str]], name: str) -> str:
    values = told.get(name, [""])
    if len(values) > 1 or (name in told and not values[0]):
        raise Refusal("INVALID_VALUE", f"Invalid value in field '{name}'")
    return values[0]


def _choice(told: dict[str, list[str]], name: str, allowed: tuple[str, ...]) -> str:
    value = _one(told, name)
    if value and value not in allowed:
        raise Refusal("INVALID_VALUE", f"Invalid value in field '{name}'")
    return value


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= LIMIT):
        raise Refusal("INVALID_VALUE", "Invalid value in field '_max-results'")
    return int(text)


def _range(values: list[str]) -> tuple[date, date]:
    earliest, latest = date.min, date.max
    for value in values:
        prefix, text = (value[:2], value[2:]) if value[:2] in ("eq", "ge", "le") else ("eq", value)
        try:
            day = date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None:
            raise Refusal("INVALID_VALUE", "Invalid value in field 'birthdate'")
        earliest = max(earliest, day) if prefix in ("eq", "ge") else earliest
        latest = min(latest, day) if prefix in ("eq", "le") else latest
    return earliest, latest
