"""Ways round the rules that were found once, tried again: each was seen to work before it was mended."""

from __future__ import annotations

import pytest

from adapters.connection import Connection
from adapters.fhir_server.supplier import care_home, gp
from aggregator.care.events import Events
from aggregator.care.participate import Participate
from aggregator.care.push import Push
from aggregator.store import outbox
from schemas import strictjson
from schemas.codes import Category, Heading
from schemas.errors import NothingToShow
from tests.places import Feed, Register, a_place, allergy, caller, number, patient, telling

HALE = number(0)
WHO = patient("Hale", "Brian", "1948-03-02", HALE)


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    """(place, push, person id): a person known to the hospital; a GP's and a home's system may push."""
    register = Register(people={HALE.digits: ("Hale", "1948-03-02")})
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    acute.says["one"] = telling(
        "ZAC01", "H1", WHO, (Heading.ALLERGIES, Category.ACUTE, allergy("A1", "Penicillin", "91936005"))
    )
    async with a_place(home, fresh_database, fresh_key_database, acute, register=register) as place:
        place.intake.sources["gp"] = gp("gp", Connection("ZGP01"), place.http)  # type: ignore[index]
        place.intake.sources["care-home"] = care_home("care-home", Connection("ZCH01"), place.http)  # type: ignore[index]
        (person,) = (await place.intake.ingest(acute.raw("one"))).persons
        yield place, Push(place.records, place.intake, place.identity, place.record), person


def encounter(person: str) -> dict:
    return {
        "resourceType": "Encounter",
        "identifier": [{"system": "urn:zch01:visit", "value": "V1"}],
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": f"Patient/{person}"},
        "period": {"start": "2020-01-01"},
    }


@pytest.mark.anyio
async def test_a_system_that_only_knows_our_id_opens_no_door_with_it(opened):
    place, push, person = opened
    nurse = caller("chn", "care_home_nurse", "ZCH01")
    with pytest.raises(NothingToShow):
        await place.records.record(nurse, person)
    await push.resource(caller("sys.home", "system", "ZCH01"), encounter(person), "")
    with pytest.raises(NothingToShow):
        await place.records.record(nurse, person)


def condition(security: list[str]) -> dict:
    status = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return {
        "resourceType": "Condition",
        "identifier": [{"system": "urn:zgp01:problem", "value": "P1"}],
        "clinicalStatus": {"coding": [{"system": status, "code": "active"}]},
        "code": {"text": "Something private"},
        "subject": {"reference": "urn:uuid:0a3b6f9e-6a55-4c3c-8d4c-3f1f6a3f0001"},
    } | ({"meta": {"security": [{"code": code} for code in security]}} if security else {})


def pushed(security: list[str]) -> bytes:
    local = {"system": "https://zgp01.example/patient", "value": "G1"}
    who = WHO | {"identifier": [*WHO["identifier"], local]}
    entries = [
        ("urn:uuid:0a3b6f9e-6a55-4c3c-8d4c-3f1f6a3f0001", who),
        ("urn:uuid:0a3b6f9e-6a55-4c3c-8d4c-3f1f6a3f0002", condition(security)),
    ]
    return strictjson.dumps(
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {"fullUrl": url, "resource": r, "request": {"method": "POST", "url": r["resourceType"]}}
                for url, r in entries
            ],
        }
    )


@pytest.mark.anyio
@pytest.mark.parametrize("label", ["V", "SEAL"])
async def test_a_push_never_lowers_a_label_that_it_gave_before(opened, label):
    place, push, person = opened
    system, doctor = caller("sys.gp", "system", "ZGP01"), caller("dr", "doctor", "ZAC01")
    await push.bundle(system, pushed([label]), "")
    assert (await place.records.record(doctor, person)).under(Heading.PROBLEMS) == ()
    await push.bundle(system, pushed([]), "")
    assert (await place.records.record(doctor, person)).under(Heading.PROBLEMS) == ()


@pytest.mark.anyio
async def test_one_identifier_told_of_two_people_is_two_statements(opened):
    place, push, person = opened
    feed = Feed("other", "ZAC01", Category.ACUTE)
    feed.says["two"] = telling("ZAC01", "H2", patient("Poe", "Ada", "1950-01-01"), related=None)
    place.intake.sources["other"] = feed  # type: ignore[index]
    (stranger,) = (await place.intake.ingest(feed.raw("two"))).persons
    system = caller("sys.home", "system", "ZCH01")
    first = await push.resource(system, encounter(person), "")
    second = await push.resource(system, encounter(stranger), "")
    assert (first.statement_id == second.statement_id, first.person_id, second.person_id) == (
        False,
        person,
        stranger,
    )


@pytest.mark.anyio
async def test_an_emergency_alert_reaches_the_privacy_officer_and_nobody_else(opened):
    place, _, person = opened
    async with place.record.transaction() as connection:
        await outbox.put(connection, [(person, "emergency-access", "AuditEvent", "ZAC01", "")])
        await outbox.relay(connection)
    events = Events(place.records, place.record)
    privacy = frozenset({"view", "privacy"})
    seen = {
        who.user_id: {e.topic for e in (await events.after(who, 0))[0]}
        for who in (
            caller("po", "privacy_officer", "ZAC01", activities=privacy),
            caller("po2", "privacy_officer", "ZMH01", activities=privacy),
            caller("dr", "doctor", "ZAC01"),
            caller("rec", "receptionist", "ZAC01"),
        )
    }
    assert seen["po"] == {"emergency-access"}
    assert all("emergency-access" not in topics for user, topics in seen.items() if user != "po")


@pytest.mark.anyio
async def test_a_named_reader_can_be_stopped_for_one_person_in_their_own_organisation_too(opened):
    place, _, person = opened
    participate = Participate(place.records, place.record)
    stopped, colleague = caller("dr.bad", "doctor", "ZAC01"), caller("dr", "doctor", "ZAC01")
    assert (await place.records.record(stopped, person)).entries
    await participate.choose(colleague, person, {"effect": "deny", "user": "dr.bad"})
    assert (await place.records.record(stopped, person)).entries == ()
    assert (await place.records.record(colleague, person)).entries
