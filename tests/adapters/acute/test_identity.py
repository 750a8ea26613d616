"""Whom a message is about: every form of PID-3 that was met, and what is never guessed."""

from __future__ import annotations

import pytest

from schemas.identifiers import CHI_NUMBER, NHS_NUMBER, SubjectKey
from tests.adapters.acute.messages import NUMBER, accepted, adt, one, pid, refused


@pytest.mark.parametrize(
    "written",
    [
        "9990000018^^^NHS",
        "9990000018^^^NHS^NH",
        "9990000018^^^^NH",
        "999 000 0018^^^NHS",
        "999-000-0018^^^nhs^nh",
        "9990000018^^^NHS^NH{status:01}",
        "~9990000018^^^NHS~9990000018^^^^NH",
    ],
    ids=["giver", "giver-and-kind", "kind", "blanks", "dashes-lower-case", "status-in-kind", "twice"],
)
def test_an_nhs_number_is_found_in_each_form_met(written: str) -> None:
    (claim,) = accepted(adt("A31", person=pid(f3=f"{written}~H4410^^^ZAC01^MR"))).subjects
    assert claim.nhs_number is not None
    assert claim.nhs_number.digits == NUMBER
    assert claim.key == SubjectKey("ZAC01", "H4410")


@pytest.mark.parametrize(
    "fields",
    [{"f2": "9990000018^^^^NH"}, {"f19": "9990000018"}, {"f19": "999 000 0018"}],
    ids=["pid-2", "pid-19", "pid-19-spaced"],
)
def test_an_nhs_number_that_strayed_to_another_field_is_found(fields: dict[str, str]) -> None:
    (claim,) = accepted(adt("A31", person=pid(f3="H4410^^^ZAC01^MR", **fields))).subjects
    assert claim.nhs_number is not None


def test_another_countrys_number_in_pid_19_is_no_nhs_number_and_no_fault() -> None:
    (claim,) = accepted(adt("A31", person=pid(f3="H4410^^^ZAC01^MR", f19="123-45-6789"))).subjects
    assert claim.nhs_number is None


@pytest.mark.parametrize(
    ("numbers", "local"),
    [
        ("H1^^^ZAC01^MR", "H1"),
        ("H1^^^ZAC02^PI", "H1"),
        ("H1^^^^MR", "H1"),
        ("H1^^^zac01^MR", "H1"),
        ("H1^^^^PAS", "H1"),
        ("X9^^^ZAC01^PI~H1^^^ZAC01^MR", "H1"),
        ("X9^^^RR9^MR~H1^^^ZAC01", "H1"),
        ("H1", "H1"),
    ],
)
def test_the_hospitals_own_number_names_the_person(numbers: str, local: str) -> None:
    (claim,) = accepted(adt("A31", person=pid(f3=numbers))).subjects
    assert claim.key == SubjectKey("ZAC01", local)


def test_a_person_known_by_nhs_number_alone_is_still_one_subject() -> None:
    (claim,) = accepted(adt("A31", person=pid(f3=f"{NUMBER}^^^NHS"))).subjects
    assert claim.key == SubjectKey("ZAC01", f"nhs-number:{NUMBER}")


def test_numbers_that_others_gave_are_carried_under_their_own_system() -> None:
    patient = one(accepted(adt("A31", person=pid(f3="H1^^^ZAC01^MR~169Z^^^R0A^PI"))), "Patient").resource
    assert [i["value"] for i in patient["identifier"]] == ["H1", "169Z"]
    assert patient["identifier"][1]["system"].endswith("/Id/R0A/PI")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"f3": "9990000019^^^NHS~H4410^^^ZAC01^MR"}, "PID-3"),
        ({"f3": "9990000018^^^NHS~9990000026^^^NHS~H1^^^ZAC01^MR"}, "PID-3"),
        ({"f2": "9990000026^^^NHS"}, "PID-2"),
        ({"f19": "9990000026"}, "PID-19"),
        ({"f3": ""}, "PID-3"),
        ({"f3": '""'}, "PID-3"),
        ({"f3": "77^^^R0A^MR"}, "PID-3"),
    ],
    ids=["wrong-digit", "two", "another-in-2", "another-in-19", "none", "cleared", "somebody-elses"],
)
def test_a_person_in_doubt_refuses_the_whole_message_by_field(fields: dict[str, str], place: str) -> None:
    assert refused(adt("A31", person=pid(**fields))) == (place,)


def test_a_status_of_the_number_is_carried_as_evidence() -> None:
    patient = one(accepted(adt("A31", person=pid(f32="AL~NSTS02"))), "Patient").resource
    (number,) = [i for i in patient["identifier"] if i["system"] == NHS_NUMBER]
    (extension,) = number["extension"]
    assert extension["url"].endswith("Extension-UKCore-NHSNumberVerificationStatus")
    assert extension["valueCodeableConcept"]["coding"][0]["code"] == "02"


def test_a_default_birth_date_or_address_is_nobodys_and_is_not_told() -> None:
    found = one(accepted(adt("A31", person=pid(f7="19000101", f32="UD~UA"))), "Patient").resource
    assert "birthDate" not in found
    assert "address" not in found
    assert "name" in found


def test_an_unknown_identity_is_said_so_that_nobody_matches_it() -> None:
    (claim,) = accepted(adt("A28", person=pid(f5="UNKNOWN^MALE", f31="Y"))).subjects
    assert claim.unknown_identity
    assert refused(adt("A28", person=pid(f31="?"))) == ("PID-31",)


def test_a_scottish_number_is_kept_under_its_own_system_and_matches_nobody() -> None:
    chi = "3002470007"  # born on 30 February, so nobody's
    (claim,) = accepted(adt("A31", person=pid(f3=f"{chi}^^^NHS~H1^^^ZAC01^MR"))).subjects
    assert claim.nhs_number is None
    assert {"system": CHI_NUMBER, "value": chi} in claim.patient["identifier"]
