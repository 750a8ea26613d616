"""One entry in plain words: what is said is in it, what is not said is not, whatever type it is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.care.passport import lines, wording
from schemas.checks import check, resource_types
from tests.care.records import concept


@pytest.mark.parametrize("type_", sorted(resource_types()))
def test_a_resource_that_says_nothing_still_has_words(type_):
    text, details, marks = lines.words({"resourceType": type_})
    assert text
    assert [*details, *marks] == []


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ({"valueQuantity": {"value": Decimal("6.50"), "unit": "mmol/L"}}, "6.50 mmol/L"),
        ({"valueQuantity": {"value": 7, "comparator": "<"}}, "<7"),
        ({"valueCodeableConcept": concept("positive")}, "positive"),
        ({"valueBoolean": False}, "no"),
        ({"valueDateTime": "2026-07-01T12:00:00Z"}, "1 July 2026, 13:00"),
        ({"valueInteger": 0}, "0"),
        ({"valueRange": {"low": {"value": 1, "unit": "a"}, "high": {"value": 2, "unit": "a"}}}, "1 a to 2 a"),
        ({"valueString": "Two to help"}, "Two to help"),
    ],
)
def test_an_observation_says_its_value_as_it_was_told(element, shown):
    resource = {"resourceType": "Observation", "status": "final", "code": concept("Test"), **element}
    assert check(resource | {"code": {"text": "Test"}}) == []
    assert lines.words(resource)[0] == f"Test: {shown}"


def test_what_is_coded_twice_is_said_once():
    twice = {"code": concept("For resuscitation"), "valueCodeableConcept": concept("For resuscitation")}
    assert lines.words({"resourceType": "Observation", **twice})[0] == "For resuscitation"


def test_a_status_is_said_when_it_is_not_the_usual_one():
    told = {"resourceType": "Observation", "code": concept("Test"), "valueInteger": 3}
    assert lines.words(told | {"status": "final"})[2] == []
    assert lines.words(told | {"status": "entered-in-error"})[2] == ["entered in error"]


def test_answers_at_any_depth_are_told_in_order():
    form = {
        "resourceType": "QuestionnaireResponse",
        "item": [
            {
                "linkId": "1",
                "item": [{"linkId": "1.1", "text": "Eats", "answer": [{"valueString": "little"}]}],
            },
            {"linkId": "2", "text": "Sleeps", "answer": [{"valueBoolean": True}]},
        ],
    }
    assert lines.words(form) == ("Eats: little", ["Sleeps: yes"], [])


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("2026", "2026"),
        ("2026-03", "March 2026"),
        ("2026-03-01", "1 March 2026"),
        ("2026-06-30T23:30:00Z", "1 July 2026"),
        ("2026-13", ""),
        ("soon", ""),
        (None, ""),
    ],
)
def test_dates_are_long_and_as_exact_as_they_were_told(told, shown):
    assert wording.day(told) == shown


def test_a_code_without_words_is_not_read_out_as_if_it_were_words():
    assert wording.named({"coding": [{"system": "x", "code": "180"}]}) == ""
    assert wording.concept({"coding": [{"system": "x", "code": "180"}]}) == "180"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_no_shape_of_a_concept_a_quantity_a_name_or_a_date_breaks_the_page(value):
    for read in (wording.quantity, wording.day, wording.moment, wording.display, wording.span):
        assert isinstance(read(value), str)
