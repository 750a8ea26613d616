"""The International Patient Summary of one person: a FHIR document of allergies, medicines and problems.

https://hl7.org/fhir/uv/ips/ (2.0), simple but valid: the three sections that it requires, with the entries as
they were told, and the sections that this record can fill beside them. An empty section says why it is
empty, and "none known" stands only where a source said so, as an entry.
"""

from __future__ import annotations

from typing import Any

from aggregator.care import disagreements, documents
from aggregator.care.documents import Document, urn
from aggregator.care.passport.gaps import Gaps
from aggregator.care.passport.sections import LOINC
from aggregator.care.passport.sheet import line
from aggregator.care.record import Records
from aggregator.merge.provenance import instant
from schemas.caller import Caller
from schemas.codes import Heading, Interaction
from schemas.identifiers import OUR_BASE
from schemas.passport import Section
from schemas.record import Record
from schemas.resources import author

SUMMARY_ID = f"{OUR_BASE}/Id/summary"
TITLE = "International Patient Summary"
_TYPE = {"system": LOINC, "code": "60591-5", "display": "Patient summary Document"}

SECTIONS: tuple[tuple[str, str, Heading, frozenset[str], bool], ...] = (
    ("48765-2", "Allergies and intolerances", Heading.ALLERGIES, frozenset({"AllergyIntolerance"}), True),
    (
        "10160-0",
        "Medication summary",
        Heading.MEDICINES,
        frozenset({"MedicationStatement", "MedicationRequest"}),
        True,
    ),
    ("11450-4", "Problem list", Heading.PROBLEMS, frozenset({"Condition"}), True),
    ("47519-4", "History of procedures", Heading.PROCEDURES, frozenset({"Procedure"}), False),
    ("46264-8", "Medical devices", Heading.EQUIPMENT, frozenset({"DeviceUseStatement"}), False),
    ("30954-2", "Results", Heading.RESULTS, frozenset({"Observation", "DiagnosticReport"}), False),
    ("42348-3", "Advance directives", Heading.RESUSCITATION, frozenset({"Consent", "Observation"}), False),
)
"""LOINC code, title, record heading, types that the profile takes, and whether the section must be there."""


class Summaries:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def of_person(self, caller: Caller, person_id: str) -> dict[str, Any]:
        """The summary as a document Bundle. Raises ``NothingToShow`` and ``NotAllowed`` as a record does."""
        return summary(await self._records.record(caller, person_id, Interaction.SUMMARY))


def summary(record: Record) -> dict[str, Any]:
    """The document of what this record shows; the same identifiers for the same record each time."""
    made, gaps = Document(record, names_sources=not record.location_restricted), Gaps(record)
    sections = []
    for code, title, heading, types, required in SECTIONS:
        entries = [e for e in record.under(heading) if e.type in types]
        if not (entries or required):
            continue
        why, text = gaps.emptiness((heading,)) if not entries else (None, "")
        lines = tuple(line(e, gaps) for e in entries)
        told = Section(
            key=code,
            title=title,
            entries=tuple(e.entry_id for e in entries),
            lines=lines,
            notes=disagreements.notes(record, lines),
            empty=why,
            empty_text=text,
        )
        codings = [{"system": LOINC, "code": code}]
        sections.append(documents.section(told, codings, made.refer(told.entries)))
    device = documents.device()
    url = urn(record.person_id, "summary")
    composition = {
        "id": url.removeprefix("urn:uuid:"),
        "identifier": {"system": SUMMARY_ID, "value": url},
        "status": "final",
        "type": {"coding": [_TYPE], "text": TITLE},
        "subject": {"reference": made.patient},
        "date": instant(record.made_at),
        "author": [{"reference": device[0]}],
        "title": TITLE,
        "section": sections,
    }
    identifier = {"system": SUMMARY_ID, "value": urn(record.person_id, "summary", instant(record.made_at))}
    return made.bundle(identifier, (url, author("Composition", composition)), [device])
