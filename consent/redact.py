"""Take out of a resource everything that tells where a person is (people-and-safety 4.1); clinical facts stay.

By field name for what is structured; by scanning, for held addresses, phones and names of places, and for anything
that looks like a postcode, telephone or e-mail address, in free text and narrative. What cannot be scanned is held
back. Which classes go altogether is ``consent.location``'s matter.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from schemas.contribution import Resource
from schemas.identifiers import ODS_ORGANISATION

MARK = "[location withheld]"
HELD_BACK = "Held back: this document cannot be checked for places"

FIELDS = frozenset(
    {
        "address", "telecom", "generalPractitioner", "contact", "managingOrganization", "serviceProvider", "location",
        "locationReference", "locationCode", "onBehalfOf", "origin", "destination", "referralSource", "position",
        "custodian", "photo", "healthcareService", "serviceSite", "facility", "birthPlace",
        "valueAddress", "valueContactPoint",
    }
)  # fmt: skip
"""Elements that bear a place, at any depth."""

PLACES = frozenset({"Location", "Organization", "HealthcareService", "RelatedPerson", "Endpoint"})
"""Types that are places, or say whom to reach where: never shown, and never named by a reference."""

CODED = frozenset(
    {
        "resourceType", "id", "system", "code", "url", "reference", "status", "use", "unit", "versionId", "contentType",
        "lastUpdated", "fullUrl", "type", "mode", "intent", "language", "data", "hash",
    }
)  # fmt: skip
"""String elements that hold codes and not words."""

_POSTCODE = re.compile(r"\b(?:GIR\s?0AA|[A-Z]{1,2}\d[A-Z\d]?\s{0,3}\d[A-Z]{2})\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w-])(?:\+44[\s(]*0?\)?|\(?0)(?:[\s\-()]{0,2}\d){9,10}(?!\w)")
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_SHORTEST = 4
_MEASURED = frozenset(
    {"dimensions", "sigFormat"}
)  # sampled curves and signatures have data and are no documents
_TEXTUAL = ("text/plain", "text/html", "text/markdown", "text/rtf")


def terms(resources: Iterable[Resource], held: Iterable[str] = ()) -> re.Pattern[str] | None:
    """One pattern of every address line, phone and place name held about a person; None when nothing is held."""
    found = {t for resource in resources for t in _held(resource)} | set(held)
    words = sorted({w for t in found for w in _spellings(t)}, key=lambda w: (-len(w), w))
    return re.compile("|".join(words), re.IGNORECASE) if words else None


def location(resource: Resource, places: re.Pattern[str] | None) -> Resource | None:
    """The resource without anything that tells of a place; None when it is about a place altogether."""
    if resource.get("resourceType") in PLACES:
        return None
    cut = _node(resource, places)
    return cut if isinstance(cut, dict) else None


def text(words: str, places: re.Pattern[str] | None) -> str:
    """Free text with places replaced by a mark."""
    if places is not None:
        words = places.sub(MARK, words)
    for pattern in (_POSTCODE, _PHONE, _EMAIL):
        words = pattern.sub(MARK, words)
    return words


def _node(node: Any, places: re.Pattern[str] | None, key: str = "") -> Any:
    if isinstance(node, str):
        return node if key in CODED else text(node, places)
    if isinstance(node, list):
        parts = [part for part in (_node(n, places, key) for n in node) if part is not None]
        return parts or None
    if not isinstance(node, dict):
        return node
    if key == "identifier" and "value" in node:
        return None if node.get("system") == ODS_ORGANISATION else node
    if "resourceType" in node and node["resourceType"] in PLACES:
        return None
    if _names_place(node):
        return None
    if "contentType" in node or (isinstance(node.get("data"), str) and not _MEASURED & set(node)):
        return _attachment(node, places)
    if "div" in node and isinstance(node["div"], str):
        return _narrative(node, places)
    found = {}
    for name, value in node.items():
        if name.removeprefix("_") in FIELDS and not _quantity(value):
            continue
        part = _node(value, places, name)
        if part is not None:
            found[name] = part
    return found or None


def _quantity(value: Any) -> bool:
    """True for a number with a unit: the origin of a curve is no place."""
    return isinstance(value, dict) and "value" in value and not isinstance(value["value"], str)


def _names_place(node: dict[str, Any]) -> bool:
    target = node.get("reference")
    kind = target.rpartition("/")[0].rpartition("/")[2] if isinstance(target, str) else node.get("type")
    if isinstance(kind, str) and kind in PLACES:
        return True
    identifier = node.get("identifier")
    return isinstance(identifier, dict) and identifier.get("system") == ODS_ORGANISATION


def _attachment(node: dict[str, Any], places: re.Pattern[str] | None) -> dict[str, Any]:
    """Text is scanned; anything else, and anything that is only pointed at, is held back with a notice."""
    kind = str(node.get("contentType", "")).partition(";")[0].strip().casefold()
    keep: dict[str, Any] = {
        k: node[k] for k in ("resourceType", "id", "contentType", "creation") if k in node
    }
    if kind in _TEXTUAL and isinstance(node.get("data"), str):
        try:
            words = base64.b64decode(node["data"], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            words = None
        if words is not None:
            plain = text(html.unescape(words), places)
            keep["data"] = base64.b64encode(plain.encode()).decode()
            if isinstance(node.get("title"), str):
                keep["title"] = text(node["title"], places)
            return keep
    if "resourceType" not in keep:
        keep["title"] = HELD_BACK
    return keep


def _narrative(node: dict[str, Any], places: re.Pattern[str] | None) -> dict[str, Any] | None:
    """A generated narrative repeats the fields and goes; any other is scanned with its tags left in place."""
    if node.get("status") == "generated":
        return None
    pieces = re.split(r"(<[^>]*>)", node["div"])
    cut = "".join(
        p if p.startswith("<") else html.escape(text(html.unescape(p), places), quote=False) for p in pieces
    )
    return {**node, "div": cut}


def held(resource: Resource) -> frozenset[str]:
    """Every address line, phone and place name that a resource tells: to redact other words with, never to show."""
    return frozenset(_held(resource))


def _held(node: Any, inside: bool = False) -> Iterator[str]:
    """Strings of every place-bearing element, and the displays of references to places."""
    if isinstance(node, str):
        if inside:
            yield node
    elif isinstance(node, list):
        for part in node:
            yield from _held(part, inside)
    elif isinstance(node, dict):
        place = inside or _names_place(node) or node.get("resourceType") in PLACES - {"RelatedPerson"}
        for key, value in node.items():
            if key in _WORDS if place else key in FIELDS or isinstance(value, dict | list):
                yield from _held(value, place or key in FIELDS)
        if place:
            for value in node.values():
                if isinstance(value, dict | list):
                    yield from _held(value, True)


_WORDS = frozenset({"line", "text", "city", "district", "postalCode", "value", "display", "name", "alias"})


def _spellings(term: str) -> Iterator[str]:
    """Regular expressions for one held term: white space and punctuation in it may vary."""
    parts = re.findall(r"\w+", term)
    if sum(map(len, parts)) < _SHORTEST:
        return
    yield r"(?<!\w)" + r"[\s,.;()\-]*".join(re.escape(p) for p in parts) + r"(?!\w)"
