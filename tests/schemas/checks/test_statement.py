"""What is checked of a statement before it is kept, whole or in part."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.checks import refusals
from schemas.codes import Category, Heading
from schemas.contribution import Statement
from schemas.identifiers import Identifier, SubjectKey

VISIT = {
    "resourceType": "Encounter",
    "status": "in-progress",
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
}


def _said(resource: dict[str, Any], *, partial: bool) -> list[str]:
    statement = Statement(
        SubjectKey("ZAC01", "H1"),
        Identifier("urn:test", "1"),
        resource,
        Category.ACUTE,
        Heading.ENCOUNTERS,
        datetime(2026, 1, 1, tzinfo=UTC),
        partial=partial,
    )
    return [refusal.field for refusal in refusals(statement)]


def test_a_part_may_lack_what_an_earlier_telling_has() -> None:
    part = {"resourceType": "Encounter", "period": {"end": "2026-01-01T10:00:00Z"}}
    assert _said(part, partial=True) == []
    assert _said(part, partial=False) != []


def test_no_resource_has_to_name_its_person() -> None:
    """Also of types that no source of this place sends yet."""
    medicine = {"medicationCodeableConcept": {"text": "Paracetamol"}, "effectiveDateTime": "2026-01-01"}
    given = {"resourceType": "MedicationAdministration", "status": "completed", **medicine}
    assert _said(given, partial=False) == []
    assert _said({**given, "subject": "Patient/1"}, partial=False) != []


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "gone home"},
        {"period": {"start": "tomorrow"}},
        {"period": {"start": "2026-01-02", "end": "2026-01-01"}},
        {"hospitalization": {"dischargeDisposition": "home"}},
        {"nonsense": True},
    ],
    ids=["code", "date", "period", "shape", "element"],
)
def test_what_a_part_does_say_is_checked_like_any_other(wrong: dict[str, Any]) -> None:
    assert _said(VISIT, partial=True) == []
    assert _said({**VISIT, **wrong}, partial=True) != []
