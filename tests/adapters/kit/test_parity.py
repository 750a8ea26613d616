"""Two feeds of one source are set side by side by fact, and the outcome names nobody."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kit.parity import Parity, compare
from schemas.codes import Heading
from schemas.contribution import Translated
from tests.contracts import test_source

PLAYED = test_source.TestSocialCare()
FILE: dict[str, Any] = PLAYED.file


def told(file: dict[str, Any]) -> list[Translated]:
    return [PLAYED.say(json.dumps(file).encode())]


def reasons(parity: Parity) -> dict[tuple[Heading, str], int]:
    return {(heading, reason): n for (_, heading, reason), n in parity.counts.items() if reason != "same"}


def test_a_feed_is_the_same_as_itself_in_any_order() -> None:
    source = PLAYED.offline()
    many = [source.translate(raw) for raw in PLAYED.inputs()]
    parity = compare(many, many[::-1])
    assert reasons(parity) == {}
    assert (parity.share, parity.facts) == (0.0, sum(parity.counts.values()))


def test_what_only_one_tells_is_counted_under_its_heading() -> None:
    without = FILE | {"equipment": []}
    n = len(FILE["equipment"])
    assert reasons(compare(told(FILE), told(without))) == {(Heading.EQUIPMENT, "only in the old feed"): n}
    assert reasons(compare(told(without), told(FILE))) == {(Heading.EQUIPMENT, "only in the new feed"): n}


def test_a_difference_is_told_by_the_name_of_the_element() -> None:
    changed = copy.deepcopy(FILE)
    changed["person"]["names"][0]["family"] = "Otherwise"
    parity = compare(told(FILE), told(changed))
    assert reasons(parity) == {(Heading.DEMOGRAPHICS, "differs: name"): 1}


def test_a_fact_that_only_changed_its_identifier_is_the_same_fact() -> None:
    renamed = copy.deepcopy(FILE)
    renamed["equipment"][0]["id"] = "another-id"
    parity = compare(told(FILE), told(renamed))
    assert reasons(parity) == {(Heading.EQUIPMENT, "same, under another identifier"): 1}
    assert parity.differing == 0


def test_people_are_brought_together_by_number_when_their_local_id_changed() -> None:
    moved = copy.deepcopy(FILE)
    moved["person"]["id"] = "C-2000"
    parity = compare(told(FILE), told(moved))
    assert len({person for person, _, _ in parity.counts}) == 1
    assert not any("only" in reason for _, reason in reasons(parity))


def test_what_either_refused_is_counted_by_feed_field_and_reason() -> None:
    bad = copy.deepcopy(FILE)
    bad["equipment"][0]["colour"] = "red"
    parity = compare(told(FILE), told(bad))
    assert parity.refused == {("new", "equipment[].colour", "is a field that this mapping does not know"): 1}


def test_the_outcome_names_nobody_and_shows_no_value() -> None:
    parity = compare(told(FILE), [])
    text = "\n".join(parity.lines())
    assert not any(value in text for value in (*PLAYED.private, "Alan", "Mill Lane"))
    assert "(100.00 %)" in text.splitlines()[0]


IN_ORDER = [PLAYED.offline().translate(raw) for raw in PLAYED.inputs()]


@settings(deadline=None)
@given(many=st.permutations([*IN_ORDER, *IN_ORDER]))
def test_no_order_or_repeat_of_inputs_makes_a_difference(many: list[Translated]) -> None:
    assert compare(many, IN_ORDER).differing == 0
