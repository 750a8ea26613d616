"""Disagreement is listed, ranked and never dropped."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.merge.replay import Pair
from aggregator.merge.rules import RULES
from schemas.codes import Heading
from tests.merge.tellings import allergy, concept, kinds, person, problem, record, status, told


def none_known(code: str = "716186003", **elements: Any) -> dict[str, Any]:
    return {"resourceType": "AllergyIntolerance", "code": concept(code)} | elements


def test_no_known_allergies_beside_an_allergy_is_a_conflict_of_the_first_rank() -> None:
    found = record([told(none_known(), "gp", id="n"), told(allergy(), id="a")])
    (conflict,) = found.conflicts
    assert (conflict.kind, conflict.rank, conflict.entries) == ("allergy-status", 1, ("a", "n"))
    assert len(found.entries) == 2


def test_no_known_allergies_in_words_alone_counts() -> None:
    nkda = {"resourceType": "AllergyIntolerance", "code": {"text": "NKDA"}}
    assert kinds(record([told(nkda, "gp", id="n"), told(allergy(), id="a")])) == ["allergy-status"]


def test_no_known_drug_allergy_does_not_contradict_a_food_allergy() -> None:
    peanut = allergy("91935009", "Peanut", category=["food"])
    assert kinds(record([told(none_known("409137002"), "gp", id="n"), told(peanut, id="a")])) == []


def test_no_known_allergies_with_the_allergy_retracted_is_no_conflict() -> None:
    gone = [told(allergy(), id="a"), told(allergy(), id="a", on=2, version=2, retracts=True)]
    assert kinds(record([told(none_known(), "gp", id="n"), *gone])) == []


@pytest.mark.parametrize(
    "elements", [status("verificationStatus", "refuted"), status("clinicalStatus", "resolved")]
)
def test_a_dead_allergy_or_a_refuted_none_known_contradicts_nothing(elements: dict[str, Any]) -> None:
    assert kinds(record([told(none_known(), "gp", id="n"), told(allergy(**elements), id="a")])) == []
    assert kinds(record([told(none_known(**elements), "gp", id="n"), told(allergy(), id="a")])) == []


def test_none_recorded_is_not_none() -> None:
    empty = none_known("no-allergy-info")
    assert kinds(record([told(empty, "gp", id="n"), told(allergy(), id="a")])) == []


def test_alive_and_dead_is_a_conflict_of_the_first_rank() -> None:
    found = record([told(person(deceasedBoolean=True), id="a"), told(person(), "gp", id="b", on=2)])
    assert [(c.kind, c.rank) for c in found.conflicts] == [("death", 1)]


def test_a_death_that_all_report_is_none() -> None:
    dead = person(deceasedDateTime="2026-10-01")
    assert kinds(record([told(dead, id="a"), told(dead, "gp", id="b")])) == []


@pytest.mark.parametrize(
    ("element", "one", "other"),
    [
        ("birthDate", {"birthDate": "1951-03-04"}, {"birthDate": "1951-04-03"}),
        ("address", {"address": [{"postalCode": "ZZ1 1AA"}]}, {"address": [{"postalCode": "ZZ2 2BB"}]}),
        ("name", {}, {"name": [{"family": "Marsh-Hill", "given": ["Ada"]}]}),
        ("gender", {"gender": "female"}, {"gender": "male"}),
        ("deceased", {"deceasedDateTime": "2026-01-01"}, {"deceasedDateTime": "2026-02-01"}),
    ],
)
def test_two_details_of_one_person_are_listed_by_element(element: str, one: Any, other: Any) -> None:
    found = record([told(person(**one), id="a"), told(person(**other), "gp", id="b", on=2)])
    assert [(c.kind, c.element) for c in found.conflicts] == [("demographics", element)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"birthDate": "1951"}, {"birthDate": "1951-03-04"}),
        ({"birthDate": "1951-03-04"}, {}),
        ({"address": [{"postalCode": "ZZ1 1AA"}]}, {"address": [{"postalCode": "zz11aa"}]}),
        ({"address": [{"postalCode": "ZZ1 1AA"}]}, {"address": [{"postalCode": "ZZ2 2BB", "use": "old"}]}),
        ({}, {"name": [{"family": "MARSH", "given": ["ada", "Jane"]}]}),
        ({"gender": "female"}, {"gender": "unknown"}),
    ],
)
def test_less_exact_older_or_differently_written_details_agree(one: Any, other: Any) -> None:
    assert kinds(record([told(person(**one), id="a"), told(person(**other), "gp", id="b", on=2)])) == []


def test_a_problem_active_here_and_refuted_there_is_listed() -> None:
    refuted = problem(**status("verificationStatus", "refuted"))
    assert kinds(record([told(problem(), id="a"), told(refuted, "gp", id="b")])) == ["problem-status"]


def test_a_problem_active_here_and_resolved_there_is_listed_under_its_one_entry() -> None:
    one, other = (problem(**status("clinicalStatus", code)) for code in ("active", "resolved"))
    found = record([told(one, id="a"), told(other, "gp", id="b", on=2)])
    assert (len(found.entries), kinds(found)) == (1, ["problem-status"])


def capacity(decision: str, outcome: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept("assessment", f"Capacity: {decision}"),
        "valueCodeableConcept": {"text": outcome},
    }


def test_capacity_is_compared_per_decision() -> None:
    def asked(decision: str, outcome: str, by: str, id: str, on: int = 1) -> Pair:
        return told(capacity(decision, outcome), by, id=id, on=on, heading=Heading.LEGAL)

    has = asked("where to live", "has capacity", "acute", "a")
    assert kinds(record([has, asked("money", "lacks capacity", "social-care", "b")])) == []
    assert kinds(record([has, asked("where to live", "lacks capacity", "social-care", "b")])) == ["legal"]
    came_back = asked("where to live", "lacks capacity", "acute", "c", on=0)
    assert kinds(record([has, came_back])) == []


def test_one_safeguarding_matter_open_here_and_closed_there_is_listed() -> None:
    def concern(by: str, id: str, state: str) -> Pair:
        flag = {"resourceType": "Flag", "status": state, "code": concept("1")}
        return told(flag, by, id=id, heading=Heading.SAFEGUARDING)

    assert kinds(record([concern("acute", "a", "active"), concern("social-care", "b", "inactive")])) == [
        "safeguarding"
    ]
    assert kinds(record([concern("acute", "a", "active"), concern("acute", "b", "inactive")])) == []


def test_conflicts_come_most_harmful_first() -> None:
    found = record(
        [
            told(person(), id="p"),
            told(person("Hill"), "gp", id="q"),
            told(none_known(), "gp", id="n"),
            told(allergy(), id="a"),
        ]
    )
    ranks = [c.rank for c in found.conflicts]
    assert ranks == sorted(ranks)
    assert kinds(found) == ["allergy-status", "demographics"]


def test_the_words_of_a_conflict_are_constant() -> None:
    found = record([told(person(), id="p"), told(person("Hill"), "gp", id="q")])
    assert found.conflicts[0].text == RULES.kinds["demographics"].text
