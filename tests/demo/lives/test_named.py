"""Each named person shows what they are named for."""

from datetime import date

import pytest

from demo.lives import Person, facts
from demo.lives.facts import Clinical
from demo.lives.named import named

TODAY = date(2026, 11, 22)
PEOPLE = {p.key: p for p in named(TODAY)}


def clinical(person: Person) -> tuple[Clinical, ...]:
    sectors = (person.acute, person.mental_health, person.gp_record, person.care_home)
    return tuple(s.clinical for s in sectors if s)


def test_brian_was_at_beech_house_last_month_and_is_known_to_everyone() -> None:
    brian = PEOPLE["brian"]
    assert len(brian.known_as) == 6
    assert brian.care_home
    (stay,) = brian.care_home.stays
    assert stay.org == "ZCH01"
    assert stay.kind == "respite"
    assert stay.ended
    assert 7 < (TODAY - stay.ended).days < 60


def test_brians_record_holds_two_strokes_a_concern_about_his_son_and_a_house_in_poor_repair() -> None:
    brian = PEOPLE["brian"]
    assert brian.acute
    assert brian.social_care
    assert brian.housing
    assert [a.reason.text for a in brian.acute.admissions] == ["Cerebral infarction"] * 2
    assert [s.source_person for s in brian.social_care.safeguarding] == ["gary"]
    assert "self_neglect" in {a.kind for a in brian.social_care.alerts}
    assert any(h.band in "ABC" and h.resolved is None for h in brian.housing.hazards)
    assert "carer" in brian.related[0].kinds
    assert brian.related[0].person == "gary"


def test_only_facts_marked_delicate_speak_of_what_brians_son_did() -> None:
    for fact in facts(PEOPLE["brian"]):
        if "push" in repr(fact) or "shout" in repr(fact).replace("Knock and shout", ""):
            assert "safeguarding" in fact.sensitive, type(fact).__name__


def test_the_sons_own_illness_is_in_his_own_record_only() -> None:
    gary = PEOPLE["gary"]
    assert gary.mental_health
    assert gary.social_care
    assert gary.social_care.carer_only
    others = [f for f in facts(PEOPLE["brian"]) if "low mood" in repr(f) and "Gary" in repr(f)]
    assert all("third_party" in f.sensitive for f in others)


def test_mrs_x_waits_for_a_lift_because_of_a_spiral_staircase() -> None:
    mrs_x = PEOPLE["mrs-x"]
    assert mrs_x.acute
    assert mrs_x.housing
    assert mrs_x.acute.admissions[0].discharged is None
    assert "Spiral" in mrs_x.housing.tenancies[0].asset.stairs_note
    assert "Through-floor lift" in {a.what for a in mrs_x.housing.adaptations}


def test_mrs_l_broke_two_bones_after_the_home_wrote_that_she_might_fall() -> None:
    mrs_l = PEOPLE["mrs-l"]
    assert mrs_l.acute
    assert mrs_l.care_home
    fractures = [d.on for d in mrs_l.acute.clinical.diagnoses if "racture" in d.what.text]
    assert len(fractures) == 2
    assert mrs_l.care_home.plans[0].on < min(fractures)
    assert "attorney_health" in mrs_l.related[0].kinds


def test_mrs_p_came_33_times_in_two_years() -> None:
    acute = PEOPLE["mrs-p"].acute
    assert acute
    recent = [a for a in acute.attendances if (TODAY - a.on.date()).days <= 730]
    assert len(recent) == 33


def test_mr_a_has_four_visits_a_day_and_a_nurse_for_a_patch() -> None:
    mr_a = PEOPLE["mr-a"]
    assert mr_a.social_care
    assert mr_a.social_care.packages[0].visits_a_day == 4
    assert any(m.route == "transdermal" for part in clinical(mr_a) for m in part.medicines)


def test_two_hospital_records_of_one_woman_disagree_on_an_allergy() -> None:
    acute = PEOPLE["two-records"].acute
    assert acute
    assert len({k.local_id for k in acute.known_as}) == 2
    assert {(a.local_id, a.none_known) for a in acute.clinical.allergies} == {
        (acute.known_as[0].local_id, False),
        (acute.known_as[1].local_id, True),
    }


