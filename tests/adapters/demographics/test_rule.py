"""When a number is somebody's: twins, newborns, changed names, slips of the pen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.demographics.rule import agrees, sole
from schemas.person import Demographics

BORN = date(1947, 3, 14)


def who(family: str = "O'Neill-Smith", given: tuple[str, ...] = ("Zoë", "Ann"), born: date | None = BORN,
        gender: str = "female", postcode: str = "WL2 3CR", multiple: bool = False) -> Demographics:  # fmt: skip
    return Demographics(family, given, born, gender, postcode, multiple)


def held(
    *names: tuple[str, list[str]], born: str = "1947-03-14", gender: str = "female", **more: Any
) -> dict[str, Any]:
    told = names or (("O'Neill-Smith", ["Zoë", "Ann"]),)
    return {
        "resourceType": "Patient",
        "name": [{"family": f, "given": g} for f, g in told],
        "birthDate": born,
        "gender": gender,
        "address": [{"postalCode": "WL2 3CR"}],
        **more,
    }


@pytest.mark.parametrize(
    ("family", "given"),
    [
        ("ONEILL SMITH", ("ZOE",)),
        ("oneill smith", ("Z",)),
        ("O’Neill-Smith", ("Ann",)),
        ("O'Neill-Smith", ("Zo",)),
        ("Married", ("Zoe",)),
    ],
)
def test_the_same_person_written_otherwise_agrees(family: str, given: tuple[str, ...]) -> None:
    assert agrees(who(family, given), held())


@pytest.mark.parametrize(
    "claim",
    [
        who(given=("Karen",)),
        who(family="Married", given=("Karen",)),
        who(born=date(1948, 4, 15)),
        who(born=None),
        who(family="Married", given=("Zoë",), gender="male"),
        who(family="", given=()),
    ],
)
def test_somebody_else_does_not_agree(claim: Demographics) -> None:
    assert not agrees(claim, held())


def test_a_former_name_that_the_service_holds_agrees() -> None:
    assert agrees(who("Maiden", ("Karen",)), held(("Now", ["Karen"]), ("Maiden", ["Karen"]), gender="male"))


@pytest.mark.parametrize("born", [date(1947, 3, 15), date(1957, 3, 14)])
def test_one_slip_in_a_birth_date_is_forgiven_only_with_the_whole_name(born: date) -> None:
    assert agrees(who(born=born), held())
    assert not agrees(who(given=("Z",), born=born), held())


def test_day_and_month_may_be_swapped() -> None:
    assert agrees(who(born=date(1947, 4, 3)), held(born="1947-03-04"))


def test_twins_need_a_given_name_of_their_own() -> None:
    twin = held(("Smith", ["Anna"]), multipleBirthInteger=1)
    assert agrees(who("Smith", ("Anna",)), twin)
    for other in (("Ann",), ("A",), ("Twin",), ("Baby",), ("Lucy",)):
        assert not agrees(who("Smith", other), twin)
        assert not agrees(who("Smith", other, multiple=True), held(("Smith", ["Anna"])))


def test_a_renamed_newborn_is_no_mismatch_and_a_mothers_number_on_a_baby_is() -> None:
    baby = who("Smith", ("Baby",), date(2026, 11, 19))
    assert agrees(baby, held(("Smith", ["Lucy"]), born="2026-11-19"))
    assert not agrees(baby, held(("Smith", ["Karen"]), born="1995-05-05"))


def test_without_a_number_the_postcode_must_agree_or_be_hidden() -> None:
    assert sole(who(), held())
    assert not sole(who(postcode="WL9 9ZZ"), held())
    assert not sole(who(postcode=""), held())
    hidden = held(meta={"security": [{"code": "R"}]}, address=[])
    assert sole(who(postcode="WL9 9ZZ"), hidden)


def test_without_a_number_nothing_is_forgiven() -> None:
    assert not sole(who(born=date(1947, 3, 15)), held())
    assert not sole(who(given=("Z",)), held())
    assert not sole(who(family="Married"), held())
    assert not sole(who(gender="male"), held())


NAMES = st.text(st.characters(categories=["L"]), min_size=1, max_size=6)


@given(NAMES, NAMES, st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.booleans())
def test_everybody_agrees_with_themselves(family: str, given_name: str, born: date, multiple: bool) -> None:
    claim = who(family, (given_name,), born, multiple=multiple)
    if any(c.isalnum() for c in family) and any(c.isalnum() for c in given_name):
        assert agrees(claim, held((family, [given_name]), born=born.isoformat())) or given_name in (
            "baby",
            "twin",
        )


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_another_family_and_given_name_never_agree_whatever_the_dates(one: date, other: date) -> None:
    assert not agrees(who("Smith", ("Karen",), one), held(("Jones", ["Lucy"]), born=other.isoformat()))


@given(st.recursive(st.none() | st.text(max_size=4), lambda i: st.lists(i, max_size=2), max_leaves=4))
def test_an_odd_patient_never_raises(odd: Any) -> None:
    assert not agrees(who(), {"birthDate": odd, "name": [{"family": odd, "given": []}]})
