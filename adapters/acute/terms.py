"""What a hospital feed can say, how soon, and what its silence means."""

from __future__ import annotations

from datetime import timedelta

from adapters.source import HeadingTerms, Speaks, Terms
from schemas.codes import Category, Heading

_HEADINGS = (
    Heading.ALLERGIES,
    Heading.PROBLEMS,
    Heading.PROCEDURES,
    Heading.ENCOUNTERS,
    Heading.RESULTS,
    Heading.RESUSCITATION,
    Heading.CONTACTS,
)


def hospital_terms(organisation: str, title: str = "Hospital") -> Terms:
    """A stream of events. No heading is ever a closed list: a message tells what changed, so that silence
    about allergies means nothing at all. Nobody can ask it, hence no ``fresh_for``.
    """
    return Terms(
        source="acute",
        title=title,
        organisation=organisation,
        speaks=frozenset({Speaks.STREAM}),
        headings=(
            HeadingTerms(Heading.DEMOGRAPHICS, Category.DEMOGRAPHICS),
            *(HeadingTerms(heading, Category.ACUTE) for heading in _HEADINGS),
        ),
        fresh_for=None,
        silent_after=timedelta(hours=1),  # a hospital admits someone every few minutes, day and night
    )
