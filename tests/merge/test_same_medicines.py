"""Which medicine statements are one, and that doses, routes, forms and times are never merged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.merge.tellings import (
    allergy,
    concept,
    dosage,
    folded,
    kinds,
    medicine,
    problem,
    two,
)


def test_what_may_turn_the_meaning_round_is_never_folded_away() -> None:
    odd = {"modifierExtension": [{"url": "https://place.example/not", "valueBoolean": True}]}
    assert not folded(problem(), problem(**odd))
    assert not folded(allergy(), allergy(**odd))
    assert not folded(medicine(), medicine(**odd))
    assert folded(problem(**odd), problem(**odd))


def test_one_drug_with_one_dose_is_one_medicine() -> None:
    found = two(medicine(dosage=dosage(Decimal("5.0"))), medicine(dosage=dosage(Decimal("5"))))
    assert (len(found.entries), found.conflicts) == (1, ())


def test_a_decimal_sent_as_a_string_is_compared_as_the_number_it_is() -> None:
    assert folded(medicine(dosage=dosage("5")), medicine(dosage=dosage(Decimal("5.0"))))


@pytest.mark.parametrize(
    "other",
    [dosage(Decimal(10)), dosage(Decimal(5), "microgram"), dosage(Decimal(5), route="patch")],
    ids=["amount", "unit", "route"],
)
def test_another_dose_is_never_folded_and_always_listed(other: Any) -> None:
    found = two(medicine(dosage=dosage(Decimal(5))), medicine(dosage=other))
    assert len(found.entries) == 2
    assert kinds(found) == ["dose"]
    assert set(found.conflicts[0].entries) == {"a", "b"}


def test_one_identifier_does_not_fold_two_doses() -> None:
    shared = {"identifier": [{"system": "https://place.example/rx", "value": "R1"}]}
    found = two(
        medicine(dosage=dosage(5), **shared), medicine("", "other words", dosage=dosage(10), **shared)
    )
    assert (len(found.entries), kinds(found)) == (2, ["dose"])


def test_a_dose_at_another_time_of_day_is_another_line() -> None:
    morning, night = (dosage(100, text=f"100 mg {at}") for at in ("at 8", "at 22"))
    found = two(medicine(dosage=morning), medicine(dosage=night), "acute", "acute")
    assert (len(found.entries), kinds(found)) == (2, ["probably-same"])


def test_a_silent_dose_is_not_taken_for_the_stated_one() -> None:
    found = two(medicine(dosage=dosage(5)), medicine())
    assert (len(found.entries), kinds(found)) == (2, ["probably-same"])


def test_current_in_one_source_and_stopped_in_another_is_shown_twice_and_listed() -> None:
    found = two(medicine(), medicine(status="stopped"))
    assert (len(found.entries), kinds(found)) == (2, ["medicine-status"])


def test_the_old_dose_of_one_source_is_history_and_no_conflict() -> None:
    found = two(medicine(dosage=dosage(5), status="stopped"), medicine(dosage=dosage(10)), "gp", "gp")
    assert (len(found.entries), found.conflicts) == (2, ())


def request(code: str = "386864001", **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept(code),
    } | elements


def test_an_order_not_to_give_is_set_against_a_current_medicine_even_of_its_own_source() -> None:
    found = two(medicine(), request(doNotPerform=True), "acute", "acute")
    assert (len(found.entries), kinds(found)) == (2, ["medicine-status"])
    assert not folded(request(), request(doNotPerform=True))


def test_a_plan_is_neither_current_nor_against_it() -> None:
    for planned in (request(status="draft"), request(intent="plan"), medicine(status="intended")):
        found = two(medicine(), planned)
        assert (len(found.entries), found.conflicts) == (2, ())


def test_two_past_courses_of_one_drug_are_two_and_one_by_two_routes_is_one() -> None:
    def course(start: str) -> dict[str, Any]:
        return medicine(status="completed", effectivePeriod={"start": start})

    assert len(two(course("2024-01-05"), course("2025-01-05")).entries) == 2
    assert folded(course("2024-01-05"), course("2024-01-05T09:00:00Z"))


def contained(form: str, **elements: Any) -> dict[str, Any]:
    inside = {"resourceType": "Medication", "id": "m", "code": concept("386864001"), "form": {"text": form}}
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationReference": {"reference": "#m"},
        "contained": [inside],
    } | elements


def test_a_drug_in_a_contained_medication_is_known_by_its_code_and_its_form() -> None:
    assert folded(contained("Tablet"), contained("tablet"))
    assert kinds(two(contained("tablet"), contained("liquid"))) == ["dose"]


def test_a_drug_known_by_the_display_of_a_reference_is_compared_in_words() -> None:
    named = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationReference": {"display": "Senna"},
    }
    assert folded(named, medicine("", "senna"))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({"asNeededBoolean": True}, {}, False),
        ({"timing": {"repeat": {"frequency": 2}}}, {"timing": {"repeat": {"frequency": 2}}}, True),
        ({"timing": {"repeat": {"frequency": 2}}}, {"timing": {"repeat": {"frequency": 3}}}, False),
        ({"text": "Once a day"}, {"text": "once  a day."}, True),
    ],
)
def test_when_it_is_given_is_part_of_the_dose(one: Any, other: Any, alike: bool) -> None:
    assert folded(medicine(dosage=dosage(5, **one)), medicine(dosage=dosage(5, **other))) is alike


def test_ranges_and_rates_are_compared_as_told() -> None:
    def ranged(high: int) -> dict[str, Any]:
        amount = {"doseRange": {"low": {"value": 1, "unit": "mg"}, "high": {"value": high, "unit": "mg"}}}
        return medicine(dosage=[{"doseAndRate": [amount]}])

    assert folded(ranged(2), ranged(2))
    assert kinds(two(ranged(2), ranged(4))) == ["dose"]


def test_a_request_and_a_statement_of_one_drug_are_compared_but_not_folded() -> None:
    found = two(medicine(dosage=dosage(5)), request(dosageInstruction=dosage(10)))
    assert (len(found.entries), kinds(found)) == (2, ["dose"])


def test_one_route_by_code_and_by_words_is_one() -> None:
    by_code, by_words = medicine(dosage=dosage(5)), medicine(dosage=dosage(5, route="By mouth"))
    by_code["dosage"][0]["route"] = concept("26643006", "Oral use")
    assert folded(by_code, by_words)


def test_a_dosage_that_names_no_dose_is_silent_about_it() -> None:
    bare = medicine(dosage=[{"route": {"text": "oral"}}])
    assert kinds(two(bare, medicine(dosage=dosage(5)))) == ["probably-same"]
