"""What arrives is labelled: raised by code, service and default, never lowered, and answers never outrank."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.labels import UNKNOWN, Labelling, label
from schemas.codes import Category, Heading
from schemas.contribution import Statement
from schemas.identifiers import Identifier, SubjectKey
from tests.consent.place import NOW, policy

SNOMED, ICD10 = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10"


def statement(what: str = "acute/problems", **more: Any) -> Statement:
    category, heading = what.split("/")
    resource = more.pop("resource", {"resourceType": "Condition"})
    base = Statement(
        SubjectKey("ZAC01", "local"),
        Identifier("urn:test", "1"),
        resource,
        Category(category),
        Heading(heading),
        NOW,
    )
    return replace(base, **more)


def coded(system: str, code: str) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": {"coding": [{"system": system, "code": code}]}}


def labelled(*args: Any, **more: Any) -> Labelling:
    return label(statement(*args, **more), policy())


def test_an_ordinary_problem_of_the_hospital_is_normal() -> None:
    assert labelled() == Labelling(frozenset({"N"}), frozenset())


@pytest.mark.parametrize(
    ("resource", "labels", "exclusions"),
    [
        (coded(SNOMED, "86406008"), {"R", "HIV"}, {"hiv"}),
        (coded(ICD10, "B20.1"), {"R", "HIV"}, {"hiv"}),
        (coded(ICD10, "O04.9"), {"R", "SEX"}, {"termination"}),
        (coded(ICD10, "F32.1"), {"R", "PSY"}, set()),
        (coded(ICD10, "F10.2"), {"R", "ETH"}, set()),
        (coded(ICD10, "Z31.2"), {"N"}, {"fertility-treatment"}),
        (coded(ICD10, "F64.0"), {"V", "OLD_IDENTITY"}, {"gender-recognition"}),
        (coded("urn:other", "B20"), {"N"}, set()),
        (coded(ICD10, "I10"), {"N"}, set()),
    ],
)
def test_code_lists_label_and_exclude(
    resource: dict[str, Any], labels: set[str], exclusions: set[str]
) -> None:
    found = labelled(resource=resource)
    assert (found.labels, found.exclusions, found.alarms) == (labels, exclusions, ())


def test_a_code_hidden_deep_in_a_resource_is_found() -> None:
    deep = {
        "resourceType": "Observation",
        "component": [{"valueCodeableConcept": coded(ICD10, "B24")["code"]}],
    }
    assert "hiv" in labelled(resource=deep).exclusions


@pytest.mark.parametrize(
    ("service", "labels", "exclusions"),
    [
        ("Genitourinary Medicine", {"R", "SEX"}, {"sexual-health"}),
        ("Community Drug and Alcohol Team", {"R", "ETH"}, set()),
        ("Old Age PSYCHIATRY", {"R", "PSY"}, set()),
        ("Assisted Conception Unit", {"N"}, {"fertility-treatment"}),
        ("Cardiology", {"N"}, set()),
    ],
)
def test_the_originating_service_labels_what_codes_miss(
    service: str, labels: set[str], exclusions: set[str]
) -> None:
    found = labelled("acute/encounters", service=service)
    assert (found.labels, found.exclusions) == (labels, exclusions)


def test_the_source_s_own_labels_are_kept_by_any_known_name_and_only_raised() -> None:
    assert labelled(labels=frozenset({"sealed"})).labels == {"R", "SEAL"}
    assert labelled(labels=frozenset({"mental_health"})).labels == {"R", "PSY"}
    assert labelled(labels=frozenset({"V"})).labels == {"V"}
    assert labelled("mental-health/problems", labels=frozenset({"N"})).labels == {"R", "PSY"}


def test_a_security_tag_inside_the_resource_counts_as_the_source_s_label() -> None:
    tagged = {"resourceType": "Condition", "meta": {"security": [{"code": "R"}, {"code": "SDV"}]}}
    assert labelled(resource=tagged).labels == {"R", "SDV"}


def test_a_label_nobody_knows_is_kept_closed_with_an_alarm() -> None:
    found = labelled(labels=frozenset({"ZZZ"}))
    assert UNKNOWN in found.labels
    assert found.alarms == ("label.unknown",)


def test_unlabelled_floor_items_are_shown_and_everything_else_is_restricted_each_with_an_alarm() -> None:
    bare = replace(policy(), defaults={})
    floor, rest = (label(statement(f"acute/{h}"), bare) for h in ("allergies", "results"))
    assert (floor.labels, floor.alarms) == ({"N"}, ("unlabelled.shown",))
    assert (rest.labels, rest.alarms) == ({"R"}, ("unlabelled.restricted",))


def test_safeguarding_is_labelled_by_its_heading_whoever_sends_it() -> None:
    for category in ("acute", "social-care", "mental-health", "housing"):
        assert labelled(f"{category}/safeguarding").labels == {"R", "SAFEGUARDING"}


def test_every_heading_of_every_category_has_a_default_or_is_restricted() -> None:
    for category in Category:
        for heading in Heading:
            found = labelled(f"{category}/{heading}")
            assert found.labels
            assert ("R" in found.labels) or not found.alarms or found.alarms == ("unlabelled.shown",)


LABELS = st.frozensets(st.sampled_from(sorted(policy().labels)), max_size=4)
ANSWERED = st.sampled_from(
    [frozenset({"N"}), frozenset({"R", "PSY"}), frozenset({"R"}), frozenset({"V", "PSYTHPN"})]
)


@given(labels=LABELS, answers=ANSWERED)
def test_a_retraction_is_labelled_as_what_it_answers(labels: frozenset[str], answers: frozenset[str]) -> None:
    retraction = statement(labels=labels, retracts=True)
    assert label(retraction, policy(), answers=answers).labels == answers


@given(labels=LABELS, answers=ANSWERED)
def test_a_correction_is_never_labelled_higher_than_what_it_answers(
    labels: frozenset[str], answers: frozenset[str]
) -> None:
    ranks = {"N": 0, "R": 1, "V": 2}
    found = label(statement(labels=labels), policy(), answers=answers).labels
    assert found - set(ranks) <= answers
    assert max(ranks.get(c, 0) for c in found) <= max(ranks.get(c, 0) for c in answers)


@given(labels=LABELS, more=LABELS)
def test_a_further_source_label_never_takes_one_away(labels: frozenset[str], more: frozenset[str]) -> None:
    levels = {"N", "R", "V"}
    before, after = (labelled(labels=x).labels for x in (labels, labels | more))
    assert before - levels <= after - levels
