"""Labelling on arrival: which sensitivity labels and exclusions a statement gets, and why someone should look.

Labels come from the source (they may be raised, never lowered), from code lists, from the originating service
(codes miss letters, appointments and places) and from the defaults of category and heading. Who is cleared for
which label is ``consent.clearance``'s matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from consent.clearance import confidentiality
from consent.policy import CodeList, Policy
from schemas.codes import NORMAL_WHEN_UNLABELLED, Confidentiality
from schemas.contribution import Statement


@dataclass(frozen=True, slots=True)
class Labelling:
    """``labels``: one confidentiality code and the sensitivity labels. ``alarms``: codes, never values."""

    labels: frozenset[str]
    exclusions: frozenset[str]
    alarms: tuple[str, ...] = ()


def label(statement: Statement, policy: Policy, answers: frozenset[str] | None = None) -> Labelling:
    """Label one statement.

    ``answers``: the labels of the live statement that this one retracts, stops, refutes or corrects; the result is
    never higher than they are, or else a reader who may not see the answer goes on seeing the dead fact as live.
    """
    alarms: list[str] = []
    labels = set(_from_source(statement, policy, alarms))
    exclusions = set(statement.exclusions)
    for gives, exclusion in _found(statement, policy):
        (exclusions if exclusion else labels).add(gives)
    default = _default(statement, policy)
    if default is not None:
        labels |= default
    elif not labels:
        normal = statement.heading in NORMAL_WHEN_UNLABELLED
        labels.add(Confidentiality.NORMAL.value if normal else Confidentiality.RESTRICTED.value)
        alarms.append("unlabelled.shown" if normal else "unlabelled.restricted")
    ready = level(frozenset(labels), statement, policy)
    if answers is not None and (statement.retracts or higher(ready, answers, statement, policy)):
        if higher(ready, answers, statement, policy):
            alarms.append("answer.lowered")
        ready = answers
    return Labelling(ready, frozenset(exclusions), tuple(sorted(set(alarms))))


def level(labels: frozenset[str], statement: Statement, policy: Policy) -> frozenset[str]:
    """The same labels with exactly one confidentiality code: the highest that any of them gives."""
    highest = confidentiality(policy, labels, statement.heading)
    codes = {c.value for c in Confidentiality}
    return frozenset(labels - codes) | {highest.value}


def higher(mine: frozenset[str], theirs: frozenset[str], statement: Statement, policy: Policy) -> bool:
    """True when some reader who may see ``theirs`` may not see ``mine``."""
    codes = {c.value for c in Confidentiality}
    rank = confidentiality(policy, mine, statement.heading).rank
    return bool((mine - theirs) - codes) or rank > confidentiality(policy, theirs, statement.heading).rank


def known(policy: Policy, code: str) -> str | None:
    """Our code for a label as a source writes it, or None."""
    if code in policy.labels:
        return code
    return policy.aliases.get(code.casefold().replace("_", "-").replace(" ", "-"))


def _from_source(statement: Statement, policy: Policy, alarms: list[str]) -> Iterator[str]:
    """What the source itself said, in ``labels`` and in the resource's security tags."""
    meta = statement.resource.get("meta")
    tags = meta.get("security") if isinstance(meta, dict) else None
    coded = [c.get("code") for c in tags if isinstance(c, dict)] if isinstance(tags, list) else []
    for code in (*sorted(statement.labels), *(c for c in coded if isinstance(c, str))):
        ours = known(policy, code)
        if ours is None:
            alarms.append("label.unknown")
            yield UNKNOWN
        else:
            yield ours


UNKNOWN = "UNKNOWN"
"""A label that no table knows: nobody is cleared for it until someone says what it means."""


def _found(statement: Statement, policy: Policy) -> Iterator[tuple[str, bool]]:
    for system, code in codings(statement.resource):
        for entry in policy.lists.of_code(code):
            if matches(entry, system, code):
                yield entry.gives, entry.exclusion
    service = statement.service.casefold()
    for words, gives, exclusion in policy.services:
        if words in service:
            yield gives, exclusion


def matches(entry: CodeList, system: str, code: str) -> bool:
    """True when this coded value is on the list."""
    if entry.system and _spelled(system) not in ("", _spelled(entry.system)):
        return False  # a code without its system counts as listed: it may be what it looks like
    return code in entry.codes or any(code.startswith(p) for p in entry.prefixes)


_SPELLINGS = {
    "urn:oid:2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "urn:oid:2.16.840.1.113883.2.1.3.2.4.15": "http://snomed.info/sct",  # the English edition
    "urn:oid:2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "urn:oid:2.16.840.1.113883.6.1": "http://loinc.org",
}
"""OIDs that senders write for a code system, and its URI in FHIR R4."""


def _spelled(system: str) -> str:
    """One spelling for the many of one code system: OIDs, edition URIs, https, case and a last slash."""
    plain = system.strip().casefold().rstrip("/").replace("https://", "http://", 1)
    plain = _SPELLINGS.get(plain, plain)
    return "http://snomed.info/sct" if plain.startswith("http://snomed.info/sct") else plain


def codings(node: Any) -> Iterator[tuple[str, str]]:
    """Every (system, code) in a resource, at any depth; its own security tags and labels apart."""
    if isinstance(node, dict):
        system, code = node.get("system"), node.get("code")
        if isinstance(code, str):
            yield (system if isinstance(system, str) else "", code)
        for key, value in node.items():
            if key != "meta":
                yield from codings(value)
    elif isinstance(node, list):
        for value in node:
            yield from codings(value)


def _default(statement: Statement, policy: Policy) -> frozenset[str] | None:
    """The most particular default: category and heading, then heading, then category."""
    for key in (
        (statement.category, statement.heading),
        (None, statement.heading),
        (statement.category, None),
    ):
        if key in policy.defaults:
            return policy.defaults[key]
    return None
