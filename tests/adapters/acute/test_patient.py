"""The person as the hospital tells it: three states of a field, both generations of codes, whole or refused."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.codes import Category, Heading
from tests.adapters.acute.messages import accepted, adt, of_type, one, pid, refused, segment, standing, told


def patient(**fields: str) -> dict[str, Any]:
    return one(accepted(adt("A31", person=pid(**fields))), "Patient").resource


def test_a_person_is_told_with_name_birth_date_address_and_phone() -> None:
    statement = one(accepted(adt("A28")), "Patient")
    assert (statement.category, statement.heading) == (Category.DEMOGRAPHICS, Heading.DEMOGRAPHICS)
    assert not statement.partial
    told = statement.resource
    assert told["name"] == [{"use": "usual", "family": "WOLDS", "given": ["ANNE", "MAY"], "prefix": ["MRS"]}]
    assert (told["birthDate"], told["gender"]) == ("1941-02-03", "female")
    assert told["address"] == [
        {
            "use": "home",
            "line": ["1 MILL ROW"],
            "city": "BARTON",
            "district": "WOLDSHIRE",
            "postalCode": "ZZ1 4AA",
        }
    ]
    assert told["telecom"] == [{"system": "phone", "value": "01632960001", "use": "home"}]


def test_two_quotes_clear_and_nothing_leaves_alone() -> None:
    state = standing(
        "Patient",
        adt("A28", person=pid(f16="M", f22="A")),
        adt("A31", person=pid(f5="", f7="", f11='""', f13="", f16='""'), occurred="20260302"),
    )
    assert state["name"][0]["family"] == "WOLDS"
    assert state["birthDate"] == "1941-02-03"
    assert state["telecom"]
    assert state["extension"]
    assert "address" not in state
    assert "maritalStatus" not in state


def test_an_update_that_arrives_late_overwrites_nothing_newer() -> None:
    newer = adt("A31", person=pid(f5="WOLDS-HILL^ANNE"), occurred="20260305")
    older = adt("A31", person=pid(f5="WOLDS^ANNE"), occurred="20260304")
    assert standing("Patient", newer, older)["name"][0]["family"] == "WOLDS-HILL"


@pytest.mark.parametrize(
    ("sent", "meant"), [("1", "male"), ("2", "female"), ("0", "unknown"), ("9", "unknown"), ("F", "female")]
)
def test_both_kinds_of_gender_codes_are_read(sent: str, meant: str) -> None:
    assert patient(f8=sent)["gender"] == meant


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("19410203", "1941-02-03"), ("194102031230", "1941-02-03"), ("1941", "1941"), ("194102", "1941-02")],
)
def test_a_birth_date_keeps_the_precision_it_was_sent_with(sent: str, meant: str) -> None:
    assert patient(f7=sent)["birthDate"] == meant


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"f7": "19411302"}, "PID-7"),
        ({"f7": "03/02/1941"}, "PID-7"),
        ({"f7": "00000000"}, "PID-7"),
        ({"f8": "X9"}, "PID-8"),
        ({"f24": "2"}, "PID-24"),
        ({"f25": "first"}, "PID-25"),
        ({"f29": "soon"}, "PID-29"),
        ({"f30": "P"}, "PID-30"),
        ({"f29": "20260101", "f30": "N"}, "PID-29"),
    ],
)
def test_what_cannot_be_understood_of_a_person_refuses_the_message_by_field(
    fields: dict[str, str], place: str
) -> None:
    assert refused(adt("A31", person=pid(**fields))) == (place,)


def test_names_keep_their_kinds() -> None:
    names = patient(f5="WOLDS^ANNE^^^^^L~WOLDS^NAN^^^^^PREFERRED~HILL^ANNE^^^^^PREVIOUS-MAIDEN~^^^^^^A")[
        "name"
    ]
    assert [(n["use"], n["family"]) for n in names] == [
        ("usual", "WOLDS"),
        ("nickname", "WOLDS"),
        ("old", "HILL"),
    ]


def test_phones_mails_and_where_they_ring_are_told_apart() -> None:
    found = patient(
        f13="07700900001^PRN^CP~^NET^Internet^anne@example.org~an@example.org^NET",
        f14="^WPN^PH^^44^1632^960002~^WPN",
    )["telecom"]
    assert found == [
        {"system": "phone", "value": "07700900001", "use": "mobile"},
        {"system": "email", "value": "anne@example.org"},
        {"system": "email", "value": "an@example.org"},
        {"system": "phone", "value": "1632960002", "use": "work"},
    ]


def test_known_codes_are_national_and_unknown_ones_are_kept_as_sent() -> None:
    known, unknown = patient(f22="C", f16="W"), patient(f22="C22", f16="9")
    assert known["extension"][0]["valueCodeableConcept"]["coding"][0]["system"].endswith(
        "EthnicCategoryEngland"
    )
    (coding,) = unknown["extension"][0]["valueCodeableConcept"]["coding"]
    assert coding["code"] == "C22"
    assert "EthnicCategoryEngland" not in coding["system"]
    assert unknown["maritalStatus"]["coding"][0]["code"] == "9"


def test_to_say_that_someone_lives_takes_back_a_date_of_death() -> None:
    state = standing(
        "Patient",
        adt("A31", person=pid(f29="202602281130", f30="Y")),
        adt("A31", person=pid(f30="N"), occurred="20260302"),
    )
    assert state["deceasedBoolean"] is False
    assert "deceasedDateTime" not in state


def test_a_twin_is_told_by_birth_order() -> None:
    assert patient(f24="Y", f25="2")["multipleBirthInteger"] == 2
    assert "multipleBirthInteger" not in patient(f25="0")


def test_language_and_practice_are_read() -> None:
    found = accepted(
        adt(
            "A31",
            segment("PD1", f3="BARTON SURGERY^^Y99001", f4="G9999991^HILL^JO^^^DR"),
            person=pid(f15="EN"),
        )
    )
    resource = one(found, "Patient").resource
    assert resource["communication"][0]["language"]["coding"][0] == {
        "system": "urn:ietf:bcp:47",
        "code": "en",
    }
    practice, doctor = resource["generalPractitioner"]
    assert practice["identifier"]["value"] == "Y99001"
    assert doctor["identifier"]["system"].endswith("gmp-number")
    assert doctor["display"] == "DR JO HILL"


def test_next_of_kin_is_a_contact_with_both_codes() -> None:
    nk1 = segment("NK1", f1="1", f2="WOLDS^TOM", f3="20", f5="01632960003^PRN^PH")
    statement = one(accepted(adt("A31", nk1)), "RelatedPerson")
    assert statement.heading is Heading.CONTACTS
    relationship = statement.resource["relationship"][0]
    assert [coding["code"] for coding in relationship["coding"]] == ["Carer", "20"]
    again = one(accepted(adt("A08", nk1)), "RelatedPerson")
    assert again.identifier == statement.identifier


def test_a_relation_without_a_name_is_refused_alone() -> None:
    found = told(adt("A31", segment("NK1", f1="1", f3="20"), segment("NK1", f1="2")))
    assert [(r.field, r.part) for r in found.refusals] == [("NK1-2", "message 1 NK1[1]")]
    assert of_type(found, "Patient")
