"""Where an entry comes from, as FHIR R4 Provenance: who told it, when it was true, which rule made it.

The only place in an answer where receipt times may be read. http://hl7.org/fhir/R4/provenance.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schemas.contribution import Resource
from schemas.identifiers import ODS_ORGANISATION, OUR_BASE, SOURCE_TAG, STATEMENT_ID
from schemas.record import Entry, Telling

MERGE_RULE = f"{OUR_BASE}/CodeSystem/merge-rule"
MERGE_POLICY = f"{OUR_BASE}/merge-rules"
_AGENT_TYPE = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def provenance_id(entry: Entry) -> str:
    """Fits in the 64 characters of a FHIR id for every entry id that this software makes."""
    return f"{entry.entry_id}-provenance"


def provenance(entry: Entry) -> Resource:
    """The Provenance of one entry.

    ``recorded`` is the latest receipt of what stands behind it, ``occurredDateTime`` its latest true time
    (both UTC). An agent for each organisation that told it (ODS code). An entity for each statement:
    its identifier's value is ``{statement id}/{version}``.
    """
    tellings = entry.tellings
    return {
        "resourceType": "Provenance",
        "id": provenance_id(entry),
        "target": [{"reference": f"{entry.type}/{entry.entry_id}"}],
        "occurredDateTime": instant(max(told.true_time for told in tellings)),
        "recorded": instant(max(told.received_at for told in tellings)),
        "policy": [f"{MERGE_POLICY}/{entry.rules_version}"],
        "activity": {"coding": [{"system": MERGE_RULE, "code": entry.rule}]},
        "agent": [_agent(controller) for controller in dict.fromkeys(t.controller for t in tellings)],
        "entity": [_entity(told, entry.type) for told in tellings],
    }


def instant(moment: datetime) -> str:
    """A FHIR instant; times in this room are aware, and UTC is written as Z."""
    return moment.isoformat().replace("+00:00", "Z")


def _agent(controller: str) -> dict[str, Any]:
    return {
        "type": {"coding": [{"system": _AGENT_TYPE, "code": "author"}]},
        "who": {
            "type": "Organization",
            "identifier": {"system": ODS_ORGANISATION, "value": controller},
        },
    }


def _entity(told: Telling, type_: str) -> dict[str, Any]:
    return {
        "role": "source",
        "what": {
            "type": type_,
            "identifier": {"system": STATEMENT_ID, "value": f"{told.statement_id}/{told.version}"},
            "display": f"{_teller(told)}, true on {instant(told.true_time)}",
        },
    }


def _teller(told: Telling) -> str:
    """The source that told us, and where it had it from when it told it on."""
    first = [tag["code"] for tag in came_by(told.resource) if tag["system"] == SOURCE_TAG]
    return f"{told.source} (from {', '.join(first)})" if first else told.source


def came_by(resource: Resource) -> list[dict[str, str]]:
    """The tags of the way that a statement came before it was told here: sources, and its ids there."""
    meta = resource.get("meta")
    if not meta:
        return []
    return [t for t in meta.get("tag", ()) if t.get("system") in (SOURCE_TAG, STATEMENT_ID)]
