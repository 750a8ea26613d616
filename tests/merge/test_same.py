"""What is one thing and what is not: certain is folded, probable never silently."""

from __future__ import annotations

from typing import Any

from schemas.codes import Heading
from tests.merge.tellings import (
    DMD,
    allergy,
    concept,
    entries,
    folded,
    kinds,
    problem,
    record,
    status,
    told,
    two,
)


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


def test_a_year_agrees_with_a_date_in_it() -> None:
    assert folded(problem(onsetDateTime="2019"), problem(onsetDateTime="2019-03-04"))


def test_one_code_on_two_sides_is_two_problems() -> None:
    left, right = ({"bodySite": [concept(text=side)]} for side in ("left", "right"))
    assert not folded(problem(**left), problem(**right))


def test_an_allergy_named_by_its_reaction_alone_is_known_by_it() -> None:
    by_reaction = {
        "resourceType": "AllergyIntolerance",
        "reaction": [{"substance": concept("764146007"), "manifestation": [{"text": "rash"}]}],
    }
    assert folded(by_reaction, allergy())


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
