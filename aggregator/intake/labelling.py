"""From a statement to its data class: labelled on arrival, by the policy's lists, before it is stored."""

from __future__ import annotations

from aggregator.store.statements import ClassKey
from consent.labels import label
from consent.policy import Policy
from schemas.contribution import Statement
from schemas.identifiers import keyed_id


def data_class(
    statement: Statement, policy: Policy, key: bytes, answers: frozenset[str] | None = None
) -> tuple[ClassKey, tuple[str, ...]]:
    """(class, alarms). ``answers`` are the labels of what a retraction answers: it is never higher."""
    labelling = label(statement, policy, answers=answers)
    controller = statement.subject.organisation
    made = ClassKey(
        class_id=keyed_id(
            key,
            "class",
            controller,
            statement.category.value,
            statement.heading.value,
            ",".join(sorted(labelling.labels)),
            ",".join(sorted(labelling.exclusions)),
        ),
        controller=controller,
        category=statement.category,
        heading=statement.heading,
        labels=labelling.labels,
        exclusions=labelling.exclusions,
    )
    return made, tuple(labelling.alarms)
