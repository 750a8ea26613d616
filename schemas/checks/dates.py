"""Comparing FHIR dates of unlike precision. Nothing else lives here."""

from __future__ import annotations

from datetime import datetime


def before(one: str, other: str) -> bool:
    """Whether ``one`` is surely before ``other``: FHIR dates of any precision, compared in UTC.

    Dates of unlike precision overlap, and an overlap is not before.
    """
    if "T" in one and "T" in other:
        try:
            return datetime.fromisoformat(one) < datetime.fromisoformat(other)
        except ValueError:
            return False  # a second of 60: not worth a refusal
    shared = min(len(one.partition("T")[0]), len(other.partition("T")[0]))
    return one[:shared] < other[:shared]
