"""Is it one thing? Facts into families (one substance, problem, drug), families into what may be folded.

Only what is certain is folded: the same original business identifier by two routes, or equal by a declared
rule (``rules/same.toml``) with every guard agreeing. What is alike without being certain stays side by side
in one family, where ``conflicts`` finds it. Which value stands in a folded entry is ``choose``'s.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from aggregator.merge import concept, guards
from aggregator.merge.names import identifiers
from aggregator.merge.replay import Fact, said_alike
from aggregator.merge.routes import unite
from aggregator.merge.rules import RULES, Family

SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that are one thing, in entry order, by ``rule``. ``family`` is "" outside the declared families."""

    facts: tuple[Fact, ...]
    rule: str
    family: str = ""

    @property
    def base(self) -> Fact:
        """The fact whose values stand first: latest true time, never latest to arrive."""
        return self.facts[0] if len(self.facts) == 1 else max(self.facts, key=attrgetter("latest"))


def group(facts: Sequence[Fact]) -> list[list[Group]]:
    """Families of groups. ``facts`` are in entry order (``replay``); each fact is in exactly one group, by
    itself or as a route of one that is."""
    patients: list[Fact] = []
    others: list[Fact] = []
    by_family: dict[str, list[Fact]] = {}
    for fact in unite(facts):
        family = RULES.family_of.get(fact.type)
        if fact.type == "Patient":
            patients.append(fact)
        elif family is None or fact.heading in RULES.only_if_equal:
            others.append(fact)
        else:
            by_family.setdefault(family.name, []).append(fact)
    found: list[list[Group]] = []
    if patients:
        rule = RULES.demographics_rule if len(patients) > 1 else SINGLE
        found.append([Group(tuple(patients), rule, "demographics")])
    for family in RULES.families:
        for members in _families(by_family.get(family.name, ()), family):
            found.append(_split(members, family))
    found.extend(_by_identifier(others))
    return found


def _families(facts: Sequence[Fact], family: Family) -> list[list[Fact]]:
    """Facts that speak of one substance, problem or drug: by code, by identifier, then by words."""
    joined = _Joined(len(facts))
    coded: list[bool] = []
    texts: list[Hashable] = []
    for i, fact in enumerate(facts):
        named = concept.concept_of(fact, family)
        told = concept.codes(named)
        for code in told:
            joined.link(i, code)
        coded.append(bool(told))
        said = concept.text(named)
        texts.append(
            (said, concept.category(fact.resource) if family.text_category else ()) if said else None
        )
    _link_identifiers(facts, joined)
    # Words join an uncoded fact to a coded one only if exactly one coded thing goes by those words;
    # else a text such as "insulin" would tie two different codes together through it.
    known: dict[Hashable, set[int]] = {}
    for i, key in enumerate(texts):
        if coded[i] and key is not None and family.text_joins_code:
            known.setdefault(key, set()).add(joined.root(i))
    for i, key in enumerate(texts):
        if not coded[i] and key is not None:
            roots = known.get(key, ())
            if len(roots) == 1:
                joined.join(i, *roots)
            else:
                joined.link(i, ("text", key))
    return joined.gather(facts)


def _split(members: Sequence[Fact], family: Family) -> list[Group]:
    """One family into groups that agree in every guard."""
    if len(members) == 1:
        return [Group((members[0],), SINGLE, family.name)]
    parts: dict[Hashable, list[Fact]] = {}
    for fact in members:
        key = tuple(guards.GUARDS[guard](fact.resource) for guard in family.strict)
        parts.setdefault(key, []).append(fact)
    for guard in family.lenient:
        parts = _split_lenient(parts, guard)
    return [
        Group(tuple(facts), family.rule if len(facts) > 1 else SINGLE, family.name)
        for facts in parts.values()
    ]


def _split_lenient(parts: dict[Hashable, list[Fact]], guard: str) -> dict[Hashable, list[Fact]]:
    read = guards.GUARDS[guard]
    found: dict[Hashable, list[Fact]] = {}
    for key, facts in parts.items():
        said = [read(fact.resource) for fact in facts]
        longest = max(said, key=len)
        # A shorter date ("2019") agrees with a longer one that begins with it; silence agrees with all.
        agree = (
            all(longest.startswith(value) for value in said)
            if guard == "onset"
            else len(set(said) - {""}) < 2
        )
        for fact, value in zip(facts, said, strict=True):
            found.setdefault((key, "" if agree else value), []).append(fact)
    return found


def _by_identifier(facts: Sequence[Fact]) -> list[list[Group]]:
    """Everything outside the declared families: side by side, unless one identifier came by two routes."""
    by_type: dict[str, list[Fact]] = {}
    for fact in facts:
        by_type.setdefault(fact.type, []).append(fact)
    found: list[list[Group]] = []
    for alike in by_type.values():
        joined = _Joined(len(alike))
        _link_identifiers(alike, joined)
        for members in joined.gather(alike):
            rule = RULES.identifier_rule if len(members) > 1 else SINGLE
            if len(members) > 1 and _guarded(members):
                found.append([Group((fact,), SINGLE) for fact in members])
            else:
                found.append([Group(tuple(members), rule)])
    return found


def _guarded(members: Sequence[Fact]) -> bool:
    """Under a heading that is never merged, and not word for word the same."""
    if not any(fact.heading in RULES.only_if_equal for fact in members):
        return False
    return not all(said_alike(members[0], fact) for fact in members[1:])


def _link_identifiers(facts: Sequence[Fact], joined: _Joined) -> None:
    """Join what carries one identifier. One that a source gives to two facts identifies neither."""
    carriers: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for i, fact in enumerate(facts):
        for system, value in set(identifiers(fact.resource)):
            sources = carriers.setdefault((fact.type, system, value), {})
            sources.setdefault(fact.telling.source, []).append(i)
    for sources in carriers.values():
        if len(sources) > 1 and all(len(held) == 1 for held in sources.values()):
            first, *rest = (held[0] for held in sources.values())
            joined.join(first, *rest)


class _Joined:
    """Disjoint sets over positions; ``link`` joins all positions that were given one key."""

    __slots__ = ("_by_key", "_parent")

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._by_key: dict[Hashable, int] = {}

    def root(self, i: int) -> int:
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, first: int, *others: int) -> None:
        for other in others:
            a, b = self.root(first), self.root(other)
            # The lower position stays the root, so that sets come out in entry order.
            self._parent[max(a, b)] = min(a, b)

    def link(self, i: int, key: Hashable) -> None:
        self.join(self._by_key.setdefault(key, i), i)

    def gather(self, facts: Sequence[Fact]) -> list[list[Fact]]:
        sets: dict[int, list[Fact]] = {}
        for i, fact in enumerate(facts):
            sets.setdefault(self.root(i), []).append(fact)
        return list(sets.values())
