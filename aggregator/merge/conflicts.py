"""What disagrees: listed, ranked by harm, never settled here and never dropped.

A conflict names entries and says in constant words what is wrong (``rules/conflicts.toml``); the values are
in the entries. Details of the person are compared in ``persons``. The rule "probable is never folded silently"
ends here too: what is alike without being certain is listed as "probably-same".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from aggregator.merge import concept, doses, guards, persons
from aggregator.merge.replay import Fact
from aggregator.merge.rules import RULES, Guarded
from aggregator.merge.same import Group
from schemas.codes import Heading
from schemas.record import Conflict

_OVER = frozenset(
    {"revoked", "inactive", "completed", "ended", "rejected", "superseded", "cancelled", "finished"}
)
_NOT_GIVEN = frozenset({"ended", "on-hold", "not-to-be-given"})
_PAST_PROBLEM = frozenset({"inactive", "remission", "resolved"})


def find(families: Sequence[Sequence[Group]], ids: Mapping[int, str]) -> tuple[Conflict, ...]:
    """Conflicts by (rank, kind, entries). ``ids`` gives the entry id of each group by ``id(group)``."""
    found: set[Conflict] = set()
    guarded: dict[Heading, list[Group]] = {}
    allergies: list[Group] = []
    for family in families:
        name = family[0].family
        if name == "demographics":
            found |= {_row(k, family, ids, element) for k, element in persons.disagreements(family[0].facts)}
        elif name:
            if len(family) > 1:
                found |= {_row(kind, groups, ids) for kind, groups in _WITHIN[name](family)}
            if name == "allergy":
                allergies.extend(family)
        for group in family:
            heading = group.facts[0].heading
            if heading in RULES.never_merged:
                guarded.setdefault(heading, []).append(group)
            if len(group.facts) > 1:
                if name == "problem" and not _one_course(group):
                    found.add(_row("problem-status", [group], ids))
                elif not name and not _one_value(group):
                    found.add(_row("value", [group], ids))
    found |= {_row("probably-same", groups, ids) for groups in _alike_by_words(families)}
    found |= {_row("allergy-status", groups, ids) for groups in _none_known_beside(allergies)}
    for heading, groups in guarded.items():
        rule = RULES.never_merged[heading]
        found |= {_row(rule.kind, alike, ids) for alike in _disagree(groups, rule)}
    return tuple(sorted(found, key=lambda c: (c.rank, c.kind, c.element, c.entries)))


def _row(kind: str, groups: Iterable[Group], ids: Mapping[int, str], element: str = "") -> Conflict:
    rule = RULES.kinds[kind]
    return Conflict(kind, rule.rank, rule.text, tuple(sorted({ids[id(g)] for g in groups})), element)


_Found = list[tuple[str, Sequence[Group]]]


def _allergies(family: Sequence[Group]) -> _Found:
    """One substance. Refuted or past against active; two severities; else alike without being certain."""
    states = {guards.allergy_state(g.base.resource) for g in family}
    if len(states) > 1 and "active" in states:
        return [("allergy-status", family)]
    for read in (guards.severity, guards.criticality):
        # A folded entry may hold a severity that only an older telling gave.
        if len({said for g in family for f in g.facts if (said := read(f.resource))}) > 1:
            return [("allergy-severity", family)]
    return [("probably-same", family)]


def _problems(family: Sequence[Group]) -> _Found:
    states = {guards.problem_state(g.base.resource) for g in family}
    return [("problem-status" if len(states) > 1 and "refuted" in states else "probably-same", family)]


def _medicines(family: Sequence[Group]) -> _Found:
    """One drug. What is current is compared with what is current; a dose of long ago is history."""
    found: _Found = []
    current = [g for g in family if doses.medicine_state(g.base.resource) == "current"]
    told = {
        tuple(guards.GUARDS[part](g.base.resource) for part in ("dose", "route", "form")) for g in current
    }
    stated = [{t[i] for t in told if t[i]} for i in range(3)]
    if any(len(values) > 1 for values in stated):
        found.append(("dose", current))
    elif len(current) > 1:
        found.append(("probably-same", current))
    against = [g for g in family if doses.medicine_state(g.base.resource) in _NOT_GIVEN]
    if current and _not_given_elsewhere(current, against):
        found.append(("medicine-status", [*current, *against]))
    return found


def _not_given_elsewhere(current: Sequence[Group], against: Sequence[Group]) -> bool:
    """Did another source stop or hold what this one calls current? One source's own past is history."""
    now = {f.telling.source for g in current for f in g.facts}
    return any(
        now - {f.telling.source} or doses.medicine_state(f.resource) == "not-to-be-given"
        for g in against
        for f in g.facts
    )


