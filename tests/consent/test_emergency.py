"""Emergency access lifts what a clause lists, for an hour, for reading, for one user: and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from consent.emergency import problem
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.decision import Decision, Facts
from tests.consent.place import DAY, GP, NOW, ask, caller, choice, emergency, facts, held, policy, shown

PROBLEMS = held("ZGP01/primary-care/problems")
CRISIS = held("ZMH01/mental-health/plan", "R", "PSY")


def nothing(decision: Decision) -> bool:
    """The answer that an unknown id gets."""
    return not decision.permit and not decision.refused_function and decision.grants == ()


def sees(who: str | Caller, about: Facts, **more: object) -> set[str]:
    return shown(ask(who, about, **more))  # type: ignore[arg-type]


def test_emergency_access_lifts_what_the_clause_lists_for_an_hour_and_no_longer() -> None:
    doctor = caller("doctor@ZAC01")
    about = facts(PROBLEMS, CRISIS, ties=(), choices=(choice("deny"),))
    assert nothing(ask(doctor, about))
    opened = ask(doctor, replace(about, emergencies=(emergency(doctor),)))
    assert shown(opened) == {PROBLEMS.class_id, CRISIS.class_id}
    assert opened.emergency == "session-1"
    assert {"alert-viewer-officer", "alert-source-officers", "emergency-banner"} <= opened.obligations
    for ended in (timedelta(minutes=60), timedelta(minutes=60, seconds=1)):
        assert nothing(ask(doctor, replace(about, emergencies=(emergency(doctor, began=ended),))))
    long = replace(emergency(doctor, began=timedelta(minutes=61)), until=NOW + DAY)
    assert nothing(ask(doctor, replace(about, emergencies=(long,))))


@pytest.mark.parametrize("change", [{"user_id": "colleague"}, {"organisation": GP}, {"reason": "curious"}])
def test_an_emergency_session_is_one_user_s_own_and_has_a_listed_reason(change: dict[str, str]) -> None:
    doctor = caller("doctor@ZAC01")
    session = replace(emergency(doctor), **change)  # type: ignore[arg-type]
    assert nothing(ask(doctor, facts(PROBLEMS, ties=(), emergencies=(session,))))


def test_emergency_access_does_not_lift_agreement_statute_location_or_an_unlisted_label() -> None:
    doctor = caller("doctor@ZAC01")
    hidden = (
        held("ZMH01/mental-health/documents", "R", "PSY"),
        held("ZMH01/mental-health/problems", "V", "PSYTHPN"),
        held("ZGP01/primary-care/problems", exclusions=("sexual-health",)),
        held("ZHO01/housing/home"),
    )
    listed = held("ZGP01/primary-care/results", exclusions=("hiv",))
    about = facts(*hidden, listed, restricted=True, emergencies=(emergency(doctor),))
    assert sees(doctor, about) == {listed.class_id}
    outside = caller("doctor@ZXX01")
    assert nothing(ask(outside, facts(emergencies=(emergency(outside),))))


@pytest.mark.parametrize(
    "what",
    [Interaction.EVERYTHING, Interaction.EVENTS, Interaction.PASSPORT, Interaction.WRITE],
)
def test_during_emergency_access_nothing_is_exported_subscribed_or_written(what: Interaction) -> None:
    doctor = caller("doctor@ZAC01")
    assert ask(doctor, facts(), what).permit
    assert ask(doctor, facts(emergencies=(emergency(doctor),)), what).refused_function


def test_no_emergency_terms_can_lift_statute() -> None:
    item = held("ZGP01/primary-care/problems", exclusions=("adoption",))
    doctor = caller("doctor@ZAC01")
    about = facts(item, emergencies=(emergency(doctor),))
    terms = replace(policy().clauses[1].emergency, exclusions=frozenset({"adoption"}))
    lax = replace(policy(), clauses=tuple(replace(c, emergency=terms) for c in policy().clauses))
    assert sees(doctor, about, under=lax) == set()


def test_during_emergency_access_a_plan_is_read_and_not_changed() -> None:
    doctor, plan = caller("doctor@ZAC01"), held("ZSC01/care-plan/plan")
    assert ask(doctor, facts(plan), Interaction.PLAN).writable
    opened = ask(doctor, facts(plan, ties=(), emergencies=(emergency(doctor),)), Interaction.PLAN)
    assert (shown(opened), opened.writable, opened.controllers) == ({plan.class_id}, frozenset(), frozenset())


def test_who_may_open_emergency_access_is_the_same_for_every_person() -> None:
    for about in (facts(), facts(ties=()), facts(restricted=True, choices=(choice("deny"),))):
        assert ask("doctor@ZAC01", about, Interaction.EMERGENCY).permit
        assert ask("receptionist@ZAC01", about, Interaction.EMERGENCY).refused_function
        assert ask("system@ZAC01", about, Interaction.EMERGENCY).refused_function
        assert nothing(ask("doctor@ZXX01", about, Interaction.EMERGENCY))


@pytest.mark.parametrize(
    ("reason", "text"), [("", "x"), ("curious", "x"), ("life-at-risk", " "), ("life-at-risk", "")]
)
def test_emergency_access_needs_a_listed_reason_and_words(reason: str, text: str) -> None:
    assert problem(policy(), reason, text)
    assert problem(policy(), "life-at-risk", "found unconscious") is None
