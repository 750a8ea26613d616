"""What replaying versions promises: a part that is told changes itself and nothing beside it."""

from __future__ import annotations

from typing import Any

from schemas.versions import fold

VISIT: dict[str, Any] = {
    "resourceType": "Encounter",
    "status": "in-progress",
    "period": {"start": "2026-03-01"},
    "hospitalization": {"admitSource": {"text": "home"}},
    "extension": [{"url": "a", "valueBoolean": True}, {"url": "b", "valueBoolean": True}],
}


def test_a_full_version_replaces_everything_before_it() -> None:
    assert fold([(VISIT, False, ()), ({"status": "finished"}, False, ("status",))]) == {"status": "finished"}


def test_a_partial_version_leaves_alone_what_it_does_not_carry() -> None:
    assert fold([(VISIT, False, ()), ({"status": "finished"}, True, ())]) == {**VISIT, "status": "finished"}


def test_an_end_that_is_told_keeps_the_start_and_a_destination_keeps_the_source() -> None:
    said = {"period": {"end": "2026-03-04"}, "hospitalization": {"dischargeDisposition": {"text": "home"}}}
    state = fold([(VISIT, False, ()), (said, True, ())])
    assert state["period"] == {"start": "2026-03-01", "end": "2026-03-04"}
    assert set(state["hospitalization"]) == {"admitSource", "dischargeDisposition"}


def test_extensions_are_told_apart_by_their_url() -> None:
    state = fold([(VISIT, False, ()), ({"extension": [{"url": "b", "valueBoolean": False}]}, True, ())])
    assert state["extension"] == [{"url": "a", "valueBoolean": True}, {"url": "b", "valueBoolean": False}]


def test_a_concept_is_set_whole_so_that_words_and_codes_never_mix() -> None:
    before = {"maritalStatus": {"text": "Married", "coding": [{"code": "M"}]}}
    assert fold([(before, True, ()), ({"maritalStatus": {"text": "Widowed"}}, True, ())]) == {
        "maritalStatus": {"text": "Widowed"}
    }


def test_what_is_cleared_and_told_anew_is_only_what_is_told_anew() -> None:
    ended = {**VISIT, "period": {"start": "2026-03-01", "end": "2026-03-04"}}
    state = fold(
        [(ended, False, ()), ({"period": {"start": "2026-03-01"}}, True, ("period", "hospitalization"))]
    )
    assert state["period"] == {"start": "2026-03-01"}
    assert "hospitalization" not in state


def test_replaying_changes_no_version() -> None:
    held: dict[str, Any] = {"period": {"start": "x"}, "extension": [{"url": "a"}]}
    fold([(held, False, ()), ({"period": {"end": "y"}, "extension": [{"url": "b"}]}, True, ())])
    assert held == {"period": {"start": "x"}, "extension": [{"url": "a"}]}


def test_a_part_of_an_element_or_one_extension_can_be_cleared_alone() -> None:
    held = {"period": {"start": "x", "end": "y"}, "extension": [{"url": "a"}, {"url": "b"}]}
    state = fold([(held, False, ()), ({}, True, ("period.end", "extension:a"))])
    assert state == {"period": {"start": "x"}, "extension": [{"url": "b"}]}
    assert (
        fold([(held, False, ()), ({}, True, ("period.end", "period.start", "extension:a", "extension:b"))])
        == {}
    )


def test_what_a_mark_names_is_taken_back_as_if_it_had_never_been_told() -> None:
    began = ({"status": "in-progress"}, True, ())
    first = ({"status": "finished", "period": {"end": "1"}}, True, ("mark:discharge",))
    second = ({"status": "finished", "period": {"end": "2"}}, True, ("mark:discharge",))
    assert fold([began, first, ({}, True, ("undo:discharge",))]) == {"status": "in-progress"}
    assert fold([began, first, second, ({}, True, ("undo:discharge",))])["period"] == {"end": "1"}
    assert fold([began, first, second, ({}, True, ("undo-all:discharge",))]) == {"status": "in-progress"}
    assert fold([began, ({}, True, ("undo:discharge",)), first])["status"] == "finished"


def place(name: str, status: str = "active", **period: str) -> dict[str, object]:
    return {"location": {"display": name}, "status": status, **({"period": period} if period else {})}


def test_a_new_place_ends_the_one_before_and_a_place_told_again_is_the_same() -> None:
    state = fold(
        [
            ({"location": [place("A")]}, True, ()),
            ({"location": [place("B", start="2")]}, True, ()),
            ({"location": [place("B")]}, True, ()),
        ]
    )
    assert state["location"] == [place("A", "completed", end="2"), place("B", start="2")]
    planned = fold(
        [({"location": [place("P", "planned")]}, True, ()), ({"location": [place("A")]}, True, ())]
    )
    assert planned["location"] == [place("A")]
