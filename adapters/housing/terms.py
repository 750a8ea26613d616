"""What a landlord's system can say, and how late."""

from __future__ import annotations

from datetime import timedelta

from adapters.source import HeadingTerms, Speaks, Terms
from schemas.codes import Category, Heading

_HEADINGS = (
    Heading.DEMOGRAPHICS,
    Heading.NEEDS,
    Heading.STAFF_SAFETY,
    Heading.ALERTS,
    Heading.LEGAL,
    Heading.SAFEGUARDING,
    Heading.CONTACTS,
    Heading.EQUIPMENT,
    Heading.HOME,
)
# Tenancies, repairs and adaptations are whole lists; an alert that nobody typed is not "no risk".
_CLOSED_LISTS = frozenset({Heading.HOME, Heading.EQUIPMENT})


def housing_terms(organisation: str, source: str = "housing") -> Terms:
    """The live system; people are found by what changed and matched by trace, never by number."""
    return Terms(
        source=source,
        title="Housing",
        organisation=organisation,
        speaks=frozenset({Speaks.PULL}),
        headings=tuple(
            HeadingTerms(
                h,
                Category.DEMOGRAPHICS if h is Heading.DEMOGRAPHICS else Category.HOUSING,
                "none" if h in _CLOSED_LISTS else "not-known",
            )
            for h in _HEADINGS
        ),
        fresh_for=timedelta(hours=1),
        silent_after=timedelta(hours=26),
    )
