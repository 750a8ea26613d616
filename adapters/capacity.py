"""An assessment of capacity, as the council's and the mental health files both tell it.

Not here: how capacities that disagree are set beside each other; that is for the merge.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.dossier import Item, Teller, Told
from adapters.elements import coding, concept, local_codes, practitioner, social_history, when
from adapters.fields import BadField, Fields
from schemas.codes import Heading

_OUTCOMES: Final = {"has_capacity": "Has capacity", "lacks_capacity": "Lacks capacity"}


def capacity(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """One assessment of capacity for one decision: Observation, never a general verdict."""
    decision, outcome, assessor = it.needed("decision"), it.needed("outcome"), it.text("assessor")
    if outcome not in _OUTCOMES:
        raise BadField(f"{it.path}.outcome", "is not on the list of values")
    fluctuating, text = it.flag("fluctuating"), it.text("note")
    system = local_codes("capacity")
    component = {"code": concept("Fluctuating", coding(system, "fluctuating")), "valueBoolean": fluctuating}
    yield teller.say(
        item,
        "capacity",
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [social_history()],
            "code": concept(f"Capacity to decide: {decision}", coding(system, "assessment")),
            "effectiveDateTime": when(item.on),
            "valueCodeableConcept": concept(
                f"{_OUTCOMES[outcome]} for this decision", coding(system, outcome.replace("_", "-"))
            ),
            "performer": [practitioner(assessor)] if assessor else [],
            "component": [] if fluctuating is None else [component],
            "note": [{"text": text}] if text else [],
        },
        Heading.LEGAL,
    )
