"""What the two social care sources can say, and how late."""

from __future__ import annotations

from datetime import timedelta

from adapters.source import HeadingTerms, Speaks, Terms
from schemas.codes import Category, Heading

_LIVE = (
    Heading.DEMOGRAPHICS,
    Heading.NEEDS,
    Heading.STAFF_SAFETY,
    Heading.ALERTS,
    Heading.PROBLEMS,
    Heading.LEGAL,
    Heading.SAFEGUARDING,
    Heading.DOCUMENTS,
    Heading.CARE_TEAM,
    Heading.CONTACTS,
    Heading.SERVICES,
    Heading.ASSESSMENTS,
    Heading.EQUIPMENT,
    Heading.HOME,
    Heading.ABOUT_ME,
)
_RETURNS = (
    Heading.DEMOGRAPHICS,
    Heading.NEEDS,
    Heading.PROBLEMS,
    Heading.CONTACTS,
    Heading.SERVICES,
    Heading.ASSESSMENTS,
    Heading.HOME,
)


# The case system answers with the whole file, so an empty list there means that the council has none.
_CLOSED_LISTS = frozenset({Heading.SERVICES, Heading.EQUIPMENT, Heading.SAFEGUARDING, Heading.ASSESSMENTS})


def case_system_terms(organisation: str, source: str = "social-care") -> Terms:
    """The live case system: asked when a record is opened, swept for changes by the schedule."""
    return Terms(
        source=source,
        title="Adult social care (case system)",
        organisation=organisation,
        speaks=frozenset({Speaks.PULL}),
        headings=tuple(
            HeadingTerms(
                h,
                Category.DEMOGRAPHICS if h is Heading.DEMOGRAPHICS else Category.SOCIAL_CARE,
                "none" if h in _CLOSED_LISTS else "not-known",
            )
            for h in _LIVE
        ),
        fresh_for=timedelta(minutes=15),
        silent_after=timedelta(hours=4),
    )


def returns_terms(organisation: str, source: str = "social-care-returns") -> Terms:
    """Client Level Data: quarterly, re-sent, shown with its "as at" date only."""
    return Terms(
        source=source,
        title="Adult social care (quarterly return)",
        organisation=organisation,
        speaks=frozenset({Speaks.DROP}),
        headings=tuple(
            HeadingTerms(
                h, Category.DEMOGRAPHICS if h is Heading.DEMOGRAPHICS else Category.SOCIAL_CARE, "not-known"
            )
            for h in _RETURNS
        ),
        fresh_for=None,
        silent_after=timedelta(days=120),
        statistical=True,
    )
