"""From a statement to its data class: labelled on arrival, by the policy's lists, before it is stored."""

from __future__ import annotations

from functools import lru_cache

from adapters.sensitivity import SEALED
from aggregator.store.statements import ClassKey
from consent.labels import label
from consent.policy import Policy
from schemas.codes import Category, Confidentiality, Heading
from schemas.contribution import Resource, Statement
from schemas.identifiers import keyed_id


def data_class(
    statement: Statement, policy: Policy, key: bytes, answers: frozenset[str] | None = None
) -> tuple[ClassKey, tuple[str, ...]]:
    """(class, alarms). ``answers`` are the labels of what a retraction answers: it is never higher."""
    labelling = label(statement, policy, answers=answers)
    controller = statement.controller or statement.subject.organisation
    category, heading = statement.category, statement.heading
    made = class_of(key, controller, category, heading, labelling.labels, labelling.exclusions)
    return made, tuple(labelling.alarms)


def weight(data: ClassKey) -> str:
    """A digit, higher the more a class is withheld: of two tellings of one moment the more careful one stands."""
    level = max((c.rank for c in Confidentiality if c.value in data.labels), default=0)
    return str(2 * level + bool({SEALED} & data.labels or data.exclusions))


_STANDARD = (
    "http://snomed.info/sct",
    "http://hl7.org/fhir/sid/icd-10",
    "https://dmd.nhs.uk",
    "http://loinc.org",
)
_NATIONAL = ("https://fhir.hl7.org.uk/", "https://fhir.nhs.uk/", "https://fhir.interweavedigital.nhs.uk/")


def coded(resource: Resource) -> bool | None:
    """Is its main code a national or international one? None: there is no code in a resource of its kind."""
    told = next((resource[name] for name in _CODED if name in resource), None)
    if told is None:
        return None
    concepts = told if isinstance(told, list) else [told]
    systems = [
        c.get("system", "") for each in concepts if isinstance(each, dict) for c in each.get("coding", ())
    ]
    return any(system in _STANDARD or system.startswith(_NATIONAL) for system in systems)


_CODED = ("code", "vaccineCode", "medicationCodeableConcept", "type", "category")
"""The element that says what a resource is about, the most particular first."""


@lru_cache(maxsize=10_000)
def class_of(
    key: bytes,
    controller: str,
    category: Category,
    heading: Heading,
    labels: frozenset[str],
    exclusions: frozenset[str],
) -> ClassKey:
    """Few classes hold many statements, so each is made once."""
    values = (category.value, heading.value, ",".join(sorted(labels)), ",".join(sorted(exclusions)))
    class_id = keyed_id(key, "class", controller, *values)
    return ClassKey(class_id, controller, category, heading, labels, exclusions)
