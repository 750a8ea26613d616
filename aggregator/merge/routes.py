"""One statement of one organisation that reached us by several routes: its newest telling is the fact.

A neighbour may tell what we hold at first hand, and may have heard it earlier or later than we. That is no
disagreement between two sources: it is one source at two times, so the latest true time stands, as in a
replay, and the others stay behind it as routes. Two tellings of one time that differ are left apart, for
``same`` and ``conflicts``, and so is what is never merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TypeAlias

from aggregator.merge.names import identifiers
from aggregator.merge.replay import Fact, said_alike
from aggregator.merge.rules import RULES

_Name: TypeAlias = tuple[str, str, str, str]


def unite(facts: Sequence[Fact]) -> list[Fact]:
    """The same facts in their order, without those that are an older route of another; that one has them."""
    if len({fact.telling.source for fact in facts}) < 2:
        return list(facts)
    by_name: dict[_Name, list[Fact]] = {}
    for fact in facts:
        if fact.type != "Patient" and fact.heading not in RULES.only_if_equal:
            for system, value in set(identifiers(fact.resource)):
                by_name.setdefault((fact.type, fact.telling.controller, system, value), []).append(fact)
    older: dict[int, Fact] = {}
    for alike in by_name.values():
        sources = {fact.telling.source for fact in alike}
        # One that a source gives to two facts identifies neither.
        if 1 < len(alike) == len(sources):
            newest = max(alike, key=attrgetter("latest"))
            for fact in alike:
                if fact is not newest and _supersedes(newest, fact):
                    older.setdefault(id(fact), newest)
    if not older:
        return list(facts)
    behind: dict[int, list[Fact]] = {}
    for fact in facts:
        if id(fact) in older:
            behind.setdefault(id(_last(fact, older)), []).append(fact)
    kept = [fact for fact in facts if id(fact) not in older]
    for fact in kept:
        fact.routes = tuple(behind.get(id(fact), ()))
    return kept


def _supersedes(newest: Fact, fact: Fact) -> bool:
    return newest.telling.true_time > fact.telling.true_time or said_alike(newest, fact)


def _last(fact: Fact, older: dict[int, Fact]) -> Fact:
    """The end of a chain: ``latest`` grows with every step, so there is one."""
    while id(fact) in older:
        fact = older[id(fact)]
    return fact
