"""Possible matches: declared weights, reasons in words, and vetoes that no likeness outweighs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.people.details import Who
from aggregator.people.scoring import LEAST, WEIGHTS, Compared, in_words, score

HALE = Who(
    "Hale",
    ("Brian",),
    date(1948, 3, 2),
    "male",
    "WL1 1AA",
    address=("1 Mill Lane",),
    phones=("01632 960001",),
)


def alike(**changes: object) -> Compared:
    import msgspec

    whole = {k: changes.pop(k) for k in ("number", "unknown", "invalidated", "hidden") if k in changes}
    return Compared(msgspec.structs.replace(HALE, **changes), **whole)


def test_the_more_agrees_the_higher_and_each_reason_is_told_strongest_first():
    full, _ = score(alike(), alike())
    moved = score(alike(), alike(postcode="AB9 9ZZ", address=(), phones=()))
    assert moved
    assert full > moved[0] >= LEAST
    assert moved[1][:3] == ("birth-same", "family-same", "given-same")
    for_it, against = in_words(moved[1])
    assert (for_it[0], against) == ("the same birth date", ("different postcodes, as after a move",))


@pytest.mark.parametrize(
    ("case", "other"),
    [
        ("swapped day and month", alike(birth_date=date(1948, 2, 3))),
        ("a married name", alike(family="Moor")),
        ("an initial", alike(given=("B",))),
        ("another spelling", alike(family="Hail", given=("Bryan",))),
        ("told without a given name", alike(given=())),
    ],
)
def test_slips_and_changes_are_still_put_before_somebody(case, other):
    assert score(alike(), other)


@pytest.mark.parametrize(
    ("case", "one", "other"),
    [
        ("two verified numbers", alike(number="1"), alike(number="2")),
        ("an unknown identity", alike(), alike(unknown=True)),
        ("an invalidated number", alike(invalidated=True), alike()),
        ("another given name, all else alike", alike(), alike(given=("Barry",))),
        ("twins by field", alike(multiple_birth=True), alike(given=("B",))),
        ("birth orders", alike(order=1), alike(order=2)),
        ("newborn twins without names", alike(given=("Baby",), multiple_birth=True), alike(given=("Baby",))),
        ("nothing in common", alike(), Compared(Who("Poe", ("Mary",), date(1990, 1, 1), "female"))),
    ],
)
def test_who_is_never_proposed(case, one, other):
    assert score(one, other) is None
    assert score(other, one) is None


def test_where_a_hidden_person_lives_is_not_compared():
    _, codes = score(alike(hidden=True), alike())
    assert not [code for code in codes if code.startswith(("postcode", "street", "phone"))]


WHO = st.builds(
    Who,
    st.sampled_from(["", "Hale", "Hail", "Moor"]),
    st.lists(st.sampled_from(["Brian", "B", "Baby", "Ann"]), max_size=2).map(tuple),
    st.none() | st.dates(date(1948, 1, 1), date(1948, 12, 31)),
    st.sampled_from(["", "male", "female", "unknown"]),
    st.sampled_from(["", "WL1 1AA", "WL1 1AB", "AB9 9ZZ"]),
    st.booleans(),
    st.integers(0, 2),
)


@given(
    st.builds(Compared, WHO, st.sampled_from(["", "1", "2"])),
    st.builds(Compared, WHO, st.sampled_from(["", "1"])),
)
def test_the_order_of_sides_means_nothing_and_every_reason_has_words(one, other):
    found = score(one, other)
    assert found == score(other, one)
    if found:
        assert LEAST <= found[0] <= 100
        assert set(found[1]) <= set(WEIGHTS)
        assert not (one.number and other.number)


def test_every_weight_is_in_the_reference_as_it_is_declared():
    page = Path("docs/reference/who-is-who.md").read_text("utf-8")
    weighed = {
        code: told for code, told in WEIGHTS.items() if code not in ("one-number-twice", "two-numbers")
    }
    assert [c for c, (bits, words) in weighed.items() if f"| `{c}` | {bits:+d} | {words} |" not in page] == []
