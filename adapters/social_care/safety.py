"""What the council warns of: alerts, safeguarding, where somebody lives.

Each carries the labels that the council's own form implies, whatever the item's sensitivity words say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.dossier import Item, Teller, Told
from adapters.elements import (
    SNOMED,
    coding,
    concept,
    form,
    local_codes,
    period,
    social_history,
    when,
)
from adapters.fields import BadField, Fields
from adapters.social_care.client_level import dwelling, listed
from adapters.social_care.codes import FLAG_CATEGORIES, FLAG_TYPES, INTERWEAVE, SNOMED_FLAGS
from schemas.codes import Heading

_ALERT_HEADINGS: Final = {
    "not_alone": Heading.STAFF_SAFETY,
    "dog": Heading.STAFF_SAFETY,
    "communication": Heading.NEEDS,
    "dols": Heading.LEGAL,
    "dol": Heading.LEGAL,
    "marac": Heading.SAFEGUARDING,
    "mappa": Heading.SAFEGUARDING,
}
_ALERT_LABELS: Final = {"marac": ("MARAC", "SDV"), "mappa": ("MAPPA",)}


def alert(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A warning: Flag. A key safe's code is never kept, only that there is one."""
    category, kind = it.needed("category"), it.needed("kind")
    if category not in FLAG_CATEGORIES:
        raise BadField(f"{it.path}.category", "is not on the list of values")
    if kind not in FLAG_TYPES:
        raise BadField(f"{it.path}.kind", "is not on the list of values")
    text, ended = it.text("text"), it.day("endedOn")
    if kind == "keysafe":
        text = "Key safe in use: ask the council for the code"
    plain = Heading.SAFEGUARDING if category == "SGC" else Heading.ALERTS
    yield teller.say(
        item,
        "alert",
        {
            "resourceType": "Flag",
            "status": "inactive" if ended else "active",
            "category": [concept(FLAG_CATEGORIES[category], coding(f"{INTERWEAVE}FlagCategory", category))],
            "code": concept(
                text or kind.replace("_", " ").capitalize(),
                coding(f"{INTERWEAVE}FlagType", FLAG_TYPES[kind]),
                coding(SNOMED, SNOMED_FLAGS.get(kind, "")),
            ),
            "period": period(item.on, ended),
        },
        _ALERT_HEADINGS.get(kind, plain),
        labels=_ALERT_LABELS.get(kind, ("SAFEGUARDING",) if category == "SGC" else ()),
    )


def safeguarding(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A concern in three statements, so that each can be withheld without the others.

    The Flag says that there is one; the form says what happened; the alleged source of the risk stands
    alone, because that reader may live in the same house (people-and-safety 3).
    """
    types, stage, ended = it.texts("types"), it.needed("stage"), it.day("endedOn")
    words = ", ".join(t.replace("_", " ") for t in types) or "type not given"
    own = {"SAFEGUARDING"} | ({"SDV"} if {"domestic", "domestic_abuse"} & set(types) else set())
    yield teller.say(
        item,
        "safeguarding",
        {
            "resourceType": "Flag",
            "status": "inactive" if ended else "active",
            "category": [concept("Safeguarding concern", coding(f"{INTERWEAVE}FlagCategory", "SGC"))],
            "code": concept(f"Safeguarding: {words} ({stage.replace('_', ' ')})"),
            "period": period(item.on, ended),
        },
        Heading.SAFEGUARDING,
        labels=own,
    )
    detail = form(
        "safeguarding-detail",
        item.updated,
        ("types", "Types of abuse or neglect", words),
        ("place", "Place of the risk", it.text("place")),
        ("text", "What happened", it.text("text")),
        ("raised-by", "Raised by", it.text("raisedBy")),
        ("attendance", "Hospital attendance", it.text("attendance")),
        ("wishes", "What the person wants", it.text("personWishes")),
        ("outcome", "Outcome", it.text("outcome")),
    )
    yield teller.say(item, "safeguarding-detail", detail, Heading.SAFEGUARDING, labels=own | {"THIRD_PARTY"})
    source = form(
        "safeguarding-source",
        item.updated,
        ("source", "Alleged source of the risk", it.text("sourceOfRisk")),
        ("name", "Name", it.text("sourceOfRiskName")),
    )
    if source["item"]:
        yield teller.say(
            item,
            "safeguarding-source",
            source,
            Heading.SAFEGUARDING,
            labels=own | {"THIRD_PARTY", "RISK_SOURCE"},
        )


def accommodation_labels(status: str) -> frozenset[str]:
    """Labels that an accommodation status carries on arrival, whatever the flag says."""
    return _DWELLING_LABELS.get(dwelling(status), frozenset())


_DWELLING_LABELS: Final = {
    "refuge": frozenset({"LOCIS", "REFUGE"}),
    "prison": frozenset({"LOCIS", "PRISON"}),
    "approved-premises": frozenset({"LOCIS", "PRISON"}),
    "rough-sleeper": frozenset({"LOCIS", "HOMELESS"}),
    "night-shelter": frozenset({"LOCIS", "HOMELESS"}),
}


def accommodation(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Accommodation status: Observation. Never the address, which stays with the person part."""
    status, alone = it.needed("status"), it.flag("livesAlone")
    if not dwelling(status):
        raise BadField(f"{it.path}.status", "is not on the list of values")
    component = {"code": concept("Lives alone", coding(SNOMED, "105529008")), "valueBoolean": alone}
    yield teller.say(
        item,
        "accommodation",
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [social_history()],
            "code": concept(
                "Accommodation status", coding(local_codes("social-care-observation"), "accommodation")
            ),
            "effectiveDateTime": when(item.on),
            "valueCodeableConcept": listed("Accommodation_Status", status),
            "component": [] if alone is None else [component],
        },
        Heading.HOME,
        labels=accommodation_labels(status),
    )
