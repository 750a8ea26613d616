"""The legal status that somebody is in hospital under is told with its dates, or refused by name."""

from __future__ import annotations

import pytest

from schemas.codes import Heading
from tests.adapters.acute.messages import accepted, adt, of_type, one, segment, told


def test_a_legal_status_is_told_with_its_dates_under_its_own_heading() -> None:
    statement = one(accepted(adt("A01", segment("ZU5", f1="02", f2="20260301"))), "Flag")
    assert statement.heading is Heading.LEGAL
    assert statement.resource["status"] == "active"
    assert statement.resource["code"]["coding"][0]["code"] == "02"
    assert statement.resource["period"] == {"start": "2026-03-01T00:00:00+00:00"}


def test_an_ended_status_is_the_same_fact_ended() -> None:
    began = one(accepted(adt("A08", segment("ZU5", f1="2", f2="20260301"))), "Flag")
    ended = one(accepted(adt("A08", segment("ZU5", f1="02", f2="20260301", f3="20260310"))), "Flag")
    assert began.identifier == ended.identifier
    assert ended.resource["status"] == "inactive"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"f1": "77"}, "ZU5-1"),
        ({"f1": '""'}, "ZU5-1"),
        ({"f1": "02", "f2": "20260302", "f3": "20260301"}, "ZU5-3"),
    ],
)
def test_a_status_in_doubt_is_refused_by_itself(fields: dict[str, str], place: str) -> None:
    found = told(adt("A08", segment("ZU5", **fields)))
    assert [(r.field, r.part) for r in found.refusals] == [(place, "message 1 ZU5[1]")]
    assert of_type(found, "Encounter")
