"""Allergies, diagnoses, procedures: codes as sent, nothing invented, one bad segment refused alone."""

from __future__ import annotations

import pytest

from adapters.elements import ICD10, SNOMED
from adapters.sensitivity import SEALED
from schemas.codes import Heading
from tests.adapters.acute.messages import accepted, adt, of_type, one, segment, told


def test_an_allergy_is_told_with_its_code_kind_reaction_and_date() -> None:
    al1 = segment("AL1", f1="1", f2="DA", f3="Z88.0^Penicillin", f4="SV", f5="Rash~Wheeze", f6="199807011755")
    statement = one(accepted(adt("A31", al1)), "AllergyIntolerance")
    assert statement.heading is Heading.ALLERGIES
    allergy = statement.resource
    assert allergy["code"]["text"] == "Penicillin"
    assert allergy["code"]["coding"] == [{"system": ICD10, "code": "Z88.0", "display": "Penicillin"}]
    assert allergy["category"] == ["medication"]
    assert [m["text"] for m in allergy["reaction"][0]["manifestation"]] == ["Rash", "Wheeze"]
    assert allergy["reaction"][0]["severity"] == "severe"
    assert allergy["recordedDate"] == "1998-07-01T16:55:00+00:00"
    assert "verificationStatus" not in allergy


def test_a_grade_without_a_reaction_is_kept_beside_the_allergy_as_sent() -> None:
    allergy = one(accepted(adt("A31", segment("AL1", f3="Z88.5", f4="5"))), "AllergyIntolerance").resource
    assert "reaction" not in allergy
    (extension,) = allergy["extension"]
    assert extension["valueCodeableConcept"]["coding"][0]["code"] == "5"


@pytest.mark.parametrize(
    ("written", "system", "code"),
    [
        ("91936005^Penicillin^SCT", SNOMED, "91936005"),
        ("716186003^No known allergies^SCT", SNOMED, "716186003"),
        ("P1^Penicillin^L", "https://carerecord.example/fhir/CodeSystem/hl7v2-allergen", "P1"),
    ],
)
def test_the_system_that_is_named_is_the_system_that_is_kept(written: str, system: str, code: str) -> None:
    coding = one(accepted(adt("A31", segment("AL1", f3=written))), "AllergyIntolerance").resource["code"][
        "coding"
    ]
    assert (coding[0]["system"], coding[0]["code"]) == (system, code)


def test_both_codes_of_a_value_are_kept() -> None:
    al1 = segment("AL1", f3="Z88.0^Penicillin^I10^91936005^Allergy to penicillin^SCT")
    coding = one(accepted(adt("A31", al1)), "AllergyIntolerance").resource["code"]["coding"]
    assert [(c["system"], c["code"]) for c in coding] == [(ICD10, "Z88.0"), (SNOMED, "91936005")]


def test_an_allergy_in_words_alone_is_kept_in_words() -> None:
    allergy = one(accepted(adt("A31", segment("AL1", f3="^Sticking plaster"))), "AllergyIntolerance").resource
    assert allergy["code"] == {"text": "Sticking plaster"}


def test_one_bad_segment_is_refused_by_name_and_the_others_are_kept_whole() -> None:
    found = told(
        adt(
            "A31",
            segment("AL1", f1="1", f3="Z88.0^Penicillin"),
            segment("AL1", f1="2", f3='""'),
            segment("AL1", f1="3", f3="Z91.0^Nut", f6="some day"),
            segment("DG1", f1="1", f4=""),
        )
    )
    assert [(r.field, r.part) for r in found.refusals] == [
        ("AL1-3", "message 1 AL1[2]"),
        ("AL1-6", "message 1 AL1[3]"),
        ("DG1-3", "message 1 DG1[1]"),
    ]
    assert len(of_type(found, "AllergyIntolerance")) == 1


def test_the_same_allergy_told_again_is_the_same_statement() -> None:
    al1 = segment("AL1", f1="1", f3="Z88.0^Penicillin")
    first, again = (one(accepted(adt(e, al1)), "AllergyIntolerance") for e in ("A31", "A08"))
    assert first.identifier == again.identifier


def test_a_message_without_allergies_says_nothing_of_them() -> None:
    assert of_type(accepted(adt("A31")), "AllergyIntolerance") == []


def test_a_diagnosis_belongs_to_the_visit_and_says_how_certain_it_is() -> None:
    dg1 = segment("DG1", f1="1", f3="S72.0", f4="Fracture of neck of femur", f5="20260301", f6="F")
    statement = one(accepted(adt("A01", dg1)), "Condition")
    assert statement.heading is Heading.PROBLEMS
    condition = statement.resource
    assert condition["code"]["text"] == "Fracture of neck of femur"
    assert condition["code"]["coding"][0]["system"] == ICD10
    assert condition["encounter"]["identifier"]["value"] == "V900"
    assert condition["verificationStatus"]["coding"][0]["code"] == "confirmed"
    working = one(accepted(adt("A01", segment("DG1", f3="S72.0", f6="W"))), "Condition").resource
    assert working["verificationStatus"]["coding"][0]["code"] == "provisional"


def test_a_diagnosis_marked_confidential_is_labelled_so() -> None:
    dg1 = segment("DG1", f3="B24X^HIV", f18="Y")
    assert one(accepted(adt("A01", dg1)), "Condition").labels == {SEALED}


def test_a_procedure_is_coded_in_opcs() -> None:
    pr1 = segment(
        "PR1", f1="1", f3="W46.1", f4="Hemiarthroplasty", f5="202603021100", f11="C9999999^SHAH^DEV"
    )
    procedure = one(accepted(adt("A08", pr1)), "Procedure").resource
    assert procedure["status"] == "completed"
    assert procedure["code"]["coding"][0]["code"] == "W46.1"
    assert procedure["performedDateTime"] == "2026-03-02T11:00:00+00:00"
    assert procedure["performer"][0]["actor"]["display"] == "DEV SHAH"


def test_the_service_of_the_visit_travels_with_what_was_said_there() -> None:
    from tests.adapters.acute.messages import pv1

    found = accepted(adt("A01", pv1(f10="360"), segment("DG1", f3="N34.1")))
    assert one(found, "Condition").service == "360"
    assert one(found, "Patient").service == ""
