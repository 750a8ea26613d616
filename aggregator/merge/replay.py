"""From versions to facts: each statement replayed in true-time order, retracted ones gone.

Lives here: the fold of one statement's own versions. Comparing statements with each other is ``same``.
The order of arrival, repeats and batches never matter: versions are ordered by true time, then by what
they say; the number of a version is carried for Provenance and chooses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import TypeAlias

import msgspec

from aggregator.merge.names import identifiers
from schemas.contribution import Contribution, Resource
from schemas.record import Telling
from schemas.versions import fold

Pair: TypeAlias = tuple[Contribution, Resource]

_canonical = msgspec.json.Encoder(decimal_format="number", order="deterministic").encode
_IN_ERROR = "entered-in-error"
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Fact:
    """One statement as it now stands. ``first`` is the true time of its earliest permitted version.

    ``order`` is (first, source, statement id): the entry has the id of its least fact. ``latest`` is (true
    time, statement id): the values of the greatest stand. ``extra`` are tellings of the same statement whose
    partial versions lie in other data classes: without them the second check on the way out would not know
    of those classes. ``routes`` are other tellings of the very same statement of its organisation, not newer
    than this one (``routes``). Not a frozen dataclass: it never leaves this room, and thousands are made for
    one view.
    """

    __slots__ = (
        "category",
        "extra",
        "first",
        "heading",
        "latest",
        "order",
        "resource",
        "retold",
        "routes",
        "telling",
        "type",
    )

    def __init__(
        self, version: Contribution, telling: Telling, first: datetime, extra: tuple[Telling, ...] = ()
    ) -> None:
        self.telling = telling
        self.resource = telling.resource
        self.type = version.type
        self.category = version.category
        self.heading = version.heading
        self.first = first
        self.order = (first, telling.source, telling.statement_id)
        self.latest = (telling.true_time, telling.statement_id)
        self.extra = extra
        self.retold = version.retold
        self.routes: tuple[Fact, ...] = ()

    @property
    def tellings(self) -> tuple[Telling, ...]:
        """Everything that stands behind the fact."""
        return (self.telling, *self.extra, *(t for route in self.routes for t in route.tellings))


def in_error(resource: Resource) -> bool:
    """Does the resource say of itself that it was entered in error (``status``, ``verificationStatus``)?"""
    if resource.get("status") == _IN_ERROR:
        return True
    verification = resource.get("verificationStatus")
    if verification is None:
        return False
    if not isinstance(verification, dict):
        return bool(verification == _IN_ERROR)
    return any(c.get("code") == _IN_ERROR for c in verification.get("coding", ()))


def replay(pairs: Iterable[Pair]) -> list[Fact]:
    """The facts that stand, in entry order. ``pairs`` are narrowed live versions in any order, with repeats."""
    versions: dict[str, list[Pair]] = {}
    for pair in pairs:
        versions.setdefault(pair[0].statement_id, []).append(pair)
    facts: list[Fact] = []
    dead: list[list[Pair]] = []
    for told in versions.values():
        fact = _stand(told)
        if fact is not None:
            facts.append(fact)
        else:
            dead.append(told)
    if dead:
        facts = _without(facts, _ended(dead))
    facts.sort(key=attrgetter("order"))
    return facts


_Name: TypeAlias = tuple[str, str, str, str]
"""(type, controller, system, value): a statement of one organisation, whoever tells it."""


def _names(fact: Fact) -> list[_Name]:
    return [(fact.type, fact.telling.controller, *named) for named in identifiers(fact.resource)]


_Teller: TypeAlias = tuple[str, bool]
"""(source, is it retold)."""


def _ended(dead: Iterable[list[Pair]]) -> dict[_Name, dict[_Teller, datetime]]:
    """By whom, and until when, what was taken back is dead; what is in error, for ever."""
    ended: dict[_Name, dict[_Teller, datetime]] = {}
    for versions in dead:
        wrong = any(in_error(resource) for _, resource in versions)
        at = _FOR_EVER if wrong else max(c.true_time for c, _ in versions if c.retracts)
        for version, resource in versions:
            for system, value in identifiers(resource):
                by = ended.setdefault((version.type, version.controller, system, value), {})
                teller = (version.source, version.retold)
                by[teller] = max(by.get(teller, at), at)
    return ended


def _without(facts: list[Fact], ended: dict[_Name, dict[_Teller, datetime]]) -> list[Fact]:
    """Without what its own organisation has taken back since: another route may not have heard of it.

    What an organisation itself tells here, only its own word takes back: a neighbour's could erase anything.
    An identifier that a source gives to two facts identifies neither, so the death of one is not the other's.
    """
    for fact in facts:
        for name in _names(fact):
            if name in ended:
                ended[name].pop((fact.telling.source, fact.retold), None)
    return [fact for fact in facts if not any(_is_over(fact, ended.get(name)) for name in _names(fact))]


def _is_over(fact: Fact, by: dict[_Teller, datetime] | None) -> bool:
    return by is not None and any(
        fact.telling.true_time <= at for (_, retold), at in by.items() if fact.retold or not retold
    )


def _stand(versions: list[Pair]) -> Fact | None:
    if len(versions) == 1:
        return _single(*versions[0])
    # Entered in error is final: no version of the statement, earlier or later, is believed again.
    if any(in_error(resource) for _, resource in versions):
        return None
    versions = _in_order(versions)
    first = versions[0][0].true_time
    # A cancellation ends all that was true until then. Only what truly says anew that it is so makes the
    # fact stand again: a full statement that is later, or a part that gives a status of its own (HL7 v2
    # admits again under one visit number). A later detail of a dead fact leaves it dead.
    ends = [c.true_time for c, _ in versions if c.retracts]
    if ends:
        versions = [v for v in versions if v[0].true_time > ends[-1]]
        while versions and versions[0][0].partial and "status" not in versions[0][1]:
            versions = versions[1:]
        if not versions:
            return None
    return _fact(versions, first)


def _single(version: Contribution, resource: Resource) -> Fact | None:
    """The common case: one version, nothing to fold."""
    if version.retracts or in_error(resource):
        return None
    if "resourceType" not in resource:
        resource = {"resourceType": version.type, **resource}
    return Fact(version, _telling(version, resource, version.received_at), version.true_time)


def _fact(versions: Sequence[Pair], first: datetime) -> Fact:
    start = max((i for i, (c, _) in enumerate(versions) if not c.partial), default=0)
    standing = versions[start:]
    last = standing[-1][0]
    resource = fold([(r, c.partial, c.clears) for c, r in standing])
    resource.setdefault("resourceType", last.type)
    received = max(c.received_at for c, _ in standing)
    telling = _telling(last, resource, received)
    others = {c.class_id: c for c, _ in standing if c.class_id != last.class_id}
    extra = tuple(_telling(c, resource, received) for _, c in sorted(others.items()))
    return Fact(last, telling, first, extra)


def _telling(version: Contribution, resource: Resource, received_at: datetime) -> Telling:
    return Telling(
        version.statement_id,
        version.version,
        version.source,
        version.controller,
        version.true_time,
        received_at,
        resource,
        version.class_id,
    )


def _in_order(versions: list[Pair]) -> list[Pair]:
    """By true time, full before partial, then content; of repeats the one that was kept first."""
    kept: dict[tuple[datetime, bool, bytes], Pair] = {}
    for pair in versions:
        contribution = pair[0]
        key = (contribution.true_time, contribution.partial, _digest(pair))
        held = kept.get(key)
        if held is None or _kept(contribution) < _kept(held[0]):
            kept[key] = pair
    return [kept[key] for key in sorted(kept)]


def _kept(contribution: Contribution) -> tuple[int, datetime, str]:
    return (contribution.version, contribution.received_at, contribution.class_id)


def _digest(pair: Pair) -> bytes:
    contribution, resource = pair
    said = (resource, contribution.retracts, contribution.clears)
    return hashlib.blake2b(_canonical(said), digest_size=16).digest()


def said_alike(one: Fact, other: Fact) -> bool:
    """Do two facts say the same, element for element?"""
    return _canonical(one.resource) == _canonical(other.resource)
