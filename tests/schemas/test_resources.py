"""What we author is R4, keeps its digits, and is refused by name when it is not."""

from __future__ import annotations

import copy
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from schemas import strictjson
from schemas.checks import check
from schemas.errors import BadInput
from schemas.resources import author
from tests.schemas.checks.valid import TYPES, valid


@pytest.mark.parametrize("type_name", [t for t in TYPES if t != "Immunization"])
def test_what_is_authored_is_valid_and_unchanged(type_name: str) -> None:
    data = valid(type_name)
    if type_name == "Patient":
        data["name"] = [{"text": "Ada Test"}]
    before = copy.deepcopy(data)
    authored = author(type_name, data)
    assert authored == data == before
    assert next(iter(authored)) == "resourceType"
    assert check(authored) == []


def test_every_digit_is_kept_and_elements_come_in_the_order_of_the_definition() -> None:
    data: dict[str, Any] = {
        "valueQuantity": {"value": Decimal("6.50")},
        "effectiveDateTime": "2024-05-01T10:00:00.50Z",
        "code": {"text": "potassium"},
        "status": "final",
    }
    assert strictjson.dumps(author("Observation", data)) == (
        b'{"resourceType":"Observation","status":"final","code":{"text":"potassium"},'
        b'"effectiveDateTime":"2024-05-01T10:00:00.50Z","valueQuantity":{"value":6.50}}'
    )


def test_what_is_authored_shares_nothing_with_what_was_given() -> None:
    data = valid("Flag")
    author("Flag", data)["code"]["text"] = "changed"
    assert data["code"]["text"] != "changed"


@pytest.mark.parametrize(
    ("type_name", "data", "field"),
    [
        ("Observation", {"status": "final"}, "Observation.code"),
        ("Observation", {"status": "9990000018", "code": {"text": "x"}}, "Observation.status"),
        ("Patient", {"resourceType": "Person"}, "Patient.resourceType"),
        ("Evidence", {"status": "active"}, "Evidence"),
        ("MedicinalProduct", {}, "MedicinalProduct"),
        ("Nonsense", {}, "Nonsense"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(type_name: str, data: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        author(type_name, data)
    assert refusal.value.field == field
    assert "9990000018" not in str(refusal.value)


def test_a_shape_that_only_the_models_refuse_is_refused_without_repeating_it() -> None:
    with pytest.raises(BadInput) as refusal:
        author("Immunization", valid("Immunization"))
    assert "R4B" in refusal.value.reason


def test_the_models_are_not_imported_until_something_is_authored() -> None:
    code = "import sys, schemas.resources; sys.exit('fhir.resources' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
