"""What is one thing and what is not: certain is folded, probable never silently."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.codes import Heading
from schemas.record import Record
from tests.merge.tellings import (
    DMD,
    allergy,
    concept,
    dosage,
    entries,
    kinds,
    medicine,
    problem,
    record,
    status,
    told,
)


def two(one: dict[str, Any], other: dict[str, Any], *sources: str, **changes: Any) -> Record:
    first, second = sources or ("acute", "gp")
    return record([told(one, first, id="a", on=1, **changes), told(other, second, id="b", on=2, **changes)])


def folded(one: dict[str, Any], other: dict[str, Any], *sources: str, **changes: Any) -> bool:
    return len(two(one, other, *sources, **changes).entries) == 1


def test_one_substance_in_two_systems_is_one_allergy_with_both_tellings() -> None:
    found = two(allergy(words="Penicillin"), allergy(words="PENICILLINS"))
    (entry,) = found.entries
    assert [t.source for t in entry.tellings] == ["acute", "gp"]
    assert (entry.rule, found.conflicts) == ("allergy-same-substance", ())


def test_an_allergy_by_dmd_and_by_snomed_code_is_one() -> None:
    dmd = allergy() | {"code": concept("764146007", "Penicillin class", DMD)}
    assert folded(allergy(), dmd)


def test_words_join_within_one_category_only() -> None:
    assert folded(allergy("", "Penicillin."), allergy("", "penicillin"))
    assert not folded(allergy("", "latex"), allergy("", "latex", category=["environment"]))


def test_words_join_an_uncoded_allergy_to_a_coded_one_only_if_one_code_goes_by_them() -> None:
    coded = told(allergy("764146007", "penicillin"), id="a")
    other_code = told(allergy("91936005", "penicillin"), "gp", id="b")
    uncoded = told(allergy("", "Penicillin"), "social-care", id="c")
    assert len(record([coded, uncoded]).entries) == 1
    apart = record([coded, other_code, uncoded])
    assert (len(apart.entries), kinds(apart)) == (3, ["probably-same"])


def test_a_code_that_names_no_substance_folds_nothing() -> None:
    assert not folded(allergy("419511003", "ibuprofen"), allergy("419511003", "morphine"))


def test_allergies_without_code_or_words_stay_apart() -> None:
    bare = {"resourceType": "AllergyIntolerance"}
    assert not folded(bare, bare)


def test_one_problem_code_is_one_problem() -> None:
    assert folded(problem("38341003", "Hypertension"), problem("38341003", "High blood pressure"))
    assert folded(problem("", "Falls"), problem("", "falls"))
    apart = two(problem("38341003", "Falls"), problem("", "falls"))
    assert (len(apart.entries), kinds(apart)) == (2, ["probably-same"])


def test_two_strokes_are_two() -> None:
    found = two(problem(onsetDateTime="2019-03-04"), problem(onsetDateTime="2024-08"))
    assert len(found.entries) == 2
    assert kinds(found) == ["probably-same"]


def test_a_working_diagnosis_is_not_folded_into_a_confirmed_one() -> None:
    found = two(problem(), problem(**status("verificationStatus", "provisional")))
    assert (len(found.entries), kinds(found)) == (2, ["probably-same"])


def test_what_may_turn_the_meaning_round_is_never_folded_away() -> None:
    odd = {"modifierExtension": [{"url": "https://place.example/not", "valueBoolean": True}]}
    assert not folded(problem(), problem(**odd))
    assert not folded(allergy(), allergy(**odd))
    assert not folded(medicine(), medicine(**odd))
    assert folded(problem(**odd), problem(**odd))


def test_a_year_agrees_with_a_date_in_it() -> None:
    assert folded(problem(onsetDateTime="2019"), problem(onsetDateTime="2019-03-04"))


def test_one_code_on_two_sides_is_two_problems() -> None:
    left, right = ({"bodySite": [concept(text=side)]} for side in ("left", "right"))
    assert not folded(problem(**left), problem(**right))


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


def test_an_allergy_named_by_its_reaction_alone_is_known_by_it() -> None:
    by_reaction = {
        "resourceType": "AllergyIntolerance",
        "reaction": [{"substance": concept("764146007"), "manifestation": [{"text": "rash"}]}],
    }
    assert folded(by_reaction, allergy())


def test_a_request_and_a_statement_of_one_drug_are_compared_but_not_folded() -> None:
    found = two(medicine(dosage=dosage(5)), request(dosageInstruction=dosage(10)))
    assert (len(found.entries), kinds(found)) == (2, ["dose"])


def observation(
    value: str = "V1", system: str = "https://place.example/lab", **elements: Any
) -> dict[str, Any]:
    shared = {"identifier": [{"system": system, "value": value}]}
    return {"resourceType": "Observation", "status": "final", "code": concept("1"), **shared} | elements


def test_anything_else_is_side_by_side_unless_one_identifier_came_by_two_routes() -> None:
    assert folded(observation("V1"), observation("V1"))
    assert not folded(observation("V1"), observation("V2"))
    assert not folded(observation("V1"), observation("V1", "https://place.example/other"))


def test_one_result_by_two_routes_with_two_values_shows_the_later_and_says_so() -> None:
    found = two(observation(valueString="4.1"), observation(valueString="4.7", status="amended"))
    (entry,) = found.entries
    assert (entry.resource["valueString"], entry.rule) == ("4.7", "same-business-identifier")
    assert kinds(found) == ["value"]


def test_an_identifier_that_a_source_gives_to_two_facts_identifies_neither() -> None:
    pairs = [
        told(observation("REQ"), id="a"),
        told(observation("REQ"), id="b"),
        told(observation("REQ"), "gp", id="c"),
    ]
    assert len(record(pairs).entries) == 3


def test_a_number_that_names_the_person_is_no_identifier_of_a_fact() -> None:
    assert not folded(
        observation("x", "https://fhir.nhs.uk/Id/nhs-number"),
        observation("x", "https://fhir.nhs.uk/Id/nhs-number"),
    )


def resuscitation(code: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Flag", "status": "active", "code": concept(code)} | elements


def test_two_resuscitation_recommendations_are_never_folded_and_listed_first() -> None:
    shared = {"identifier": [{"system": "https://place.example/form", "value": "F1"}]}
    found = two(
        resuscitation("450475007", **shared),
        resuscitation("450476008", **shared),
        heading=Heading.RESUSCITATION,
    )
    assert len(found.entries) == 2
    assert [(c.kind, c.rank) for c in found.conflicts] == [("resuscitation", 1)]


def test_one_form_by_two_routes_word_for_word_the_same_is_one() -> None:
    shared = resuscitation("450475007", identifier=[{"system": "https://place.example/form", "value": "F1"}])
    assert folded(shared, shared, heading=Heading.RESUSCITATION)


def test_agreeing_recommendations_stay_apart_without_a_conflict() -> None:
    found = two(resuscitation("450475007"), resuscitation("450475007"), heading=Heading.RESUSCITATION)
    assert (len(found.entries), found.conflicts) == (2, ())


def test_a_safeguarding_condition_is_not_folded_by_its_code() -> None:
    assert not folded(problem("1"), problem("1"), heading=Heading.SAFEGUARDING)


def test_two_severities_of_one_allergy_are_both_shown() -> None:
    mild, severe = (
        allergy(reaction=[{"severity": s, "manifestation": [{"text": "rash"}]}]) for s in ("mild", "severe")
    )
    found = two(mild, severe)
    assert (len(found.entries), kinds(found)) == (2, ["allergy-severity"])


def test_criticality_is_not_set_against_severity() -> None:
    severe = allergy(reaction=[{"severity": "severe", "manifestation": [{"text": "rash"}]}])
    assert folded(allergy(criticality="high"), severe)
    assert kinds(two(allergy(criticality="high"), allergy(criticality="low"))) == ["allergy-severity"]


def test_a_grade_without_a_reaction_is_compared_and_carried() -> None:
    def graded(code: str) -> dict[str, Any]:
        url = "https://place.example/StructureDefinition/allergy-severity"
        return allergy(extension=[{"url": url, "valueCodeableConcept": concept(code)}])

    mild = allergy(reaction=[{"severity": "mild", "manifestation": [{"text": "rash"}]}])
    assert kinds(two(graded("SV"), mild)) == ["allergy-severity"]
    (entry,) = two(graded("MI"), mild).entries
    assert entry.resource["extension"] == graded("MI")["extension"]


def test_silence_on_severity_agrees_with_one_that_is_stated() -> None:
    (entry,) = two(allergy(criticality="high"), allergy()).entries
    assert entry.resource["criticality"] == "high"


def test_two_hospital_records_that_disagree_on_an_allergy_are_both_shown() -> None:
    found = two(allergy(), allergy(**status("verificationStatus", "refuted")), "acute", "acute")
    assert len(entries(found, "AllergyIntolerance")) == 2
    assert [(c.kind, c.rank, c.entries) for c in found.conflicts] == [("allergy-status", 1, ("a", "b"))]
