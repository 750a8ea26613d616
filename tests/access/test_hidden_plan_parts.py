"""Part of a plan that an editor may not see stays as it is, even for one who knows its id."""

from __future__ import annotations

import pytest

from aggregator.care.plans import Plans
from schemas.codes import Category
from schemas.errors import StaleVersion
from schemas.plan import Goal, Plan
from tests.places import Feed, Register, a_place, caller, number, patient, telling

HALE = number(0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_a_hidden_goal_is_not_overwritten_and_keeps_its_label(home, fresh_database, fresh_key_database):
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    feed.says["one"] = telling("ZAC01", "H1", patient("Hale", "Brian", "1948-03-02", HALE))
    register = Register(people={HALE.digits: ("Hale", "1948-03-02")})
    doctor, nurse = caller("dr", "doctor", "ZAC01"), caller("nurse", "nurse", "ZAC01")
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        (person,) = (await place.intake.ingest(feed.raw("one"))).persons
        plans = Plans(place.records, place.intake, place.identity)

        def plan(text: str, *labels: str) -> Plan:
            goal = Goal(goal_id="g1", text=text, status="active", labels=frozenset(labels), actions=())
            return Plan(person_id=person, plan_id="p", title="Plan", controller="", wishes="", review=None,
                        updated_at=None, updated_by="", goals=(goal,))  # fmt: skip

        await plans.save(doctor, plan("Attend the clinic", "HIV"), 0)
        seen = await plans.read(nurse, person)
        assert seen is not None
        assert seen.goals == ()
        with pytest.raises(StaleVersion):
            await plans.save(nurse, plan("Something else"), 1)
        kept = await plans.read(doctor, person)
        assert kept is not None
        assert [g.text for g in kept.goals] == ["Attend the clinic"]
        await plans.save(doctor, plan("Attend the clinic monthly", "HIV"), 1)
