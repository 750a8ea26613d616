"""Protected places and key safe codes: taken out of every text, however they are written."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.places import (
    WITHHELD,
    is_protected,
    redact,
    standing,
    without_any_code,
    without_keysafe_codes,
)

PLACES = ("7 Mill Lane", "WL2 9ZZ", "999000000007", "7")


@pytest.mark.parametrize(
    "text", ["Lives at 7 mill lane.", "7  Mill\nLane", "7 Mill, Lane", "wl29zz", "UPRN 999000000007"]
)
def test_a_place_is_found_however_it_is_written(text: str) -> None:
    assert WITHHELD in redact({"a": [text]}, PLACES)["a"][0]


@pytest.mark.parametrize("text", ["Dose 7 mg", "17 Mill Laneways", "XWL2 9ZZ4"])
def test_what_only_looks_like_a_place_stays(text: str) -> None:
    assert redact(text, PLACES) == text


def test_words_inside_a_document_are_searched_and_other_documents_refused() -> None:
    document = {"contentType": "text/plain", "data": base64.b64encode(b"At 7 Mill Lane").decode()}
    cleaned = redact({"attachment": document}, PLACES)
    assert base64.b64decode(cleaned["attachment"]["data"]).decode() == f"At {WITHHELD}"
    with pytest.raises(ValueError, match="attachment"):
        redact({"contentType": "application/pdf", "data": "AAAA"}, PLACES)


def test_identifiers_stay_as_they_are() -> None:
    assert redact({"identifier": {"value": "7 Mill Lane"}}, PLACES) == {
        "identifier": {"value": "7 Mill Lane"}
    }


@pytest.mark.parametrize(
    "text",
    [
        "Key safe left of the door, code 1234",
        "keysafe C1234Y",
        "Key-safe: 1 2 3 4",
        "KEY BOX number is 123456",
        "Ring first. Key safe by the back door code is 7391.",
    ],
)
def test_a_key_safe_code_is_taken_out(text: str) -> None:
    cleaned = without_keysafe_codes({"text": text})["text"]
    assert not any(c.isdigit() for c in cleaned)
    assert "key" in cleaned.casefold()


LOCKS = [
    "key safe", "keysafe", "Key-Safe", "key box", "lock box", "K/S", "keypad", "key code", "door code", "entry code",
    "gate code", "front door code", "alarm code", "access code", "intercom code", "block PIN",
    "code for the front door", "code to get in", "code for his key safe",
]  # fmt: skip
GLUE = [
    " ",
    ": ",
    " is ",
    " - ",
    " by the back door, ",
    " = ",
    "\n",
    " on the left: the number is ",
    ". Code ",
    " no. ",
]


@given(
    st.sampled_from(LOCKS), st.sampled_from(GLUE), st.text(string.digits, min_size=3, max_size=8),
    st.sampled_from(["", " ", "-", ", "]), st.sampled_from(["", "C", "X"]), st.sampled_from(["", "Y", "#", "*"]),
    st.sampled_from(["", ".", " Ring first.", ", ask for Gary", "\nDog."]),
)  # fmt: skip
def test_no_code_survives_after_the_word_for_its_lock(
    lock: str, glue: str, digits: str, between: str, before: str, after: str, tail: str
) -> None:
    code = before + between.join(digits) + after
    cleaned = without_keysafe_codes({"note": [{"text": f"Please note: {lock}{glue}{code}{tail}"}]})
    assert not any(c.isdigit() for c in cleaned["note"][0]["text"])


@pytest.mark.parametrize(
    "text",
    [
        "1234 is for the key safe",
        "Use 4 4 7 1 on the keypad",
        "Keysafe code seven three nine one",
        "Key safe at rear. Code is 7391, and 2244 for the gate",
    ],
)
def test_a_code_before_its_lock_and_one_in_words_are_taken_out(text: str) -> None:
    cleaned = without_keysafe_codes(text)
    assert not any(c.isdigit() for c in cleaned)
    assert "seven" not in cleaned


def test_an_attachment_that_nobody_can_read_hides_no_code_beside_it() -> None:
    resource = {"content": [{"attachment": {"contentType": "application/pdf", "data": "AAAA"}}],
                "description": "Keysafe 7391"}  # fmt: skip
    cleaned = without_keysafe_codes(resource)
    assert "7391" not in cleaned["description"]
    assert cleaned["content"] == resource["content"]


@pytest.mark.parametrize("text", ["Ring twice, then 7391", "pad: 12 34 Y", "C4471Z", "1234#"])
def test_in_words_about_getting_in_every_number_counts_as_a_code(text: str) -> None:
    assert not any(c.isdigit() for c in without_any_code(text))


@pytest.mark.parametrize(
    "text",
    [
        "Key safe fitted on the left",
        "Room 1234",
        "Key worker 01632 960201",
        "Key safe fitted 12/03/2024",
        "Key safe fitted on 2026-03-12",
        "Key safe in place. Insulin 100 units",
        "Insulin 100 units, key safe by the door",
        "Key safe. Mobile 07700 900012",
        "Door opens to 900 mm",
        "House number 123",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_keysafe_codes(text) == text


@pytest.mark.parametrize(
    "status", ["Refuge", "refuge", "Women's refuge", "Prison", "Approved premises", "approved_premises"]
)
def test_protected_accommodation_is_known_in_any_spelling(status: str) -> None:
    assert is_protected(status)


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("Refuge, care of the council", {"REFUGE", "LOCIS"}),
        ("c/o HMP Wolds", {"PRISON", "LOCIS"}),
        ("CAS-2 house", {"PRISON", "LOCIS"}),
        ("Night shelter/hostel", {"HOMELESS", "LOCIS"}),
        ("No fixed abode", {"HOMELESS", "LOCIS"}),
        ("12 Refuge Lane", set()),
        ("3 Old Hostel Mews", set()),
        ("Tenant: private", set()),
    ],
)
def test_words_for_a_place_give_its_labels_on_arrival(words: str, labels: set[str]) -> None:
    assert standing(words).labels == labels
    assert standing("12 High Street", words).labels == labels


@pytest.mark.parametrize("status", ["", "Tenant: private", "Registered care home", "dwelling"])
def test_ordinary_accommodation_is_not(status: str) -> None:
    assert not is_protected(status)


LEAVES = st.text(max_size=12) | st.none() | st.integers() | st.booleans()


@given(
    st.recursive(
        LEAVES, lambda i: st.lists(i, max_size=3) | st.dictionaries(st.text(max_size=4), i, max_size=3)
    )
)
def test_without_places_nothing_changes(value: object) -> None:
    assert redact(value, ()) == value


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_held_place_never_survives_between_other_words(before: str, after: str) -> None:
    cleaned = redact(f"{before} WL2 9ZZ {after}", ("WL2 9ZZ",))
    assert " WL2 9ZZ " not in cleaned
