"""The shared plan: two people editing never lose each other's words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from aggregator.care.plans import Plans
from schemas.codes import Category, RelationshipKind
from schemas.errors import CareRecordError, NotAllowed, NothingToShow, StaleVersion, Unprocessable
from schemas.plan import Action, Goal, Plan
from tests.places import Feed, Register, a_place, caller, number, patient, telling

BRIAN = number(0)
WORKER = caller("sw", "social_worker", "ZSC01")


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    """(plans, person id) of a place where council and hospital know the same person."""
    register = Register(people={BRIAN.digits: ("Hale", "1948-03-02")})
    who = patient("Hale", "Brian", "1948-03-02", BRIAN)
    council = Feed("social-care", "ZSC01", Category.SOCIAL_CARE)
    council.says["one"] = telling("ZSC01", "S1", who, related=RelationshipKind.CASELOAD)
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    acute.says["one"] = telling("ZAC01", "H1", who)
    async with a_place(home, fresh_database, fresh_key_database, council, acute, register=register) as place:
        await place.intake.ingest(council.raw("one"))
        (person,) = (await place.intake.ingest(acute.raw("one"))).persons
        yield Plans(place.records, place.intake, place.identity), person


def draft(person: str, *goals: Goal) -> Plan:
    return Plan(person, "p1", "Home from hospital", "ZSC01", wishes="My own front door.", goals=goals)


RAIL = Action("a1", "Fit a rail", "Tom Green", "ZSC01", date(2026, 12, 1))
SAFE = Goal("g1", "Safe on the stairs", actions=(RAIL,))


@pytest.mark.anyio
async def test_a_plan_reads_back_as_it_was_saved(opened):
    plans, person = opened
    saved = await plans.save(WORKER, draft(person, SAFE), 0)
    assert (saved.version, saved.goals, saved.wishes) == (1, (SAFE,), "My own front door.")
    assert await plans.read(caller("dr", "doctor", "ZAC01"), person) == saved


@pytest.mark.anyio
async def test_of_many_who_edit_one_version_exactly_one_is_kept_and_the_rest_are_told(opened):
    plans, person = opened
    first = await plans.save(WORKER, draft(person, SAFE), 0)

    async def edit(n: int) -> Plan | CareRecordError:
        try:
            return await plans.save(WORKER, replace(first, title=f"Edit {n}"), first.version)
        except CareRecordError as refused:
            return refused

    results = await asyncio.gather(*(edit(n) for n in range(12)))
    kept = [r for r in results if isinstance(r, Plan)]
    assert len(kept) == 1
    assert all(isinstance(r, StaleVersion) for r in results if r is not kept[0])
    now = await plans.read(WORKER, person)
    assert now is not None
    assert (now.version, now.title) == (2, kept[0].title)


@pytest.mark.anyio
async def test_what_is_left_out_is_cancelled_and_the_rest_stays(opened):
    plans, person = opened
    warm = Goal("g2", "Warm and dry")
    await plans.save(WORKER, draft(person, SAFE, warm), 0)
    saved = await plans.save(WORKER, draft(person, warm), 1)
    assert [g.goal_id for g in saved.goals] == ["g2"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (lambda p: replace(draft(p), title=" "), "title"),
        (lambda p: draft(p, Goal("g", "")), "goal"),
        (lambda p: draft(p, replace(SAFE, actions=(replace(RAIL, lead=""),))), "action.lead"),
        (lambda p: draft(p, replace(SAFE, actions=(replace(RAIL, due=None),))), "action.due"),
        (lambda p: draft(p, replace(SAFE, status="hopeful")), "goal.status"),
    ],
)
async def test_what_is_missing_is_named_and_nothing_is_kept(opened, plan, field):
    plans, person = opened
    with pytest.raises(Unprocessable) as refused:
        await plans.save(WORKER, plan(person), 0)
    assert refused.value.field == field
    assert await plans.read(WORKER, person) is None


@pytest.mark.anyio
async def test_strangers_get_nothing_and_readers_without_the_activity_cannot_write(opened):
    plans, person = opened
    with pytest.raises(NothingToShow):
        await plans.save(caller("dr", "doctor", "ZXX01"), draft(person), 0)
    with pytest.raises((NotAllowed, NothingToShow)):
        await plans.save(
            caller("rec", "receptionist", "ZAC01", activities=frozenset({"view"})), draft(person), 0
        )
