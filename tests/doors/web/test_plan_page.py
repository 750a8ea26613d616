"""The plan page: two people editing never lose each other's words, nor anybody their own."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from aggregator.doors.web.forms import Form
from aggregator.doors.web.planform import BadField, blank, fields_of, read_form
from schemas.plan import ACTION_STATES, GOAL_STATES, Action, Goal, Plan
from tests.doors.web import lives
from tests.doors.web.stubs import Stage, doctor

PERSON = f"/people/{lives.PERSON}/plan"
TOKEN = {"form_token": "token-of-this-session"}


def a_plan(version: int = 3) -> Plan:
    rails = Action("a2", "Grab rails fitted", "Tom Green", "ZSC01", date(2026, 11, 20), "in-progress")
    boiler = Action("a1", "Boiler replaced", "Helen Reid", "ZHO01", date(2026, 11, 27))
    return Plan(
        lives.PERSON,
        "plan1",
        "Stay at home",
        "ZSC01",
        version,
        "My own front door.",
        date(2027, 1, 15),
        goals=(
            Goal("g1", "Warm and dry", "active", frozenset({"R"}), (boiler,)),
            Goal("g2", "No more falls", "active", frozenset(), (rails,)),
        ),
    )


def form_of(plan: Plan, **changes: str) -> dict[str, str]:
    return TOKEN | dict(fields_of(plan, plan.version)) | changes


def test_the_plan_shows_each_action_with_its_lead_and_due_date(browser: TestClient, stage: Stage) -> None:
    stage.plan = a_plan()
    text = browser.get(PERSON).text
    for told in (
        "Warm and dry",
        "Boiler replaced",
        "Helen Reid",
        "Wolds Homes",
        "27-Nov-2026",
        "My own front door.",
    ):
        assert told in text


def test_no_plan_is_not_read_as_nobody_plans(browser: TestClient) -> None:
    text = browser.get(PERSON).text
    assert "This does not mean that no one plans care" in text
    assert "Start a plan" in text


def test_a_save_keeps_what_was_typed_and_the_labels_that_the_form_does_not_show(
    browser: TestClient, stage: Stage
) -> None:
    stage.plan = a_plan()
    new = {"action-0-1-text": "Damp treated", "action-0-1-lead": "Helen Reid", "action-0-1-due": "2 Dec 2026"}
    reply = browser.post(PERSON, data=form_of(stage.plan, **new, title="Stay at home, warm"))
    assert (reply.status_code, reply.headers["location"]) == (303, PERSON)
    assert stage.plan.version == 4
    assert stage.plan.title == "Stay at home, warm"
    assert stage.plan.goals[0].labels == frozenset({"R"})
    assert [a.text for a in stage.plan.goals[0].actions] == ["Boiler replaced", "Damp treated"]
    assert stage.plan.goals[0].actions[1].due == date(2026, 12, 2)
    assert stage.plan.goals[0].actions[0].action_id == "a1"


def test_who_was_second_sees_both_plans_and_loses_no_word(browser: TestClient, stage: Stage) -> None:
    typed = form_of(a_plan(3), wishes="Typed while another saved")
    stage.plan = Plan(
        lives.PERSON, "plan1", "Their title", "ZSC01", 4, "Their words", goals=a_plan().goals[:1]
    )
    reply = browser.post(PERSON, data=typed)
    assert reply.status_code == 412
    assert "Somebody else changed the plan" in reply.text
    for told in ("Their title", "Their words", "Typed while another saved", "Grab rails fitted"):
        assert told in reply.text
    assert stage.plan.version == 4
    again = form_of(a_plan(4), wishes="Typed while another saved")
    assert 'name="version" value="4"' in reply.text
    assert browser.post(PERSON, data=again).status_code == 303
    assert stage.plan.wishes == "Typed while another saved"


@pytest.mark.parametrize(
    ("changes", "says", "stays"),
    [
        ({"title": ""}, "Say what the plan is for", "Boiler replaced"),
        ({"action-0-0-lead": ""}, "Every action has one lead", "Boiler replaced"),
        ({"action-0-0-due": ""}, "Every open action has a due date", "Helen Reid"),
        ({"action-0-0-due": "31-Feb-2027"}, "Enter a real date", "31-Feb-2027"),
        ({"action-0-0-text": ""}, "Say what is to be done", "Helen Reid"),
        ({"goal-0-text": ""}, "Say what is hoped for", "Boiler replaced"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser: TestClient, stage: Stage, changes: dict[str, str], says: str, stays: str
) -> None:
    stage.plan = a_plan()
    reply = browser.post(PERSON, data=form_of(stage.plan, **changes))
    assert reply.status_code == 422
    assert says in reply.text
    assert stays in reply.text
    assert "There is a problem" in reply.text
    assert stage.plan.version == 3


def test_a_closed_action_needs_no_due_date() -> None:
    done = form_of(a_plan(), **{"action-0-0-due": "", "action-0-0-status": "completed"})
    assert read_form(Form(done), a_plan()).goals[0].actions[0].due is None


def test_the_form_is_not_offered_to_a_role_that_does_not_plan(browser: TestClient, stage: Stage) -> None:
    stage.plan, stage.caller = a_plan(), doctor(role="receptionist", activities=frozenset({"view"}))
    assert "Change the plan" not in browser.get(PERSON).text
    assert browser.get(f"{PERSON}/edit").status_code == 403


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).map(
    lambda s: s.strip() or "x"
)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
ids = st.from_regex(r"[a-z0-9]{4,12}", fullmatch=True)
actions = st.builds(Action, ids, words, words, words, days, st.sampled_from(ACTION_STATES), words)
goals = st.builds(
    Goal,
    ids,
    words,
    st.sampled_from(GOAL_STATES),
    st.just(frozenset()),
    st.lists(actions, max_size=4).map(tuple),
)
plans = st.builds(
    Plan,
    st.just(lives.PERSON),
    st.just("plan1"),
    words,
    st.just("ZSC01"),
    st.integers(1, 99),
    words,
    days,
    goals=st.lists(goals, max_size=4).map(tuple),
)


@given(plans)
def test_a_plan_that_goes_through_its_form_comes_back_the_same(plan: Plan) -> None:
    assert read_form(Form(fields_of(plan, plan.version)), plan) == plan


@given(st.dictionaries(st.sampled_from([n for n, _ in fields_of(a_plan(), 3)]), st.text(max_size=20)))
def test_no_form_makes_it_fail_in_another_way_than_saying_so(changes: dict[str, str]) -> None:
    form = Form(dict(fields_of(a_plan(), 3)) | changes | {"version": "3"})
    with suppress(BadField):
        assert read_form(form, blank(lives.PERSON)).version == 3
