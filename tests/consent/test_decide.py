"""The cases of the decision: each denial beside a control caller, or a control fact, that gets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from schemas.caller import Caller, CallerKind
from schemas.codes import Audience, Category, Heading, Interaction, Purpose, RelationshipKind
from schemas.decision import Decision, Facts
from tests.consent.place import (
    ACUTE,
    COUNCIL,
    DAY,
    GP,
    HOME,
    HOUSING,
    MENTAL,
    NOW,
    ask,
    caller,
    choice,
    emergency,
    facts,
    held,
    policy,
    related,
    shown,
)

SECOND = timedelta(seconds=1)
PROBLEMS = held("ZGP01/primary-care/problems")
RESULTS = held("ZAC01/acute/results")
ALLERGIES = held("ZGP01/primary-care/allergies")
CRISIS = held("ZMH01/mental-health/plan", "R", "PSY")
PLAN = held("ZSC01/care-plan/plan")


def nothing(decision: Decision) -> bool:
    """The answer that an unknown id gets."""
    return not decision.permit and not decision.refused_function and decision.grants == ()


def sees(who: str | Caller, about: Facts, **more: object) -> set[str]:
    return shown(ask(who, about, **more))  # type: ignore[arg-type]


# ---- sign-in, role, purpose: the function is refused, whoever the person is


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": NOW},
        {"assurance": 1},
        {"role": "porter"},
        {"role": "person"},
        {"kind": CallerKind.SYSTEM},
        {"purpose": None},
        {"purpose": Purpose.RESEARCH},
        {"purpose": Purpose.PLANNING},
        {"scopes": frozenset({"user/*.write"})},
        {"scopes": frozenset({"user/Patient.rs"})},
        {"scopes": frozenset({"user/*.rs?category=laboratory"})},
    ],
)
def test_a_sign_in_role_or_purpose_that_does_not_do_refuses_the_function(change: dict[str, object]) -> None:
    control = caller("doctor@ZAC01")
    assert ask(control, facts()).permit
    refused = ask(replace(control, **change), facts())  # type: ignore[arg-type]
    assert (refused.permit, refused.refused_function, refused.grants) == (False, True, ())


@pytest.mark.parametrize("scope", ["user/*.read", "user/*.rs", "user/*.cruds", "openid", "system/*.*"])
def test_a_scope_that_covers_reading_lets_reading_through(scope: str) -> None:
    assert ask(replace(caller("doctor@ZAC01"), scopes=frozenset({scope})), facts()).permit


@pytest.mark.parametrize("who", ["support@ZAC01", "integration_engineer@ZAC01", "privacy_officer@ZAC01"])
def test_staff_without_clinical_rights_get_nothing(who: str) -> None:
    assert nothing(ask(who, facts()))
    assert nothing(ask(replace(caller(who), activities=frozenset({"view"})), facts()))


# ---- agreement


def test_a_clause_ends_between_one_second_and_the_next() -> None:
    clause = next(c for c in policy().clauses if c.id == "mental-health-summary-to-council")
    ending = replace(policy(), clauses=(replace(clause, end=NOW),))
    about = facts(CRISIS)
    assert sees("social_worker@ZSC01", replace(about, read_at=NOW - SECOND), under=ending) == {
        CRISIS.class_id
    }
    assert nothing(ask("social_worker@ZSC01", about, under=ending))


def test_a_successor_organisation_gets_nothing_until_a_clause_names_it() -> None:
    assert nothing(ask("nurse@ZCH09", facts(ties=(related("ZCH09", RelationshipKind.STAY),))))


def test_a_child_is_shown_only_under_clauses_that_name_children() -> None:
    young = date(2011, 5, 3)
    about = facts(PROBLEMS, CRISIS, PLAN, born=young)
    assert sees("doctor@ZAC01", about) == {PROBLEMS.class_id, CRISIS.class_id}
    assert sees("social_worker@ZSC01", about) == {PROBLEMS.class_id, PLAN.class_id}
    assert nothing(ask("person@", about, recipient=""))


@pytest.mark.parametrize(
    ("born", "adult"), [(date(2008, 5, 3), True), (date(2008, 5, 4), False), (None, False)]
)
def test_adulthood_begins_on_the_eighteenth_birthday_and_is_not_assumed(
    born: date | None, adult: bool
) -> None:
    assert (CRISIS.class_id in sees("social_worker@ZSC01", facts(CRISIS, born=born))) is adult


# ---- relationships


def test_without_a_relationship_there_is_nothing_and_an_alert() -> None:
    decision = ask("doctor@ZAC01", facts(ties=(related(COUNCIL, RelationshipKind.CASELOAD),)))
    assert nothing(decision)
    assert {"alert-no-relationship", "may-claim"} <= decision.obligations
    assert "may-claim" not in ask("doctor@ZXX01", facts()).obligations
    assert ask("doctor@ZAC01", facts(ties=(related(ACUTE),))).permit


@pytest.mark.parametrize(("days", "seen"), [(89, True), (91, False)])
def test_an_attendance_counts_for_ninety_days_after_its_end(days: int, seen: bool) -> None:
    about = facts(RESULTS, ties=(related(ACUTE, ended=days * DAY),))
    assert ask("nurse@ZAC01", about).permit is seen


def test_a_claim_of_one_user_is_not_a_colleague_s() -> None:
    claim = related(ACUTE, RelationshipKind.SELF_CLAIM, user="user-doctor")
    about = facts(RESULTS, ties=(claim,))
    assert sees("doctor@ZAC01", about) == {RESULTS.class_id}
    assert nothing(ask(caller("doctor@ZAC01", user="colleague"), about))
    assert nothing(ask("doctor@ZAC01", facts(RESULTS, ties=(replace(claim, user_id=None),))))


def test_a_relationship_that_has_not_begun_does_not_count() -> None:
    about = facts(RESULTS, ties=(replace(related(ACUTE), start=NOW + SECOND),))
    assert nothing(ask("doctor@ZAC01", about))
    assert ask("doctor@ZAC01", replace(about, read_at=NOW + SECOND)).permit


def test_a_person_reads_their_own_record_and_nobody_else_s() -> None:
    assert ask("person@", facts(), recipient="").permit
    assert nothing(ask(replace(caller("person@"), own_person_id="person-2"), facts(), recipient=""))
    assert nothing(ask(replace(caller("person@"), own_person_id=None), facts(), recipient=""))


def test_an_attorney_reads_while_the_authority_lasts_and_a_relative_never() -> None:
    services = held("ZSC01/social-care/services")
    tie = related("", RelationshipKind.REPRESENTATIVE, user="user-representative")
    assert sees("representative@", facts(services, ties=(tie,)), recipient="") == {services.class_id}
    ended = facts(services, ties=(replace(tie, end=NOW),))
    assert nothing(ask("representative@", ended, recipient=""))
    assert ask("representative@", ended, Interaction.PARTICIPATE, recipient="").refused_function
    carer = replace(caller("representative@"), role="carer")
    assert nothing(ask(carer, facts(services, ties=(tie,)), recipient=""))


# ---- permission to view and the person's choices


def test_housing_waits_for_explicit_permission_where_a_hospital_need_not() -> None:
    about = facts(PLAN)
    assert sees("doctor@ZAC01", about) == {PLAN.class_id}
    assert sees("housing_officer@ZHO01", about) == set()
    permitted = choice("permit", HOUSING, target_organisation=HOUSING)
    assert sees("housing_officer@ZHO01", facts(PLAN, choices=(permitted,))) == {PLAN.class_id}
    narrower = replace(permitted, target_category=Category.DEMOGRAPHICS)
    assert sees("housing_officer@ZHO01", facts(PLAN, choices=(narrower,))) == set()
    other = replace(permitted, target_organisation="ZFR01")
    assert sees("housing_officer@ZHO01", facts(PLAN, choices=(other,))) == set()


@pytest.mark.parametrize("status", ["draft", "proposed", "rejected", "inactive", "entered-in-error", "?"])
def test_a_choice_that_is_not_active_never_permits(status: str) -> None:
    permitted = choice("permit", HOUSING, target_organisation=HOUSING, status=status)
    assert sees("housing_officer@ZHO01", facts(PLAN, choices=(permitted,))) == set()


@pytest.mark.parametrize(
    ("period", "seen"),
    [
        ({"start": NOW + SECOND}, False),
        ({"end": NOW}, False),
        ({"end": NOW - SECOND}, False),
        ({"end": NOW + SECOND}, True),
        ({"start": NOW}, True),
        ({"start": NOW - DAY}, True),
        ({"start": NOW + DAY, "end": NOW - DAY}, False),
    ],
)
def test_a_choice_counts_in_its_period_only(period: dict[str, datetime], seen: bool) -> None:
    permitted = choice("permit", HOUSING, target_organisation=HOUSING, **period)
    assert (sees("housing_officer@ZHO01", facts(PLAN, choices=(permitted,))) == {PLAN.class_id}) is seen


def test_an_objection_leaves_the_safety_floor_one_s_own_data_and_a_transfer() -> None:
    about = facts(PROBLEMS, RESULTS, ALLERGIES, choices=(choice("deny"),))
    decision = ask("doctor@ZAC01", about)
    assert shown(decision) == {RESULTS.class_id, ALLERGIES.class_id}
    assert (decision.withheld, decision.floor_withheld) == (True, False)
    home = facts(
        PROBLEMS, RESULTS, ties=(related(HOME, RelationshipKind.TRANSFER),), choices=(choice("deny"),)
    )
    moving = caller("care_home_nurse@ZCH01", purpose=Purpose.TRANSFER_OF_CARE)
    assert sees(moving, home, interaction=Interaction.PASSPORT) == {PROBLEMS.class_id, RESULTS.class_id}
    refused = replace(home, choices=(choice("deny", purpose=Purpose.TRANSFER_OF_CARE),))
    assert sees(moving, refused, interaction=Interaction.PASSPORT) == set()


def test_an_objection_refused_with_grounds_stops_nothing() -> None:
    assert sees("doctor@ZAC01", facts(PROBLEMS, choices=(choice("deny", outcome="refused"),))) == {
        PROBLEMS.class_id
    }


def test_the_floor_is_hidden_only_after_a_documented_discussion_and_prescribers_are_told() -> None:
    discussed = facts(ALLERGIES, choices=(choice("deny", floor_discussed=True),))
    doctor, nurse = ask("doctor@ZAC01", discussed), ask("nurse@ZAC01", discussed)
    assert shown(doctor) == shown(nurse) == set()
    assert (doctor.withheld, doctor.floor_withheld) == (True, True)
    assert (nurse.withheld, nurse.floor_withheld) == (True, False)


def test_an_objection_to_one_reader_s_organisation_and_category_stops_just_that() -> None:
    objection = choice("deny", MENTAL, target_organisation=COUNCIL, target_category=Category.MENTAL_HEALTH)
    about = facts(CRISIS, PROBLEMS, choices=(objection,))
    decision = ask("social_worker@ZSC01", about)
    assert (shown(decision), decision.withheld) == ({PROBLEMS.class_id}, True)
    assert sees("doctor@ZAC01", about) == {CRISIS.class_id, PROBLEMS.class_id}


def test_denies_of_several_controllers_add_up_and_deny_beats_permit() -> None:
    target = {"target_category": Category.MENTAL_HEALTH}
    both = (choice("permit", COUNCIL, recorded=NOW, **target), choice("deny", MENTAL, **target))
    assert sees("doctor@ZAC01", facts(CRISIS, choices=both)) == set()
    assert sees("doctor@ZAC01", facts(CRISIS, choices=both[:1])) == {CRISIS.class_id}


def test_the_newest_choice_at_one_controller_supersedes() -> None:
    old, new = choice("deny"), choice("permit", recorded=NOW - DAY)
    assert sees("doctor@ZAC01", facts(PROBLEMS, choices=(old, new))) == {PROBLEMS.class_id}
    older = replace(new, recorded=NOW - 40 * DAY)
    assert sees("doctor@ZAC01", facts(PROBLEMS, choices=(old, older))) == set()


def test_a_broad_permit_does_not_undo_a_narrow_objection() -> None:
    narrow = choice("deny", target_organisation=ACUTE)
    broad = choice("permit", recorded=NOW - DAY)
    assert sees("doctor@ZAC01", facts(PROBLEMS, choices=(narrow, broad))) == set()


def test_an_exception_in_the_same_consent_opens_what_its_base_closes() -> None:
    base, exception = choice("deny"), choice("permit", target_organisation=ACUTE)
    about = facts(PROBLEMS, choices=(base, exception))
    assert sees("doctor@ZAC01", about) == {PROBLEMS.class_id}
    assert sees("social_worker@ZSC01", about) == set()


def test_permission_typed_at_the_point_of_care_does_not_undo_a_dissent_held_elsewhere() -> None:
    typed = choice("permit", ACUTE, recorded=NOW, target_organisation=ACUTE)
    assert sees("nurse@ZAC01", facts(PROBLEMS, choices=(choice("deny"), typed))) == set()


def test_a_clause_that_asks_each_time_wants_today_s_answer_by_this_organisation() -> None:
    words = held("ZSC01/social-care/about-me")
    tie = (related("ZVC01", RelationshipKind.REFERRAL),)
    asked = choice("permit", "ZVC01", target_organisation="ZVC01", recorded=NOW - timedelta(hours=1))
    assert sees("link_worker@ZVC01", facts(words, ties=tie)) == set()
    assert sees("link_worker@ZVC01", facts(words, ties=tie, choices=(asked,))) == {words.class_id}
    for stale in (replace(asked, recorded=NOW - DAY), replace(asked, controller=GP)):
        assert sees("link_worker@ZVC01", facts(words, ties=tie, choices=(stale,))) == set()


def test_a_named_reader_is_stopped_even_for_their_own_organisation_s_data() -> None:
    stopped = choice("deny", ACUTE, target_user="user-doctor")
    about = facts(RESULTS, choices=(stopped,))
    assert sees("doctor@ZAC01", about) == set()
    assert sees("nurse@ZAC01", about) == {RESULTS.class_id}
    urgent = replace(about, emergencies=(emergency(caller("doctor@ZAC01")),))
    assert sees("doctor@ZAC01", urgent) == set()


def test_death_changes_nothing_in_objections_and_labels() -> None:
    about = facts(PROBLEMS, choices=(choice("deny"),))
    died = replace(about, person=replace(about.person, death="formal"))
    assert shown(ask("doctor@ZAC01", died)) == shown(ask("doctor@ZAC01", about)) == set()


# ---- exclusions and labels


@pytest.mark.parametrize(
    "code", ["fertility-treatment", "gender-recognition", "adoption", "withheld-at-source", "?"]
)
def test_what_the_law_excludes_is_never_shown_outside_its_controller_and_never_counted(code: str) -> None:
    elsewhere = held("ZGP01/primary-care/problems", exclusions=(code,))
    ours = held("ZAC01/acute/problems", exclusions=(code,))
    doctor = caller("doctor@ZAC01")
    consent = choice("permit", target_organisation=ACUTE, target_class=elsewhere.class_id)
    about = facts(elsewhere, ours, choices=(consent,), emergencies=(emergency(doctor),))
    decision = ask(doctor, about)
    assert shown(decision) == {ours.class_id}
    assert not decision.withheld


def test_a_default_exclusion_yields_to_explicit_consent_to_that_recipient() -> None:
    item = held("ZGP01/primary-care/problems", exclusions=("sexual-health",))
    general = choice("permit", target_organisation=ACUTE)
    explicit = replace(general, target_class=item.class_id)
    assert sees("doctor@ZAC01", facts(item, choices=(general,))) == set()
    assert sees("doctor@ZAC01", facts(item, choices=(explicit,))) == {item.class_id}
    elsewhere = replace(explicit, target_organisation=COUNCIL)
    assert sees("doctor@ZAC01", facts(item, choices=(elsewhere,))) == set()


def test_what_was_restricted_at_the_person_s_wish_leaves_one_notice() -> None:
    restricted = [held(f"ZMH01/mental-health/{h}", "R", "PSY", "SEAL") for h in ("problems", "plan", "legal")]
    about = facts(CRISIS, *restricted)
    decision = ask("nurse@ZAC01", about)
    assert (shown(decision), decision.withheld) == ({CRISIS.class_id}, True)
    assert shown(ask("mh_nurse@ZMH01", about)) == {CRISIS.class_id, *(r.class_id for r in restricted)}


def test_one_uncleared_label_of_several_withholds() -> None:
    both = held("ZAC01/acute/problems", "R", "PSY", "SDV")
    one = held("ZAC01/acute/encounters", "R", "PSY")
    tie = (related(HOME, RelationshipKind.STAY),)
    assert sees("care_home_nurse@ZCH01", facts(both, one, ties=tie)) == {one.class_id}
    assert sees("doctor@ZAC01", facts(both, one)) == {both.class_id, one.class_id}


def test_a_label_that_no_table_knows_is_cleared_for_nobody() -> None:
    item = held("ZAC01/acute/results", "N", "UNKNOWN")
    assert sees("doctor@ZAC01", facts(item)) == set()


def test_an_unlabelled_class_is_restricted_unless_it_is_of_the_floor() -> None:
    bare = replace(held("ZGP01/primary-care/about-me"), labels=frozenset())
    floor = replace(held("ZGP01/primary-care/allergies"), labels=frozenset())
    tie = (related("ZHC01", RelationshipKind.CASELOAD),)
    assert sees("home_care_worker@ZHC01", facts(bare, floor, ties=tie)) == {floor.class_id}
    assert sees("doctor@ZAC01", facts(bare, floor)) == {bare.class_id, floor.class_id}


# ---- audience and location


def test_a_caller_cannot_ask_for_an_audience_that_is_not_theirs() -> None:
    for audience in (Audience.SCREEN, Audience.SYSTEM):
        assert ask("person@", facts(), audience=audience, recipient="").refused_function
    assert ask("system@ZAC01", facts(), audience=Audience.SCREEN).refused_function


def test_of_a_location_restricted_person_the_clinical_facts_stay_and_places_go() -> None:
    decision = ask("doctor@ZAC01", facts(restricted=True))
    open_ = ask("doctor@ZAC01", facts())
    gone = {g.class_id for g in open_.grants} - shown(decision)
    assert gone == {
        "ZHO01/demographics/demographics", "ZHO01/housing/home", "ZHO01/housing/services",
        "ZSC01/social-care/contacts/R/THIRD_PARTY",
    } - {"ZHO01/demographics/demographics"}  # fmt: skip
    assert all("location" in g.redactions for g in decision.grants)
    assert (decision.location_restricted, "location-banner" in decision.obligations) == (True, True)


def test_a_label_that_tells_of_a_place_cuts_places_whatever_the_flag_says() -> None:
    place = held("ZSC01/social-care/services", "R", "LOCIS")
    assert [g.redactions for g in ask("social_worker@ZSC01", facts(place)).grants] == [
        frozenset({"location"})
    ]
    assert sees("social_worker@ZSC01", facts(place, restricted=True)) == set()


# ---- writing, audit, review, choices


def test_a_system_writes_its_own_organisation_s_statements_in_its_own_fields() -> None:
    acute, housing = (ask(f"system@{o}", facts(ties=()), Interaction.WRITE) for o in (ACUTE, HOUSING))
    assert acute.allows_write(ACUTE, Category.ACUTE, Heading.RESULTS)
    assert not acute.allows_write(MENTAL, Category.MENTAL_HEALTH, Heading.RESULTS)
    assert not housing.allows_write(HOUSING, Category.HOUSING, Heading.RESULTS)
    assert not housing.allows_write(HOUSING, Category.ACUTE, Heading.RESULTS)
    assert not housing.allows_write(MENTAL, Category.MENTAL_HEALTH, Heading.RESULTS)
    assert housing.allows_write(HOUSING, Category.HOUSING, Heading.HOME)
    assert ask("system@ZXX01", facts(), Interaction.WRITE).refused_function


def test_staff_write_where_they_have_to_do_with_the_person() -> None:
    nurse = ask("nurse@ZAC01", facts(), Interaction.WRITE)
    assert nurse.allows_write(ACUTE, Category.ACUTE, Heading.RESULTS)
    assert nothing(ask("nurse@ZAC01", facts(ties=()), Interaction.WRITE))
    carer = ask("care_worker@ZCH01", facts(), Interaction.WRITE)
    assert carer.allows_write(HOME, Category.CARE_HOME, Heading.RESULTS)
    assert not carer.allows_write(HOME, Category.CARE_HOME, Heading.PROBLEMS)
    assert ask("receptionist@ZAC01", facts(), Interaction.WRITE).refused_function


def test_a_plan_is_seen_by_who_may_view_and_worked_on_by_who_has_the_activity() -> None:
    nurse = ask("nurse@ZAC01", facts(PLAN), Interaction.PLAN)
    assert nurse.allows_write(COUNCIL, Category.CARE_PLAN, Heading.PLAN)
    assert not nurse.allows_write(COUNCIL, Category.SOCIAL_CARE, Heading.SERVICES)
    assert nothing(ask("nurse@ZAC01", facts(PLAN, ties=()), Interaction.PLAN))
    assert nothing(ask("receptionist@ZAC01", facts(PLAN), Interaction.PLAN))
    readers = (
        ask("care_worker@ZCH01", facts(PLAN), Interaction.PLAN),
        ask("person@", facts(PLAN), Interaction.PLAN),
    )
    for reader in readers:
        assert shown(reader) == {PLAN.class_id}
        assert not reader.allows_write(COUNCIL, Category.CARE_PLAN, Heading.PLAN)


def test_who_looked_is_for_the_person_and_for_each_officer_s_own_organisation() -> None:
    assert nothing(ask("housing_officer@ZHO01", facts(), Interaction.AUDIT))
    assert ask("privacy_officer@ZAC01", facts(), Interaction.AUDIT).controllers == {ACUTE}
    assert ask("person@", facts(), Interaction.AUDIT, recipient="").controllers == {"*"}
    stranger = replace(caller("person@"), own_person_id="person-2")
    assert nothing(ask(stranger, facts(), Interaction.AUDIT, recipient=""))


def test_the_review_pile_is_for_the_feed_s_own_organisation() -> None:
    assert ask("integration_engineer@ZAC01", facts(), Interaction.REVIEW).controllers == {ACUTE}
    assert ask("doctor@ZAC01", facts(), Interaction.REVIEW).refused_function


def test_a_choice_is_recorded_by_the_person_or_by_staff_before_anything_is_shown() -> None:
    assert ask("person@", facts(), Interaction.PARTICIPATE, recipient="").permit
    assert ask("housing_officer@ZHO01", facts(PLAN), Interaction.PARTICIPATE).permit
    assert nothing(ask("housing_officer@ZHO01", facts(PLAN, ties=()), Interaction.PARTICIPATE))
