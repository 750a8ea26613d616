"""Reading ``terms.toml``: the one file in which an adapter declares what its kinds of source can ever say.

A table for each kind. Reading is strict, because the completeness grid and the alerts believe these files:
an unknown key or heading, a duration that is none, and a promise that no feed can keep are refused by file
and key. What the terms mean is in ``adapters.source``; when a source counts as late is for the grid.

    [hospice]
    title = "Hospice"
    category = "community"          # of every heading that names no other; demographics has its own
    speaks = ["pull"]               # stream | pull | drop
    every = "1 hour"                # how often it speaks when all is well
    fresh_for = "15 minutes"        # only with "pull": older answers are refreshed when a record is opened
    silent_after = "4 hours"        # an alert after that
    history = "all"                 # or "730 days": how far back it goes
    statistical = false             # true: a return, shown with its "as at" date

    [hospice.headings]
    demographics = {}
    services = { no_rows = "none", vanished = "gone" }
    encounters = { category = ["acute", "community"] }
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final, NoReturn, TypeVar

from adapters.source import HeadingTerms, Speaks, Terms
from schemas.codes import SAFETY_FLOOR, Category, Heading
from schemas.errors import BadInput

FILE: Final = "terms.toml"
E = TypeVar("E", bound=StrEnum)

_NEEDED: Final = ("title", "category", "speaks", "every", "silent_after", "history", "headings")
_OPTIONAL: Final = ("fresh_for", "statistical", "asked_only")
_OF_HEADING: Final = frozenset({"category", "no_rows", "vanished", "because"})
_DURATION: Final = re.compile(r"([1-9][0-9]{0,3}) (minute|hour|day)s?")

NEVER_GONE: Final = SAFETY_FLOOR | {Heading.SAFEGUARDING, Heading.ALERTS}
"""A fact under these is never taken back because a later telling lacks it: only a retraction does that."""


class BadTerms(BadInput):
    """The file, the key and what is wrong with it."""


def load(package: str, kind: str, *, source: str, organisation: str, title: str = "") -> Terms:
    """The terms of one configured source, as ``package``'s file declares them for its kind.

    ``title``: this source's own in place of the kind's. Raises ``BadTerms``.
    """
    declared = _declared(package)
    if kind not in declared:
        _refuse(package, kind, f"is not declared; there are {', '.join(sorted(declared))}")
    return read(declared[kind], f"{package}/{FILE}", kind, source, organisation, title)


def kinds(package: str) -> tuple[str, ...]:
    """The kinds that a package's file declares, in its order."""
    return tuple(_declared(package))


def read(declared: Any, file: str, kind: str, source: str, organisation: str, title: str = "") -> Terms:
    """One kind's table into terms; pure. Raises ``BadTerms``."""
    table = _Table(declared, file, kind)
    table.keys(_NEEDED, _OPTIONAL)
    terms = Terms(
        source=source,
        title=title or table.text("title"),
        organisation=organisation,
        speaks=frozenset(table.words("speaks", Speaks)),
        headings=_headings(table),
        fresh_for=table.duration("fresh_for") if "fresh_for" in table.values else None,
        silent_after=table.duration("silent_after"),
        statistical=table.flag("statistical"),
        asked_only=table.flag("asked_only"),
        every=table.duration("every"),
        history=None if table.values["history"] == "all" else table.duration("history"),
    )
    _coherent(table, terms)
    return terms


def _headings(table: _Table) -> tuple[HeadingTerms, ...]:
    (default,) = table.words("category", Category)
    found: list[HeadingTerms] = []
    for name, given in table.table("headings").items():
        row = _Table(given, table.file, f"{table.at}.headings.{name}")
        heading = row.word(name, Heading)
        row.keys((), _OF_HEADING)
        own = Category.DEMOGRAPHICS if heading is Heading.DEMOGRAPHICS else default
        categories = row.words("category", Category) if "category" in row.values else (own,)
        no_rows = row.choice("no_rows", "not-known", "none")
        vanished = row.choice("vanished", "kept", "gone")
        if vanished == "gone" and heading in NEVER_GONE:
            row.refuse("vanished", "must be kept: silence takes back nothing that somebody's safety rests on")
        if no_rows == "none" and heading in SAFETY_FLOOR and not row.text("because"):
            row.refuse("because", "must say why no row means none: other sources may know of one")
        found += [HeadingTerms(heading, category, no_rows, vanished) for category in categories]
    if (Heading.DEMOGRAPHICS, Category.DEMOGRAPHICS) not in {(h.heading, h.category) for h in found}:
        table.refuse("headings.demographics", "is missing: every source says whom it speaks of")
    return tuple(found)


def _coherent(table: _Table, terms: Terms) -> None:
    if terms.fresh_for is not None and Speaks.PULL not in terms.speaks:
        table.refuse("fresh_for", 'is for a source that can be asked ("pull")')
    if terms.statistical and terms.fresh_for is not None:
        table.refuse("statistical", "no return is ever fresh: leave out fresh_for")
    if terms.every is not None and terms.silent_after < terms.every:
        table.refuse("silent_after", "is shorter than every: it would always be in alarm")


class _Table:
    """One TOML table; ``at`` is its key in refusals."""

    def __init__(self, values: Any, file: str, at: str) -> None:
        self.file, self.at = file, at
        if not isinstance(values, Mapping):
            _refuse(file, at, "is not a table")
        self.values: Mapping[str, Any] = values

    def refuse(self, key: str, reason: str) -> NoReturn:
        _refuse(self.file, f"{self.at}.{key}", reason)

    def keys(self, needed: Iterable[str], optional: Iterable[str]) -> None:
        for key in needed:
            if key not in self.values:
                self.refuse(key, "is missing")
        for key in sorted(set(self.values) - {*needed, *optional}):
            self.refuse(key, "is a key that nobody knows")

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.refuse(key, "is not text")
        return value.strip()

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "is neither true nor false")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        return _Table(self.values[key], self.file, f"{self.at}.{key}").values

    def duration(self, key: str) -> timedelta:
        found = _DURATION.fullmatch(self.text(key))
        if found is None:
            self.refuse(key, 'is not a duration such as "15 minutes", "4 hours" or "45 days"')
        return timedelta(**{f"{found[2]}s": int(found[1])})

    def choice(self, key: str, *words: str) -> str:
        """One of ``words``; the first when absent."""
        value = self.text(key) or words[0]
        if value not in words:
            self.refuse(key, f"is none of {', '.join(words)}")
        return value

    def words(self, key: str, of: type[E]) -> tuple[E, ...]:
        """A word or a list of words."""
        value = self.values[key]
        many = value if isinstance(value, list) else [value]
        if not many:
            self.refuse(key, "is empty")
        return tuple(self.word(word, of, key) for word in many)

    def word(self, word: Any, of: type[E], key: str = "") -> E:
        try:
            return of(word)
        except ValueError:
            where = f"{self.at}.{key}" if key else self.at
            _refuse(self.file, where, f"is none of {', '.join(sorted(of))}")


@cache
def _declared(package: str) -> dict[str, Any]:
    """A package's file. It is part of the installed code, so it is read once."""
    try:
        return tomllib.loads(files(package).joinpath(FILE).read_text("utf-8"))
    except FileNotFoundError:
        _refuse(package, FILE, "is missing")
    except tomllib.TOMLDecodeError as error:
        _refuse(package, FILE, f"is not TOML ({error})")


def _refuse(file: str, key: str, reason: str) -> NoReturn:
    raise BadTerms(file, f"{key} {reason}")
