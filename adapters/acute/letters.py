"""MDM: a document with its header (TXA) and its content (OBX), as a DocumentReference.

A document is its number (TXA-12): an edited one (T08) is a new version of it, an addendum (T06) and a
replacement (T10) are documents of their own that name the other (TXA-13), a cancelled one (T11) is taken back.
Not here: documents inside a result (``documents``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapters.acute.codes import DOCUMENT_STATUS, DOCUMENT_TYPES
from adapters.acute.composites import practitioner
from adapters.acute.documents import is_document, read_documents
from adapters.acute.telling import Telling
from adapters.acute.values import said, stamp, text
from adapters.elements import Element, coding, concept, identifier, local_codes, plain_text
from adapters.fields import BadField
from adapters.sensitivity import SEALED
from adapters.wire.hl7v2 import Message, Segment
from schemas.codes import Heading
from schemas.contribution import Statement

_RELATES: Final = {"MDM^T06": "appends", "MDM^T10": "replaces"}
_PSYCHIATRIC: Final = frozenset({"PC", "PH"})


def read_document(message: Message, telling: Telling) -> Statement:
    """The DocumentReference. Raises ``BadField``: without its number or content there is no document."""
    txa = message.segment("TXA")
    assert txa is not None, "the reader refuses a document without TXA"
    number = text(txa, 12)
    if not number:
        raise BadField("TXA-12", "is missing: a document without a number cannot be told from another")
    kind = text(txa, 2).upper()
    status = text(txa, 17).upper()
    if status and status not in DOCUMENT_STATUS:
        raise BadField("TXA-17", "is not on the list of values")
    named = telling.named("document", number)
    withdrawn = telling.event.retracts or text(txa, 19).upper() == "CA"
    title = text(txa, 16) or DOCUMENT_TYPES.get(kind, "")
    resource: Element = {
        "resourceType": "DocumentReference",
        "status": "superseded" if text(txa, 19).upper() == "OB" else "current",
        "docStatus": DOCUMENT_STATUS.get(status, ""),
        "type": concept(
            text(txa, 2, 2) or DOCUMENT_TYPES.get(kind, ""),
            *([coding(local_codes("hl7v2-document-type"), kind)] if kind else []),
        ),
        "date": _date(txa, 8) or _date(txa, 6) or telling.at.isoformat(timespec="seconds"),
        "author": [told for p in (9, 5) for who in txa.repetitions(p) if (told := practitioner(who))][:1],
        "authenticator": next((told for who in txa.repetitions(22) if (told := practitioner(who))), {}),
        "content": [] if withdrawn else _content(message, telling, title),
        "context": {"encounter": [telling.encounter]} if telling.encounter else {},
    }
    relation, parent = _RELATES.get(message.event, ""), text(txa, 13)
    if relation and parent:
        target = {"type": "DocumentReference", "identifier": identifier(telling.named("document", parent))}
        resource["relatesTo"] = [{"code": relation, "target": target}]
    if withdrawn:
        resource = {
            **resource,
            "status": "entered-in-error",
            "content": [{"attachment": {"title": "Withdrawn"}}],
        }
    labels = {SEALED} if text(txa, 18).upper() in ("R", "V") else set()
    if kind in _PSYCHIATRIC:  # the kind tells the service that wrote it, whatever ward the person is on
        telling = replace(telling, service=f"{telling.service} psychiatry".strip())
    return telling.say(
        named,
        resource,
        Heading.DOCUMENTS,
        category=telling.category,
        labels=labels,
        retracts=withdrawn,
    )


def _content(message: Message, telling: Telling, title: str) -> list[Element]:
    """The attachments: documents as they come, and the lines of text together as one."""
    found: list[Element] = []
    lines: list[str] = []
    for obx in message.segments("OBX"):
        if is_document(obx):
            found += read_documents(obx, telling)
        else:
            lines += [said(value.text()) for value in obx.repetitions(5)] or [""]
    words = "\n".join(lines).strip("\n")
    if words:
        found.insert(0, plain_text(words, title))
    if not found:
        raise BadField("OBX-5", "is missing: the document has no content")
    return [{"attachment": one} for one in found]


def _date(txa: Segment, position: int) -> str:
    """An instant; a date without a time of day is none."""
    value = text(txa, position)
    told = stamp(value, f"TXA-{position}") if value else ""
    return told if "T" in told else ""
