"""Versions of one statement: true time orders them, retraction ends them, arrival decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Any

from aggregator.merge.replay import Pair
from schemas.record import Entry
from tests.merge.tellings import allergy, entries, record, status, told


def the_only(pairs: Iterable[Pair]) -> Entry:
    (entry,) = record(pairs).entries
    return entry


def test_the_latest_true_time_stands_whatever_arrived_last() -> None:
    newer = told(allergy(note=[{"text": "new"}]), on=5, version=1)
    older = told(allergy(note=[{"text": "old"}]), on=2, version=2)
    for order in permutations([newer, older]):
        entry = the_only(order)
        assert entry.resource["note"] == [{"text": "new"}]
        assert entry.tellings[0].version == 1


def test_a_tie_of_true_times_is_settled_by_content_and_not_by_arrival() -> None:
    one, other = allergy(note=[{"text": "one"}]), allergy(note=[{"text": "other"}])
    first = the_only([told(one, version=1), told(other, version=2)])
    second = the_only([told(other, version=1), told(one, version=2)])
    assert first.resource == second.resource


def test_a_partial_version_changes_what_it_carries_and_clears_what_it_names() -> None:
    whole = told(allergy(criticality="high", note=[{"text": "kept"}]), on=1)
    part = told(
        {"resourceType": "AllergyIntolerance", "type": "allergy"},
        on=3,
        version=2,
        partial=True,
        clears=("criticality",),
    )
    for order in permutations([whole, part]):
        resource = the_only(order).resource
        assert "criticality" not in resource
        assert (resource["type"], resource["note"]) == ("allergy", [{"text": "kept"}])


def test_a_class_of_any_version_that_is_shown_is_named_by_the_entry() -> None:
    whole = told(allergy(), on=1, class_id="c1")
    part = told({"resourceType": "AllergyIntolerance", "type": "allergy"}, on=3, partial=True, class_id="c2")
    assert the_only([whole, part]).classes == {"c1", "c2"}


def test_entered_in_error_is_never_beaten_by_active_not_even_by_a_later_one() -> None:
    for error in (
        allergy(**status("verificationStatus", "entered-in-error")),
        {"resourceType": "AllergyIntolerance", "status": "entered-in-error"},
    ):
        versions = [
            told(allergy(), on=1),
            told(error, on=2, version=2),
            told(allergy(**status("clinicalStatus", "active")), on=3, version=3),
        ]
        for order in permutations(versions):
            assert record(order).entries == ()


def test_a_retraction_removes_the_fact_even_when_what_it_answers_arrives_after_it() -> None:
    versions = [told(allergy(), on=2, version=2), told(allergy(), on=2, version=1, retracts=True)]
    for order in permutations(versions):
        assert record(order).entries == ()


def test_only_a_full_statement_truly_later_stands_after_a_cancellation() -> None:
    cancelled = [told(allergy(), on=1), told(allergy(), on=2, version=2, retracts=True)]
    part = told({"resourceType": "AllergyIntolerance", "type": "allergy"}, on=3, version=3, partial=True)
    again = told(allergy(note=[{"text": "again"}]), on=4, version=4)
    assert record([*cancelled, part]).entries == ()
    for order in permutations([*cancelled, part, again]):
        assert the_only(order).resource["note"] == [{"text": "again"}]


def test_a_visit_that_is_cancelled_and_begun_again_stands_with_what_was_told_since() -> None:
    def heard(on: int, version: int, **elements: Any) -> Pair:
        return told({"resourceType": "Encounter"} | elements, on=on, version=version, partial=True)

    cancelled = told({"resourceType": "Encounter", "status": "cancelled"}, on=2, version=2, retracts=True)
    versions = [
        heard(1, 1, status="in-progress", serviceType={"text": "surgery"}),
        cancelled,
        heard(3, 3, reasonCode=[{"text": "a late detail"}]),
        heard(4, 4, status="in-progress"),
    ]
    assert record(versions[:3]).entries == ()
    for order in permutations(versions):
        entry = the_only(order)
        assert entry.resource["status"] == "in-progress"
        assert "serviceType" not in entry.resource


def test_one_source_s_retraction_leaves_another_source_s_statement_standing() -> None:
    pairs = [
        told(allergy(), on=1, id="a"),
        told(allergy(), on=2, id="a", version=2, retracts=True),
        told(allergy(), "gp", on=1, id="b"),
    ]
    (entry,) = entries(record(pairs), "AllergyIntolerance")
    assert [t.source for t in entry.tellings] == ["gp"]


def test_repeats_of_one_version_are_one_telling() -> None:
    assert len(the_only([told(allergy())] * 3).tellings) == 1
