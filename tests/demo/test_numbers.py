"""Numbers of Wolds belong to nobody who lives."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo import numbers

slots = st.integers(0, numbers.SLOTS - 1)


@given(slots, st.integers(0, 5))
def test_every_nhs_number_is_valid_and_in_the_test_range(slot: int, nth: int) -> None:
    number = numbers.nhs_number(slot, nth)
    assert numbers.is_valid(number)
    assert "9990000000" <= number <= "9999999999"


@given(slots, slots, st.integers(0, 5), st.integers(0, 5))
def test_no_two_slots_share_a_number(one: int, other: int, nth: int, mth: int) -> None:
    same = (one, nth) == (other, mth)
    assert (numbers.nhs_number(one, nth) == numbers.nhs_number(other, mth)) is same


def test_a_known_number_has_the_known_check_digit() -> None:
    assert numbers.check_digit("999000004") == 2
    assert numbers.is_valid("9990000042")
    assert not numbers.is_valid("9990000043")


@pytest.mark.parametrize(
    "text", ["", "999000004", "99900000420", "９９９０００００４２", "999 000 004", "-434765919"]
)
def test_only_ten_ascii_digits_are_a_number(text: str) -> None:
    assert not numbers.is_valid(text)


@given(st.dates(date(1910, 1, 1), date(2026, 1, 1)), st.booleans(), st.integers(0, 99))
def test_a_chi_passes_the_sum_but_no_birthday_fits_it(born: date, female: bool, serial: int) -> None:
    number = numbers.chi(born, female=female, serial=serial)
    assert numbers.is_valid(number)
    assert (int(number[8]) % 2 == 0) is female
    with pytest.raises(ValueError):
        date(1900 + int(number[4:6]), int(number[2:4]), int(number[:2]))


def test_a_slot_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError):
        numbers.nhs_number(numbers.SLOTS)
