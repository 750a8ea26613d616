"""Community health in the hospital's stream: lists, contacts, wounds and plans of the district nurses."""

from __future__ import annotations

import pytest

from schemas.checks import check
from schemas.codes import Category, Heading, RelationshipKind
from tests.adapters.acute.messages import (
    accepted,
    adt,
    evn,
    header,
    octets,
    of_type,
    one,
    pid,
    pv1,
    refused,
    segment,
    standing,
)

LIST = {
    "f2": "R",
    "f3": "",
    "f4": "",
    "f9": "^BROWN^JO",
    "f10": "DN^District nursing",
    "f18": "CASELOAD",
    "f19": "L7",
}
ON = adt("A04", pv1(**LIST), segment("PV2", f3="^Pressure ulcer"))
OFF = adt("A03", pv1(**LIST, f45="202604011700"), occurred="202604011700")


def test_a_list_is_an_episode_of_care_with_team_reason_and_key_worker() -> None:
    found = accepted(ON)
    statement = one(found, "EpisodeOfCare")
    assert (statement.category, statement.heading) == (Category.COMMUNITY, Heading.SERVICES)
    state = standing("EpisodeOfCare", ON)
    assert check({**state, "patient": {"reference": "Patient/x"}}) == []
    assert state["status"] == "active"
    assert [t["text"] for t in state["type"]] == ["District nursing"]
    assert state["diagnosis"][0]["condition"]["display"] == "Pressure ulcer"
    assert state["careManager"]["display"] == "JO BROWN"
    assert not of_type(found, "Encounter")
    (claim,) = found.relationships
    assert (claim.kind, claim.end) == (RelationshipKind.CASELOAD, None)


def test_leaving_a_list_ends_it_and_its_cancelling_restores_it() -> None:
    assert standing("EpisodeOfCare", ON, OFF)["status"] == "finished"
    assert accepted(OFF).relationships[0].end is not None
    back = adt("A13", pv1(**LIST), occurred="202604011700")
    assert standing("EpisodeOfCare", ON, OFF, back) == standing("EpisodeOfCare", ON)
    assert one(accepted(adt("A11", pv1(**LIST))), "EpisodeOfCare").retracts
    assert refused(adt("A04", pv1(**{**LIST, "f10": ""}))) == ("PV1-10",)


def test_a_contact_is_a_visit_within_the_list() -> None:
    contact = pv1(**{**LIST, "f18": "CONTACT", "f19": "C1", "f50": "L7"})
    statement = one(accepted(adt("A04", contact)), "Encounter")
    assert statement.category is Category.COMMUNITY
    (episode,) = statement.resource["episodeOfCare"]
    assert episode["identifier"] == one(accepted(ON), "EpisodeOfCare").resource["identifier"][0]


def test_a_wound_is_told_with_its_site_size_and_dressing() -> None:
    rows = [
        segment("OBX", f1="1", f2="ST", f3="SITE^Site of wound^L", f5="Sacrum", f11="F"),
        segment("OBX", f1="2", f2="NM", f3="LENGTH^Length of wound^L", f5="32", f6="mm^mm^UCUM", f11="F"),
        segment("OBX", f1="3", f2="ST", f3="DRESSING^Dressing^L", f5="Foam", f11="F"),
    ]
    obr = segment("OBR", f3="W1", f4="WOUND^Wound assessment^L", f7="20260301", f24="NRS", f25="F")
    found = accepted(octets(header("ORU^R01"), evn(), pid(), pv1(**LIST), obr, *rows))
    assert {s.category for s in of_type(found, "Observation")} == {Category.COMMUNITY}
    values = [
        s.resource.get("valueString") or s.resource["valueQuantity"] for s in of_type(found, "Observation")
    ]
    assert values[0] == "Sacrum"
    assert (str(values[1]["value"]), values[1]["code"]) == ("32", "mm")
    assert values[2] == "Foam"
    assert "encounter" not in one(found, "DiagnosticReport").resource


def plan(event: str = "PCB", at: str = "20260301101500", **pth: str) -> bytes:
    usual = {"f1": "AD", "f2": "WOUND^Wound care plan^L", "f3": "P1", "f4": "20260301"}
    return octets(
        header(f"PPP^{event}", at=at),
        pid(),
        segment("PTH", **{**usual, **pth}),
        segment("NTE", f1="1", f3="Two visits a week."),
        segment("PRB", f1="AD", f3="^Pressure ulcer, sacrum"),
        segment("GOL", f1="AD", f3="^Healed without infection", f8="20260601"),
    )


def test_a_plan_tells_what_it_is_for_and_what_it_is_to_reach() -> None:
    statement = one(accepted(plan()), "CarePlan")
    found = statement.resource
    assert (statement.category, statement.heading) == (Category.COMMUNITY, Heading.PLAN)
    assert (found["status"], found["title"]) == ("active", "Wound care plan")
    assert found["addresses"][0]["display"] == "Pressure ulcer, sacrum"
    (activity,) = found["activity"]
    assert activity["detail"]["description"] == "Healed without infection"
    assert activity["detail"]["scheduledPeriod"] == {"end": "2026-06-01"}
    assert found["note"] == [{"text": "Two visits a week."}]


@pytest.mark.parametrize(("event", "fields"), [("PCD", {}), ("PCC", {"f1": "DE"})])
def test_a_deleted_plan_is_taken_back(event: str, fields: dict[str, str]) -> None:
    assert one(accepted(plan(event, **fields)), "CarePlan").retracts


def test_a_plan_in_doubt_is_refused_whole() -> None:
    assert refused(plan(f3="")) == ("PTH-3",)
    assert refused(plan(f5="sometimes")) == ("PTH-5",)
