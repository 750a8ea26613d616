"""A place for tests: real PostgreSQL, the real rooms, and doubles of our own ports only.

``Register`` stands in for the demographics service, ``Feed`` for a source. Numbers are made in the 999 range.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.demographics.service import Traced
from adapters.source import Ask, HeadingTerms, Raw, SourceDown, Speaks, Terms
from aggregator.app import Place, open_place
from aggregator.settings import Settings
from aggregator.store.migrations.run import migrate
from schemas import strictjson
from schemas.caller import Caller, CallerKind
from schemas.codes import Category, Heading, Purpose, RelationshipKind
from schemas.contribution import RelationshipClaim, Statement, SubjectClaim, Translated
from schemas.identifiers import NHS_NUMBER, Identifier, NhsNumber, SubjectKey, check_digit_fits
from schemas.person import Demographics

NOW = datetime.now(UTC)


def number(index: int) -> NhsNumber:
    """The ``index``-th valid number of the 999 range."""
    found = -1
    for candidate in range(9990000000, 9999999999):
        if check_digit_fits(str(candidate)):
            found += 1
            if found == index:
                return NhsNumber(str(candidate))
    raise ValueError(index)


def patient(family: str, given: str, birth: str, nhs: NhsNumber | None = None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "name": [{"use": "official", "family": family, "given": [given]}],
        "birthDate": birth,
        "gender": "male",
    }
    if nhs:
        made["identifier"] = [{"system": NHS_NUMBER, "value": nhs.digits}]
    return made | more


@dataclass(slots=True)
class Register:
    """The demographics port: numbers by (family, birth date)."""

    people: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    restricted: set[str] = field(default_factory=set, repr=False)
    superseded: dict[str, str] = field(default_factory=dict, repr=False)
    invalidated: set[str] = field(default_factory=set, repr=False)
    down: bool = False

    async def trace(self, asked: NhsNumber | None, who: Demographics) -> Traced:
        if self.down:
            return Traced("unavailable")
        name = (who.family, who.birth_date.isoformat() if who.birth_date else "")
        if asked is None:
            found = [n for n, told in self.people.items() if told == name]
            if len(found) != 1:
                return Traced("many" if found else "not-found")
            return Traced("verified", NhsNumber(found[0]), None, found[0] in self.restricted)
        if asked.digits in self.invalidated:
            return Traced("invalidated")
        present = self.superseded.get(asked.digits, asked.digits)
        if present not in self.people:
            return Traced("not-found")
        if self.people[present] != name:
            return Traced("mismatch")
        outcome = "verified" if present == asked.digits else "superseded"
        return Traced(outcome, NhsNumber(present), None, present in self.restricted)


ALL_HEADINGS = tuple(Heading)


@dataclass(slots=True)
class Feed:
    """A source that says what a test wants: each raw input's content is a JSON key of ``says``."""

    name: str
    organisation: str
    category: Category
    says: dict[str, Translated] = field(default_factory=dict)
    answers: Callable[[Ask], list[str]] | None = None
    fresh_for: timedelta | None = None
    delay: float = 0.0
    down: bool = False

    @property
    def terms(self) -> Terms:
        return Terms(
            source=self.name,
            title=self.name,
            organisation=self.organisation,
            speaks=frozenset({Speaks.PULL if self.fresh_for else Speaks.STREAM}),
            headings=tuple(
                HeadingTerms(h, Category.DEMOGRAPHICS if h is Heading.DEMOGRAPHICS else self.category)
                for h in ALL_HEADINGS
            ),
            fresh_for=self.fresh_for,
            silent_after=timedelta(days=1),
        )

    def raw(self, key: str) -> Raw:
        return Raw(self.name, "test", key.encode(), datetime.now(UTC))

    def translate(self, raw: Raw) -> Translated:
        return self.says[raw.content.decode()]

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        if self.down:
            raise SourceDown(self.name, "no answer")
        for position, key in enumerate(sorted(self.says), 1):
            if position > int(cursor or 0):
                yield self.raw(key), str(position)

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        import asyncio

        await asyncio.sleep(self.delay)
        if self.down:
            raise SourceDown(self.name, "no answer")
        return [self.raw(key) for key in (self.answers(ask) if self.answers else [])]

    async def check(self) -> list[str]:
        return []


