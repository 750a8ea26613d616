"""The ways in the header: the first pages that a caller can open. What a page then shows is decided behind it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from schemas.caller import Caller, CallerKind


@dataclass(frozen=True, slots=True)
class Way:
    """``here``: the page that is being shown lies on this way."""

    href: str
    title: str
    here: bool = False


def ways(caller: Caller, operators: Set[str], path: str = "") -> tuple[Way, ...]:
    """The ways of a caller; a person has one record and needs none. ``operators``: roles that operate feeds."""
    if caller.kind is not CallerKind.STAFF:
        return ()
    operates = caller.role in operators
    identifies = "identity" in caller.activities
    offered = (
        # Who works on what comes in has no records to find; everybody else no work of that kind.
        ("/", "Find a person", "view" in caller.activities or not (operates or identifies)),
        ("/review", "Review", operates),
        ("/matches", "Possible matches", identifies),
        ("/sources", "Sources", operates),
    )
    return tuple(
        Way(href, title, path == href or path.startswith(f"{href}/"))
        for href, title, applies in offered
        if applies
    )
