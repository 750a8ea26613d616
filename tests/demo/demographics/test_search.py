"""People are found by the national service's rules, and those who hide are not found by where they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.demographics.outcome import Refusal
from demo.demographics.register import Register
from demo.demographics.search import find, read_terms, soundex
from demo.lives import lives

TODAY = date(2026, 11, 22)
PEOPLE = {p.key: p for p in lives(7, 200, TODAY)}
REGISTER = Register(PEOPLE.values())


def search(**fields: str) -> list[str]:
    asked = [(name.replace("_", "-") if name[0] != "_" else "_" + name[1:].replace("_", "-"), value)
             for name, value in fields.items()]  # fmt: skip
    found = {entry.number for _, entry in find(REGISTER, read_terms(asked))}
    return [key for key, person in PEOPLE.items() if person.numbers.nhs in found]


def refusal(**fields: str) -> str:
    with pytest.raises(Refusal) as raised:
        search(**fields)
    return raised.value.code


def test_name_and_birth_date_find_one() -> None:
    assert search(family="Holloway", given="Brian", birthdate="eq1947-03-14") == ["brian"]
    assert search(family="HOLLOWAY", birthdate="1947-03-14") == ["brian"]


def test_another_birth_date_finds_nobody() -> None:
    assert search(family="Holloway", birthdate="eq1947-03-15") == []


def test_a_range_of_birth_dates_finds_those_within() -> None:
    terms = read_terms([("family", "Holloway"), ("birthdate", "ge1947-01-01"), ("birthdate", "le1980-01-01")])
    assert len(find(REGISTER, terms)) == 2


def test_a_wildcard_needs_two_letters_and_counts_less_than_the_whole_name() -> None:
    assert search(family="Ho*", birthdate="eq1947-03-14") == ["brian"]
    assert search(family="Ho*", birthdate="eq1947-03-14", _exact_match="true") == []
    assert refusal(family="H*", birthdate="eq1947-03-14") == "INVALID_SEARCH_DATA"


def test_twins_are_told_apart_by_given_name_only() -> None:
    assert search(family="Brightwell", birthdate="eq2019-06-11") == ["twin-one", "twin-two"]
    assert search(family="Brightwell", given="Amelia", birthdate="eq2019-06-11") == ["twin-one"]
    both = {"family": "Brightwell", "birthdate": "eq2019-06-11", "_max_results": "1"}
    assert refusal(**both) == "TOO_MANY_MATCHES"


def test_a_fuzzy_search_hears_and_swaps() -> None:
    assert search(family="Haloway", given="Bryan", birthdate="eq1947-03-14", _fuzzy_match="true") == ["brian"]
    assert search(family="Brian", given="Holloway", birthdate="eq1947-03-14", _fuzzy_match="true") == [
        "brian"
    ]
    assert search(family="Haloway", given="Bryan", birthdate="eq1947-03-14") == []


def test_old_names_are_found_in_history_only() -> None:
    assert search(family="Adeyemi", birthdate="eq1958-10-05") == []
    assert search(family="Adeyemi", birthdate="eq1958-10-05", _history="true") == ["superseded"]


def test_a_restricted_person_is_not_found_by_place_phone_or_practice() -> None:
    who = {"family": "Ashdown", "given": "Leila", "birthdate": "eq1984-01-17"}
    assert search(**who) == ["restricted-address"]
    hers = PEOPLE["restricted-address"]
    assert hers.home
    assert search(**who, address_postalcode=hers.home.postcode) == []
    assert search(**who, phone=hers.phones[0].number) == []
    assert search(**who, general_practitioner=hers.gp) == []
    assert search(**who, address_postalcode=hers.home.postcode, gender="female", _fuzzy_match="true") == []


def test_the_name_on_an_invalidated_record_finds_nobody() -> None:
    assert search(family="Marsh", given="Daniel", birthdate="eq1989-04-30", _fuzzy_match="true") == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "UNSUPPORTED_SERVICE"),
        ({"family": "Holloway"}, "MISSING_VALUE"),
        ({"birthdate": "eq1947-03-14"}, "MISSING_VALUE"),
        ({"family": "Holloway", "birthdate": "14/03/1947"}, "INVALID_VALUE"),
        ({"family": "Holloway", "birthdate": "eq1947-13-14"}, "INVALID_VALUE"),
        ({"family": "Holloway", "birthdate": "eq1947-03-14", "gender": "mal"}, "INVALID_VALUE"),
        ({"family": "Holloway", "birthdate": "eq1947-03-14", "_max_results": "51"}, "INVALID_VALUE"),
        ({"family": "Holloway", "birthdate": "eq1947-03-14", "shoe": "9"}, "ADDITIONAL_PROPERTIES"),
        ({"family": "Holloway", "birthdate": "eq1947-03-14", "_fuzzy_match": "true"}, "INVALID_SEARCH_DATA"),
        ({"family": "", "birthdate": "eq1947-03-14"}, "INVALID_VALUE"),
    ],
)
def test_what_makes_no_search_is_refused_with_a_code(fields: dict[str, str], code: str) -> None:
    assert refusal(**fields) == code


@given(st.lists(st.tuples(st.sampled_from(["family", "given", "birthdate", "gender", "_fuzzy-match", "phone",
                                           "address-postalcode", "x"]), st.text(max_size=12)),
                                           max_size=6))  # fmt: skip
def test_any_search_finds_or_is_refused(fields: list[tuple[str, str]]) -> None:
    try:
        found = find(REGISTER, read_terms(fields))
    except Refusal as refused:
        said = refused.diagnostics
    else:
        said = ""
        assert all(0 < score <= 1 for score, _ in found)
    assert not any(value in said for _, value in fields if len(value) > 6)


def test_soundex_is_the_usual_one() -> None:
    assert [soundex(w) for w in ("Robert", "Rupert", "Tymczak", "Pfister", "Honeyman", "")] == [
        "R163", "R163", "T522", "P236", "H555", "",
    ]  # fmt: skip
