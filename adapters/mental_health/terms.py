"""What the two mental health sources can say, and how late."""

from __future__ import annotations

from datetime import timedelta

from adapters.source import HeadingTerms, Speaks, Terms
from schemas.codes import Category, Heading

_LIVE = (
    Heading.DEMOGRAPHICS,
    Heading.STAFF_SAFETY,
    Heading.ALERTS,
    Heading.ALLERGIES,
    Heading.MEDICINES,
    Heading.PROBLEMS,
    Heading.RESUSCITATION,
    Heading.LEGAL,
    Heading.ENCOUNTERS,
    Heading.RESULTS,
    Heading.DOCUMENTS,
    Heading.CARE_TEAM,
    Heading.SERVICES,
    Heading.PLAN,
)
_RETURNS = (Heading.DEMOGRAPHICS, Heading.LEGAL, Heading.ENCOUNTERS, Heading.SERVICES, Heading.PLAN)

# The record system gives the whole file: no row means that this provider has none. Allergies and
# medicines are never such a list: other prescribers exist.
_CLOSED_LISTS = frozenset({Heading.LEGAL, Heading.SERVICES, Heading.PLAN})


def record_system_terms(organisation: str, source: str = "mental-health") -> Terms:
    """The live record system: plans, Act status, caseload."""
    return Terms(
        source=source,
        title="Mental health (record system)",
        organisation=organisation,
        speaks=frozenset({Speaks.PULL}),
        headings=_headings(_LIVE, _CLOSED_LISTS),
        fresh_for=timedelta(minutes=15),
        silent_after=timedelta(hours=4),
    )


def returns_terms(organisation: str, source: str = "mental-health-returns") -> Terms:
    """The monthly return: lagged, re-sent through the year, shown with its "as at" date only."""
    return Terms(
        source=source,
        title="Mental health (monthly return)",
        organisation=organisation,
        speaks=frozenset({Speaks.DROP}),
        headings=_headings(_RETURNS, frozenset()),
        fresh_for=None,
        silent_after=timedelta(days=45),
        statistical=True,
    )


def _headings(headings: tuple[Heading, ...], closed: frozenset[Heading]) -> tuple[HeadingTerms, ...]:
    return tuple(
        HeadingTerms(
            h,
            Category.DEMOGRAPHICS if h is Heading.DEMOGRAPHICS else Category.MENTAL_HEALTH,
            "none" if h in closed else "not-known",
        )
        for h in headings
    )
