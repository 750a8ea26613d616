"""ED values: a document inside a result, as an attachment of its report.

Only kinds that show themselves and run nothing are carried. A document about a hidden person is refused,
because nobody can search it for the place. Not here: references to documents elsewhere (RP), which lead nowhere
for our readers.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from adapters.acute.telling import Telling
from adapters.acute.values import said, text
from adapters.elements import Element, present
from adapters.fields import BadField
from adapters.wire.hl7v2 import Repetition, Segment

DOCUMENTS: Final = frozenset({"ED", "RP"})
_TYPES: Final = {
    "PDF": "application/pdf",
    "JPEG": "image/jpeg",
    "JPG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "PLAIN": "text/plain; charset=utf-8",
}


def is_document(obx: Segment) -> bool:
    """Does OBX-2 declare a document?"""
    return text(obx, 2).upper() in DOCUMENTS


def read_documents(obx: Segment, telling: Telling) -> list[Element]:
    """The attachments of one OBX. Raises ``BadField``."""
    if text(obx, 2).upper() != "ED":
        raise BadField("OBX-5", "refers to a document that did not come with it")
    if telling.hidden:
        raise BadField(
            "OBX-5", "holds a document, which cannot be searched for a place that must not be shown"
        )
    title = text(obx, 3, 2)
    return [present({**_attachment(value), "title": title}) for value in obx.repetitions(5) if value.raw]


def _attachment(value: Repetition) -> Element:
    kind = _TYPES.get(said(value.get(3)).upper())
    if kind is None:
        raise BadField("OBX-5", "holds a kind of document that this mapping does not carry")
    encoding, content = said(value.get(4)).upper(), said(value.get(5))
    try:
        if encoding == "BASE64":
            octets = base64.b64decode("".join(content.split()), validate=True)
        elif encoding == "HEX":
            octets = bytes.fromhex(content)
        elif encoding == "A":
            octets = content.encode()
        else:
            raise BadField("OBX-5", "names no encoding of its document")
    except (binascii.Error, ValueError):
        raise BadField("OBX-5", "holds a document that cannot be decoded") from None
    if not octets:
        raise BadField("OBX-5", "holds an empty document")
    return {"contentType": kind, "data": base64.b64encode(octets).decode()}
