"""The record as a whole: order, ids, and that neither order nor repeats nor batches of arrival matter."""

from __future__ import annotations

import dataclasses
import gc
import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.merge.bundle import segments
from aggregator.merge.replay import Pair
from aggregator.merge.rules import VERSION
from schemas.codes import Heading
from schemas.record import Record
from tests.merge.tellings import (
    NOW,
    PERSON,
    allergy,
    concept,
    decision,
    dosage,
    medicine,
    person,
    problem,
    record,
    source,
    status,
    told,
)

SOURCES = [source("acute", Heading.ALLERGIES, Heading.RESULTS), source("gp", Heading.MEDICINES)]


def test_an_entry_has_the_id_of_its_first_statement_by_true_time_and_not_by_arrival() -> None:
    pairs = [told(allergy(), id="a", on=3, received=4), told(allergy(), "gp", id="z", on=1, received=9)]
    for order in itertools.permutations(pairs):
        (entry,) = record(order).entries
        assert (entry.entry_id, entry.resource["id"]) == ("z", "z")


def test_an_entry_keeps_its_id_when_its_first_statement_is_told_anew() -> None:
    pairs = [told(allergy(), id="z", on=1), told(allergy(), "gp", id="a", on=2)]
    later = told(allergy(note=[{"text": "checked"}]), id="z", on=5, version=2)
    assert record(pairs).entries[0].entry_id == record([*pairs, later]).entries[0].entry_id == "z"


def test_a_tie_of_true_times_goes_to_the_source_then_the_statement_id() -> None:
    pairs = [told(allergy(), "gp", id="a", on=1), told(allergy(), "acute", id="b", on=1)]
    assert record(pairs).entries[0].entry_id == "b"


def test_entries_come_by_heading_then_newest_first_then_id() -> None:
    pairs = [
        told(problem("1"), id="old", on=1),
        told(problem("2"), id="y", on=5),
        told(problem("3"), id="x", on=5),
        told(medicine(), id="m", on=9),
        told(person(), id="p"),
    ]
    assert [e.entry_id for e in record(pairs).entries] == [PERSON, "m", "x", "y", "old"]


def test_the_record_carries_what_the_decision_says() -> None:
    asked = decision(withheld=True, floor_withheld=True, location_restricted=True, emergency="s")
    found = record([], decision=asked, linked=False)
    assert (found.withheld, found.floor_withheld, found.location_restricted) == (True, True, True)
    assert (found.emergency, found.linked, found.made_at) == (True, False, NOW)


def test_every_entry_names_the_version_of_the_rules() -> None:
    found = record([told(allergy())])
    assert found.rules_version == found.entries[0].rules_version == VERSION


def test_later_clocks_change_ages_and_nothing_else() -> None:
    pairs = [told(allergy())]
    soon, later = (record(pairs, sources=SOURCES, now=NOW + timedelta(days=days)) for days in (0, 30))
    assert (soon.entries, soon.conflicts) == (later.entries, later.conflicts)


def test_the_collector_is_at_work_again_after_a_merge_that_failed() -> None:
    with pytest.raises(AttributeError):
        record([told({"resourceType": "AllergyIntolerance", "code": "not a concept"})])
    assert gc.isenabled()


# -- Properties over invented histories: few values, so that facts meet, split and contradict each other.

