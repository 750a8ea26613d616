"""The compiled policy as values: clauses, roles, labels, exclusions, organisations.

Made by ``consent.agreement`` out of the declared tables, read by every stage. No file is read here and
nothing is decided here. A code that a table does not know never becomes a value of this module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from schemas.codes import Audience, Category, Confidentiality, Heading, Interaction, Purpose, RelationshipKind

PERSON = "@person"
REPRESENTATIVE = "@representative"
"""Recipients that are not organisations, as clauses write them."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A party to the agreement. ``outside``: outside health and care, so explicit permission is the rule."""

    code: str
    name: str
    kind: str
    outside: bool
    writes: frozenset[tuple[Category, Heading]]


@dataclass(frozen=True, slots=True)
class Role:
    """What one role can ever see and do, whoever employs it. ``kinds``: caller kinds that may hold it."""

    code: str
    kinds: frozenset[str]
    headings: frozenset[Heading]
    confidentiality: Confidentiality
    labels: frozenset[str]
    activities: frozenset[str]
    purposes: frozenset[Purpose]
    professional: bool = True
    prescriber: bool = False


@dataclass(frozen=True, slots=True)
class Doing:
    """The activity that an interaction needs. ``otherwise``: "nothing" (as an unknown id) or "refuse"."""

    activity: str
    otherwise: str
    scope: str  # the letters of a SMART scope, one of which must be held when the token has such scopes
    in_emergency: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A sensitivity label. ``location``: what carries it tells where the person is.

    ``own``: binds readers of the controller too. ``floor``: belongs to the safety floor.
    ``professional_only``: for professional screens and systems alone (people-and-safety 3).
    """

    code: str
    meaning: str
    confidentiality: Confidentiality
    sensitive: bool = True
    professional_only: bool = False
    liftable: bool = False
    location: bool = False
    own: bool = True
    floor: bool = False
    alert: bool = False


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes that label or exclude: exact codes and prefixes within one code system ("" = any system)."""

    gives: str
    exclusion: bool
    system: str
    codes: frozenset[str]
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeLists:
    """All code lists, found by code: a statement has many codes and nearly all of them are on no list."""

    by_code: Mapping[str, tuple[CodeList, ...]]
    prefixes: tuple[str, ...]
    prefixed: tuple[CodeList, ...]

    @classmethod
    def of(cls, lists: Iterable[CodeList]) -> CodeLists:
        by_code: defaultdict[str, list[CodeList]] = defaultdict(list)
        prefixed = []
        for entry in lists:
            for code in entry.codes:
                by_code[code].append(entry)
            if entry.prefixes:
                prefixed.append(entry)
        found = {code: tuple(entries) for code, entries in by_code.items()}
        return cls(found, tuple({p for e in prefixed for p in e.prefixes}), tuple(prefixed))

    def of_code(self, code: str) -> tuple[CodeList, ...]:
        """The lists that may hold this code; whether they do depends on its system too."""
        found = self.by_code.get(code, ())
        return (*found, *self.prefixed) if code.startswith(self.prefixes) else found


@dataclass(frozen=True, slots=True)
class Exclusion:
    """``statute``: never lifted here. Otherwise excluded by default (people-and-safety 5.4)."""

    code: str
    meaning: str
    statute: bool


@dataclass(frozen=True, slots=True)
class EmergencyTerms:
    """What emergency access may lift under one clause."""

    relationship: bool = False
    choices: bool = False
    labels: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()

    @property
    def offered(self) -> bool:
        return self.relationship or self.choices or bool(self.labels or self.exclusions)


@dataclass(frozen=True, slots=True)
class Basis:
    """Why the sharing is lawful; shown to officers, never weighed by the engine."""

    confidentiality: str
    article6: str
    article9: str
    dpa: str
    assessment: str


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence about a clause that can be run. ``permit`` is what must come out."""

    say: str
    permit: bool
    role: str
    organisation: str
    holder: str
    category: Category
    heading: Heading
    relationship: RelationshipKind | None = None
    ended_days: int | None = None
    purpose: Purpose | None = Purpose.DIRECT_CARE
    interaction: Interaction = Interaction.RECORD
    audience: Audience | None = None  # None: the reader's own
    labels: frozenset[str] = frozenset({"N"})
    exclusions: frozenset[str] = frozenset()
    permission: bool = False
    objects: bool = False
    emergency: bool = False
    restricted: bool = False
    age: int = 70


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the data sharing agreement.

    ``own``: provider is the recipient itself. ``headings`` empty = all. ``relationships`` gives the days
    for which an ended relationship still counts. ``permission``: "implied", "explicit" (recorded once) or
    "each-time" (recorded by this organisation since the token's session began, at most 12 hours ago).
    ``not_stopped_by_objection``: purposes that an objection to viewing does not stop.
    """

    id: str
    title: str
    own: bool
    providers: frozenset[str]
    recipients: frozenset[str]
    categories: frozenset[Category]
    headings: frozenset[Heading]
    roles: frozenset[str]
    activities: frozenset[str]
    purposes: frozenset[Purpose]
    interactions: frozenset[Interaction]
    relationships: Mapping[RelationshipKind, int]
    permission: str
    ceiling: Confidentiality
    emergency: EmergencyTerms
    not_stopped_by_objection: frozenset[Purpose]
    basis: Basis
    children: bool
    start: datetime
    end: datetime
    review: date
    examples: tuple[Example, ...] = ()

    def in_force(self, now: datetime) -> bool:
        return self.start <= now < self.end

    def covers(self, provider: str, recipient: str, category: Category, heading: Heading) -> bool:
        named = provider == recipient if self.own else provider in self.providers
        return named and category in self.categories and (not self.headings or heading in self.headings)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything declared, in one value. ``version`` is the digest of the tables as read."""

    version: str
    clauses: tuple[Clause, ...]
    roles: Mapping[str, Role]
    doings: Mapping[Interaction, Doing]
    labels: Mapping[str, Label]
    aliases: Mapping[str, str]
    lists: CodeLists
    services: tuple[tuple[str, str, bool], ...]  # (words, gives, is an exclusion)
    defaults: Mapping[tuple[Category | None, Heading | None], frozenset[str]]
    professional_headings: frozenset[Heading]
    location_categories: frozenset[Category]
    location_headings: frozenset[Heading]
    exclusions: Mapping[str, Exclusion]
    organisations: Mapping[str, Organisation]
    emergency_reasons: Mapping[str, str] = field(default_factory=dict)

    def lapsing(self, now: datetime, days: int = 90) -> tuple[tuple[str, datetime], ...]:
        """Clauses in force that end within ``days``, soonest first (people-and-safety 5.7)."""
        soon = [(c.id, c.end) for c in self.clauses if c.in_force(now) and (c.end - now).days < days]
        return tuple(sorted(soon, key=lambda pair: (pair[1], pair[0])))
