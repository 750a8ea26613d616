"""Six readers of one record: each gets another answer, and each answer can be explained."""

from __future__ import annotations

from dataclasses import replace

from schemas.codes import Audience
from tests.consent.place import BRIAN, HOUSING, ask, choice, facts, held, shown

EVERYTHING = {c.class_id for c in BRIAN}
SAFEGUARDING = "ZSC01/social-care/safeguarding/R/SAFEGUARDING"
SON = "ZSC01/social-care/contacts/R/THIRD_PARTY"
THERAPY = "ZMH01/mental-health/assessments/V/PSYTHPN"


def test_a_ward_doctor_sees_all_but_what_the_mental_health_clause_keeps() -> None:
    decision = ask("doctor@ZAC01", facts())
    assert shown(decision) == EVERYTHING - {THERAPY}
    assert not decision.withheld, "a heading outside the clause is not counted"


def test_a_social_worker_sees_care_and_safeguarding_but_no_results_and_no_therapy() -> None:
    decision = ask("social_worker@ZSC01", facts())
    assert shown(decision) == EVERYTHING - {THERAPY, "ZAC01/acute/results"}


OWN_HOUSING = {"ZHO01/demographics/demographics", "ZHO01/housing/home", "ZHO01/housing/services"}


def test_a_housing_officer_without_recorded_permission_sees_housing_only() -> None:
    assert shown(ask("housing_officer@ZHO01", facts())) == OWN_HOUSING


def test_a_housing_officer_with_permission_sees_who_it_is_and_the_plan_too() -> None:
    permission = choice("permit", HOUSING, target_organisation=HOUSING)
    assert shown(ask("housing_officer@ZHO01", facts(choices=(permission,)))) == OWN_HOUSING | {
        "ZAC01/demographics/demographics",
        "ZSC01/demographics/demographics",
        "ZSC01/care-plan/plan",
    }


def test_the_care_home_of_last_month_sees_what_it_needs_and_no_safeguarding() -> None:
    decision = ask("care_home_nurse@ZCH01", facts())
    assert shown(decision) == {
        "ZAC01/demographics/demographics",
        "ZAC01/acute/needs",
        "ZAC01/acute/staff-safety",
        "ZAC01/acute/allergies",
        "ZAC01/acute/problems",
        "ZAC01/acute/medicines",
        "ZAC01/acute/encounters",
        "ZAC01/acute/results",
        "ZAC01/acute/documents",
        "ZGP01/primary-care/medicines",
        "ZGP01/primary-care/problems",
        "ZSC01/demographics/demographics",
        "ZSC01/social-care/services",
        "ZSC01/social-care/about-me",
        "ZMH01/mental-health/medicines",
        "ZMH01/mental-health/plan/R/PSY",
        "ZMH01/mental-health/legal/R/PSY",
        "ZSC01/care-plan/plan",
        "ZCH01/red-bag/red-bag",
        "ZCH01/care-home/about-me",
    }
    assert decision.withheld, "that the son's part is not shown is told as: some information is not shown"


def test_a_receptionist_sees_who_it_is_needs_and_do_not_see_alone() -> None:
    assert shown(ask("receptionist@ZAC01", facts())) == {
        "ZAC01/demographics/demographics",
        "ZSC01/demographics/demographics",
        "ZAC01/acute/needs",
        "ZAC01/acute/staff-safety",
    }


def test_a_doctor_outside_the_agreement_gets_nothing_and_is_not_told_more() -> None:
    decision = ask("doctor@ZXX01", facts())
    assert (decision.permit, decision.refused_function, decision.grants) == (False, False, ())
    assert (decision.withheld, decision.floor_withheld, decision.offered) == (False, False, frozenset())


def test_the_person_sees_their_record_without_safeguarding_and_other_people() -> None:
    decision = ask("person@", facts(), recipient="")
    assert {SAFEGUARDING, SON} & shown(decision) == set()
    assert {"ZMH01/mental-health/plan/R/PSY", "ZHO01/housing/home", THERAPY} <= shown(decision)
    assert all("third-party" in g.redactions for g in decision.grants)


def test_what_is_printed_says_nothing_of_safeguarding_nor_of_the_son_for_any_reader() -> None:
    for who in ("doctor@ZAC01", "social_worker@ZSC01", "safeguarding_lead@ZSC01", "care_home_nurse@ZCH01"):
        on_screen, on_paper = (ask(who, facts(), audience=a) for a in (Audience.SCREEN, Audience.PAPER))
        assert {SAFEGUARDING, SON} & shown(on_paper) == set()
        assert shown(on_paper) < shown(on_screen)
        assert all("third-party" in g.redactions for g in on_paper.grants)


def test_a_copy_for_another_place_holds_what_that_place_may_see_as_well() -> None:
    mine = held("ZMH01/mental-health/problems", "R", "PSY")
    ours = held("ZAC01/acute/allergies")
    about = facts(mine, ours)
    assert shown(ask("doctor@ZAC01", about)) == {mine.class_id, ours.class_id}
    assert shown(ask("doctor@ZAC01", about, recipient="ZCH01")) == {ours.class_id}
    assert shown(ask("doctor@ZAC01", about, recipient="ZXX01")) == set()


def test_a_copy_for_another_place_is_not_one_s_own_data_any_more() -> None:
    plain, excluded = held("ZAC01/acute/problems"), held("ZAC01/acute/results", exclusions=("hiv",))
    about = facts(plain, excluded, choices=(choice("deny", target_organisation="ZCH01"),))
    assert shown(ask("doctor@ZAC01", about)) == {plain.class_id, excluded.class_id}
    assert shown(ask("doctor@ZAC01", about, recipient="ZCH01")) == set()
    assert shown(ask("doctor@ZAC01", replace(about, choices=()), recipient="ZCH01")) == {plain.class_id}
