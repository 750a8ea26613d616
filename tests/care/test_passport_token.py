"""The code on a passport: one form, one signature, nothing about the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from aggregator.care.passport import Finding, Trust, token, verify

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
TRUST = Trust(keys={token.key_id(KEY.public_key()): KEY.public_key()})
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNTIL = AT + timedelta(days=28)
PASSPORT, DIGEST = "ab" * 16, "cd" * 32
CODE = token.write(KEY, PASSPORT, 3, DIGEST, AT, UNTIL)


def test_a_code_says_again_what_it_was_made_of():
    read = token.read(CODE)
    assert read is not None
    assert (read.passport_id, read.version, read.digest) == (PASSPORT, 3, DIGEST)
    assert (read.frozen_at, read.expires_at) == (AT, UNTIL)
    assert read.signed_by(KEY.public_key())


@pytest.mark.parametrize(
    ("code", "now", "newest", "expected"),
    [
        (CODE, AT, {}, Finding.VALID),
        (CODE, AT, {PASSPORT: 3}, Finding.VALID),
        (CODE, AT, {PASSPORT: 4}, Finding.SUPERSEDED),
        (CODE, UNTIL, {}, Finding.EXPIRED),
        (CODE, UNTIL, {PASSPORT: 4}, Finding.SUPERSEDED),
        (CODE.replace(".3.", ".4."), AT, {}, Finding.CHANGED),
        (token.write(OTHER, PASSPORT, 3, DIGEST, AT, UNTIL), AT, {}, Finding.UNKNOWN_KEY),
        ("https://example.org", AT, {}, Finding.UNREADABLE),
        ("", AT, {}, Finding.UNREADABLE),
    ],
)
def test_a_code_is_judged_without_a_network(code, now, newest, expected):
    assert verify(code, TRUST, now, newest=newest).finding is expected
    assert verify(code.encode(), TRUST, now, newest=newest).finding is expected


@given(st.integers(0, len(CODE) - 1), st.integers(0, 6))
def test_one_changed_bit_is_never_valid(place, bit):
    raw = bytearray(CODE.encode())
    raw[place] ^= 1 << bit
    assert not verify(bytes(raw), TRUST, AT).valid


@given(st.one_of(st.binary(max_size=500), st.text(max_size=500)))
def test_whatever_is_scanned_gets_an_answer(data):
    assert verify(data, TRUST, AT).finding in (Finding.UNREADABLE, Finding.CHANGED)


def test_a_signature_for_something_else_is_not_one_for_a_code():
    text = CODE.rpartition(".")[0]
    forged = f"{text}.{token._text(KEY.sign(text.encode()))}"
    assert verify(forged, TRUST, AT).finding is Finding.CHANGED