_WITHIN = {"allergy": _allergies, "problem": _problems, "medicine": _medicines}


def _alike_by_words(families: Sequence[Sequence[Group]]) -> Iterable[list[Group]]:
    """What goes by the same words in two families: one uncoded, or coded in two ways. Past medicines are history."""
    known: dict[tuple[str, str], list[tuple[int, Group]]] = {}
    for number, family in enumerate(families):
        rule = RULES.family_of.get(family[0].base.type)
        if rule is None or rule.name != family[0].family:
            continue
        for group in family:
            said = concept.text(concept.concept_of(group.base, rule))
            past = rule.name == "medicine" and doses.medicine_state(group.base.resource) != "current"
            if said and not past:
                known.setdefault((rule.name, said), []).append((number, group))
    for alike in known.values():
        if len({number for number, _ in alike}) > 1:
            yield [group for _, group in alike]


def _none_known_beside(allergies: Sequence[Group]) -> Iterable[list[Group]]:
    """Each "none known" with the active allergies that it contradicts."""
    active = [
        g
        for g in allergies
        if guards.none_known(g.base.resource) is None and guards.allergy_state(g.base.resource) == "active"
    ]
    for group in allergies:
        scope = guards.none_known(group.base.resource)
        if scope is None or guards.allergy_state(group.base.resource) != "active":
            continue
        against = [g for g in active if not scope or scope in (concept.category(g.base.resource) or (scope,))]
        if against:
            yield [group, *against]


def _disagree(groups: Sequence[Group], rule: Guarded) -> Iterable[list[Group]]:
    """Statements on one topic that do not all say the same. One source's own past is history."""
    topics: dict[str, list[Group]] = {}
    for group in groups:
        topics.setdefault(concept.topic(group.base.resource, rule.topic), []).append(group)
    for alike in topics.values():
        current = _standing(alike, rule)
        if len({concept.reading(group.base.resource, rule.says) for group in current}) > 1:
            yield current
            continue
        now = {fact.telling.source for group in current for fact in group.facts}
        ended = [g for g in alike if _over(g.base) and g.base.telling.source not in now]
        if current and ended:
            yield [*current, *ended]


def _standing(alike: Sequence[Group], rule: Guarded) -> list[Group]:
    """Those that are not over; of what is found on a day, the latest of each source."""
    current = [group for group in alike if not _over(group.base)]
    latest = {g.base.telling.source: g for g in sorted(current, key=lambda group: group.base.latest)}
    return [
        group
        for group in current
        if group.base.type not in rule.dated or latest[group.base.telling.source] is group
    ]


def _over(fact: Fact) -> bool:
    """Has it ceased to stand, by its own status?"""
    return fact.resource.get("status") in _OVER


def _one_course(group: Group) -> bool:
    """Do all sources, each by its latest word, say that the problem is there still, or all that it is over?"""
    latest = {f.telling.source: f for f in sorted(group.facts, key=attrgetter("latest"))}
    said = {concept.status_code(fact.resource, "clinicalStatus") for fact in latest.values()} - {""}
    return not (said & _PAST_PROBLEM) or said <= _PAST_PROBLEM


def _one_value(group: Group) -> bool:
    """Do all tellings of a fact give the same value and status?"""
    elements = ("status", "valueQuantity", "valueString", "valueCodeableConcept", "component")
    return len({concept.reading(fact.resource, elements) for fact in group.facts}) == 1
