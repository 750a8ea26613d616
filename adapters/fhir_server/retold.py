"""From another server's answer about one person to statements, each with its first teller.

A neighbour mostly tells what others told it. Their organisation stays the controller, so that their clauses
decide here as they decide there; the source and the ids by which it went before stay in ``meta.tag``, so that
a fact that comes back to where it began is known again. Labels are those that the neighbour gave; our
lists may add to them. What it says of relationships and of the person's choices makes none here: it opens no
door, and its own decision was made before it answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.dossier import tell_person
from adapters.elements import Element
from adapters.fhir_server.answer import SUBJECTS, Answer, Told
from adapters.fhir_server.moments import moment
from adapters.fhir_server.notes import warning
from adapters.fhir_server.push import heading_of
from adapters.fhir_server.references import Rewriting
from adapters.source import Terms
from schemas.checks import check
from schemas.codes import Category, Confidentiality, Heading
from schemas.contribution import Refusal, Resource, Statement, SubjectClaim, Translated
from schemas.identifiers import (
    CATEGORY_TAG,
    CONTROLLER_TAG,
    EXCLUSION,
    HEADING_TAG,
    LOCATION_RESTRICTED,
    PERSON_TAG,
    SOURCE_TAG,
    STATEMENT_ID,
    Identifier,
    SubjectKey,
)

SINGLE_IDENTIFIER: Final = frozenset({"QuestionnaireResponse", "Composition"})
"""FHIR R4 types that have one identifier where all others have a list."""

UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SKEW: Final = timedelta(minutes=5)
"""For what says neither when it was told nor when it was true: it is never newer than anything."""

_RESTRICTED: Final = frozenset({Confidentiality.RESTRICTED.value, Confidentiality.VERY_RESTRICTED.value})

_ROUTE: Final = (SOURCE_TAG, STATEMENT_ID)
"""Tags that stay with a fact however often it is told again."""

_DATES: Final = (
    "recordedDate",
    "dateAsserted",
    "authoredOn",
    "issued",
    "recorded",
    "date",
    "authored",
    "effectiveDateTime",
    "performedDateTime",
    "occurrenceDateTime",
    "created",
    "sent",
    "onsetDateTime",
)
"""Where R4 resources say when they were asserted, then when what they tell was so."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who answers; its terms say for whom it may tell. ``category``: of what does not say its own."""

    terms: Terms
    category: Category


def translate(answer: Answer, neighbour: Neighbour, at: datetime) -> Translated:
    """Everything that the answer, received at ``at``, says under the neighbour's terms."""
    return _Retelling(answer, neighbour).all(at)


