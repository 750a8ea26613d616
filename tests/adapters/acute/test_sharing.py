"""ZU8: an adapter that ignores it leaks addresses of people in hiding."""

from __future__ import annotations

import msgspec
import pytest

from schemas.contribution import Translated
from tests.adapters.acute.messages import accepted, adt, of_type, one, pid, pv1, segment, standing, told

NK1 = segment("NK1", f1="1", f2="HILL^SUE", f3="14", f4="9 QUAY STREET^^BARTON^^ZZ1 9QQ", f5="01632960009")
PD1 = segment("PD1", f3="BARTON SURGERY^^Y99001")
NOTE = segment(
    "OBX", f1="1", f2="TX", f3="NOTE^Note", f5="Seen at 1 Mill Row, zz14aa; ring 01632960001", f11="F"
)
PLACES = (
    "MILL ROW",
    "ZZ1 4AA",
    "ZZ14AA",
    "01632960001",
    "QUAY",
    "ZZ1 9QQ",
    "01632960009",
    "Y99001",
    "SURGERY",
)


def zu8(**fields: str) -> str:
    return segment("ZU8", f1="U", **fields)


def everything(found: Translated) -> str:
    resources = [s.resource for s in found.statements] + [claim.patient for claim in found.subjects]
    return msgspec.json.encode(resources).decode().upper()


@pytest.mark.parametrize("code", ["1", "2", "Y", "7", "perhaps"])
def test_no_place_of_a_hidden_person_leaves_in_any_statement(code: str) -> None:
    found = told(adt("A31", PD1, NK1, NOTE, zu8(f4=code)))
    assert found.subjects[0].location_restricted is True
    assert of_type(found, "Patient")
    assert of_type(found, "Observation")
    assert not of_type(found, "RelatedPerson")
    assert not [place for place in PLACES if place in everything(found)]


@pytest.mark.parametrize(
    "words",
    [
        "rang 01632 960 001",
        "+44 1632 960001",
        "lives at ZZ14AA",
        "zz1 4aa",
        "on Mill Row",
        "mail an@example.org",
        "44 1632 960009",
    ],
)
def test_a_place_is_taken_out_of_texts_however_it_is_written(words: str) -> None:
    note = segment("OBX", f1="1", f2="TX", f3="NOTE^Note", f5=f"Well, {words}, she said", f11="F")
    person = pid(f11="1 Mill Row^^Barton^^ZZ1 4AA", f13="01632960001^PRN^PH~^NET^^an@example.org")
    found = accepted(adt("A31", NK1, note, zu8(f4="2"), person=person))
    told = one(found, "Observation").resource["valueString"]
    assert "[place not kept]" in told
    assert not any(part in told for part in ("96", "4AA", "4aa", "Mill", "example"))
    assert told.startswith("Well, ")


def test_what_was_told_before_hiding_is_cleared() -> None:
    state = standing("Patient", adt("A28", PD1), adt("A31", zu8(f4="2"), occurred="20260302"))
    assert not {"address", "telecom", "generalPractitioner"} & set(state)
    assert state["name"]


def test_a_person_who_is_not_hidden_keeps_the_address() -> None:
    found = accepted(adt("A31", NK1, zu8(f4="0")))
    assert found.subjects[0].location_restricted is False
    assert "MILL ROW" in everything(found)
    assert accepted(adt("A31", NK1)).subjects[0].location_restricted is None


def test_the_most_careful_of_several_segments_counts() -> None:
    found = accepted(adt("A31", zu8(f4="2"), zu8(f4="0")))
    assert found.subjects[0].location_restricted is True


def test_a_code_that_nobody_knows_hides_and_is_refused_by_name() -> None:
    found = told(adt("A31", zu8(f2="9", f4="7")))
    assert [(r.field, r.part) for r in found.refusals] == [("ZU8-2", "message 1"), ("ZU8-4", "message 1")]
    assert found.subjects[0].location_restricted is True
    assert found.choices[0].status == "active"


def test_dissent_is_a_denial_and_consent_ends_it() -> None:
    (dissent,) = accepted(adt("A31", zu8(f2="2"))).choices
    (consent,) = accepted(adt("A31", zu8(f2="1"), occurred="20260302")).choices
    assert (dissent.effect, dissent.status) == ("deny", "active")
    assert (consent.effect, consent.status) == ("deny", "inactive")
    assert dissent.identifier == consent.identifier
    assert dissent.recorded < consent.recorded


@pytest.mark.parametrize("code", ["", "3"])
def test_to_say_nothing_of_sharing_is_no_choice(code: str) -> None:
    assert accepted(adt("A31", zu8(f2=code))).choices == ()


def test_the_service_and_orientation_fields_are_not_carried() -> None:
    patient = one(accepted(adt("A31", segment("ZU8", f1="H", f2="3", f3="Yes"), person=pid())), "Patient")
    assert "extension" not in patient.resource


@pytest.mark.parametrize(
    ("address", "restricted"),
    [
        ("WOLDS WOMEN'S REFUGE^4 QUAY STREET^BARTON^^ZZ1 9QQ", True),
        ("HMP BARTON^4 QUAY STREET^BARTON^^ZZ1 9QQ", None),
    ],
    ids=["refuge", "prison"],
)
def test_a_protected_place_that_a_clerk_typed_is_kept_nowhere_although_no_flag_came(
    address: str, restricted: bool | None
) -> None:
    found = told(adt("A31", PD1, NK1, NOTE, person=pid(f11=address)))
    assert found.subjects[0].location_restricted is restricted
    assert not [place for place in ("QUAY", "ZZ1 9QQ", "REFUGE", "HMP") if place in everything(found)]


def test_a_street_that_is_named_after_a_prison_hides_nobody() -> None:
    found = told(adt("A31", person=pid(f11="4 PRISON LANE^^BARTON^^ZZ1 9QQ")))
    assert found.subjects[0].location_restricted is None
    assert "PRISON LANE" in everything(found)


@pytest.mark.parametrize("fields", [{"f2": "2"}, {"f4": "2"}])
def test_what_a_refused_message_hides_or_objects_to_does_not_wait_for_its_mend(
    fields: dict[str, str],
) -> None:
    found = told(adt("A01", zu8(**fields), pv1(f44="yesterday")))
    assert [r.field for r in found.refusals] == ["PV1-44"]
    assert (found.statements, found.relationships) == ((), ())
    assert [c.effect for c in found.choices] == (["deny"] if "f2" in fields else [])
    (claim,) = found.subjects
    assert claim.key == told(adt("A01")).subjects[0].key
    assert (claim.location_restricted, claim.nhs_number) == ("f4" in fields or None, None)


@pytest.mark.parametrize(
    "message",
    [
        adt("A01", zu8(f2="1", f4="0"), pv1(f44="yesterday")),
        adt("A01", zu8(f2="2"), pv1(f44="yesterday"), facility="ZXX01"),
        adt("A01", zu8(f2="2"), pv1(f44="yesterday"), processing="T"),
        adt("A01", zu8(f2="2"), person=pid(f3="")),
    ],
    ids=["lifts them", "of another organisation", "of a training system", "about nobody"],
)
def test_a_refused_message_that_may_restrict_nobody_says_nothing(message: bytes) -> None:
    found = told(message)
    assert found.refusals
    assert (found.subjects, found.choices) == ((), ())
