"""A recommendation that comes as a result stands under its own heading."""

from __future__ import annotations

from adapters.resuscitation import is_recommendation


def test_a_recommendation_is_known_by_its_code_or_its_value():
    snomed = "http://snomed.info/sct"
    by_value = {
        "code": {"text": "CPR"},
        "valueCodeableConcept": {"coding": [{"system": snomed, "code": "450476008"}]},
    }
    by_code = {"code": {"coding": [{"system": snomed, "code": "450475007"}]}}
    assert is_recommendation(by_value)
    assert is_recommendation(by_code)
    assert not is_recommendation({"code": {"coding": [{"system": snomed, "code": "364075005"}]}})
    assert not is_recommendation({"resourceType": "Observation"})
