"""Results: digits as sent, corrections after what they correct, withdrawn ones taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from schemas.contribution import Statement
from tests.adapters.acute.messages import accepted, header, octets, of_type, one, pid, segment, told


def obr(**fields: str) -> str:
    usual = {
        "f1": "1",
        "f3": "L500",
        "f4": "UE^Urea and electrolytes^L",
        "f7": "202603010900",
        "f22": "202603011130",
        "f24": "LAB",
        "f25": "F",
    }
    return segment("OBR", **{**usual, **fields})


def obx(**fields: str) -> str:
    usual = {"f1": "1", "f2": "NM", "f3": "1000651000000109^Potassium^SCT", "f11": "F"}
    return segment("OBX", **{**usual, **fields})


def oru(*segments: str) -> bytes:
    return octets(header("ORU^R01"), pid(), *(segments or (obr(), obx(f5="4.10"))))


def result(**fields: str) -> dict[str, Any]:
    return one(accepted(oru(obr(), obx(**fields))), "Observation").resource


def test_a_report_and_its_results_are_told_apart_and_tied() -> None:
    found = accepted(
        oru(
            obr(),
            obx(f5="4.10", f6="mmol/L", f7="3.5-5.3", f8="N"),
            segment("NTE", f1="1", f3="Slightly haemolysed"),
            obx(f1="2", f3="1000661000000107^Sodium^SCT", f5="128", f6="mmol/L", f8="L"),
        )
    )
    report = one(found, "DiagnosticReport").resource
    potassium, sodium = (s.resource for s in of_type(found, "Observation"))
    assert report["status"] == "final"
    assert report["effectiveDateTime"] == "2026-03-01T09:00:00+00:00"
    assert [r["identifier"]["value"] for r in report["result"]] == [
        potassium["identifier"][0]["value"],
        sodium["identifier"][0]["value"],
    ]
    assert potassium["valueQuantity"] == {"value": Decimal("4.10"), "unit": "mmol/L"}
    assert str(potassium["valueQuantity"]["value"]) == "4.10"
    assert potassium["referenceRange"][0]["low"]["value"] == Decimal("3.5")
    assert potassium["note"] == [{"text": "Slightly haemolysed"}]
    assert potassium["category"][0]["coding"][0]["code"] == "laboratory"
    assert sodium["interpretation"][0]["coding"][0]["code"] == "L"


def test_each_result_is_of_its_own_reports_section() -> None:
    imaging = obr(f1="2", f3="X500", f4="CXR^Chest X-ray^L", f24="RAD")
    found = accepted(oru(obr(), obx(f5="4.10"), imaging, obx(f2="TX", f3="CXR^Chest X-ray^L", f5="Clear")))
    of = [s.resource["category"][0]["coding"][0]["code"] for s in of_type(found, "Observation")]
    assert of == ["laboratory", "imaging"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"f5": "<0.5"}, {"valueQuantity": {"value": Decimal("0.5"), "comparator": "<"}}),
        ({"f5": "+2"}, {"valueQuantity": {"value": Decimal("2")}}),
        ({"f5": "haemolysed"}, {"valueString": "haemolysed"}),
        ({"f2": "SN", "f5": ">=^60"}, {"valueQuantity": {"value": Decimal("60"), "comparator": ">="}}),
        ({"f2": "SN", "f5": "^1^:^128"}, {"valueString": "1:128"}),
        ({"f2": "ST", "f5": "5^10 tabs"}, {"valueString": "5^10 tabs"}),
        ({"f2": "FT", "f5": r"one\.br\two"}, {"valueString": "one\ntwo"}),
        ({"f2": "TX", "f5": "one~two"}, {"valueString": "one\ntwo"}),
        ({"f2": "DT", "f5": "20260301"}, {"valueDateTime": "2026-03-01"}),
        (
            {"f2": "CE", "f5": "260415000^Not detected^SCT"},
            {
                "valueCodeableConcept": {
                    "coding": [
                        {"system": "http://snomed.info/sct", "code": "260415000", "display": "Not detected"}
                    ],
                    "text": "Not detected",
                }
            },
        ),
    ],
)
def test_a_value_is_read_by_its_declared_type_or_kept_in_words(
    fields: dict[str, str], expected: dict[str, Any]
) -> None:
    found = result(**fields)
    assert {name: value for name, value in found.items() if name.startswith("value")} == expected


@pytest.mark.parametrize("value", ["", '""'])
def test_a_result_without_a_value_says_that_it_has_none(value: str) -> None:
    found = result(f5=value, f11="X")
    assert found["status"] == "cancelled"
    assert found["dataAbsentReason"]


def test_units_in_ucum_carry_their_system() -> None:
    quantity = result(f5="70", f6="kg^kilogram^UCUM")["valueQuantity"]
    assert (quantity["unit"], quantity["code"]) == ("kilogram", "kg")
    assert quantity["system"] == "http://unitsofmeasure.org"


def test_a_correction_is_the_same_statement_told_later() -> None:
    first = one(accepted(oru()), "Observation")
    corrected = one(accepted(oru(obr(f22="202603011500"), obx(f5="5.10", f11="C"))), "Observation")
    assert first.identifier == corrected.identifier
    assert first.true_time == datetime(2026, 3, 1, 11, 30, tzinfo=UTC) < corrected.true_time
    assert corrected.resource["status"] == "corrected"


@pytest.mark.parametrize("code", ["D", "W"])
def test_a_withdrawn_result_is_taken_back_and_may_be_told_anew(code: str) -> None:
    statement = one(accepted(oru(obr(f22="202603011500"), obx(f11=code))), "Observation")
    assert statement.retracts
    assert statement.resource["status"] == "cancelled"


@pytest.mark.parametrize(
    ("segments", "field"),
    [
        ((obr(), obx(f11="")), "OBX-11"),
        ((obr(), obx(f11="Q")), "OBX-11"),
        ((obr(), obx(f3="")), "OBX-3"),
        ((obr(), obx(f14="noon")), "OBX-14"),
        ((obr(), obx(f2="ED", f5="^application^x-thing^Base64^AAAA")), "OBX-5"),
        ((obr(), obx(f2="ED", f5="^application^pdf^Base64^A")), "OBX-5"),
        ((obr(), obx(f2="ED", f5="^application^pdf^^AAAA")), "OBX-5"),
        ((obr(), obx(f2="RP", f5="elsewhere")), "OBX-5"),
        ((obr(f25="Q"), obx(f5="1")), "OBR-25"),
        ((obr(f4=""), obx(f5="1")), "OBR-4"),
        ((obr(f3="", f7=""), obx(f5="1")), "OBR-3"),
    ],
)
def test_a_report_that_cannot_be_read_whole_is_refused_whole(segments: tuple[str, ...], field: str) -> None:
    found = told(oru(*segments, obr(f3="L501"), obx(f5="4.0")))
    assert [(r.field, r.part) for r in found.refusals] == [(field, "message 1 OBR[1]")]
    assert len(of_type(found, "DiagnosticReport")) == len(of_type(found, "Observation")) == 1


def test_a_report_without_a_number_is_known_by_person_test_and_time() -> None:
    def named(**fields: str) -> Statement:
        return one(accepted(oru(obr(f3="", **fields), obx(f5="1"))), "DiagnosticReport")

    assert named().identifier == named(f22="202603011500").identifier
    assert named().identifier != named(f7="202603010901").identifier
    assert named(f2="P7").identifier.value.startswith("P7")


def test_results_of_two_people_in_one_message_are_refused() -> None:
    found = told(
        octets(header("ORU^R01"), pid(), obr(), obx(f5="1"), pid(f3="H2^^^ZAC01^MR"), obr(), obx(f5="2"))
    )
    assert [r.field for r in found.refusals] == ["PID"]
    assert not found.statements


def test_measurements_inside_an_admission_are_results_too() -> None:
    from tests.adapters.acute.messages import adt

    found = accepted(adt("A01", obx(f3="27113001^Body weight^SCT", f5="61.0", f6="kg")))
    assert one(found, "Observation").resource["encounter"]["identifier"]["value"] == "V900"
    assert of_type(found, "DiagnosticReport") == []


def test_a_document_in_a_result_belongs_to_its_report() -> None:
    letter = obx(f1="2", f2="ED", f3="L^Letter", f5="LAB^application^PDF^Base64^JVBERi0=")
    found = accepted(oru(obr(), obx(f5="4.1"), letter))
    report = one(found, "DiagnosticReport").resource
    assert report["presentedForm"] == [
        {"contentType": "application/pdf", "data": "JVBERi0=", "title": "Letter"}
    ]
    assert len(report["result"]) == 1


def test_a_document_about_a_hidden_person_is_refused() -> None:
    letter = obx(f2="ED", f5="LAB^application^PDF^Base64^JVBERi0=")
    found = told(oru(obr(), letter, segment("ZU8", f4="2")))
    assert [(r.field, r.part) for r in found.refusals] == [("OBX-5", "message 1 OBR[1]")]
    assert not of_type(found, "DiagnosticReport")
