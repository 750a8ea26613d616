"""The gate reads what JSON is, keeps every digit, and refuses the rest quickly, by place and never by value."""

from __future__ import annotations

import json
import time
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import strictjson
from schemas.errors import BadInput, TooLarge

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
NUMBERS = st.integers(-(10**30), 10**30) | st.decimals(allow_nan=False, allow_infinity=False, places=3)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=30,
)


def _written(value: Any) -> bytes:
    """An independent writer: the standard library's, with decimals spelled out through a marker."""
    marked = json.dumps(value, default=lambda number: f"\ue000{number:f}\ue001", ensure_ascii=False)
    return marked.replace('"\ue000', "").replace('\ue001"', "").encode()


@given(VALUES.filter(lambda v: "\ue000" not in repr(v) and "\\ue00" not in repr(v)))
def test_reads_what_the_standard_library_reads(value: Any) -> None:
    data = _written(value)
    assert strictjson.loads(data) == json.loads(data, parse_float=Decimal) == value


@given(VALUES)
def test_what_is_written_is_read_back_with_every_digit(value: Any) -> None:
    again = strictjson.loads(strictjson.dumps(value))
    assert again == value
    assert strictjson.dumps(again) == strictjson.dumps(value)


@given(VALUES.map(lambda v: json.dumps(v, default=str).encode()), st.data())
def test_broken_text_is_refused_and_never_crashes(good: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(good)))
    broken = good[:at] + data.draw(st.binary(max_size=4)) + good[at + data.draw(st.integers(0, 3)) :]
    try:
        ours: Any = strictjson.loads(broken)
    except BadInput:
        return
    assert ours == json.loads(broken, parse_float=Decimal)


@pytest.mark.parametrize("literal", ["6.50", "1.10", "0.00", "-0.10", "1E+5", "100", "12345678901234567890"])
def test_numbers_keep_the_precision_they_came_with(literal: str) -> None:
    assert strictjson.dumps(strictjson.loads(literal.encode())) == literal.encode()


