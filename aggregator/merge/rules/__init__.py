"""The merge rules as their owners write them (TOML beside this file), read once into frozen values.

``VERSION`` names the rules in every entry that they made: the date that their owner gave, and a digest of
the files, so that no edit goes unnamed. What the words in the tables *do* is in ``same``, ``choose`` and
``conflicts``; a word that those do not know is refused when the tables are read.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

TABLES = ("same.toml", "choose.toml", "conflicts.toml")


@dataclass(frozen=True, slots=True)
class Family:
    """How statements of some types are found to speak of one substance, problem or drug."""

    name: str
    types: frozenset[str]
    rule: str
    why: str
    text_category: bool
    text_joins_code: bool
    strict: tuple[str, ...]
    lenient: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which elements a folded entry of one type takes from other tellings than its base."""

    fill: tuple[str, ...] = ()
    union: tuple[str, ...] = ()
    codings: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of conflict: how harmful (1 is most) and the constant text that is shown."""

    name: str
    rank: int
    text: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """A heading under which statements are never merged: on what topic, and what must agree."""

    kind: str
    topic: tuple[str, ...]
    says: tuple[str, ...]
    dated: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """All tables. ``person`` maps a FHIR type to the element that names the person it is about."""

    version: str
    families: tuple[Family, ...]
    family_of: Mapping[str, Family]
    namespaces: Mapping[str, str]
    too_wide: frozenset[str]
    severity_order: tuple[str, ...]
    severity_grades: Mapping[str, str]
    severity_extension: str
    routes: Mapping[str, str]
    not_of_facts: frozenset[str]
    only_if_equal: frozenset[str]
    identifier_rule: str
    demographics_rule: str
    choices: Mapping[str, Choice]
    patient_groups: tuple[tuple[str, ...], ...]
    single_identifier: frozenset[str]
    no_identifier: frozenset[str]
    person: Mapping[str, str]
    kinds: Mapping[str, Kind]
    none_known: Mapping[str, str]
    none_known_texts: Mapping[str, str]
    never_merged: Mapping[str, Guarded]


def read(raw: Mapping[str, bytes]) -> Rules:
    """Read the three tables by file name. Raises KeyError or ValueError for a table that is not whole."""
    digest = hashlib.sha256(b"\0".join(raw[name] for name in TABLES)).hexdigest()[:8]
    same, choose, conflicts = (tomllib.loads(raw[name].decode()) for name in TABLES)
    families = tuple(_family(name, table) for name, table in same["family"].items())
    return Rules(
        version=f"{same['version']}+{digest}",
        families=families,
        family_of={kind: family for family in families for kind in family.types},
        namespaces=same["concept"]["namespaces"],
        too_wide=frozenset(same["concept"]["too_wide"]),
        severity_order=tuple(same["severity"]["order"]),
        severity_grades=same["severity"]["grades"],
        severity_extension=same["severity"]["extension"],
        routes={told: names[0] for names in same["route"]["same"] for told in names},
        not_of_facts=frozenset(same["identifier"]["not_of_facts"]),
        only_if_equal=frozenset(same["identifier"]["only_if_equal"]),
        identifier_rule=same["identifier"]["rule"],
        demographics_rule=same["demographics"]["rule"],
        choices={
            kind: Choice(tuple(t["fill"]), tuple(t["union"]), t["codings"])
            for kind, t in choose["type"].items()
        },
        patient_groups=tuple(tuple(group) for group in choose["patient"]["groups"]),
        single_identifier=frozenset(choose["identifier"]["single"]),
        no_identifier=frozenset(choose["identifier"]["none"]),
        person={kind: element for element, kinds in choose["person"].items() for kind in kinds},
        kinds={name: Kind(name, int(t["rank"]), t["text"]) for name, t in conflicts["kind"].items()},
        none_known=dict(conflicts["allergy"]["none_known"]),
        none_known_texts=dict(conflicts["allergy"]["none_known_texts"]),
        never_merged={
            heading: Guarded(t["kind"], tuple(t["topic"]), tuple(t["says"]), frozenset(t["dated"]))
            for heading, t in conflicts["never_merged"].items()
        },
    )


def _family(name: str, table: Mapping[str, Any]) -> Family:
    return Family(
        name=name,
        types=frozenset(table["types"]),
        rule=table["rule"],
        why=table["why"],
        text_category=table["text_category"],
        text_joins_code=table["text_joins_code"],
        strict=tuple(table["strict"]),
        lenient=tuple(table["lenient"]),
    )


RULES = read({name: files(__name__).joinpath(name).read_bytes() for name in TABLES})
VERSION = RULES.version
