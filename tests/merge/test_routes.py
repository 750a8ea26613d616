"""One statement of one organisation by two routes is told once: the newest stands, and what is taken back is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.merge.replay import Pair
from schemas.identifiers import SOURCE_TAG, STATEMENT_ID
from tests.merge.tellings import allergy, dosage, entries, kinds, medicine, problem, record, told

NAMED = [{"system": "https://hospital.example/id", "value": "1"}]


def _by(source: str, resource: dict[str, Any], controller: str = "ZAC01", **flags: Any) -> Pair:
    """What ``source`` tells of ``controller``'s."""
    contribution, same = told(resource, "gp" if source != "acute" else "acute", id=f"s-{source}", **flags)
    return replace(contribution, source=source, controller=controller), same


def test_what_a_neighbour_heard_earlier_is_a_route_of_what_stands_and_no_second_dose() -> None:
    found = record(
        [
            _by("acute", medicine(identifier=NAMED, dosage=dosage(10)), on=3),
            _by("north", medicine(identifier=NAMED, dosage=dosage(5)), on=1),
        ]
    )
    (entry,) = entries(found, "MedicationStatement")
    assert entry.resource["dosage"] == dosage(10)
    assert {t.source for t in entry.tellings} == {"acute", "north"}
    assert kinds(found) == []


def test_a_neighbour_that_heard_later_is_believed() -> None:
    found = record(
        [
            _by("acute", medicine(identifier=NAMED, dosage=dosage(10)), on=1),
            _by("north", medicine(identifier=NAMED, dosage=dosage(5)), on=3),
        ]
    )
    (entry,) = entries(found, "MedicationStatement")
    assert entry.resource["dosage"] == dosage(5)


def test_what_its_own_organisation_took_back_is_not_kept_alive_by_a_neighbour() -> None:
    for end in ({"retracts": True}, {}):
        wrong = {} if end else {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
        found = record(
            [
                _by("acute", allergy(identifier=NAMED, **wrong), on=2, **end),
                _by("north", allergy(identifier=NAMED), on=1),
            ]
        )
        assert found.entries == ()


def test_what_was_said_anew_after_it_was_taken_back_stands() -> None:
    found = record(
        [
            _by("acute", allergy(identifier=NAMED), on=2, retracts=True),
            _by("north", allergy(identifier=NAMED), on=3),
        ]
    )
    assert len(found.entries) == 1


def test_another_organisations_retraction_takes_back_nothing() -> None:
    found = record(
        [
            _by("acute", allergy(identifier=NAMED), on=2, retracts=True),
            _by("north", allergy(identifier=NAMED), "ZGP01", on=1),
        ]
    )
    assert len(found.entries) == 1


def test_two_values_of_one_time_are_no_routes_and_are_listed() -> None:
    found = record(
        [
            _by("acute", medicine(identifier=NAMED, dosage=dosage(10)), on=1),
            _by("north", medicine(identifier=NAMED, dosage=dosage(5)), on=1),
        ]
    )
    assert len(entries(found, "MedicationStatement")) == 2
    assert kinds(found) == ["dose"]


def test_an_identifier_that_a_source_gives_to_two_facts_makes_no_route() -> None:
    found = record(
        [
            _by("acute", problem(identifier=NAMED), on=1),
            _by("north", problem("22298006", "Infarction", identifier=NAMED), on=2),
            (replace((other := _by("north", problem("73211009", "Diabetes", identifier=NAMED), on=3))[0],
                     statement_id="s-north-2"), other[1]),
        ]
    )  # fmt: skip
    assert len(entries(found, "Condition")) == 3


def test_transfer_degraded_entries_are_known_by_their_words_alone() -> None:
    degraded = [
        _by("acute", allergy("196461000000101", "Septrin"), on=1),
        _by("north", allergy("196461000000101", "Bee sting"), "ZGP01", on=2),
    ]
    assert len(record(degraded).entries) == 2


def test_the_way_that_a_statement_came_stays_with_it() -> None:
    tags = [{"system": SOURCE_TAG, "code": "ward"}, {"system": STATEMENT_ID, "code": "f" * 32}]
    (entry,) = record([_by("north", allergy(meta={"tag": tags}))]).entries
    assert all(tag in entry.resource["meta"]["tag"] for tag in tags)
    assert {"system": SOURCE_TAG, "code": "north"} in entry.resource["meta"]["tag"]


_ROUTE = st.tuples(
    st.sampled_from(["acute", "north", "south"]), st.integers(1, 4), st.integers(0, 2), st.booleans()
)


@settings(deadline=None)
@given(tellings=st.lists(_ROUTE, min_size=1, max_size=6), data=st.data())
def test_routes_in_any_order_make_one_record_and_never_a_fact_that_is_dead_at_its_latest(
    tellings: list[tuple[str, int, int, bool]], data: st.DataObject
) -> None:
    pairs = [
        _by(source, medicine(identifier=NAMED, dosage=dosage(5 + dose)), on=on, version=n, retracts=retracts)
        for n, (source, on, dose, retracts) in enumerate(tellings, 1)
    ]
    found = record(pairs)
    assert record(data.draw(st.permutations(pairs))) == found
    newest = max(c.true_time for c, _ in pairs)
    last = [c for c, _ in pairs if c.true_time == newest]
    if all(c.retracts for c in last):
        assert found.entries == ()
    if len({(c.true_time) for c, _ in pairs}) == len(pairs):
        assert len(found.entries) <= 1
