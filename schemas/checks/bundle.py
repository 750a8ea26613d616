"""Rules of a Bundle as a whole: https://hl7.org/fhir/R4/bundle.html#invs.

What does not live here: the resources in it, which are checked each by its own type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_WITH_REQUEST = ("batch", "transaction", "history")
_WITH_RESPONSE = ("batch-response", "transaction-response", "history")
_FIRST = {"document": ("Composition", "bdl-11"), "message": ("MessageHeader", "bdl-12")}
_RESTFUL = re.compile(r"https?://.*/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


def bundle_rules(bundle: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(path below Bundle, reason) for each rule broken. The shapes have been checked, but for those in entries."""
    kind = bundle.get("type")
    if "total" in bundle and kind not in ("searchset", "history"):
        yield "total", "only in a searchset or a history (bdl-1)"
    entries = bundle.get("entry", [])
    for index, entry in enumerate(entries):
        for below, reason in _entry_rules(entry, kind):
            yield f"entry[{index}]{below}", reason
    if kind in _FIRST:
        wanted, rule = _FIRST[kind]
        first = entries[0].get("resource", {}) if entries else {}
        if first.get("resourceType") != wanted:
            yield "entry[0].resource", f"a {kind} begins with a {wanted} ({rule})"
    if kind == "document":
        if not {"system", "value"} <= bundle.get("identifier", {}).keys():
            yield "identifier", "a document has an identifier with system and value (bdl-9)"
        if "timestamp" not in bundle:
            yield "timestamp", "a document has a date (bdl-10)"
    if kind != "history":
        yield from _unique(entries)


def _entry_rules(entry: dict[str, Any], kind: Any) -> Iterator[tuple[str, str]]:
    if "search" in entry and kind != "searchset":
        yield ".search", "only in a searchset (bdl-2)"
    if ("request" in entry) != (kind in _WITH_REQUEST):
        yield ".request", f"{'not in' if 'request' in entry else 'needed in'} this type of Bundle (bdl-3)"
    if ("response" in entry) != (kind in _WITH_RESPONSE):
        yield ".response", f"{'not in' if 'response' in entry else 'needed in'} this type of Bundle (bdl-4)"
    if not {"resource", "request", "response"} & entry.keys():
        yield "", "needs a resource, a request or a response (bdl-5)"
    url, resource = entry.get("fullUrl", ""), entry.get("resource", {})
    if "/_history/" in url:
        yield ".fullUrl", "names one version (bdl-8)"
    named = _RESTFUL.fullmatch(url)
    if named and "id" in resource and named.groups() != (resource.get("resourceType"), resource["id"]):
        yield ".fullUrl", "names another resource than the one it stands over"


def _unique(entries: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    seen = set()
    for index, entry in enumerate(entries):
        if "fullUrl" in entry:
            meta = entry.get("resource", {}).get("meta")  # not checked yet: it may be anything
            key = (entry["fullUrl"], str(meta.get("versionId")) if isinstance(meta, dict) else None)
            if key in seen:
                yield f"entry[{index}].fullUrl", "is there twice (bdl-7)"
            seen.add(key)
