"""Where sources disagree on who a person is: name, birth date, address, death.

Only details of one person are compared here; whether two records are of one person is ``people.identity``'s
question. An address or a name that is marked old disagrees with nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aggregator.merge.concept import words
from aggregator.merge.replay import Fact
from schemas.contribution import Resource


def disagreements(facts: Sequence[Fact]) -> Iterator[tuple[str, str]]:
    """(kind of conflict, element) for each detail on which the Patient statements disagree."""
    told = [fact.resource for fact in facts]
    if len(told) < 2:
        return
    deaths = [_dead(resource) for resource in told]
    # Most sources never say "alive", so silence beside a reported death is worth asking about as well.
    if True in deaths and not all(deaths):
        yield "death", "deceased"
    if _differ([str(r.get("birthDate", "")) for r in told]):
        yield "demographics", "birthDate"
    if _differ([str(r.get("deceasedDateTime", ""))[:10] for r in told]):
        yield "demographics", "deceased"
    if _apart([_names(resource) for resource in told]):
        yield "demographics", "name"
    if _apart([_addresses(resource) for resource in told]):
        yield "demographics", "address"
    genders = {r["gender"] for r in told if r.get("gender") not in (None, "unknown")}
    if len(genders) > 1:
        yield "demographics", "gender"


def _dead(resource: Resource) -> bool | None:
    """None: the source does not say."""
    if resource.get("deceasedDateTime"):
        return True
    said = resource.get("deceasedBoolean")
    return None if said is None else bool(said)


def _differ(dates: Sequence[str]) -> bool:
    """Dates differ unless each is the other, less exactly (1951 and 1951-03-04 agree)."""
    said = {date for date in dates if date}
    longest = max(said, key=len, default="")
    return any(not longest.startswith(date) for date in said)


def _apart(told: Sequence[frozenset[str]]) -> bool:
    """Is there a pair of tellings that have none of their values in common?"""
    said = [values for values in told if values]
    return any(not (a & b) for i, a in enumerate(said) for b in said[i + 1 :])


def _names(resource: Resource) -> frozenset[str]:
    """ "family|first given" of every name in use."""
    found = set()
    for name in resource.get("name", ()):
        if name.get("use") in ("old", "nickname") or not name.get("family"):
            continue
        given = name.get("given") or [""]
        found.add(f"{words(name['family'])}|{words(given[0] or '')}")
    return frozenset(found)


def _addresses(resource: Resource) -> frozenset[str]:
    """Postcodes of where the person lives now, or the first line where no postcode is told."""
    found = set()
    for address in resource.get("address", ()):
        if address.get("use") in ("old", "temp", "work", "billing") or address.get("period", {}).get("end"):
            continue
        where = _where(address)
        if where:
            found.add(where)
    return frozenset(found)


def _where(address: dict[str, Any]) -> str:
    postcode = words(address.get("postalCode") or "").replace(" ", "")
    lines = address.get("line") or [address.get("text") or ""]
    return postcode or words(lines[0] or "")
