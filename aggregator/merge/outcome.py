"""What a reader must know about a record as a whole, as one FHIR R4 OperationOutcome.

First the notices in constant words (withheld, location-restricted, not linked, emergency access), then one
issue for each cell of the completeness grid. No issue counts, names or places anything that is withheld.
http://hl7.org/fhir/R4/operationoutcome.html
"""

from __future__ import annotations

from typing import Any

from aggregator.merge.provenance import instant
from schemas.codes import CellState
from schemas.contribution import Resource
from schemas.identifiers import OUR_BASE, SOURCE_TAG
from schemas.record import Cell, Record, SourceLine

NOTICE = f"{OUR_BASE}/CodeSystem/notice"
HEADING = f"{OUR_BASE}/CodeSystem/heading"
CELL_STATE = f"{OUR_BASE}/CodeSystem/completeness"
SINCE = f"{OUR_BASE}/StructureDefinition/completeness-since"

WITHHELD = "Some information is not shown to you."
NOTHING_WITHHELD = "No information is reported as held back from you. This does not mean that none exists."
FLOOR_WITHHELD = "Medicines or allergies are among what is not shown: ask, or use emergency access."
LOCATION_RESTRICTED = (
    "Location restricted: do not write down or tell anyone where this person lives or is seen."
)
NOT_LINKED = "Not linked to other records: shown as one organisation alone knows this person."
EMERGENCY = "Shown under emergency access. Privacy officers have been told, and the person can see it."

WORDS = {
    CellState.ANSWERED: "answered",
    CellState.NOTHING: "answered, nothing to show",
    CellState.NEVER_HOLDS: "never holds this",
    CellState.LATE: "has not answered in time",
    CellState.DOWN: "does not answer",
    CellState.STALE: "has been silent for longer than agreed",
    CellState.OUTSIDE_AGREEMENT: "is not shared with you under the agreement",
    CellState.NOT_ONBOARDED: "is not connected",
}
_SILENT = frozenset({CellState.LATE, CellState.DOWN, CellState.STALE})


def outcome(record: Record) -> Resource:
    """Notices first, then the grid by heading and source, in the order of ``record.grid``."""
    titles = {line.source: line for line in record.sources}
    return {
        "resourceType": "OperationOutcome",
        "id": f"{record.person_id}-completeness",
        "issue": [*notices(record), *(_cell(cell, titles) for cell in record.grid)],
    }


def notices(record: Record) -> list[dict[str, Any]]:
    """The withheld notice is always there, yes or no; the others only when they apply."""
    found = [
        _notice("withheld", WITHHELD, "suppressed")
        if record.withheld
        else _notice("nothing-withheld", NOTHING_WITHHELD, "informational")
    ]
    if record.floor_withheld:
        found.append(_notice("floor-withheld", FLOOR_WITHHELD, "suppressed"))
    if record.location_restricted:
        found.append(_notice("location-restricted", LOCATION_RESTRICTED, "informational"))
    if not record.linked:
        found.append(_notice("not-linked", NOT_LINKED, "incomplete"))
    if record.emergency:
        found.append(_notice("emergency-access", EMERGENCY, "informational"))
    return found


def _notice(code: str, text: str, issue: str) -> dict[str, Any]:
    return {
        "severity": "information" if issue == "informational" else "warning",
        "code": issue,
        "details": {"coding": [{"system": NOTICE, "code": code}], "text": text},
    }


def _silence(cell: Cell) -> str:
    """What nothing means: by the source's terms, that there is none; or nothing at all."""
    if cell.state is not CellState.NOTHING:
        return ""
    return (
        "; it tells when there is some"
        if cell.means_none
        else "; its silence does not mean that there is none"
    )


def _reach(cell: Cell) -> str:
    """Of which day it speaks, and how far back it goes: what is newer or older is not known from it."""
    found = f"; as at {cell.as_at.day} {cell.as_at:%B %Y}" if cell.as_at else ""
    if cell.history is None:
        return found
    months = round(cell.history.days / 30.44)
    back = f"{months} months" if months > 1 else f"{cell.history.days} days"
    return f"{found}; goes back {back}"


def _cell(cell: Cell, titles: dict[str, SourceLine]) -> dict[str, Any]:
    silent = cell.state in _SILENT
    line = titles.get(cell.source)
    issue: dict[str, Any] = {
        "severity": "warning" if silent else "information",
        "code": "incomplete" if silent else "informational",
        "details": {
            "coding": [
                {"system": CELL_STATE, "code": cell.state.value},
                {"system": HEADING, "code": cell.heading.value},
                {"system": SOURCE_TAG, "code": cell.source},
            ],
            "text": f"{line.title if line else cell.source} {WORDS[cell.state]}{_silence(cell)}{_reach(cell)}",
        },
    }
    if cell.since is not None:
        issue["extension"] = [{"url": SINCE, "valueInstant": instant(cell.since)}]
    return issue
