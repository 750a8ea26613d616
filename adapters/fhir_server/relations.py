"""What a push shows of why its sender has to do with the person: registration, stay, attendance, caseload, tenancy.

A system speaks for its own organisation, so what it claims is its own relationship only, and only from what it
keeps as a record of care: a Patient on a GP's list, an Encounter or EpisodeOfCare with a beginning. What was
planned or never happened makes none; what was taken back ends the one that it made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.fhir_server.moments import moment
from adapters.source import Terms
from schemas.codes import Category, RelationshipKind
from schemas.contribution import RelationshipClaim, Resource, Statement
from schemas.identifiers import ODS_ORGANISATION

_K = RelationshipKind
KINDS: Mapping[str, Mapping[Category, RelationshipKind]] = {
    "Encounter": {
        Category.PRIMARY_CARE: _K.ATTENDANCE,
        Category.ACUTE: _K.ATTENDANCE,
        Category.CARE_HOME: _K.STAY,
        Category.COMMUNITY: _K.CASELOAD,
        Category.SOCIAL_CARE: _K.CASELOAD,
        Category.MENTAL_HEALTH: _K.CASELOAD,
    },
    "EpisodeOfCare": {
        Category.PRIMARY_CARE: _K.REGISTRATION,
        Category.ACUTE: _K.CASELOAD,
        Category.CARE_HOME: _K.STAY,
        Category.COMMUNITY: _K.CASELOAD,
        Category.SOCIAL_CARE: _K.CASELOAD,
        Category.MENTAL_HEALTH: _K.CASELOAD,
        Category.HOUSING: _K.TENANCY,
    },
}
"""Type -> category of the sender's records -> what it shows."""

_NOT_YET = frozenset({"planned", "waitlist"})
_NEVER = frozenset({"cancelled", "entered-in-error"})


def claimed(statement: Statement, terms: Terms) -> list[RelationshipClaim]:
    """The relationship that a pushed statement shows; mostly none."""
    if statement.type == "Patient":
        return _registered(statement, terms)
    kind = KINDS.get(statement.type, {}).get(statement.category)
    resource, own = statement.resource, statement.subject.organisation
    if kind is None or resource.get("status") in _NOT_YET or not _own(resource, own):
        return []
    start = moment((resource.get("period") or {}).get("start"))
    if start is None:
        return []
    end = moment((resource.get("period") or {}).get("end"), until=True)
    if statement.retracts or resource.get("status") in _NEVER:
        end = start
    elif end is None and resource.get("status") == "finished":
        end = max(start, statement.true_time)
    return [RelationshipClaim(statement.subject, own, kind, start, end, statement.identifier)]


def _registered(statement: Statement, terms: Terms) -> list[RelationshipClaim]:
    """A Patient on a practice's list. A temporary resident has another GP, or names none and no manager."""
    if not any(h.category is Category.PRIMARY_CARE for h in terms.headings):
        return []
    resource, own = statement.resource, statement.subject.organisation
    practices = resource.get("generalPractitioner") or []
    manager = resource.get("managingOrganization")
    named = practices or ([manager] if manager else [])
    if not any(_ods(reference) == own for reference in named):
        return []
    at = statement.true_time
    ended = at if statement.retracts or resource.get("active") is False else None
    return [RelationshipClaim(statement.subject, own, _K.REGISTRATION, at, ended, statement.identifier)]


def _own(resource: Resource, organisation: str) -> bool:
    """False when it says that another organisation does the care."""
    named = resource.get("serviceProvider") or resource.get("managingOrganization")
    return named is None or _ods(named) in ("", organisation)


def _ods(reference: Mapping[str, Any]) -> str:
    identifier = reference.get("identifier") or {}
    return str(identifier.get("value", "")).upper() if identifier.get("system") == ODS_ORGANISATION else ""
