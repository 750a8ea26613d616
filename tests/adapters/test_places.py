"""Protected places and key safe codes: taken out of every text, however they are written."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.places import WITHHELD, is_protected, redact, without_keysafe_codes

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


@pytest.mark.parametrize("text", ["Key safe fitted on the left", "Room 1234", "Key worker 01632 960201"])
def test_other_numbers_stay(text: str) -> None:
    assert without_keysafe_codes(text) == text


@pytest.mark.parametrize(
    "status", ["Refuge", "refuge", "Women's refuge", "Prison", "Approved premises", "approved_premises"]
)
def test_protected_accommodation_is_known_in_any_spelling(status: str) -> None:
    assert is_protected(status)


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