def telling(
    organisation: str,
    local_id: str,
    who: dict[str, Any],
    *resources: tuple[Heading, Category, dict[str, Any]],
    related: RelationshipKind | None = RelationshipKind.ATTENDANCE,
    to: str | None = None,
    at: datetime = NOW,
    labels: Mapping[str, frozenset[str]] | None = None,
    **claim: Any,
) -> Translated:
    """One person and some resources as a source tells them; each resource needs an identifier."""
    key = SubjectKey(organisation, local_id)
    made = [
        Statement(
            subject=key,
            identifier=Identifier(f"urn:{organisation}:person", local_id),
            resource=dict(who),
            category=Category.DEMOGRAPHICS,
            heading=Heading.DEMOGRAPHICS,
            true_time=at,
        )
    ]
    for heading, category, resource in resources:
        first = resource["identifier"][0]
        made.append(
            Statement(
                subject=key,
                identifier=Identifier(first["system"], first["value"]),
                resource=resource,
                category=category,
                heading=heading,
                true_time=at,
                labels=(labels or {}).get(first["value"], frozenset()),
            )
        )
    relationships = (
        (
            RelationshipClaim(
                key,
                to or organisation,
                related,
                at - timedelta(days=1),
                None,
                Identifier("urn:rel", local_id),
            ),
        )
        if related
        else ()
    )
    return Translated(
        subjects=(SubjectClaim(key, who, **claim),), statements=tuple(made), relationships=relationships
    )


def allergy(value: str, text: str, code: str = "", *, status: str = "active") -> dict[str, Any]:
    coding = {"coding": [{"system": "http://snomed.info/sct", "code": code}]} if code else {}
    return {
        "resourceType": "AllergyIntolerance",
        "identifier": [{"system": "urn:test", "value": value}],
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                    "code": status,
                }
            ]
        },
        "code": coding | {"text": text},
    }


def caller(
    user: str, role: str, organisation: str, *, purpose: Purpose | None = Purpose.DIRECT_CARE, **more: Any
) -> Caller:
    kinds = {"system": CallerKind.SYSTEM, "person": CallerKind.PERSON}
    return Caller(
        user_id=user,
        kind=kinds.get(role, CallerKind.STAFF),
        organisation=organisation,
        role=role,
        activities=more.pop("activities", frozenset({"view", "write", "plan", "emergency"})),
        assurance=2,
        purpose=purpose,
        client_id=f"{user}-client",
        token_id=f"{user}-token",
        issuer="https://issuer.test",
        expires_at=NOW + timedelta(hours=1),
        **more,
    )


def settings(home: Path, record_url: str, keys_url: str, **more: Any) -> Settings:
    home.mkdir(parents=True, exist_ok=True)
    (home / "record.url").write_text(record_url)
    (home / "keys.url").write_text(keys_url)
    given = {
        "CARERECORD_HOME": str(home),
        "CARERECORD_DATABASE_URL_FILE": str(home / "record.url"),
        "CARERECORD_KEYS_URL_FILE": str(home / "keys.url"),
        "CARERECORD_ISSUER": "http://127.0.0.1:1",
        "CARERECORD_DEMOGRAPHICS_URL": "http://127.0.0.1:1",
    }
    return Settings.read(given | more, demo=True)


@asynccontextmanager
async def a_place(
    home: Path, record_url: str, keys_url: str, *feeds: Feed, register: Register | None = None, **more: Any
) -> AsyncIterator[Place]:
    """A place with these feeds and this register, on fresh databases."""
    migrate(record_url, "record")
    migrate(keys_url, "keys")
    async with open_place(
        settings(home, record_url, keys_url, **more),
        tracer=register or Register(),
        sources={f.name: f for f in feeds},
    ) as place:
        yield place


def bundle(parts: list[bytes]) -> dict[str, Any]:
    return strictjson.read(b"".join(parts))
