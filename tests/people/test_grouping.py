"""Who is one person follows from what was told, traced and decided, in whatever order; vetoes win over every tie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.people.grouping import DECIDED, JOINED, MERGED, NAMED, Member, Tie, grouped

START = datetime(2026, 1, 1, tzinfo=UTC)


def member(name: str, number: str = "", organisation: str = "", **more: object) -> Member:
    return Member(
        subject_id=name,
        key=name,
        organisation=organisation or f"org-{name}",
        own_person=f"person-{name}",
        since=START + timedelta(minutes=ord(name[-1])),
        numbers=frozenset(number.split()),
        **more,  # type: ignore[arg-type]
    )


def groups(members, ties=(), apart=()):
    places = grouped(members, ties, apart).places
    found: dict[str, set[str]] = {}
    for name, place in places.items():
        found.setdefault(place.person_id, set()).add(name)
    return {frozenset(names) for names in found.values()}


def together(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_one_verified_number_is_one_person_and_the_oldest_leads():
    made = grouped([member("b", "1"), member("a", "1")], [], [])
    assert {p.person_id for p in made.places.values()} == {"person-a"}


def test_a_superseded_number_is_its_successor():
    assert groups([member("a", "old"), member("b", "new old"), member("c", "new")]) == {
        together("a", "b", "c")
    }


@pytest.mark.parametrize("kind", [DECIDED, MERGED, NAMED, JOINED])
def test_two_verified_numbers_are_never_one_person_whatever_ties_them(kind):
    made = grouped([member("a", "1"), member("b", "2")], [Tie(kind, "a", "b")], [])
    assert made.places["a"].person_id != made.places["b"].person_id
    assert made.disputes == (("a", "b", "two-numbers"),)


def test_two_numbers_do_not_meet_in_somebody_without_one():
    ties = [Tie(MERGED, "a", "x", START), Tie(MERGED, "b", "x", START + timedelta(days=1))]
    assert groups([member("a", "1"), member("b", "2"), member("x")], ties) == {
        together("a", "x"),
        together("b"),
    }


def test_two_local_ids_of_one_organisation_with_one_number_are_not_linked_but_put_before_somebody():
    members = [member("h1", "1", "ZAC01"), member("h2", "1", "ZAC01"), member("c", "1", "ZSC01")]
    made = grouped(members, [], [])
    assert groups(members) == {together("c", "h1"), together("h2")}
    assert made.disputes == (("h1", "h2", "one-number-twice"),)


@pytest.mark.parametrize("tie", [Tie(MERGED, "h1", "h2"), Tie(DECIDED, "h1", "h2")])
def test_they_are_one_once_their_source_or_somebody_says_so(tie):
    members = [member("h1", "1", "ZAC01"), member("h2", "1", "ZAC01"), member("c", "1", "ZSC01")]
    assert groups(members, [tie]) == {together("c", "h1", "h2")}


def test_an_invalidated_number_is_joined_by_two_people_only():
    members = [member("a", invalidated=True), member("b")]
    for kind in (DECIDED, MERGED, NAMED):
        made = grouped(members, [Tie(kind, "a", "b")], [])
        assert made.places["a"].person_id != made.places["b"].person_id
        assert made.disputes == (), "a dispute would relate the two"
    assert groups(members, [Tie(JOINED, "a", "b")]) == {together("a", "b")}


def test_who_two_people_joined_keeps_the_others_of_its_number():
    members = [member("a", invalidated=True), member("b", "1"), member("c", "1")]
    assert groups(members, [Tie(JOINED, "a", "b")]) == {together("a", "b", "c")}


def test_unknown_identity_is_joined_by_its_own_source_and_by_nothing_else():
    members = [member("a", unknown=True), member("b")]
    assert groups(members, [Tie(NAMED, "a", "b")]) == {together("a"), together("b")}
    assert groups(members, [Tie(MERGED, "a", "b")]) == {together("a", "b")}


def test_what_was_decided_apart_stays_apart_whatever_else_is_said():
    members = [member("a", "1"), member("b", "1"), member("c", "1")]
    assert groups(members, apart=[("a", "b")]) == {together("a", "c"), together("b")}
    assert groups(members, [Tie(MERGED, "a", "b")], [("a", "b")]) == {together("a", "c"), together("b")}


def test_the_surviving_side_of_a_merge_leads_a_chain():
    members = [member("a"), member("b"), member("c")]
    made = grouped(members, [Tie(MERGED, "a", "b"), Tie(MERGED, "b", "c")], [])
    assert {p.person_id for p in made.places.values()} == {"person-c"}


NAMES = "abcdef"
TIES = st.builds(
    Tie,
    st.sampled_from([DECIDED, MERGED, NAMED, JOINED]),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.integers(0, 3).map(lambda days: START + timedelta(days=days)),
)
MEMBERS = st.fixed_dictionaries(
    {
        name: st.builds(
            lambda number, organisation, invalidated, unknown, name=name: member(
                name,
                "" if invalidated or unknown else number,
                organisation,
                invalidated=invalidated,
                unknown=unknown,
            ),
            st.sampled_from(["", "1", "2", "1 3"]),
            st.sampled_from(["ZAC01", "ZSC01", "ZMH01"]),
            st.booleans(),
            st.booleans(),
        )
        for name in NAMES
    }
).map(lambda made: list(made.values()))
PAIRS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda p: p[0] != p[1]), max_size=3
)


@given(MEMBERS, st.lists(TIES, max_size=8), PAIRS, st.randoms())
def test_the_order_of_arrival_means_nothing_and_no_veto_is_ever_broken(members, ties, apart, random):
    made = groups(members, ties, apart)
    for shuffled in (members, ties, apart):
        random.shuffle(shuffled)
    # Who came first says who leads, not who belongs together.
    late = [replace(m, since=START + timedelta(minutes=random.randrange(99))) for m in members]
    assert groups(late, ties, apart) == made
    known = {m.subject_id: m for m in members}
    for group in made:
        numbers = {n for name in group for n in known[name].numbers} - {"3"}
        assert len(numbers) <= 1
        assert not any(a in group and b in group for a, b in apart)