_NONE_KNOWN = {"resourceType": "AllergyIntolerance", "code": concept("716186003")}
_SHARED = {"identifier": [{"system": "https://place.example/x", "value": "1"}]}
_RESOURCES: list[dict[str, Any]] = [
    allergy(),
    allergy("", "penicillin"),
    allergy("91936005", "penicillin"),
    allergy(criticality="high"),
    allergy(criticality="low", reaction=[{"manifestation": [{"text": "rash"}]}]),
    allergy(**status("verificationStatus", "refuted")),
    allergy(**status("verificationStatus", "entered-in-error")),
    _NONE_KNOWN,
    problem(),
    problem(onsetDateTime="2019"),
    problem(onsetDateTime="2019-03-04", **status("clinicalStatus", "resolved")),
    problem(onsetDateTime="2024", **_SHARED),
    medicine(dosage=dosage(Decimal("5.00"))),
    medicine("", "amlodipine", dosage=dosage(Decimal(5))),
    medicine(dosage=dosage(Decimal(10)), status="stopped"),
    medicine(dosage=dosage(Decimal(10)), **_SHARED),
    person(),
    person("Hill", birthDate="1951", deceasedBoolean=True),
    person("Marsh", birthDate="1951-03-04", address=[{"postalCode": "ZZ1 1AA"}]),
    {"resourceType": "Observation", "status": "final", "valueString": "1", **_SHARED},
    {"resourceType": "Observation", "status": "final", "encounter": {"reference": "Encounter/s3"}, **_SHARED},
    {"resourceType": "Encounter", "status": "finished"},
]


@st.composite
def histories(draw: st.DrawFn) -> list[Pair]:
    found = []
    for i in range(draw(st.integers(0, 14))):
        resource = draw(st.sampled_from(_RESOURCES))
        by = draw(st.sampled_from(["acute", "gp", "social-care"]))
        # One statement is of one source and type, as the keyed hash of both makes it.
        id_ = f"{resource['resourceType']}-{by}-{draw(st.integers(0, 2))}"
        flag = draw(st.sampled_from([{}, {}, {}, {"retracts": True}, {"partial": True}]))
        found.append(told(resource, by, id=id_, on=draw(st.integers(1, 4)), version=i + 1, **flag))
    return found


def answer(found: Record) -> bytes:
    return b"".join(segment.body for segment in segments(found, "https://place.example/fhir"))


@given(st.data(), histories())
def test_neither_order_nor_repeats_nor_batches_of_arrival_matter(
    data: st.DataObject, history: list[Pair]
) -> None:
    shuffled = data.draw(st.permutations(history + history[: len(history) // 2]))
    assert answer(record(shuffled, sources=SOURCES)) == answer(record(history, sources=SOURCES))


@given(st.data(), histories())
def test_version_numbers_and_receipt_times_choose_nothing(data: st.DataObject, history: list[Pair]) -> None:
    arrival = data.draw(st.permutations(range(len(history))))
    other = [
        (dataclasses.replace(c, version=n + 1, received_at=c.received_at + timedelta(days=n)), r)
        for (c, r), n in zip(history, arrival, strict=True)
    ]
    one, two = record(history), record(other)
    assert [(e.entry_id, e.resource, e.rule) for e in one.entries] == [
        (e.entry_id, e.resource, e.rule) for e in two.entries
    ]
    assert one.conflicts == two.conflicts


@given(histories())
def test_every_standing_statement_is_in_exactly_one_entry(history: list[Pair]) -> None:
    found = record(history)
    told_by = [t.statement_id for e in found.entries for t in e.tellings]
    assert len(told_by) == len(set(told_by))
    lost = {c.statement_id for c, _ in history} - set(told_by)
    for statement_id in lost:
        versions = [(c, r) for c, r in history if c.statement_id == statement_id]
        assert any(c.retracts or "verificationStatus" in r for c, r in versions)


@given(histories())
def test_conflicts_cite_entries_that_are_shown_and_entry_ids_are_distinct(history: list[Pair]) -> None:
    found = record(history)
    ids = [e.entry_id for e in found.entries]
    assert len(ids) == len(set(ids))
    assert {entry_id for c in found.conflicts for entry_id in c.entries} <= set(ids)


@given(histories())
def test_doses_of_one_entry_are_those_of_all_its_tellings(history: list[Pair]) -> None:
    for entry in record(history).under(Heading.MEDICINES):
        doses = {str(t.resource.get("dosage")).replace("5.00", "5") for t in entry.tellings}
        assert len(doses) == 1
