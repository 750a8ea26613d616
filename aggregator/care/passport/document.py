"""The passport as a FHIR document: Composition first, PRSB-coded sections, entries, Provenance.

http://hl7.org/fhir/R4/documents.html. A draft is a ``preliminary`` Composition, a frozen one ``final``. The
print carries this very document (for paper) as its attachment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aggregator.care import documents
from aggregator.care.documents import Document, urn
from aggregator.care.passport.sections import LOINC, MISSING, SECTIONS, Kind
from aggregator.merge.provenance import instant
from schemas.contribution import Resource
from schemas.identifiers import ODS_ORGANISATION, OUR_BASE
from schemas.passport import TITLE, Section, Sheet
from schemas.record import Record
from schemas.resources import author

PASSPORT_ID = f"{OUR_BASE}/Id/passport"
_KINDS = {kind.key: kind for kind in (*SECTIONS, MISSING)}
_TRANSFER_SUMMARY = {"system": LOINC, "code": "18761-7", "display": "Transfer summary note"}


@dataclass(frozen=True, slots=True)
class Issue:
    """Which passport this is. ``version`` 0 is a draft. ``sender`` and ``recipient`` are ODS-style codes."""

    passport_id: str
    version: int
    sender: str
    sender_name: str
    recipient: str

    @property
    def draft(self) -> bool:
        return self.version == 0

    def name(self, audience: str) -> str:
        """The unique name of one copy of one version."""
        return f"{self.passport_id}.{self.version or 'draft'}.{audience}"


def document(record: Record, sheet: Sheet, issue: Issue) -> dict[str, Any]:
    """The document Bundle of this record and the sheet that was made of it."""
    made = Document(record, names_sources=not sheet.location_restricted)
    sections = [_section(told, made) for told in sheet.sections]
    sections.append(_missing(sheet))
    authors = [documents.device(), *([] if sheet.location_restricted else [_sender(issue)])]
    composition: dict[str, Any] = {
        "id": urn(issue.passport_id, "composition").removeprefix("urn:uuid:"),
        "identifier": {"system": PASSPORT_ID, "value": issue.passport_id},
        "status": "preliminary" if issue.draft else "final",
        "type": {"coding": [_TRANSFER_SUMMARY], "text": TITLE},
        "subject": {"reference": made.patient},
        "date": instant(sheet.made_at),
        "author": [{"reference": url} for url, _ in authors],
        "title": f"{TITLE} - draft" if issue.draft else TITLE,
        "section": sections,
    }
    if issue.version > 1:
        before = Issue(issue.passport_id, issue.version - 1, issue.sender, "", issue.recipient)
        named = {"system": PASSPORT_ID, "value": before.name(sheet.audience.value)}
        composition["relatesTo"] = [{"code": "replaces", "targetIdentifier": named}]
    first = (urn(issue.passport_id, "composition"), author("Composition", composition))
    identifier = {"system": PASSPORT_ID, "value": issue.name(sheet.audience.value)}
    return _without_contents(made.bundle(identifier, first, authors), sheet)


def _section(told: Section, made: Document) -> dict[str, Any]:
    kind: Kind = _KINDS[told.key]
    return documents.section(told, kind.codings, made.refer(told.entries))


def _missing(sheet: Sheet) -> dict[str, Any]:
    """What was not known, named: nothing stops a transfer, but nobody should have to guess (6.1)."""
    lines = "".join(f"<li>{documents.safe(gap)}</li>" for gap in (*sheet.notices, *sheet.missing))
    body = f"<ul>{lines}</ul>" if lines else "<p>No gap is known.</p>"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'
    return {
        "title": MISSING.title,
        "code": {"coding": MISSING.codings, "text": MISSING.title},
        "text": {"status": "generated", "div": div},
    }


def _sender(issue: Issue) -> tuple[str, Resource]:
    url = urn("organisation", issue.sender)
    made = {
        "id": url.removeprefix("urn:uuid:"),
        "identifier": [{"system": ODS_ORGANISATION, "value": issue.sender}],
        "name": issue.sender_name or issue.sender,
    }
    return url, author("Organization", made)


def _without_contents(bundle: dict[str, Any], sheet: Sheet) -> dict[str, Any]:
    """Documents that are only listed come without their contents: a list is all that a transfer needs."""
    listed = {urn(i) for s in sheet.sections if s.key == "documents" for i in s.entries}
    for entry in bundle["entry"]:
        if entry["fullUrl"] in listed:
            for content in entry["resource"].get("content", ()):
                kept = ("contentType", "language", "title", "creation")
                content["attachment"] = {k: v for k, v in content["attachment"].items() if k in kept} or {
                    "title": "Held by its source"
                }
    return bundle
