"""What the practice and the care home push is valid R4, of one person a Bundle, and the same at each sending."""

from datetime import date
from typing import Any

import pytest

from demo.lives.named import named
from demo.systems.suppliers.bundles import MOST, Transaction, transactions
from demo.systems.suppliers.elements import NHS_NUMBER
from demo.systems.suppliers.plan import plan_of
from demo.systems.telling import end_of
from schemas import strictjson
from schemas.checks import check_bundle

TODAY = date(2026, 11, 22)
PEOPLE = {p.key: p for p in named(TODAY)}


def pushed(key: str) -> list[Transaction]:
    return list(transactions(PEOPLE[key], end_of(TODAY)))


def resources(key: str, organisation: str, kind: str = "") -> list[dict[str, Any]]:
    told = [t for t in pushed(key) if t.supplier.organisation == organisation]
    found = [e["resource"] for t in told for e in bundle(t)["entry"]]
    return [r for r in found if kind in ("", r["resourceType"])]


def bundle(told: Transaction) -> dict[str, Any]:
    read: dict[str, Any] = strictjson.read(told.body)
    return read


@pytest.mark.parametrize("key", sorted(PEOPLE))
def test_every_bundle_is_valid_small_enough_and_about_its_own_patient(key: str) -> None:
    for told in pushed(key):
        read = bundle(told)
        assert check_bundle(read) == []
        assert 1 <= len(read["entry"]) <= MOST
        (who,) = [e for e in read["entry"] if e["resource"]["resourceType"] == "Patient"]
        for entry in read["entry"]:
            resource = entry["resource"]
            subject = resource.get("subject") or resource.get("patient")
            assert entry is who or subject == {"reference": who["fullUrl"]}
            assert resource["meta"]["lastUpdated"]
            given = resource["identifier"]
            one = given if isinstance(given, dict) else given[0]
            assert one["system"] != NHS_NUMBER
            assert one["value"]


@pytest.mark.parametrize("key", sorted(PEOPLE))
def test_a_second_sending_has_the_same_octets_and_request_ids(key: str) -> None:
    again = next(p for p in named(TODAY) if p.key == key)
    first, second = pushed(key), list(transactions(again, end_of(TODAY)))
    assert [(t.request_id, t.body) for t in first] == [(t.request_id, t.body) for t in second]


def test_nobody_shares_a_request_id_and_none_is_made_of_a_number() -> None:
    ids = [t.request_id for key in PEOPLE for t in pushed(key)]
    assert len(ids) == len(set(ids))


def test_a_registered_patient_names_the_practice_and_a_temporary_one_does_not() -> None:
    (brian,) = resources("brian", "ZGP01", "Patient")
    assert brian["generalPractitioner"][0]["identifier"]["value"] == "ZGP01"
    (passing,) = resources("refuge", "ZGP01", "Patient")
    assert "generalPractitioner" not in passing
    assert "managingOrganization" not in passing


def test_respite_of_last_month_is_an_episode_that_ended() -> None:
    (stay,) = resources("brian", "ZCH01", "EpisodeOfCare")
    assert (stay["status"], stay["period"]["start"][:10], stay["period"]["end"]) == (
        "finished", "2026-10-17", "2026-10-31",
    )  # fmt: skip


def test_the_persons_own_words_are_an_about_me_form() -> None:
    (form,) = resources("mrs-l", "ZCH01", "QuestionnaireResponse")
    assert form["questionnaire"].endswith("/about-me")
    assert "communicate" in {item["linkId"] for item in form["item"]}


def test_a_lost_hearing_aid_is_asked_for() -> None:
    lost = [r for r in resources("mrs-l", "ZCH01", "DeviceRequest") if r["status"] == "active"]
    assert [r["codeCodeableConcept"]["text"] for r in lost] == ["Hearing aid, left"]


def test_an_advance_decision_and_a_recommendation_are_told_apart() -> None:
    codes = {
        c["code"]
        for r in resources("advance-decision", "ZGP01", "Observation")
        for c in r["code"].get("coding", [])
    }
    assert {"42348-3", "450476008"} <= codes


def test_delicate_facts_carry_their_security_label() -> None:
    labelled = [r for r in resources("released-prisoner", "ZGP01") if r["meta"].get("security")]
    assert {c["code"] for r in labelled for c in r["meta"]["security"]} == {"ETH"}


def test_measurements_keep_their_digits() -> None:
    bodies = b"".join(t.body for t in pushed("brian"))
    assert b'"value":62.3' in bodies


def test_a_plan_is_valid_and_every_action_has_its_goal_lead_and_date() -> None:
    plan = strictjson.read(strictjson.dumps(plan_of(PEOPLE["brian"], "abc")))
    assert isinstance(plan, dict)
    assert check_bundle(plan) == []
    told = [e["resource"] for e in plan["entry"]]
    goals = {r["identifier"][0]["value"] for r in told if r["resourceType"] == "Goal"}
    tasks = [r for r in told if r["resourceType"] == "Task"]
    assert len(tasks) == 5
    for task in tasks:
        assert task["focus"]["identifier"]["value"] in goals
        assert task["owner"]["display"]
        assert task["restriction"]["period"]["end"]
