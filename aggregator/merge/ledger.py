"""The conflicts of a record as one FHIR R4 List: for each conflict, an item for each entry that it cites.

Items of one conflict carry one number; the flag is its kind. http://hl7.org/fhir/R4/list.html
"""

from __future__ import annotations

from typing import Any

from schemas.contribution import Resource
from schemas.identifiers import OUR_BASE
from schemas.record import Conflict, Record

CONFLICT_KIND = f"{OUR_BASE}/CodeSystem/conflict-kind"
LIST_CODE = f"{OUR_BASE}/CodeSystem/list"
CONFLICT = f"{OUR_BASE}/StructureDefinition/conflict"
_EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
NONE_FOUND = "No disagreement was found in what is shown here."


def ledger(record: Record) -> Resource:
    """The List, most harmful first; empty with its reason when nothing that is shown disagrees."""
    types = {entry.entry_id: entry.type for entry in record.entries}
    items = [
        _item(number, conflict, f"{types[entry_id]}/{entry_id}")
        for number, conflict in enumerate(record.conflicts, 1)
        for entry_id in conflict.entries
    ]
    listed: Resource = {
        "resourceType": "List",
        "id": f"{record.person_id}-conflicts",
        "status": "current",
        "mode": "snapshot",
        "title": "Conflicts",
        "code": {"coding": [{"system": LIST_CODE, "code": "conflicts"}], "text": "Conflicts"},
        "subject": {"reference": f"Patient/{record.person_id}"},
    }
    if items:
        return listed | {"entry": items}
    reason = {"coding": [{"system": _EMPTY_REASON, "code": "nilknown"}], "text": NONE_FOUND}
    return listed | {"emptyReason": reason}


def _item(number: int, conflict: Conflict, reference: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [
        {"url": "number", "valuePositiveInt": number},
        {"url": "rank", "valuePositiveInt": conflict.rank},
    ]
    if conflict.element:
        parts.append({"url": "element", "valueString": conflict.element})
    return {
        "extension": [{"url": CONFLICT, "extension": parts}],
        "flag": {"coding": [{"system": CONFLICT_KIND, "code": conflict.kind}], "text": conflict.text},
        "item": {"reference": reference},
    }