@pytest.mark.parametrize(
    "data",
    [
        rb'["\ud83d\ude00"]',
        rb'["\\u0000"]',
        rb'["\\\\ud800"]',
        b"[" * 100 + b"]" * 100,
        b" null\n",
        '"😀"'.encode(),
    ],
    ids=["pair", "escaped-backslash", "two-backslashes", "depth-100", "bare", "raw-astral"],
)
def test_odd_but_valid_bodies_are_read(data: bytes) -> None:
    assert strictjson.loads(data) == json.loads(data)


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "duplicate key": (b'{"a":[{"b":1,"b":2}]}', "$.a[0].b", "twice"),
    "duplicate key, one escaped": (b'{"a":[{"b":1},{"\\u0062":1,"b":2}]}', "$.a[1].b", "twice"),
    "duplicate key at the top": (b'{"id":"1","x":{},"id":"2"}', "$.id", "twice"),
    "1,000 arrays": (b"[" * 1000 + b"]" * 1000, "$", "deeper"),
    "1,000 objects": (b'{"a":' * 1000 + b"1" + b"}" * 1000, "$", "deeper"),
    "101 levels": (b"[" * 101 + b"]" * 101, "$", "deeper"),
    "five million openings": (b"[" * 5_000_000, "$", "deeper"),
    "100 MB": (b" " * 100_000_001, "$", "bytes"),
    "a million items": (b"[" + b"1," * 999_999 + b"1]", "$[99999]", "items"),
    "a million objects": (b"[" + b"{}," * 999_999 + b"{}]", "$[99999]", "items"),
    "many large arrays": (b"[" + b",".join([b"[" + b"1," * 99_998 + b"1]"] * 45) + b"]", "$", "values"),
    "1e400": (b'{"value":1e400}', "$.value", "too large"),
    "1e-400": (b'{"value":1e-400}', "$.value", "too small"),
    "an exponent of 20 digits": (b"[1e99999999999999999999]", "$[0]", "too large"),
    "an integer of 5,000 digits": (b'{"a":' + b"9" * 5000 + b"}", "$.a", "digits"),
    "a fraction of 5,000 digits": (b'{"a":0.' + b"9" * 5000 + b"}", "$.a", "digits"),
    "NaN": (b'{"x":[1,NaN]}', "$.x[1]", "NaN"),
    "Infinity": (b"[-Infinity]", "$[0]", "Infinity"),
    "lone high surrogate": (rb'{"a":"\ud800"}', "$.a", "surrogate"),
    "lone low surrogate": (rb'["\udc00"]', "$[0]", "surrogate"),
    "halves apart": (rb'["\ud800x\udc00"]', "$[0]", "surrogate"),
    "two first halves": (rb'["\ud800\ud800\udc00"]', "$[0]", "surrogate"),
    "surrogate in a key": (rb'{"\uD800":1}', "$", "surrogate"),
    "raw surrogate": (b'["\xed\xa0\x80"]', "$[0]", "UTF-8"),
    "overlong NUL": (b'["\xc0\x80"]', "$[0]", "UTF-8"),
    "invalid UTF-8": (b'{"id":"\xff"}', "$.id", "UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf{}", "$", "byte order mark"),
    "UTF-16": ("{}".encode("utf-16"), "$", "UTF-8"),
    "escaped NUL": (rb'{"a":["x\u0000"]}', "$.a[0]", "NUL"),
    "raw NUL": (b'["\x00"]', "$[0]", "control character"),
    "trailing garbage": (b"{} x", "$", "extra data"),
    "two values": (b"{}{}", "$", "extra data"),
    "nothing": (b"", "$", "expecting value"),
    "cut short": (b'{"a":{"b":[1,2', "$.a.b[1]", "not JSON"),
    "cut in an escape": (rb'{"a":"\ud83d', "$.a", "surrogate"),
    "single quotes": (b"{'a':1}", "$", "not JSON"),
    "a comment": (b"[1, /* */ 2]", "$[1]", "not JSON"),
    "leading zero": (b"[01]", "$[0]", "not JSON"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_bodies_are_refused_by_place_in_under_a_second(case: str) -> None:
    data, path, reason = REFUSED[case]
    began = time.process_time()  # ours alone: a busy machine refuses nothing later
    with pytest.raises(BadInput) as refusal:
        strictjson.loads(data)
    assert time.process_time() - began < 1
    assert refusal.value.field == path
    assert reason in refusal.value.reason
    assert isinstance(refusal.value, TooLarge) == (case == "100 MB")


@pytest.mark.parametrize("case", ["a million items", "five million openings", "1,000 objects", "100 MB"])
def test_refusing_takes_no_memory_to_speak_of(case: str) -> None:
    data = REFUSED[case][0]
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            strictjson.loads(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * min(len(data), 5_000_000) + 1_000_000


@pytest.mark.parametrize(
    "data",
    [
        b'{"secret":"s3cr3t","secret":1}',
        b'{"x":{"s3cr3t 1":1e999}}',
        b'["s3cr3t", nope]',
        b'{"x":"s3cr3t\\ud800"}',
    ],
    ids=["duplicate", "number-under-odd-key", "syntax", "surrogate"],
)
def test_a_refusal_repeats_nothing_that_was_sent_but_element_names(data: bytes) -> None:
    with pytest.raises(BadInput) as refusal:
        strictjson.loads(data)
    assert "s3cr3t" not in str(refusal.value)


def test_limits_are_the_callers_to_set() -> None:
    limits = strictjson.Limits(size=100, depth=2, items=3, values=5)
    assert strictjson.loads(b"[[1],[2]]", limits=limits) == [[1], [2]]
    for over in (b"[[[]]]", b"[1,2,3,4]", b"[[1,1],[1,1]]", b" " * 101):
        with pytest.raises(BadInput):
            strictjson.loads(over, limits=limits)
