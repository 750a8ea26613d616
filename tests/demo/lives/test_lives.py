"""The lives of Wolds: repeatable, coherent, and nobody real."""

import re
import statistics
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import numbers
from demo.lives import Person, facts, lives
from demo.lives.named import NAMED, named
from demo.lives.random import made_up

TODAY = date(2026, 11, 22)
EVERYONE = tuple(lives(7, 240, TODAY))
KEYS = {p.key for p in EVERYONE}


def test_the_same_seed_and_day_tell_the_same_lives() -> None:
    assert tuple(lives(7, 60, TODAY)) == EVERYONE[:60]


def test_another_seed_tells_other_lives_but_the_same_named_people() -> None:
    others = tuple(lives(8, len(NAMED) + 5, TODAY))
    assert others[: len(NAMED)] == EVERYONE[: len(NAMED)]
    assert others[len(NAMED) :] != EVERYONE[len(NAMED) : len(NAMED) + 5]


@given(st.integers(0, 2**31), st.integers(0, 99_000), st.dates(date(2024, 1, 1), date(2032, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_any_made_up_person_can_be_told_on_any_day(seed: int, index: int, today: date) -> None:
    person = made_up(seed, index, today)
    assert person.birth_date < today
    assert person.numbers.nhs is not None
    assert all(f.on.tzinfo is UTC for f in facts(person))


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
@settings(max_examples=25, deadline=None)
def test_the_named_people_can_be_told_on_any_day(today: date) -> None:
    fifteen = next(p for p in named(today) if p.key == "fifteen")
    born = fifteen.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    assert age == 15


def test_a_small_place_begins_with_brian() -> None:
    few = tuple(lives(7, 12, TODAY))
    assert len(few) == 12
    assert few[0].key == "brian"


def test_a_hundred_thousand_people_come_one_at_a_time() -> None:
    crowd = lives(7, 100_000, TODAY)
    assert len(list(islice(crowd, 40))) == 40
    last = made_up(7, 100_000 - len(NAMED) - 1, TODAY)
    assert last.numbers.nhs not in {p.numbers.nhs for p in EVERYONE}


def test_more_people_than_numbers_are_refused() -> None:
    with pytest.raises(ValueError):
        next(lives(7, numbers.SLOTS, TODAY))


def test_an_ordinary_life_has_about_forty_facts() -> None:
    assert 30 <= statistics.median(sum(1 for _ in facts(p)) for p in EVERYONE[len(NAMED) :]) <= 55


def test_no_two_people_share_a_number_or_a_local_identifier() -> None:
    held = [n for p in EVERYONE for n in (p.numbers.nhs, *p.numbers.superseded, *p.numbers.invalidated) if n]
    assert len(set(held)) == len(held)
    assert all(numbers.is_valid(n) and n.startswith("999") for n in held)
    labels = [(k.org, k.local_id) for p in EVERYONE for k in p.known_as]
    assert len(set(labels)) == len(labels)


def test_facts_of_a_kind_have_identifiers_of_their_own() -> None:
    seen: dict[tuple[str, str], Person] = {}
    for person in EVERYONE:
        for fact in facts(person):
            assert seen.setdefault((type(fact).__name__, fact.id), person) is person


def test_housing_never_holds_an_nhs_number() -> None:
    assert all(k.nhs_number is None for p in EVERYONE if p.housing for k in p.housing.known_as)


def test_a_label_holds_no_number_but_one_of_the_persons_own() -> None:
    for p in EVERYONE:
        own = {p.numbers.nhs, p.numbers.chi, None, *p.numbers.superseded, *p.numbers.invalidated}
        assert {k.nhs_number for k in p.known_as} <= own, p.key


def test_nothing_has_happened_in_the_future_but_what_is_planned() -> None:
    end_of_today = datetime(2026, 11, 23, tzinfo=UTC)
    for person in EVERYONE:
        for fact in facts(person):
            assert fact.on < end_of_today + timedelta(days=2), (person.key, type(fact).__name__)


def test_one_fall_is_known_to_hospital_council_and_landlord() -> None:
    told = 0
    for person in EVERYONE:
        visits = {a.id for a in person.acute.attendances if a.fall} if person.acute else set()
        council = {s.attendance for s in person.social_care.safeguarding} if person.social_care else set()
        rails = (
            {a.attendance for a in person.housing.adaptations if a.attendance} if person.housing else set()
        )
        assert rails <= visits, person.key
        told += bool(visits & council & rails)
    assert told >= 3


def test_references_to_hospital_visits_lead_to_visits() -> None:
    for person in EVERYONE:
        acute = person.acute
        visits = {v.id for v in (*acute.attendances, *acute.admissions)} if acute else set()
        asked = [s.attendance for s in person.social_care.safeguarding] if person.social_care else []
        asked += [b.admission for b in person.care_home.red_bags] if person.care_home else []
        asked += [i.attendance for i in person.care_home.incidents] if person.care_home else []
        assert {a for a in asked if a} <= visits, person.key


def test_facts_name_a_local_record_that_exists() -> None:
    for person in EVERYONE:
        labels = {k.local_id for k in person.acute.known_as} if person.acute else set()
        used = {getattr(f, "local_id", "") for f in facts(person)} - {""}
        assert used <= labels, person.key


def test_safeguarding_says_that_it_is_safeguarding() -> None:
    for person in EVERYONE:
        for concern in person.social_care.safeguarding if person.social_care else ():
            assert "safeguarding" in concern.sensitive


def test_people_who_are_related_exist() -> None:
    assert {r.person for p in EVERYONE for r in p.related if r.person} <= KEYS


def test_postcodes_of_wolds_are_well_formed_and_nobodys() -> None:
    shape = re.compile(r"WL\d \d[ABD-HJLNP-UW-Z]{2}")  # no area is called WL; C I K M O V never end one
    for person in EVERYONE:
        homes = [a for a in person.addresses if a.kind != "abroad"]
        assert all(shape.fullmatch(home.postcode) for home in homes), person.key
