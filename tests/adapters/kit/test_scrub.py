"""A recording has nobody in it: what is not declared harmless is replaced, the same by the same, or refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kit.scrub import Scrub, Unscrubbable
from schemas.identifiers import nhs_number
from schemas.strictjson import dumps

KEY = b"k" * 32
FILE: dict[str, Any] = {
    "person": {
        "id": "P-7",
        "nhsNumber": "999 000 0018",
        "name": "Brian Holloway",
        "born": "1947-03-14",
        "note": "Brian (999 000 0018) lives at 12 Canal Row, WL2 3CR. Seen 14/03/2026 by Dr Holloway.",
        "updatedAt": "2026-03-02T09:30:00+00:00",
        "weight": Decimal("70.50"),
        "alone": True,
    },
    "services": [{"id": "T1", "status": "active", "code": "91936005", "of": "Patient/P-7"}],
}


def scrubbed(**more: Any) -> Any:
    return Scrub(keep=("status", "code"), words=("Patient",), key=KEY, **more).json(FILE)


def test_nothing_that_identifies_is_left() -> None:
    text = dumps(scrubbed()).decode()
    for told in (
        "999 000 0018",
        "Brian",
        "Holloway",
        "P-7",
        "1947",
        "Canal",
        "WL2",
        "2026-03-02",
        "70.50",
        "T1",
    ):
        assert told not in text


def test_what_is_declared_harmless_and_what_is_no_value_stays() -> None:
    made = scrubbed()
    assert (made["services"][0]["status"], made["services"][0]["code"]) == ("active", "91936005")
    assert made["person"]["alone"] is True
    assert list(made["person"]) == list(FILE["person"])


def test_the_same_thing_becomes_the_same_other_thing_wherever_it_stands() -> None:
    made = scrubbed()
    number = made["person"]["nhsNumber"]
    assert number in made["person"]["note"]
    assert made["services"][0]["of"] == f"Patient/{made['person']['id']}"
    given_name, family = made["person"]["name"].split()
    assert made["person"]["note"].startswith(f"{given_name} (")
    assert made["person"]["note"].endswith(f" {family}.")


def test_a_number_becomes_a_valid_one_that_is_set_aside_for_tests() -> None:
    number = nhs_number(scrubbed()["person"]["nhsNumber"])
    assert number is not None
    assert number.digits.startswith("999")


def test_dates_stay_dates_and_as_far_apart_with_their_time_of_day() -> None:
    scrub = Scrub(key=KEY)
    made = [scrub.text(t) for t in ("2026-03-02", "2026-03-05T09:30:00+00:00", "20260302", "02/03/2026")]
    first = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", made[0])
    assert first
    assert made[1].endswith("T09:30:00+00:00")
    assert made[2] == made[0].replace("-", "")
    assert made[3] == f"{first[3]}/{first[2]}/{first[1]}"
    assert not any(m.startswith("2026") for m in made)


def test_two_recordings_have_nothing_in_common() -> None:
    assert Scrub().json(FILE) != Scrub().json(FILE)


@pytest.mark.parametrize(
    "kept", ["999 000 0018", "ring 01632 960999", "at WL2 3CR", "a@example.org", "+44 7700 900012"]
)
def test_what_is_to_be_kept_but_tells_of_somebody_is_refused_without_naming_it(kept: str) -> None:
    with pytest.raises(Unscrubbable) as caught:
        Scrub(keep=("status",)).json({"status": kept})
    assert kept not in str(caught.value)
    assert "$.status" in str(caught.value)


@pytest.mark.parametrize("member", ["Brian Holloway", "P-7", "9990000018", "a1234", "é", "a-1"])
def test_a_member_that_is_no_plain_name_is_refused(member: str) -> None:
    with pytest.raises(Unscrubbable):
        Scrub().json({"people": {member: 1}})


@given(words=st.lists(st.from_regex(r"[A-Za-z0-9-]{1,8}", fullmatch=True), unique=True, max_size=60))
def test_different_words_stay_different(words: list[str]) -> None:
    scrub = Scrub()
    assert len({scrub.text(word) for word in words}) == len(words)


@given(text=st.text(max_size=60))
def test_no_text_makes_a_number_that_is_anybodys(text: str) -> None:
    made = Scrub().text(text)
    found = re.findall(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])", made)
    assert all(n is None or n.digits.startswith("999") for n in map(nhs_number, found))


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.integers())
def test_a_number_stays_a_number(value: Decimal | int) -> None:
    made = Scrub().json(value)
    assert isinstance(made, type(value))
