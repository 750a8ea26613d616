"""The mental health file in FHIR: plans, the Act, caseload, and what tells a place."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.mental_health.record_system import FORM, RecordSystem
from adapters.source import Raw
from schemas.checks import refusals
from schemas.codes import Category, Heading, RelationshipKind
from schemas.contribution import Translated

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def item(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "on": "2026-09-01T09:00:00+00:00", "updatedAt": "2026-11-01T09:00:00+00:00", **more}


FILE: dict[str, Any] = {
    "person": {
        "id": "M-1", "nhsNumber": "9990000018", "names": [{"given": ["Ann"], "family": "Example"}],
        "dateOfBirth": "1980-12-01", "gender": "female", "openedOn": "2020-01-01",
        "updatedAt": "2026-11-01T09:00:00+00:00",
    },
    "referrals": [
        item("R1", source="H1", reason="Schizophrenia", reasonSnomed="58214004", reasonCode="02", priority="4",
             team="A02", teamName="Crisis team"),
        item("R2", source="A1", reason="Low mood", priority="3", rejected=True),
    ],
    "contacts": [item("C1", referral="R1", status="7", mechanism="11", minutes=30, place="Clinic", note="Late")],
    "actPeriods": [
        item("A1", legalStatus="03", expiresAt="2027-03-01T23:59:00+00:00", mentalCategory="A", leave=[
            {"start": "2026-10-01T10:00:00+00:00", "end": "2026-12-01T10:00:00+00:00", "what": "With her mother",
             "where": "Parents' home"},
        ]),
    ],
    "communityOrders": [item("O1", expiresOn="2027-01-01", conditions=["Accept the depot"], recalled=[])],
    "wardStays": [
        item("W1", spell="S1", ward="Larch", bedType="10", security="0", clinicallyReadyOn="2026-11-10",
             waitingFor="J2"),
    ],
    "plans": [item("P1", kind="12", lastUpdatedOn="2026-10-30", triggers=["Noise"], helps=["Music", "Tea"],
                   whoToCall=["Crisis line 01632 960399"], agreedWith="Ann")],
    "risks": [item("K1", kind="to_others", text="Threw a cup"), item("K2", kind="from_others", text="Her brother")],
    "coordinators": [item("N1", name="Owen Walsh", team="Crisis team", phone="01632 960301")],
    "diagnoses": [item("D1", what={"text": "Schizophrenia", "snomed": "58214004"}, status="active")],
    "allergies": [item("L1", substance={"text": "Penicillin", "snomed": "91936005"}, kind="drug",
                       status="active", severity="severe", reaction={"text": "Rash"})],
    "medicines": [item("E1", name="Olanzapine", dmd="321717001", dose="10 mg", route="oral", frequency="at night")],
    "observations": [item("B1", what={"text": "Body weight", "snomed": "27113001"}, number=70.50, unit="kg",
                          status="final")],
    "capacity": [item("V1", decision="treatment", outcome="has_capacity", assessor="cpn.walsh")],
    "advanceDecisions": [item("Y1", refuses="Electroconvulsive therapy", coversLife=False, kept="Ward safe")],
    "resuscitation": [item("Z1", recommendation="do_not_attempt", form="ReSPECT", personTold=False)],
    "documents": [item("T1", kind="report", title="Tribunal report", text="Words")],
}  # fmt: skip


def translate(file: Any) -> Translated:
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    system = RecordSystem(Connection("ZMH01", url="http://127.0.0.1:1"), None)  # type: ignore[arg-type]
    return system.translate(Raw("mental-health", FORM, content, NOW))


@pytest.fixture
def file() -> dict[str, Any]:
    return copy.deepcopy(FILE)


def test_a_whole_file_is_kept_and_every_resource_is_valid_r4(file: Any) -> None:
    told = translate(file)
    assert told.refusals == ()
    assert [p for s in told.statements for p in refusals(s)] == []
    assert {s.category for s in told.statements} == {Category.MENTAL_HEALTH, Category.DEMOGRAPHICS}


def test_a_referral_that_was_taken_on_makes_a_caseload_and_a_rejected_one_none(file: Any) -> None:
    told = translate(file)
    assert [(r.kind, r.end) for r in told.relationships] == [(RelationshipKind.CASELOAD, None)]
    assert len([s for s in told.statements if s.type == "EpisodeOfCare"]) == 1


def test_priority_four_is_very_urgent_although_its_number_is_highest(file: Any) -> None:
    priorities = [s.resource["priority"] for s in translate(file).statements if s.type == "ServiceRequest"]
    assert priorities == ["asap", "routine"]


def test_act_status_is_legal_and_leave_tells_its_place_apart(file: Any) -> None:
    legal = [s for s in translate(file).statements if s.heading is Heading.LEGAL]
    flags = [s.resource["code"]["text"] for s in legal if s.type == "Flag"]
    assert flags == [
        "Section 3, Mental Health Act 1983",
        "On leave (section 17): With her mother",
        "Community treatment order (section 17A)",
    ]
    places = [s for s in legal if "Parents' home" in json.dumps(s.resource)]
    assert [s.labels for s in places] == [frozenset({"LOCIS"})]


def test_a_crisis_plan_says_what_helps_and_whom_to_call(file: Any) -> None:
    (plan,) = [s.resource for s in translate(file).statements if s.type == "CarePlan"]
    said = [(a["detail"]["code"]["text"], a["detail"]["description"]) for a in plan["activity"]]
    assert ("What helps", "Music") in said
    assert ("Who to call", "Crisis line 01632 960399") in said
    assert "736253002" in json.dumps(plan["category"])


def test_risk_to_others_is_a_staff_safety_line(file: Any) -> None:
    (line,) = [s for s in translate(file).statements if s.heading is Heading.STAFF_SAFETY]
    assert line.resource["code"]["text"] == "Risk to others: Threw a cup"


def test_a_person_who_was_not_told_is_not_first_told_by_their_own_copy(file: Any) -> None:
    (told,) = [s for s in translate(file).statements if s.heading is Heading.RESUSCITATION]
    assert "SERIOUS_HARM" in told.labels


def test_a_number_keeps_its_precision() -> None:
    content = json.dumps(FILE).replace("70.5,", "70.50,").encode()
    (weight,) = [s for s in translate(content).statements if s.heading is Heading.RESULTS]
    assert str(weight.resource["valueQuantity"]["value"]) == "70.50"


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("actPeriods", "legalStatus", "77"),
        ("plans", "kind", "99"),
        ("contacts", "mechanism", "77"),
        ("allergies", "severity", "bad"),
        ("risks", "kind", ""),
    ],
)
def test_a_code_off_its_list_refuses_its_item_and_no_other(
    file: Any, section: str, name: str, value: str
) -> None:
    file[section][0][name] = value
    told = translate(file)
    assert [r.part for r in told.refusals] == [f"{section}[0]"]
    assert told.statements


def test_a_sealed_contact_seals_its_note_too(file: Any) -> None:
    file["contacts"][0]["restricted"] = True
    sealed = [s.type for s in translate(file).statements if "SEAL" in s.labels]
    assert sealed == ["Encounter", "DocumentReference"]


@settings(deadline=None)
@given(st.integers(0, len(json.dumps(FILE)) - 1))
def test_a_file_cut_anywhere_keeps_nothing(cut: int) -> None:
    told = translate(json.dumps(FILE).encode()[:cut])
    assert told.statements == ()
    assert told.subjects == ()


JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.lists(st.text(max_size=3), max_size=2)
)


@settings(deadline=None)
@given(st.sampled_from([k for k in FILE if isinstance(FILE[k], list)]), st.data())
def test_junk_in_any_field_is_refused_or_read_and_never_raises(section: str, data: st.DataObject) -> None:
    file = json.loads(json.dumps(FILE))
    item_ = file[section][0]
    item_[data.draw(st.sampled_from(sorted(item_)))] = data.draw(JUNK)
    told = translate(file)
    assert [p for s in told.statements for p in refusals(s)] == []
