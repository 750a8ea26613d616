"""A Bundle is checked as a whole and entry by entry."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.checks import check_bundle
from tests.schemas.checks.valid import valid


def _bundle(kind: str, *entries: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries), **more}


def _entry(type_name: str = "Flag", **more: object) -> dict[str, Any]:
    return {"resource": valid(type_name), **more}


POST = {"method": "POST", "url": "Flag"}
URN = "urn:uuid:0f0f0f0f-0000-4000-8000-000000000001"
IDENTIFIER = {"system": "https://example.org/documents", "value": "1"}


@pytest.mark.parametrize(
    "bundle",
    [
        _bundle("collection", _entry(fullUrl=URN), _entry()),
        _bundle("transaction", _entry(request=POST)),
        _bundle("batch", {"request": {"method": "DELETE", "url": "Flag/f1"}}),
        _bundle("transaction-response", {"response": {"status": "201"}}),
        _bundle("searchset", _entry(search={"mode": "match"}), total=1),
        _bundle("document", _entry("Composition"), identifier=IDENTIFIER, timestamp="2024-05-01T10:00:00Z"),
    ],
    ids=lambda bundle: str(bundle["type"]),
)
def test_each_kind_of_bundle_has_a_valid_shape(bundle: dict[str, Any]) -> None:
    assert check_bundle(bundle) == []


@pytest.mark.parametrize(
    ("bundle", "expression"),
    [
        (_bundle("transaction", _entry()), "Bundle.entry[0].request"),
        (_bundle("transaction", _entry(request={"method": "POST"})), "Bundle.entry[0].request.url"),
        (
            _bundle("transaction", _entry(request={"method": "SEND", "url": "x"})),
            "Bundle.entry[0].request.method",
        ),
        (_bundle("collection", _entry(), _entry(request=POST)), "Bundle.entry[1].request"),
        (_bundle("collection", _entry(response={"status": "200"})), "Bundle.entry[0].response"),
        (_bundle("collection", _entry(search={"mode": "match"})), "Bundle.entry[0].search"),
        (_bundle("collection", {"fullUrl": URN}), "Bundle.entry[0]"),
        (_bundle("collection", _entry(), total=1), "Bundle.total"),
        (_bundle("collection", _entry(fullUrl=URN), _entry(fullUrl=URN)), "Bundle.entry[1].fullUrl"),
        (
            _bundle("collection", _entry(fullUrl="https://example.org/Flag/1/_history/2")),
            "Bundle.entry[0].fullUrl",
        ),
        (
            _bundle("collection", _entry("Patient", fullUrl="https://example.org/Patient/other")),
            "Bundle.entry[0].fullUrl",
        ),
        (
            _bundle("document", _entry(), identifier=IDENTIFIER, timestamp="2024-05-01T10:00:00Z"),
            "Bundle.entry[0]",
        ),
        (_bundle("document", _entry("Composition"), timestamp="2024-05-01T10:00:00Z"), "Bundle.identifier"),
        (_bundle("document", _entry("Composition"), identifier=IDENTIFIER), "Bundle.timestamp"),
        (_bundle("message", _entry()), "Bundle.entry[0].resource"),
        (_bundle("parcel", _entry()), "Bundle.type"),
        ({"resourceType": "Bundle", "entry": [_entry()]}, "Bundle.type"),
        (
            _bundle("collection", _entry(), {"resource": valid("Flag") | {"status": "x"}}),
            "Bundle.entry[1].resource.status",
        ),
        (_bundle("collection", {"resource": {"id": "x"}}), "Bundle.entry[0].resource.resourceType"),
        (
            _bundle("collection", {"resource": _bundle("collection", {"resource": 1})}),
            "Bundle.entry[0].resource.entry[0]",
        ),
        (valid("Patient"), "Bundle.resourceType"),
    ],
)
def test_a_broken_bundle_is_refused_with_its_element_named(bundle: dict[str, Any], expression: str) -> None:
    assert [p for p in check_bundle(bundle) if p.expression.startswith(expression)]


def test_a_problem_deep_in_an_entry_is_named_from_the_top() -> None:
    bundle = _bundle("collection", *[_entry() for _ in range(3)], _entry("Observation"))
    bundle["entry"][3]["resource"]["component"][0]["valueString"] = ""
    (problem,) = check_bundle(bundle)
    assert problem.expression == "Bundle.entry[3].resource.component[0].value"
