"""Whatever JSON stands wherever in a resource, the check answers: it never raises and repeats nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.checks import check, settle
from tests.schemas.checks.valid import TYPES, valid

MARK = "zqzq"
_NAMES = """
    resourceType id meta contained reference extension url div start end low high value valueString _value coding
    code resource entry fullUrl text
"""
KEYS = st.sampled_from([*_NAMES.split(), MARK])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", "#", "#x", "Patient", "Bundle", "2024-01-01", "2024-02-30T00:00:60Z", MARK, "<div"]
    )
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield node, key
        yield from _places(value)


@given(st.sampled_from(TYPES), st.data())
def test_a_resource_with_anything_anywhere_is_answered(type_name: str, data: st.DataObject) -> None:
    resource = valid(type_name)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(_places(resource))))
        holder[key] = data.draw(ANYTHING)
    problems = check(resource)
    assert all(MARK not in p.reason for p in problems)
    if not problems:
        assert check(settle(resource)) == []


@given(st.sampled_from(TYPES), KEYS, ANYTHING)
def test_a_resource_with_anything_added_is_answered(type_name: str, key: str, value: Any) -> None:
    assert isinstance(check({**valid(type_name), key: value}), list)


@given(ANYTHING)
def test_anything_at_all_is_answered(value: Any) -> None:
    assert check(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.booleans())
def test_decimals_are_valid_as_numbers_and_as_strings(number: Decimal, as_text: bool) -> None:
    observation = valid("Observation")
    observation["valueQuantity"]["value"] = f"{number:f}" if as_text else number
    if len(str(abs(int(number)))) <= 32:
        assert check(observation) == []
        assert settle(observation)["valueQuantity"]["value"] == number