class _Retelling:
    def __init__(self, answer: Answer, neighbour: Neighbour) -> None:
        self._answer = answer
        self._by = neighbour
        self._offered = {(h.heading, h.category) for h in neighbour.terms.headings}
        self._rewriting = Rewriting(answer)
        self._statements: list[Statement] = []
        self._refusals = list(answer.refusals)
        self._restricted = False
        self._answered = UNDATED

    def all(self, at: datetime) -> Translated:
        """Patients first: without one that is sound, nothing says who the person is."""
        self._answered = at
        patients = [(t, org) for t in self._answer.people if (org := self._sound(t)) is not None]
        if not patients:
            refusal = Refusal("Patient", "nothing sound says who the person is", "answer")
            return Translated(refusals=(*self._refusals, refusal))
        # One restricted telling of who somebody is restricts them all.
        self._restricted = any(_is_restricted(told.resource) for told, _ in patients)
        claims: dict[SubjectKey, SubjectClaim] = {}
        for told, controller in {told.reference: (told, org) for told, org in patients}.values():
            claim = self._claim(told.resource, self._key(told))
            claims.setdefault(claim.key, claim)
            self._tell(told, controller, claim)
        for told in self._answer.facts:
            teller = self._sound(told)
            if teller is not None and self._key(told) in claims:
                self._tell(told, teller)
            elif teller is not None:
                self._refuse(told, "subject", "nothing sound says who the person is")
        key, terms = next(iter(claims)), self._by.terms
        return Translated(
            subjects=tuple(claims.values()),
            statements=(
                *self._statements,
                *warning(key, self._by.category, terms, self._answer.notes, at),
            ),
            refusals=tuple(self._refusals),
        )

    def _sound(self, told: Told) -> str | None:
        """The organisation that a sound resource is of; else it is refused."""
        problems = check(told.resource)
        if problems:
            self._refusals += [Refusal(p.expression, p.reason, told.place) for p in problems[:5]]
            return None
        tags = _tags(told.resource, CONTROLLER_TAG)
        if len(tags) > 1:
            self._refuse(told, "meta.tag", "more than one organisation is named as its controller")
            return None
        organisation = tags[0] if tags else self._by.terms.organisation
        if organisation not in self._by.terms.tellers:
            self._refuse(told, "meta.tag", "this neighbour does not tell what that organisation says")
            return None
        return organisation

    def _tell(self, told: Told, controller: str, claim: SubjectClaim | None = None) -> None:
        """Add its statement, or say why not."""
        named = self._named(told)
        heading, category = self._place(told.resource)
        if heading is None or category is None or (heading, category) not in self._offered:
            self._refuse(told, "resourceType", "by its terms this neighbour does not tell this kind of thing")
            return
        at = self._told_at(told)
        if claim is not None:
            statement = tell_person(claim, named, at, without=("link", "contained"))
            resource = statement.resource
        else:
            kept = {k: v for k, v in told.resource.items() if k not in ("id", "meta", *SUBJECTS)}
            resource = self._identified(self._rewriting.of(kept, told.reference), named)
        kept_meta = _meta(told.resource, named)
        self._statements.append(
            Statement(
                subject=self._key(told),
                controller=controller,
                identifier=named,
                resource=resource | ({"meta": kept_meta} if kept_meta else {}),
                category=category,
                heading=heading,
                true_time=at,
                labels=_security(told.resource),
                exclusions=_security(told.resource, exclusions=True),
            )
        )

    def _named(self, told: Told) -> Identifier:
        """The server's own id: stable and of one thing, which business identifiers are not always."""
        return self._rewriting.named(told.reference)

    def _place(self, resource: Resource) -> tuple[Heading | None, Category | None]:
        heading: Heading | None = _one(Heading, _tags(resource, HEADING_TAG)) or heading_of(resource)
        if heading is Heading.DEMOGRAPHICS:
            return heading, Category.DEMOGRAPHICS
        return heading, _one(Category, _tags(resource, CATEGORY_TAG)) or self._by.category

    def _told_at(self, told: Told) -> datetime:
        origin = self._answer.origins.get(told.reference) or {}
        updated = (told.resource.get("meta") or {}).get("lastUpdated")
        period = told.resource.get("period") or told.resource.get("effectivePeriod") or {}
        said = (
            origin.get("occurredDateTime"),
            updated,
            *(told.resource.get(n) for n in _DATES),
            period.get("start"),
        )
        told_at = next((m for text in said if (m := moment(text)) is not None), UNDATED)
        # A time that has not come yet would win over every correction; clocks differ by minutes.
        return told_at if told_at - self._answered <= _SKEW else self._answered

    def _key(self, told: Told) -> SubjectKey:
        """The person as this neighbour knows them: not as the organisation does that it speaks for."""
        terms = self._by.terms
        return SubjectKey(f"{terms.organisation}/{terms.source}", told.patient)

    def _claim(self, patient: Resource, key: SubjectKey) -> SubjectClaim:
        kept = {k: v for k, v in patient.items() if k not in ("id", "meta", "text")}
        return SubjectClaim(
            key,
            self._rewriting.of(kept, ""),
            nhs_number=self._answer.number,
            location_restricted=True if self._restricted else None,
        )

    def _identified(self, resource: Resource, named: Identifier) -> Resource:
        """Its business identifiers, and the one by which other facts of this answer refer to it."""
        own = {"system": named.system, "value": named.value}
        if resource["resourceType"] in SINGLE_IDENTIFIER:
            return {"identifier": own} | resource
        return resource | {"identifier": [*resource.get("identifier", []), own]}

    def _refuse(self, told: Told, field: str, reason: str) -> None:
        self._refusals.append(Refusal(field, reason, told.place))


def _meta(resource: Resource, named: Identifier) -> Element:
    """What of ``meta`` stays with the fact: labels, and the way that it came."""
    meta = resource.get("meta") or {}
    tags = [t for t in meta.get("tag") or [] if t.get("system") in _ROUTE]
    if named.system == STATEMENT_ID:
        tags.append({"system": STATEMENT_ID, "code": named.value})
    security = [c for c in meta.get("security") or [] if c.get("system") != EXCLUSION]
    return ({"security": security} if security else {}) | ({"tag": tags} if tags else {})


def _is_restricted(patient: Resource) -> bool:
    """Must nobody be told where this person is? The demographics service says so by a restricted Patient."""
    if _tags(patient, CONTROLLER_TAG):
        return LOCATION_RESTRICTED in _tags(patient, PERSON_TAG)
    return bool(_security(patient) & _RESTRICTED)


def _security(resource: Resource, *, exclusions: bool = False) -> frozenset[str]:
    """The labels that the neighbour gave, or the exclusions."""
    meta = resource.get("meta") or {}
    return frozenset(
        str(c["code"])
        for c in meta.get("security") or []
        if c.get("code") and (c.get("system") == EXCLUSION) == exclusions
    )


def _tags(resource: Resource, system: str) -> list[str]:
    meta = resource.get("meta") or {}
    return [str(t["code"]) for t in meta.get("tag") or [] if t.get("system") == system and t.get("code")]


def _one(of: Any, told: Iterable[str]) -> Any:
    """The one value that is told; None when none or more than one is, or it is unknown."""
    known = {value for value in of if value in set(told)}
    return known.pop() if len(known) == 1 else None
