"""What a source says that it could not tell, as a warning in the record itself.

A record that is known to be incomplete must not read as a whole one: whoever opens it sees the source's own
words among the alerts. A note stands until the source answers without it, at most for as long as the
source may be silent: then the completeness grid says that nothing fresh is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.elements import coding, concept, local_codes, local_system, period
from adapters.source import Terms
from schemas.codes import Category, Heading
from schemas.contribution import Statement
from schemas.identifiers import Identifier, SubjectKey


def warning(
    key: SubjectKey, category: Category, terms: Terms, notes: Sequence[str], at: datetime
) -> list[Statement]:
    """One Flag with all ``notes``, true from ``at``; none when there are none."""
    if not notes:
        return []
    named = Identifier(local_system(terms.organisation, "incomplete"), terms.source)
    resource = {
        "resourceType": "Flag",
        "identifier": [{"system": named.system, "value": named.value}],
        "status": "active",
        "category": [concept("", coding(local_codes("flag-category"), "incomplete-record"))],
        "code": concept(f"{terms.title} says that it could not tell everything: {' '.join(notes)}"),
        "period": period(at, at + terms.silent_after),
    }
    return [Statement(key, named, resource, category, Heading.ALERTS, at, controller=terms.organisation)]
