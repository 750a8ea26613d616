"""FHIR documents: a Bundle that stands by itself, made of a Composition and what its sections speak of.

http://hl7.org/fhir/R4/documents.html. Every ``fullUrl`` is a ``urn:uuid`` made of the entry's own keyed id, so
that it is the same each time; references that lead to nothing inside become words. What stands in which
section, and why one is empty, is the matter of whoever asks (``care.passport``, ``care.summary``).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from aggregator.merge.provenance import instant, provenance
from schemas.contribution import Resource
from schemas.identifiers import OUR_BASE
from schemas.passport import Emptiness, Section
from schemas.record import Entry, Record
from schemas.resources import author

EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
EMPTINESS = f"{OUR_BASE}/CodeSystem/emptiness"
NOT_IN_HERE = "not in this document"
_REASONS = {
    Emptiness.NOT_KNOWN: "unavailable",
    Emptiness.NOT_RECORDED: "unavailable",
    Emptiness.NOT_HELD: "notasked",
    Emptiness.WITHHELD: "withheld",
}
"""FHIR's own list is too short to tell a silent source from one that has nothing; our coding beside it does.

``nilknown`` is never used: where a source says that none is known, it says so in an entry.
"""

_HEX = re.compile(r"[0-9a-f]{32}\Z")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, OUR_BASE)


def urn(*parts: str) -> str:
    """The urn:uuid of an id of ours. A keyed id is its own UUID; any other parts are hashed into one."""
    if len(parts) == 1 and _HEX.match(parts[0]):
        return f"urn:uuid:{uuid.UUID(hex=parts[0])}"
    return f"urn:uuid:{uuid.uuid5(_OURS, '/'.join(parts))}"


class Document:
    """Collects the resources of one document, each once, and makes the Bundle.

    ``names_sources`` False (a location-restricted person): no organisation is named anywhere, because where
    somebody is seen is where they are.
    """

    def __init__(self, record: Record, *, names_sources: bool) -> None:
        self._record = record
        self._named = names_sources
        self._entries: dict[str, Entry] = {e.entry_id: e for e in record.entries}
        self._chosen: dict[str, Entry] = {}
        self.patient = urn(record.person_id)
        self._known = {f"Patient/{record.person_id}": self.patient}

    def refer(self, entry_ids: Iterable[str]) -> list[dict[str, str]]:
        """References to these entries; they are in the document from now on."""
        made = []
        for entry_id in dict.fromkeys(entry_ids):
            entry = self._entries[entry_id]
            self._chosen[entry_id] = entry
            self._known[f"{entry.type}/{entry_id}"] = urn(entry_id)
            made.append({"reference": urn(entry_id)})
        return made

    def bundle(
        self,
        identifier: Mapping[str, str],
        composition: tuple[str, Resource],
        others: Sequence[tuple[str, Resource]],
    ) -> dict[str, Any]:
        """The Bundle. ``composition`` and ``others`` (author organisation, device ...) are (fullUrl, resource)."""
        person = next((e for e in self._record.entries if e.type == "Patient"), None)
        patient = self._placed(person.resource if person else {"resourceType": "Patient"}, self.patient)
        chosen = list(self._chosen.values())
        placed = [(urn(e.entry_id), self._placed(e.resource, urn(e.entry_id))) for e in chosen]
        told = [*([person] if person else []), *chosen]
        origins = [self._origin(e) for e in told if e.tellings]
        entries = [composition, (self.patient, patient), *others, *placed, *origins]
        return {
            "resourceType": "Bundle",
            "identifier": dict(identifier),
            "type": "document",
            "timestamp": instant(self._record.made_at),
            "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
        }

    def _placed(self, resource: Resource, url: str) -> Resource:
        placed: Resource = {"resourceType": resource["resourceType"], "id": url.removeprefix("urn:uuid:")}
        for name, value in resource.items():
            if name not in ("resourceType", "id"):
                placed[name] = self._value(value)
        if not self._named:
            meta = {k: v for k, v in placed.get("meta", {}).items() if k not in ("source", "tag")}
            placed.pop("meta", None)
            placed |= {"meta": meta} if meta else {}
        return placed

    def _origin(self, entry: Entry) -> tuple[str, Resource]:
        url = urn(entry.entry_id, "provenance")
        made = provenance(entry)
        made["target"] = [{"reference": self.patient if entry.type == "Patient" else urn(entry.entry_id)}]
        if not self._named:
            made["agent"] = [{"type": made["agent"][0]["type"], "who": {"display": "not named"}}]
            for entity in made["entity"]:
                entity["what"].pop("display", None)
        made["id"] = url.removeprefix("urn:uuid:")
        return url, made

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(v) for v in value]
        if not isinstance(value, dict):
            return value
        literal = value.get("reference")
        if isinstance(literal, str) and not literal.startswith("#"):
            return self._reference(value, literal)
        return {k: self._value(v) if isinstance(v, dict | list) else v for k, v in value.items()}

    def _reference(self, told: dict[str, Any], literal: str) -> dict[str, Any]:
        home = self._known.get(literal)
        kept = {k: v for k, v in told.items() if k != "reference"}
        if home:
            return {"reference": home} | kept
        return kept if "display" in kept or "identifier" in kept else kept | {"display": NOT_IN_HERE}


def device() -> tuple[str, Resource]:
    """This software as the author of what it put together, with its fullUrl."""
    url = urn("device", "carerecord")
    named = [{"name": "carerecord", "type": "user-friendly-name"}]
    made = {"id": url.removeprefix("urn:uuid:"), "deviceName": named, "type": {"text": "Shared care record"}}
    return url, author("Device", made)


def section(told: Section, codings: list[dict[str, str]], entries: list[dict[str, str]]) -> dict[str, Any]:
    """One Composition.section: coded, with its narrative, and entries or the reason why there are none."""
    made: dict[str, Any] = {
        "title": told.title,
        "code": {"coding": codings, "text": told.title},
        "text": narrative(told),
    }
    if entries:
        return made | {"entry": entries}
    if told.empty is not None:
        own = {"system": EMPTINESS, "code": told.empty.value}
        codes = [{"system": EMPTY_REASON, "code": _REASONS[told.empty]}, own]
        made["emptyReason"] = {"coding": codes, "text": told.empty_text}
    return made


def narrative(told: Section) -> dict[str, str]:
    """Generated narrative: the same words as the print has, as safe XHTML without links, styles or scripts."""
    parts = [f"<p><b>{safe(told.state)}</b></p>"] if told.state else []
    parts += [f"<p><b>{safe(note)}</b></p>" for note in told.notes]
    if told.lines:
        rows = []
        for line in told.lines:
            marks = f" [{safe(', '.join(line.marks))}]" if line.marks else ""
            details = f": {safe('; '.join(line.details))}" if line.details else ""
            said = f" <i>({safe(line.said)})</i>" if line.said else ""
            rows.append(f"<li><b>{safe(line.text)}</b>{marks}{details}{said}</li>")
        parts.append(f"<ul>{''.join(rows)}</ul>")
    if told.more:
        parts.append(f"<p>And {told.more} more, in the entries of this section.</p>")
    if told.empty is not None:
        parts.append(f"<p>{safe(told.empty_text)}</p>")
    body = "".join(parts) or "<p>Nothing to show.</p>"
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def safe(text: str) -> str:
    """Words as XML text; what XML cannot hold is left out."""
    return escape(_NOT_XML.sub("", text), quote=True)
