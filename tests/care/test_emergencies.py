"""Emergency access: a reason, one person, an hour, alerts that are durably queued, and nothing beyond the clause."""

from __future__ import annotations

import psycopg
import pytest

from aggregator.care.emergencies import Emergencies
from aggregator.care.participate import Participate
from schemas.codes import Category, Heading, Interaction, RelationshipKind
from schemas.errors import NotAllowed, NothingToShow
from tests.places import Feed, Register, a_place, allergy, caller, number, patient, telling

BRIAN = number(0)
DOCTOR = caller("dr", "doctor", "ZAC01")


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    """(place, person id, url): a person whom only the GP knows."""
    register = Register(people={BRIAN.digits: ("Hale", "1948-03-02")})
    gp = Feed("gp", "ZGP01", Category.PRIMARY_CARE)
    gp.says["one"] = telling(
        "ZGP01",
        "G1",
        patient("Hale", "Brian", "1948-03-02", BRIAN),
        (Heading.ALLERGIES, Category.PRIMARY_CARE, allergy("A1", "Penicillin", "91936005")),
        related=RelationshipKind.REGISTRATION,
    )
    async with a_place(home, fresh_database, fresh_key_database, gp, register=register) as place:
        (person,) = (await place.intake.ingest(gp.raw("one"))).persons
        yield place, person, fresh_database


@pytest.mark.anyio
async def test_it_opens_what_the_clause_lists_for_this_user_only_and_alerts_both_sides(opened):
    place, person, url = opened
    emergencies = Emergencies(place.records, place.record, place.secrets)
    with pytest.raises(NothingToShow):
        await place.records.record(DOCTOR, person)
    reason = sorted(place.policy.emergency_reasons)[0]
    session = await emergencies.open(DOCTOR, person, reason, "Unconscious, no history")
    record = await place.records.record(DOCTOR, person)
    assert record.emergency
    assert len(record.under(Heading.ALLERGIES)) == 1
    with pytest.raises(NothingToShow):
        await place.records.record(caller("dr2", "doctor", "ZAC01"), person)
    with pytest.raises(NotAllowed):
        await place.records.record(DOCTOR, person, Interaction.EVERYTHING)
    assert (session.until - record.made_at).total_seconds() <= 3600
    with psycopg.connect(url) as connection:
        alerted = connection.execute(
            "select controller from outbox where topic = 'emergency-access' order by controller"
        ).fetchall()
    assert alerted == [("ZAC01",), ("ZGP01",)]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("who", "reason", "text"),
    [
        (DOCTOR, "", "words"),
        (DOCTOR, "because", "words"),
        (DOCTOR, None, "  "),
        (caller("rec", "receptionist", "ZAC01", activities=frozenset({"view"})), None, "words"),
        (caller("sys", "system", "ZAC01"), None, "words"),
    ],
)
async def test_without_reason_text_role_or_activity_it_is_refused(opened, who, reason, text):
    place, person, _ = opened
    given = sorted(place.policy.emergency_reasons)[0] if reason is None else reason
    with pytest.raises(NotAllowed):
        await Emergencies(place.records, place.record, place.secrets).open(who, person, given, text)


@pytest.mark.anyio
async def test_an_objection_takes_effect_on_the_next_request_and_leaves_the_safety_floor(opened):
    place, person, _ = opened
    gp = caller("gp", "gp", "ZGP01")
    attending = Feed("acute", "ZAC01", Category.ACUTE)
    attending.says["one"] = telling("ZAC01", "H1", patient("Hale", "Brian", "1948-03-02", BRIAN))
    place.intake.sources["acute"] = attending  # type: ignore[index]
    await place.intake.ingest(attending.raw("one"))
    before = await place.records.record(DOCTOR, person)
    await Participate(place.records, place.record).choose(gp, person, {"effect": "deny"})
    after = await place.records.record(DOCTOR, person)
    assert len(before.under(Heading.ALLERGIES)) == len(after.under(Heading.ALLERGIES)) == 1
    controllers = {
        t.controller for e in after.entries if e.heading is not Heading.ALLERGIES for t in e.tellings
    }
    assert controllers == {"ZAC01"}
