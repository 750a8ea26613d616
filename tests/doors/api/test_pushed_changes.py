"""Batches, patches, updates and times at the edge: what does not fit changes nothing and is nobody's fault."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doors.api.pushing import Door, bundle, weight, with_


def test_an_update_cannot_move_a_task_to_another_person(door: Door) -> None:
    task = {
        "resourceType": "Task", "identifier": [{"system": "urn:x", "value": "T"}], "status": "requested",
        "intent": "order", "for": {"reference": f"Patient/{door.person}"},
    }  # fmt: skip
    made = door.post("/Task", task)
    assert made.status_code == 201, made.text
    path = f"/Task/{made.json()['id']}"
    shown = door.ask("GET", path).json()
    moved = shown | {"for": {"reference": "Patient/" + "1" * 32}}
    assert door.ask("PUT", path, moved, If_Match=made.headers["etag"]).status_code == 422


# ---- a batch, and patches -----------------------------------------------------------------------------------


def test_one_bad_entry_of_a_batch_costs_the_others_nothing(door: Door) -> None:
    about = {"reference": f"Patient/{door.person}"}
    bad = [
        with_(weight("b1", about), "status", "done"),
        with_(weight("b2", about), "subject", {"reference": "Patient/nobody"}),
        with_(weight("b3", about), "identifier", ...),
        {"request": {"method": "DELETE", "url": "Observation/1"}},
        {"request": {"method": "POST"}},
        {"resource": {"resourceType": "Organization"}, "request": {"method": "POST", "url": "Organization"}},
    ]
    waiting = len(door.waiting())
    answer = door.post("", bundle(weight("b-good", about), *bad, weight("b-last", about), kind="batch"))
    assert answer.status_code == 200, answer.text
    entries = answer.json()["entry"]
    assert [e["response"]["status"][:3] for e in entries] == [
        "201", "422", "422", "422", "422", "422", "422", "201",
    ]  # fmt: skip
    for index, entry in enumerate(entries[1:-1], 1):
        named = [e for i in entry["response"]["outcome"]["issue"] for e in i.get("expression", [])]
        assert any(f"Bundle.entry[{index}]" in e for e in named), named
    assert len(door.waiting()) - waiting >= len(bad)


PATCHES: list[tuple[str, Any, int]] = [
    ("not a list", {"op": "remove", "path": "/note"}, 422),
    ("no such op", [{"op": "burn", "path": "/status"}], 422),
    ("no path", [{"op": "remove"}], 422),
    ("path of another type", [{"op": "remove", "path": 7}], 422),
    ("no such element", [{"op": "remove", "path": "/note/9"}], 422),
    ("a test that fails", [{"op": "test", "path": "/status", "value": "amended"}], 422),
    ("steps that are words", ["remove"], 422),
    ("the root", [{"op": "replace", "path": "", "value": []}], 422),
    ("another person", [{"op": "replace", "path": "/subject/reference", "value": "Patient/x"}], 422),
    ("another type", [{"op": "replace", "path": "/resourceType", "value": "Condition"}], 422),
    ("another identifier", [{"op": "replace", "path": "/identifier/0/value", "value": "x"}], 422),
    ("not R4 any more", [{"op": "remove", "path": "/code"}], 422),
    ("doubling", [{"op": "copy", "from": "", "path": "/extension"}] * 30, 422),
    ("too many", [{"op": "test", "path": "/status", "value": "final"}] * 10_000, 422),
    ("FHIRPath patch", {"resourceType": "Parameters"}, 422),
]


@pytest.mark.parametrize(("steps", "status"), [p[1:] for p in PATCHES], ids=[p[0] for p in PATCHES])
def test_a_patch_that_does_not_fit_changes_nothing(door: Door, steps: Any, status: int) -> None:
    name = f"patched {len(str(steps))} {str(steps)[:40]}"
    made = door.post("/Observation", weight(name, {"reference": f"Patient/{door.person}"}))
    path, kept = f"/Observation/{made.json()['id']}", door.kept()
    kind = "application/json-patch+json"
    assert door.ask("PATCH", path, steps, If_Match='W/"1"', Content_Type=kind).status_code == status
    assert door.kept() == kept


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("", 428),
        ("*", 400),
        ('"1"', 400),
        ("1", 400),
        ('W/"99"', 412),
        ('W/"1", W/"2"', 400),
        ('W/"-1"', 400),
    ],
)
def test_a_change_that_names_no_present_version_changes_nothing(door: Door, given: str, status: int) -> None:
    made = door.post("/Observation", weight(f"matched {given}", {"reference": f"Patient/{door.person}"}))
    path, kept = f"/Observation/{made.json()['id']}", door.kept()
    steps = [{"op": "replace", "path": "/status", "value": "amended"}]
    headers = {"If_Match": given} if given else {}
    kind = "application/json-patch+json"
    assert door.ask("PATCH", path, steps, Content_Type=kind, **headers).status_code == status
    assert door.ask("DELETE", path, **headers).status_code == status
    assert door.kept() == kept


# ---- times that no calendar holds ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    ["2026-11-20T23:59:60Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
     "2026-11-20T09:00:00.123456789Z"],
)  # fmt: skip
def test_a_time_at_the_edge_is_kept_and_never_from_the_future(door: Door, told: str) -> None:
    resource = weight(f"edge {told}", {"reference": f"Patient/{door.person}"}, meta={"lastUpdated": told})
    answer = door.post("/Observation", resource)
    assert answer.status_code == 201, answer.text
    found = door.rows(
        f"select true_time <= now() from statement where statement_id = '{answer.json()['id']}'"
    )
    assert found == [(True,)]


@pytest.mark.parametrize(
    "start", ["2026-11-20T23:59:60Z", "0001-01-01", "9999-12-31", "2026", "0001-01-01T00:00:00+14:00"]
)
@pytest.mark.parametrize("end", [None, "9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59-14:00"])
def test_a_stay_at_the_edge_of_time_is_no_fault(door: Door, start: str, end: str | None) -> None:
    stay = {
        "resourceType": "Encounter", "identifier": [{"system": "urn:x", "value": f"{start} {end}"}],
        "status": "in-progress", "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": f"Patient/{door.person}"},
        "period": {"start": start} | ({"end": end} if end else {}),
    }  # fmt: skip
    assert door.post("/Encounter", stay).status_code in (201, 422)
