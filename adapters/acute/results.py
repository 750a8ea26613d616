"""ORU R01, and OBX in other messages: reports and their results.

A result keeps its digits as they were sent. What is no number although it should be stays as words. A result
that is taken back (OBX-11 D or W) retracts what it was. A document in a result (OBX-2 ED) belongs to its report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from adapters.acute.codes import (
    HL7,
    INTERPRETATION,
    INTERPRETATIONS,
    REPORT_SECTION,
    REPORT_STATUS,
    RESULT_STATUS,
    UCUM,
)
from adapters.acute.composites import practitioner
from adapters.acute.documents import is_document, read_documents
from adapters.acute.telling import Telling
from adapters.acute.values import code_of, coded, moment, said, stamp, text
from adapters.elements import Element, coding, concept, identifier, local_codes, present
from adapters.fields import BadField
from adapters.resuscitation import is_recommendation
from adapters.wire.hl7v2 import CLEAR, Segment
from schemas.codes import Heading
from schemas.contribution import Statement
from schemas.identifiers import Identifier

_NUMBER = re.compile(r"(<=|>=|<|>)?\s*([+-]?\d{1,30}(?:\.\d{1,30})?)", re.ASCII)
_RANGE = re.compile(r"(-?\d{1,15}(?:\.\d{1,15})?)\s*-\s*(-?\d{1,15}(?:\.\d{1,15})?)", re.ASCII)


@dataclass(slots=True)
class Group:
    """An OBR (None for OBX outside a report) with its OBX, each with the notes that follow it."""

    obr: Segment | None
    notes: list[str] = field(default_factory=list)
    results: list[tuple[Segment, list[str]]] = field(default_factory=list)


def groups(segments: Sequence[Segment]) -> Iterator[Group]:
    """OBR groups in order; OBX that stand before any OBR make a group of their own."""
    group = Group(None)
    for segment in segments:
        if segment.name == "OBR":
            if group.obr is not None or group.results:
                yield group
            group = Group(segment)
        elif segment.name == "OBX":
            group.results.append((segment, []))
        elif segment.name == "NTE" and (group.obr is not None or group.results):
            notes = group.results[-1][1] if group.results else group.notes
            if words := said(segment.text(3)):
                notes.append(words)
    if group.obr is not None or group.results:
        yield group


def read_group(group: Group, telling: Telling) -> list[Statement]:
    """A DiagnosticReport with its Observations, or Observations alone. Whole, or ``BadField``."""
    obr = group.obr
    taken = _time(obr, 7) if obr else ""
    told_at = moment(text(obr, 22), "OBR-22") if obr and text(obr, 22) else telling.at
    report = (
        _report_name(obr, telling)
        if obr
        else telling.named("observations", telling.key.local_id, _at(told_at))
    )
    category = _category(obr, telling)
    documents: list[Element] = []
    results: list[Statement] = []
    for obx, notes in group.results:
        if not is_document(obx):
            results.append(_result(obx, notes, telling, report, category, taken, told_at))
        elif obr is None:
            raise BadField("OBX-5", "holds a document outside a report")
        else:
            documents += read_documents(obx, telling)
    if obr is None:
        return results
    return [_report(obr, group, telling, report, results, documents, told_at), *results]


def _report_name(obr: Segment, telling: Telling) -> Identifier:
    number = text(obr, 3) or text(obr, 2)
    kind = next((code_of(coded(value, "test")) for value in obr.repetitions(4)), "")
    if not kind:
        raise BadField("OBR-4", "is missing")
    if not number:
        if not text(obr, 7):
            raise BadField("OBR-3", "is missing, and there is no time in OBR-7 to tell the report by")
        number = f"{telling.key.local_id}/{_time(obr, 7)}"
    return telling.named("report", number, kind)


def _report(
    obr: Segment,
    group: Group,
    telling: Telling,
    named: Identifier,
    results: list[Statement],
    documents: list[Element],
    told_at: datetime,
) -> Statement:
    code = text(obr, 25).upper()
    if code and code not in REPORT_STATUS:
        raise BadField("OBR-25", "is not on the list of values")
    section = text(obr, 24).upper()
    doctors = [told for doctor in obr.repetitions(16) if (told := practitioner(doctor))]
    resource: Element = {
        "resourceType": "DiagnosticReport",
        "status": REPORT_STATUS.get(code, "unknown"),
        "category": [concept("", coding(REPORT_SECTION, section))] if section else [],
        "code": next(coded(value, "test") for value in obr.repetitions(4)),
        "encounter": telling.encounter,
        "effectiveDateTime": _time(obr, 7),
        "issued": told_at.isoformat(timespec="seconds"),
        "resultsInterpreter": doctors,
        "result": [{"type": "Observation", "identifier": identifier(r.identifier)} for r in results],
        "conclusion": "\n".join(group.notes),
        "presentedForm": documents,
    }
    return telling.say(named, resource, Heading.RESULTS, category=telling.category, at=told_at)


def _result(
    obx: Segment,
    notes: list[str],
    telling: Telling,
    report: Identifier,
    category: list[Element],
    taken: str,
    told_at: datetime,
) -> Statement:
    code = next((coded(value, "observation") for value in obx.repetitions(3)), {})
    if not code:
        raise BadField("OBX-3", "is missing")
    status = text(obx, 11).upper()
    if status not in RESULT_STATUS:
        raise BadField("OBX-11", "is not on the list of values" if status else "is missing")
    resource: Element = {
        "resourceType": "Observation",
        "status": RESULT_STATUS[status],
        "category": category,
        "code": code,
        "encounter": telling.encounter,
        "effectiveDateTime": _time(obx, 14) or taken,
        "interpretation": _interpretation(obx),
        "note": [{"text": "\n".join(notes)}] if notes else [],
        "referenceRange": _range(obx),
        **_value(obx),
    }
    if not any(name.startswith("value") for name in resource):
        unknown = concept("", coding(f"{HL7}data-absent-reason", "unknown"))
        resource["dataAbsentReason"] = unknown
    named = telling.named("result", report.value, code_of(code), text(obx, 4))
    back = status in ("D", "W")
    heading = Heading.RESUSCITATION if is_recommendation(resource) else Heading.RESULTS
    return telling.say(named, resource, heading, category=telling.category, at=told_at, retracts=back)


def _value(obx: Segment) -> Element:
    """value[x] by the type that OBX-2 declares."""
    kind = text(obx, 2).upper()
    values = [value for value in obx.repetitions(5) if value.raw and value.text() is not CLEAR]
    if not values:
        return {}
    words = "\n".join(said(value.text()) for value in values)
    if kind in ("CE", "CWE", "CNE", "IS", "ID") and len(values) == 1:
        return {"valueCodeableConcept": coded(values[0], "value")}
    if kind in ("DT", "TS", "DTM") and len(values) == 1:
        return {"valueDateTime": stamp(words, "OBX-5")}
    if kind in ("NM", "SN") and len(values) == 1:
        number = words
        if kind == "SN":
            separators = [said(values[0].get(part)) for part in (3, 4)]
            number = "" if any(separators) else said(values[0].get(1)) + said(values[0].get(2))
            words = "".join(said(values[0].get(part)) for part in range(1, 5))
        if found := _NUMBER.fullmatch(number):
            return {
                "valueQuantity": {
                    **_quantity(found[2], obx),
                    **({"comparator": found[1]} if found[1] else {}),
                }
            }
    return {"valueString": words} if words else {}


def _quantity(number: str, obx: Segment) -> Element:
    unit = text(obx, 6)
    ucum = text(obx, 6, 3).upper() == "UCUM"
    return present(
        {
            "value": Decimal(number),
            "unit": text(obx, 6, 2) or unit,
            "system": UCUM if ucum and unit else "",
            "code": unit if ucum else "",
        }
    )


def _range(obx: Segment) -> list[Element]:
    words = said(obx.text(7))
    if not words:
        return []
    if found := _RANGE.fullmatch(words):
        return [{"low": _quantity(found[1], obx), "high": _quantity(found[2], obx), "text": words}]
    return [{"text": words}]


def _interpretation(obx: Segment) -> list[Element]:
    found = []
    for value in obx.repetitions(8):
        if code := said(value.get(1)).upper():
            system = INTERPRETATION if code in INTERPRETATIONS else local_codes("hl7v2-abnormal-flag")
            found.append(concept("", coding(system, code)))
    return found


def _category(obr: Segment | None, telling: Telling) -> list[Element]:
    """What a report's section makes its results; nothing in messages that are no reports."""
    section = text(obr, 24).upper() if obr and telling.event.results else ""
    known = {"LAB": "laboratory", "RAD": "imaging", "NRS": "vital-signs"}.get(section, "")
    return [concept("", coding(f"{HL7}observation-category", known))] if known else []


def _time(segment: Segment | None, position: int) -> str:
    value = text(segment, position) if segment else ""
    return stamp(value, f"{segment.name}-{position}") if segment and value else ""


def _at(told_at: datetime) -> str:
    return told_at.isoformat(timespec="seconds")
