"""The landlord's file in FHIR: tenancy, home, repairs; no number, no key safe code, no protected place."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.housing.register import FORM, HousingRegister
from adapters.source import Raw
from schemas.checks import refusals
from schemas.codes import Category, Heading, RelationshipKind
from schemas.contribution import Translated
from schemas.identifiers import SubjectKey

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def item(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "on": "2026-09-01T09:00:00+00:00", "updatedAt": "2026-11-01T09:00:00+00:00", **more}


ADDRESS = {
    "addressLine1": "12 Canal Row",
    "addressLine2": "Woldham",
    "postCode": "WL2 3CR",
    "uprn": "999000001012",
}
FILE: dict[str, Any] = {
    "person": {
        "id": "H-1", "title": "Mr", "firstName": "Brian", "middleName": "Edward", "surname": "Example",
        "preferredFirstName": "Bri", "dateOfBirth": "1947-03-14", "gender": "male", "personTypes": ["Tenant"],
        "contactDetails": [{"contactType": "mobile", "value": "07700 900012"}],
        "address": {**ADDRESS, "kind": "dwelling"}, "updatedAt": "2026-11-01T09:00:00+00:00",
    },
    "tenures": [
        item("T1", tenureType={"code": "SEC"}, startOfTenureDate="2001-05-01", currentBalance=120.5,
             tenuredAsset={"id": "A1", "type": "House", "fullAddress": "12 Canal Row WL2 3CR", "kind": "dwelling"},
             householdMembers=[{"id": "x", "fullName": "Gary Example", "relation": "son", "isResponsible": False,
                                "personTenureType": "household_member", "dateOfBirth": "1975-01-01"}]),
    ],
    "assets": [
        item("A1", assetType="House", assetAddress={**ADDRESS, "kind": "dwelling"},
             assetManagement={"isTemporaryAccomodation": False},
             assetCharacteristics={"isStepFree": False, "hasStairs": True, "bedrooms": 2, "heating": "gas",
                                   "accessibilityComments": "Steep stairs"},
             accessInformation={"keysafe": {"location": "left of door", "code": "C7391"}}),
    ],
    "repairs": [
        item("R1", DescriptionOfWork="Boiler out. Keysafe by the door, code 7391", status="open", affectsHealth=True,
             Priority={"PriorityCode": "1", "RequiredCompletionDateTime": "2026-09-02"},
             WorkElement=[{"Trade": "Heating", "M3NHFSORCode": "600001"}],
             AccessInformation={"Keysafe": {"Location": "left", "Code": "7391"}}),
    ],
    "hazards": [item("Z1", number=1, name="Damp and mould", band="B", text="Back bedroom")],
    "adaptations": [item("D1", what="Stair rail", status="fitted", fittedOn="2026-10-01", requestedBy="ZSC01"),
                    item("D2", what="Ramp", status="requested")],
    "homelessness": [item("L1", duty="relief", reason="Leaving hospital", referredBy="ZMH01")],
    "alerts": [item("P1", Type="10", Comments="Dog"), item("P2", Type="20-50", Comments=""),
               item("P3", Type="20-70", Comments="Ask the council")],
}  # fmt: skip


def translate(file: Any) -> Translated:
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    register = HousingRegister(Connection("ZHO01", url="http://127.0.0.1:1"), None)  # type: ignore[arg-type]
    return register.translate(Raw("housing", FORM, content, NOW))


def said(told: Translated) -> str:
    return json.dumps([s.resource for s in told.statements] + [c.patient for c in told.subjects], default=str)


@pytest.fixture
def file() -> dict[str, Any]:
    return copy.deepcopy(FILE)


def test_a_whole_file_is_kept_and_every_resource_is_valid_r4(file: Any) -> None:
    told = translate(file)
    assert told.refusals == ()
    assert [p for s in told.statements for p in refusals(s)] == []
    assert {s.category for s in told.statements} == {Category.HOUSING, Category.DEMOGRAPHICS}
    assert {s.type for s in told.statements} == {
        "EpisodeOfCare", "RelatedPerson", "Location", "Observation", "Task", "Flag", "ServiceRequest",
        "DeviceRequest", "Condition", "Patient",
    }  # fmt: skip


def test_nobody_has_a_number_here(file: Any) -> None:
    (claim,) = translate(file).subjects
    assert claim.nhs_number is None
    assert [i["system"] for i in claim.patient["identifier"]] == [
        "https://carerecord.example/fhir/Id/ZHO01/person"
    ]


def test_a_tenancy_makes_the_relationship_and_an_open_duty_a_caseload(file: Any) -> None:
    kinds = {r.kind: r.start.date().isoformat() for r in translate(file).relationships}
    assert kinds == {RelationshipKind.TENANCY: "2001-05-01", RelationshipKind.CASELOAD: "2026-09-01"}


def test_no_key_safe_code_is_kept_not_even_one_typed_into_words(file: Any) -> None:
    told = translate(file)
    assert "7391" not in said(told)
    assert "Boiler out" in said(told)


def test_what_somebody_owes_is_not_kept(file: Any) -> None:
    assert "120.5" not in said(translate(file))


def test_do_not_visit_alone_is_staff_safety_and_a_wheelchair_a_need(file: Any) -> None:
    found = {
        s.resource["code"]["coding"][0]["code"]: s for s in translate(file).statements if s.type == "Flag"
    }
    assert found["10"].heading is Heading.STAFF_SAFETY
    assert found["20-50"].heading is Heading.NEEDS
    assert "SAFEGUARDING" in found["20-70"].labels


def test_a_request_that_was_fitted_is_a_device_too(file: Any) -> None:
    told = [
        (s.type, s.resource["status"]) for s in translate(file).statements if s.heading is Heading.EQUIPMENT
    ]
    assert told == [
        ("ServiceRequest", "completed"), ("DeviceRequest", "completed"), ("ServiceRequest", "active"),
    ]  # fmt: skip


def test_the_household_is_third_party(file: Any) -> None:
    (member,) = [s for s in translate(file).statements if s.type == "RelatedPerson"]
    assert member.labels == frozenset({"THIRD_PARTY"})


def test_homelessness_is_labelled_as_telling_a_place(file: Any) -> None:
    labelled = [s for s in translate(file).statements if "HOMELESS" in s.labels]
    assert {s.type for s in labelled} == {"EpisodeOfCare", "Condition"}
    assert all("LOCIS" in s.labels for s in labelled)


@pytest.mark.parametrize(
    "kind",
    ["refuge", "prison", "approved_premises", "Women's refuge", "HMP Wolds", "bail hostel", "safe house"],
)
@pytest.mark.parametrize("where", ["homelessness", "assets", "tenures", "person"])
def test_a_protected_place_is_kept_nowhere(file: Any, where: str, kind: str) -> None:
    hidden = {"addressLine1": "Rose House", "postCode": "WL9 1AB", "uprn": "999000009001", "kind": kind}
    if where == "homelessness":
        file["homelessness"][0]["temporaryAddress"] = hidden
    elif where == "assets":
        file["assets"][0]["assetAddress"] = hidden
    elif where == "tenures":
        file["tenures"][0]["tenuredAsset"] = {
            "id": "A1",
            "fullAddress": "Rose House, WL9 1AB",
            "uprn": "999000009001",
            "kind": kind,
        }
    else:
        file["person"]["address"] = hidden
    file["repairs"][0]["DescriptionOfWork"] = (
        "Lock at Rose House, WL9 1AB" if where == "tenures" else "Lock at ROSE  HOUSE, wl91ab"
    )
    told = translate(file)
    assert told.subjects[0].location_restricted is True
    assert told.refusals == ()
    for place in ("rose", "wl9", "999000009001"):
        assert place not in said(told).casefold()


@pytest.mark.parametrize("line", ["Refuge, care of the council", "c/o HMP Wolds", "The Bail Hostel"])
def test_an_address_whose_line_says_what_it_is_needs_no_kind(file: Any, line: str) -> None:
    file["person"]["address"] = {"addressLine1": line, "addressLine2": "Rose Row", "postCode": "WL9 1AB"}
    told = translate(file)
    assert told.subjects[0].location_restricted is True
    assert "address" not in told.subjects[0].patient
    assert "wl9" not in said(told).casefold()


def test_a_street_that_is_named_after_a_prison_hides_nobody(file: Any) -> None:
    file["person"]["address"] = {"addressLine1": "2 Prison Lane", "postCode": "WL9 1AB", "kind": "dwelling"}
    told = translate(file)
    assert told.subjects[0].location_restricted is None
    assert "WL9 1AB" in said(told)


def test_a_stay_in_a_refuge_restricts_without_any_address(file: Any) -> None:
    file["homelessness"][0]["temporaryAccommodation"] = [{"type": "refuge", "startDate": "2026-09-03"}]
    told = translate(file)
    assert told.subjects[0].location_restricted is True
    (stay,) = [s for s in told.statements if "temporary-accommodation" in s.identifier.system]
    assert stay.labels >= {"REFUGE", "LOCIS", "HOMELESS"}


def test_temporary_accommodation_is_told_by_kind_and_never_by_address(file: Any) -> None:
    file["homelessness"][0]["temporaryAccommodation"] = [
        {"type": "bed_and_breakfast", "startDate": "2026-09-03", "endDate": "2026-09-30",
         "address": {"addressLine1": "4 Sea View", "postCode": "WL8 8AA"}},
        {"type": "hostel", "startDate": "2026-10-01"},
    ]  # fmt: skip
    told = translate(file)
    assert told.refusals == ()
    stays = [s for s in told.statements if "temporary-accommodation" in s.identifier.system]
    assert [s.resource["status"] for s in stays] == ["finished", "active"]
    assert all(s.labels >= {"HOMELESS", "LOCIS"} for s in stays)
    assert "Sea View" not in said(told)
    assert [p for s in stays for p in refusals(s)] == []


def test_a_works_order_in_the_sectors_own_shape_is_understood(file: Any) -> None:
    """Trades and rates as lists, alerts about the person and the place, what is said of getting in, a hazard."""
    file["repairs"] = [
        item("R9", DescriptionOfWork="Mould in back bedroom", status="in_progress", DateReported="2026-08-30",
             EstimatedLaborHours=2.5, LocationOfRepair="Back bedroom", hazardNumber=1,
             Priority={"PriorityCode": "2", "PriorityDescription": "Urgent", "NumberOfDays": 5, "Comments": "x"},
             WorkClass={"WorkClassCode": "10", "WorkClassDescription": "Responsive"},
             WorkElement=[{"id": "1", "Trade": [{"Code": "PL", "CustomCode": "PLA", "CustomName": "Plastering"}],
                           "RateScheduleItem": [{"M3NHFSORCode": "400001", "Quantity": {"Amount": [1]}}]}],
             AccessInformation={"Keysafe": {"Code": "7391"}, "Description": "Ring twice, then 7391 on the pad"},
             PersonAlert=[{"Type": "20-10", "Comments": "Deaf"}, {"Type": "1", "Comments": "MARAC case"}],
             LocationAlert=[{"Type": "30", "Comments": "Dog"}],
             SitePropertyUnit=[{"Address": {"PostalCode": "WL2 3CR"}, "Reference": [{"ID": "A1"}]}]),
    ]  # fmt: skip
    told = translate(file)
    assert told.refusals == ()
    order = next(s for s in told.statements if s.identifier.value == "R9")
    assert order.resource["priority"] == "urgent"
    assert {c["code"] for c in order.resource["code"]["coding"]} == {"PL", "400001", "1", "10"}
    assert order.resource["authoredOn"] == "2026-08-30"
    assert "7391" not in said(told)
    assert "Ring twice" in said(told)
    alerts = [s for s in told.statements if s.identifier.value.startswith("R9-")]
    assert {s.heading for s in alerts} == {Heading.NEEDS, Heading.ALERTS}
    assert any("MARAC" in s.labels for s in alerts)
    assert [p for s in told.statements for p in refusals(s)] == []


def test_a_notice_on_the_tenancy_is_told_while_it_runs(file: Any) -> None:
    file["tenures"][0] |= {
        "terminated": {"isTerminated": False}, "paymentReference": "999", "propertyReference": "P1",
        "notices": [
            {"type": "Seeking possession", "servedDate": "2026-10-01", "effectiveDate": "2026-10-29"},
            {"type": "Seeking possession", "servedDate": "2020-01-01", "expiryDate": "2021-01-01"},
        ],
    }  # fmt: skip
    told = translate(file)
    assert told.refusals == ()
    notices = [s.resource for s in told.statements if "notice" in s.identifier.system]
    assert [n["status"] for n in notices] == ["active", "inactive"]


@pytest.mark.parametrize("number", range(1, 30))
def test_every_hazard_of_the_rating_system_has_its_name(file: Any, number: int) -> None:
    file["hazards"] = [item("Z", number=number, band="D")]
    told = translate(file)
    (flag,) = [s.resource for s in told.statements if "hazard" in s.identifier.system]
    assert len(flag["code"]["text"]) > 3
    assert "category 2" in flag["category"][0]["text"]


@pytest.mark.parametrize("band", "ABCDEFGHIJ")
def test_bands_a_to_c_are_category_one(file: Any, band: str) -> None:
    file["hazards"][0]["band"] = band
    (flag,) = [s.resource for s in translate(file).statements if "hazard" in s.identifier.system]
    assert ("category 1" in flag["category"][0]["text"]) is (band in "ABC")


def test_steps_and_adaptations_of_a_home_are_told(file: Any) -> None:
    file["assets"][0]["assetCharacteristics"] |= {
        "numberOfSteps": 4, "hasRampAccess": False, "hasLift": False, "adaptations": ["Level-access shower"],
    }  # fmt: skip
    file["assets"][0]["accessInformation"]["comments"] = "Side gate, 4471 on the pad"
    told = translate(file)
    (traits,) = [s.resource for s in told.statements if s.type == "Observation"]
    found = {c["code"]["text"]: c for c in traits["component"]}
    assert found["Steps to the entrance"]["valueInteger"] == 4
    assert found["Adaptation in place"]["valueString"] == "Level-access shower"
    (home,) = [s.resource for s in told.statements if s.type == "Location"]
    assert "Side gate" in home["description"]
    assert "4471" not in said(told)


def test_a_file_is_a_whole_telling_only_when_all_of_it_was_understood(file: Any) -> None:
    assert [w.subject for w in translate(file).windows] == [SubjectKey("ZHO01", "H-1")]
    file["repairs"][0]["status"] = "lost"
    assert translate(file).windows == ()


def test_two_of_one_household_do_not_share_an_identifier(file: Any) -> None:
    first = {s.identifier for s in translate(file).statements if s.type == "Location"}
    file["person"]["id"] = "H-2"
    second = {s.identifier for s in translate(file).statements if s.type == "Location"}
    assert first.isdisjoint(second)


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("hazards", "number", 30),
        ("hazards", "number", True),
        ("repairs", "hazardNumber", 0),
        ("hazards", "band", "K"),
        ("repairs", "status", "lost"),
        ("alerts", "Type", "99"),
        ("homelessness", "duty", "some"),
        ("adaptations", "status", ""),
        ("tenures", "startOfTenureDate", "01/05/2001"),
    ],
)
def test_a_value_off_its_list_refuses_its_item_and_no_other(
    file: Any, section: str, name: str, value: Any
) -> None:
    file[section][0][name] = value
    told = translate(file)
    assert [r.part for r in told.refusals] == [f"{section}[0]"]
    assert told.statements


JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.lists(st.text(max_size=3), max_size=2)
)


@given(st.sampled_from([k for k in FILE if isinstance(FILE[k], list)]), st.data())
def test_junk_in_any_field_is_refused_or_read_and_never_raises(section: str, data: st.DataObject) -> None:
    file = json.loads(json.dumps(FILE))
    item_ = file[section][0]
    item_[data.draw(st.sampled_from(sorted(item_)))] = data.draw(JUNK)
    told = translate(file)
    assert [p for s in told.statements for p in refusals(s)] == []
