"""Merges, their undoing, and visits that move: what is claimed, taken back, and left for somebody to look at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.contribution import Statement, Translated
from schemas.identifiers import SubjectKey
from tests.adapters.acute.messages import accepted, adt, of_type, one, pid, pv1, refused, segment, told


def test_a_merge_names_the_losing_and_the_surviving_number() -> None:
    (merge,) = accepted(adt("A40", segment("MRG", f1="9990000026^^^NHS~H9^^^ZAC01^MR"))).merges
    assert merge.losing == SubjectKey("ZAC01", "H9")
    assert merge.surviving == SubjectKey("ZAC01", "H4410")
    assert merge.at == datetime(2026, 3, 1, 10, 10, tzinfo=UTC)


def test_both_numbers_of_a_merge_are_claimed_so_that_it_is_kept_before_either_was_met() -> None:
    found = accepted(adt("A40", segment("MRG", f1="H9^^^ZAC01^MR")))
    assert [claim.key.local_id for claim in found.subjects] == ["H4410", "H9"]
    assert one(found, "Patient").subject.local_id == "H4410"


def test_several_merges_in_one_message_are_each_their_own() -> None:
    second = [pid(f3="H5^^^ZAC01^MR"), segment("MRG", f1="H6^^^ZAC01^MR")]
    found = accepted(adt("A40", segment("MRG", f1="H9^^^ZAC01^MR"), *second))
    assert [(m.losing.local_id, m.surviving.local_id) for m in found.merges] == [
        ("H9", "H4410"),
        ("H6", "H5"),
    ]


@pytest.mark.parametrize(
    ("mrg", "place"),
    [("H4410^^^ZAC01^MR", "MRG-1"), ("H9^^^R0A^MR", "MRG-1"), ("", "MRG-1")],
)
def test_a_merge_in_doubt_is_refused_whole(mrg: str, place: str) -> None:
    assert refused(adt("A40", segment("MRG", f1=mrg))) == (place,)


@pytest.mark.parametrize("event", ["A34", "A36", "A39", "A40", "A47"])
def test_each_event_that_makes_two_numbers_one_person_is_a_merge(event: str) -> None:
    (merge,) = accepted(adt(event, segment("MRG", f1="H9^^^ZAC01^MR"))).merges
    assert (merge.losing.local_id, merge.surviving.local_id, merge.undone) == ("H9", "H4410", False)


def test_unlinking_two_persons_takes_their_merge_back() -> None:
    found = accepted(adt("A37", pid(f3="H9^^^ZAC01^MR")))
    (merge,) = found.merges
    assert (merge.losing.local_id, merge.surviving.local_id, merge.undone) == ("H9", "H4410", True)
    assert {claim.key.local_id for claim in found.subjects} == {"H9", "H4410"}


def test_unlinking_one_person_is_refused() -> None:
    assert refused(adt("A37")) == ("PID",)


def test_a_visit_that_moves_is_taken_from_the_one_and_told_of_the_other_and_somebody_looks() -> None:
    found = told(adt("A45", segment("MRG", f1="H9^^^ZAC01^MR", f5="V77")))
    (gone,) = [s for s in of_type(found, "Encounter") if s.retracts]
    stands = one_standing(found)
    assert (gone.subject.local_id, gone.identifier.value, gone.retracts) == ("H9", "V77", True)
    assert (stands.subject.local_id, stands.identifier.value) == ("H4410", "V900")
    assert [(r.field, r.part) for r in found.refusals] == [("MRG-5", "message 1 MRG")]
    assert {claim.key.local_id for claim in found.subjects} == {"H9", "H4410"}


def one_standing(found: Translated) -> Statement:
    return next(s for s in reversed(of_type(found, "Encounter")) if not s.retracts)


@pytest.mark.parametrize("event", ["A42", "A50"])
def test_a_visit_whose_number_changes_stands_under_the_new_one_alone(event: str) -> None:
    found = accepted(adt(event, segment("MRG", f5="V77")))
    assert [s.identifier.value for s in of_type(found, "Encounter") if s.retracts] == ["V77"]
    assert one_standing(found).identifier.value == "V900"
    assert {s.subject.local_id for s in found.statements} == {"H4410"}


def test_an_account_that_moves_takes_its_visit_from_the_wrong_person_at_once() -> None:
    found = told(adt("A44", segment("MRG", f1="H9^^^ZAC01^MR", f3="V77")))
    gone = one(found, "Encounter")
    assert (gone.subject.local_id, gone.identifier.value, gone.retracts) == ("H9", "V77", True)
    assert [r.field for r in found.refusals] == ["MRG-3"]


@pytest.mark.parametrize(
    ("event", "mrg", "place"),
    [
        ("A45", {"f1": "H9^^^ZAC01^MR"}, "MRG-5"),
        ("A50", {"f5": "V900"}, "MRG-5"),
        ("A44", {"f1": "H9"}, "MRG-3"),
    ],
)
def test_a_move_that_names_no_other_visit_is_refused_whole(
    event: str, mrg: dict[str, str], place: str
) -> None:
    assert refused(adt(event, segment("MRG", **mrg))) == (place,)


@pytest.mark.parametrize("event", ["A24", "A29", "A35", "A41", "A49"])
def test_what_is_no_merge_of_persons_or_visits_is_rejected_by_name(event: str) -> None:
    assert refused(adt(event, segment("MRG", f1="H9^^^ZAC01^MR"), pv1())) == ("MSH-9",)
