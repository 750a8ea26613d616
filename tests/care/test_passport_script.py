"""Names in every script come out readable: shown, in Latin letters, or named; never blank."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.care.passport.script import Script

ASCII = frozenset(range(0x20, 0x7F))


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Smith", "Smith"),
        ("Владимир Щукин", "Vladimir Shchukin"),
        ("ЩУКИН, Анна", "SHCHUKIN, Anna"),
        ("Θεόδωρος", "Theodoros"),
        ("Θεμιστοκλής", "Themistoklis"),
        ("דוד", "dvd"),
        ("김민준", "gimminjun"),
        ("さくら", "sakura"),
        ("張偉", "[2 Chinese characters]"),
        ("ਗੁਰਪ੍ਰੀਤ", "gurapriita"),
        ("Nguyễn", "Nguyen"),
        ("☃", "[snowman]"),
    ],
)
def test_what_the_fonts_do_not_have_is_read_aloud_or_named(told, shown):
    script = Script(ASCII)
    assert script.shown(told) == shown
    assert script.changed is (told != shown)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("≥ 2", ">= 2"),
        ("5\u00b5g", "5microg"),
        ("5 \u03bcg", "5 microg"),
        ("1\u00a0mg", "1 mg"),
        ("a\u200bb", "ab"),
    ],
)
def test_clinical_signs_keep_their_meaning(told, shown):
    assert Script(ASCII).shown(told) == shown


@given(st.text())
def test_everything_can_be_printed_and_no_letter_disappears(told):
    script = Script(ASCII)
    shown = script.shown(told)
    assert all(ord(c) in ASCII or c == "\n" for c in shown)
    letters = [
        c for c in unicodedata.normalize("NFC", told) if unicodedata.category(c) in ("Lu", "Ll", "Lo", "Nd")
    ]
    if letters:
        assert shown.strip()


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P"])))
def test_what_can_be_printed_is_not_touched(told):
    script = Script(ASCII)
    assert script.shown(told) == told
    assert not script.changed