def test_a_superseded_number_is_still_held_by_some() -> None:
    person = PEOPLE["superseded"]
    (old,) = person.numbers.superseded
    assert {k.nhs_number for k in person.known_as} == {old, person.numbers.nhs}


def test_an_invalidated_number_is_held_by_a_record_that_shares_no_name_with_the_new_one() -> None:
    person = PEOPLE["invalidated"]
    (bad,) = person.numbers.invalidated
    (held,) = [k for k in person.known_as if k.nhs_number == bad]
    assert held.names[0].given != person.name.given


def test_the_twins_differ_by_given_name_and_order_only() -> None:
    one, two = PEOPLE["twin-one"], PEOPLE["twin-two"]
    assert (one.name.family, one.birth_date, one.home, one.gp) == (
        two.name.family,
        two.birth_date,
        two.home,
        two.gp,
    )
    assert (one.birth_order, two.birth_order) == (1, 2)
    assert one.name.given != two.name.given


def test_sealed_items_are_three() -> None:
    assert sum(f.sealed for f in facts(PEOPLE["sealed-items"])) == 3


def test_the_one_on_leave_is_away_today_and_still_detained() -> None:
    mind = PEOPLE["mha-leave"].mental_health
    assert mind
    current = [p for p in mind.act if p.ended is None]
    assert [p.legal_status for p in current] == ["03"]
    assert any(s.start.date() <= TODAY <= s.end.date() for s in current[0].leave if s.end)


def test_an_advance_decision_stands_against_a_form_that_says_attempt() -> None:
    parts = clinical(PEOPLE["advance-decision"])
    assert any(d.covers_life for part in parts for d in part.advance_decisions)
    assert {r.recommendation for part in parts for r in part.resuscitation} == {"attempt", "do_not_attempt"}


def test_the_man_reported_dead_was_seen_today() -> None:
    person = PEOPLE["informal-death"]
    assert person.death
    assert person.death.informal
    assert person.death.formal is None
    assert any(f.on.date() == TODAY for f in facts(person))


def test_mrs_v_has_waited_28_days() -> None:
    acute = PEOPLE["mrs-v"].acute
    assert acute
    (stay,) = acute.admissions
    assert stay.ready_since
    assert (TODAY - stay.ready_since).days == 28


def test_mrs_w_lacked_capacity_and_then_had_it_for_the_same_decision() -> None:
    acute = PEOPLE["mrs-w"].acute
    assert acute
    first, then = acute.clinical.capacity
    assert first.decision == then.decision
    assert (first.outcome, then.outcome) == ("lacks_capacity", "has_capacity")


@pytest.mark.parametrize(
    ("key", "kind"),
    [("refuge", "refuge"), ("released-prisoner", "approved_premises"), ("formal-death", "care_home"),
     ("no-number", "abroad")],
)  # fmt: skip
def test_where_they_live_now(key: str, kind: str) -> None:
    home = PEOPLE[key].home
    assert home
    assert home.kind == kind


@pytest.mark.parametrize("key", ["no-number", "scot"])
def test_some_have_no_nhs_number(key: str) -> None:
    assert PEOPLE[key].numbers.nhs is None


def test_the_rest_show_their_mark() -> None:
    assert PEOPLE["restricted-address"].location_restricted
    assert {c.recipient for c in PEOPLE["housing-objection"].choices if c.kind == "objection"} == {"ZHO01"}
    assert PEOPLE["scot"].numbers.chi
    assert PEOPLE["bsl"].language == "bfi"
    assert PEOPLE["staff-patient"].name.family == "Jones"
    order = PEOPLE["community-order"].mental_health
    assert order
    assert order.community_orders[0].ended is None
    formal = PEOPLE["formal-death"].death
    assert formal
    assert formal.formal
    newborn = PEOPLE["newborn"]
    assert (TODAY - newborn.birth_date).days < 28
    assert newborn.acute
    assert newborn.acute.known_as[0].names[0].given == ("Baby",)
    mr_b = PEOPLE["mr-b"].acute
    assert mr_b
    assert mr_b.admissions[0].pathway == 3
    mrs_h = PEOPLE["mrs-h"].social_care
    assert mrs_h
    assert {c.outcome for c in mrs_h.capacity} == {"has_capacity"}
