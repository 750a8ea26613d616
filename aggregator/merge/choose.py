"""Which value stands in an entry, by declared rule (``rules/choose.toml``), and the entry's resource.

Nothing is invented: every element comes from a telling, whole. Nothing is chosen by arrival: the latest
true time stands, a tie goes to the statement id. Which facts share an entry was decided in ``same``; the
references inside are put right by ``references``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from aggregator.merge.provenance import came_by
from aggregator.merge.references import Links
from aggregator.merge.replay import Fact
from aggregator.merge.rules import RULES, Choice
from aggregator.merge.same import Group
from schemas.contribution import Resource
from schemas.identifiers import CONTROLLER_TAG, OUR_BASE, SOURCE_TAG
from schemas.record import Entry

SOURCE_URI = f"{OUR_BASE}/source"
_canonical = msgspec.json.Encoder(decimal_format="number", order="deterministic").encode
_WHOLE = Choice()


def entry(group: Group, entry_id: str, links: Links) -> Entry:
    """One entry with its resource. ``links`` know the entry of every fact of the record."""
    base = group.base
    resource = links.rewrite(_values(group, base), base)
    tellings = [told for fact in group.facts for told in fact.tellings]
    resource["id"] = entry_id
    resource["meta"] = _meta([f for fact in group.facts for f in (fact, *fact.routes)], base)
    return Entry(
        entry_id, base.type, base.category, base.heading, resource, tuple(tellings), group.rule, RULES.version
    )


def _values(group: Group, base: Fact) -> Resource:
    """The elements of the entry; what lies below is shared with the tellings and never changed."""
    if len(group.facts) == 1 and base.type != "Patient":
        return base.resource
    resource = dict(base.resource)
    if len(group.facts) > 1:
        latest_first = sorted(group.facts, key=attrgetter("latest"), reverse=True)
        if base.type == "Patient":
            resource = _person(latest_first)
        else:
            _complete(resource, latest_first, RULES.choices.get(base.type, _WHOLE))
        _identify(resource, base.type, latest_first)
    if base.type == "Patient":
        # Relating one number or record to another is the identity room's alone (people-and-safety 1.2).
        resource.pop("link", None)
    return resource


def _person(latest_first: Sequence[Fact]) -> Resource:
    resource: Resource = {"resourceType": "Patient"}
    for elements in RULES.patient_groups:
        for fact in latest_first:
            told = {name: fact.resource[name] for name in elements if name in fact.resource}
            if told:
                resource |= told
                break
    extensions: dict[str, list[Any]] = {}
    for fact in latest_first:
        by_url: dict[str, list[Any]] = {}
        for extension in fact.resource.get("extension", ()):
            by_url.setdefault(str(extension.get("url")), []).append(extension)
        extensions = by_url | extensions
    if extensions:
        resource["extension"] = [e for url in sorted(extensions) for e in extensions[url]]
    return resource


def _complete(resource: Resource, latest_first: Sequence[Fact], choice: Choice) -> None:
    for element in choice.fill:
        if element not in resource:
            told = next((f.resource[element] for f in latest_first if element in f.resource), None)
            if told is not None:
                resource[element] = told
    for element in choice.union:
        found = _distinct(item for fact in latest_first for item in fact.resource.get(element, ()))
        if found:
            resource[element] = found
    if choice.codings and choice.codings in resource:
        resource[choice.codings] = _coded(resource[choice.codings], choice.codings, latest_first)


def _coded(concept: dict[str, Any], element: str, latest_first: Sequence[Fact]) -> dict[str, Any]:
    """The base's concept, with codings of other tellings in systems in which the base tells none."""
    codings = list(concept.get("coding", ()))
    systems = {c.get("system") for c in codings}
    for fact in latest_first:
        more = [c for c in fact.resource.get(element, {}).get("coding", ()) if c.get("system") not in systems]
        codings += more
        systems |= {c.get("system") for c in more}
    return concept | {"coding": codings} if codings else concept


def _identify(resource: Resource, type_: str, latest_first: Sequence[Fact]) -> None:
    """Carry the original business identifiers of all tellings through."""
    if type_ in RULES.single_identifier or type_ in RULES.no_identifier:
        return  # the base's own stands
    found: dict[tuple[Any, Any], Any] = {}
    for fact in latest_first:
        for told in fact.resource.get("identifier", ()):
            found.setdefault((told.get("system"), told.get("value")), told)
    if found:
        resource["identifier"] = list(found.values())


def _distinct(items: Iterable[Any]) -> list[Any]:
    found = {_canonical(item): item for item in items}
    return list(found.values())


def _meta(facts: Sequence[Fact], base: Fact) -> dict[str, Any]:
    told_by = tuple((fact.telling.source, fact.telling.controller) for fact in facts)
    tags = [tag.copy() for tag in _tags(told_by)]
    tags += _distinct(tag for fact in facts for tag in came_by(fact.resource) if tag not in tags)
    return {"source": f"{SOURCE_URI}/{base.telling.source}", "tag": tags}


@lru_cache(maxsize=1024)
def _tags(told_by: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], ...]:
    sources = sorted({source for source, _ in told_by})
    controllers = sorted({controller for _, controller in told_by})
    return (
        *({"system": SOURCE_TAG, "code": code} for code in sources),
        *({"system": CONTROLLER_TAG, "code": code} for code in controllers),
    )
