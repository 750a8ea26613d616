"""The visit: whatever order its events come in, what stands is what was true."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.acute.translate import translate
from schemas.checks import check
from schemas.codes import RelationshipKind
from tests.adapters.acute.messages import (
    SENDER,
    accepted,
    adt,
    header,
    octets,
    one,
    pid,
    pv1,
    refused,
    segment,
    standing,
)

ADMIT = adt("A01", occurred="202603011000")
MOVE = adt("A02", pv1(f3="W7^WARD 7^1^ZAC01", f6="W4^WARD 4^2^ZAC01"), occurred="202603021200")
LEAVE = adt("A03", pv1(f36="1", f37="54", f45="202603041500"), occurred="202603041500")


def visit(*messages: bytes) -> dict[str, Any]:
    state = standing("Encounter", *messages)
    assert check({**state, "subject": {"reference": "Patient/x"}}) == []
    return state


def codes(concept: dict[str, Any]) -> list[str]:
    return [coding["code"] for coding in concept["coding"]]


def test_an_admission_tells_class_method_ward_and_start() -> None:
    state = visit(ADMIT)
    assert (state["status"], state["class"]["code"]) == ("in-progress", "IMP")
    assert state["period"] == {"start": "2026-03-01T10:00:00+00:00"}
    assert state["location"][0]["location"]["display"] == "W4, WARD 4, bed 2"
    (method,) = state["hospitalization"]["extension"]
    assert codes(method["valueCodeableConcept"]) == ["21", "21"]
    assert state["identifier"][0]["value"] == "V900"


def test_an_admission_is_an_attendance_and_a_discharge_ends_it() -> None:
    (came,), (left,) = accepted(ADMIT).relationships, accepted(LEAVE).relationships
    assert (came.kind, came.organisation, came.end) == (RelationshipKind.ATTENDANCE, "ZAC01", None)
    assert came.start == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert left.end == datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert came.evidence == left.evidence


def test_a_discharge_keeps_both_generations_of_destination_and_marks_care_homes() -> None:
    state = visit(ADMIT, LEAVE)
    assert state["status"] == "finished"
    assert codes(state["hospitalization"]["dischargeDisposition"]) == ["54", "care-home", "54"]
    newer = visit(ADMIT, adt("A03", pv1(f37="55"), occurred="202603041500"))
    assert codes(newer["hospitalization"]["dischargeDisposition"]) == ["care-home", "55"]
    assert newer["period"]["end"] == "2026-03-04T15:00:00+00:00"


def test_a_discharge_that_says_little_leaves_the_admission_alone() -> None:
    bare = adt("A03", pv1(f3="", f4="", f44="", f45="202603041500"), occurred="202603041500")
    state = visit(ADMIT, bare)
    assert state["period"] == {"start": "2026-03-01T10:00:00+00:00", "end": "2026-03-04T15:00:00+00:00"}
    assert state["hospitalization"]["extension"]


def test_any_order_of_arrival_gives_the_same_visit() -> None:
    states = [visit(*order) for order in itertools.permutations([ADMIT, MOVE, LEAVE])]
    assert all(state == states[0] for state in states)
    assert states[0]["status"] == "finished"


def test_a_transfer_closes_the_old_place_and_opens_the_new_one() -> None:
    before, now = visit(ADMIT, MOVE)["location"]
    assert (before["status"], before["period"]) == ("completed", {"end": "2026-03-02T12:00:00+00:00"})
    assert (now["status"], now["period"]) == ("active", {"start": "2026-03-02T12:00:00+00:00"})
    assert now["location"]["display"].startswith("W7")


def test_an_update_after_a_discharge_does_not_bring_the_person_back() -> None:
    late = adt("A08", pv1(f7="C9999999^SHAH^DEV"), occurred="202603051000")
    state = visit(ADMIT, LEAVE, late)
    assert state["status"] == "finished"
    assert state["period"]["end"]
    assert state["participant"][0]["individual"]["display"] == "DEV SHAH"


def test_an_update_alone_still_makes_a_visit_that_began() -> None:
    state = visit(adt("A08", occurred="202603051000"))
    assert state["status"] == "in-progress"
    assert visit(adt("A08", pv1(f45="202603041500"), occurred="202603051000"))["status"] == "finished"
    assert visit(adt("A08", pv1(f2="P", f44=""), occurred="202603051000"))["status"] == "planned"


def test_a_cancelled_discharge_restores_the_stay_without_an_end() -> None:
    state = visit(ADMIT, LEAVE, adt("A13", occurred="202603041600"))
    assert state["status"] == "in-progress"
    assert state == visit(ADMIT)
    assert accepted(adt("A13", occurred="202603041600")).relationships[0].end is None


LEAVING = adt("A21", occurred="202603021000")
BACK = adt("A22", occurred="202603031000")


def test_leave_is_told_and_ends_with_the_return() -> None:
    assert visit(ADMIT, LEAVING)["status"] == "onleave"
    assert visit(ADMIT, LEAVING, BACK)["status"] == "in-progress"
    assert accepted(LEAVING).relationships == ()


def test_a_cancelled_leave_or_return_restores_what_was() -> None:
    assert visit(ADMIT, LEAVING, adt("A52", occurred="202603021000"))["status"] == "in-progress"
    assert visit(ADMIT, LEAVING, BACK, adt("A53", occurred="202603031000"))["status"] == "onleave"


SAME = "a cancel carries the time of what it cancels"


@pytest.mark.parametrize("occurred", ["202603041500", "202603041600"], ids=[SAME, "or its own"])
def test_a_cancelled_discharge_restores_every_element_of_the_state_before(occurred: str) -> None:
    before = visit(ADMIT, MOVE)
    bare = adt("A13", pv1(f3="", f4="", f44=""), occurred=occurred)
    late = adt("A08", pv1(f37="54", f45="202603041500"), occurred="202603041505")
    assert visit(ADMIT, MOVE, LEAVE, bare) == before
    assert visit(ADMIT, MOVE, LEAVE, late, adt("A13", pv1(f3="", f4=""), occurred="202603041700")) == before


def test_a_discharge_told_again_after_its_cancelling_stands_although_it_happened_before() -> None:
    def evn(occurred: str, recorded: str) -> str:
        return segment("EVN", f2=recorded, f6=occurred)

    def at(event: str, times: str, *more: str) -> bytes:
        return octets(header(f"ADT^{event}"), times, pid(), *(more or [pv1()]))

    wrong = at("A03", evn("202603041500", "202603041505"), pv1(f45="202603041500"))
    cancel = at("A13", evn("202603041600", "202603041600"))
    right = at("A03", evn("202603041400", "202603041605"), pv1(f45="202603041400"))
    for order in itertools.permutations([ADMIT, wrong, cancel, right]):
        state = visit(*order)
        assert (state["status"], state["period"]["end"]) == ("finished", "2026-03-04T14:00:00+00:00")


def test_a_cancelled_transfer_puts_the_person_back_where_they_were() -> None:
    second = adt("A02", pv1(f3="W9^WARD 9^1^ZAC01", f6="W7^WARD 7^1^ZAC01"), occurred="202603031200")
    cancel = adt("A12", pv1(f3="W7^WARD 7^1^ZAC01"), occurred="202603031200")
    assert visit(ADMIT, MOVE, second, cancel) == visit(ADMIT, MOVE)
    assert refused(adt("A12", pv1(f3=""))) == ("PV1-3",)


def test_the_places_of_a_visit_are_kept_with_their_times() -> None:
    second = adt("A02", pv1(f3="W4^WARD 4^2^ZAC01", f6="W7^WARD 7^1^ZAC01"), occurred="202603031200")
    update = adt("A08", occurred="202603031300")
    first, then, now = visit(ADMIT, MOVE, second, update, LEAVE)["location"][:3]
    assert [p["location"]["display"][:2] for p in (first, then, now)] == ["W4", "W7", "W4"]
    assert then["period"] == {"start": "2026-03-02T12:00:00+00:00", "end": "2026-03-03T12:00:00+00:00"}
    assert now["period"] == {"start": "2026-03-03T12:00:00+00:00"}


@pytest.mark.parametrize("event", ["A11", "A23", "A27", "A38"])
def test_a_visit_that_never_was_is_taken_back_whenever_the_cancel_says_it_happened(event: str) -> None:
    data = octets(header(f"ADT^{event}"), segment("EVN", f2="202603021300", f6="202603011000"), pid(), pv1())
    statement = one(accepted(data), "Encounter")
    assert statement.retracts
    assert statement.true_time > one(accepted(MOVE), "Encounter").true_time


def test_a_cancelled_admission_takes_the_visit_back() -> None:
    found = accepted(adt("A11", pv1(f10="360"), occurred="202603011030"))
    statement = one(found, "Encounter")
    assert statement.retracts
    assert statement.resource["status"] == "cancelled"
    assert statement.service == ""
    assert found.relationships[0].end is not None


def test_the_discharge_ready_date_and_expected_dates_are_read_and_cleared() -> None:
    ready = adt("A08", segment("PV2", f9="20260306"), segment("ZU1", f22="Y", f24="20260303"))
    told = {e["url"].rpartition("/")[2]: e for e in visit(ready)["extension"]}
    assert told["discharge-ready-date"]["valueDate"] == "2026-03-03"
    assert told["expected-discharge"]["valueDate"] == "2026-03-06"
    assert told["no-longer-meets-criteria-to-reside"]["valueBoolean"] is True
    cleared = adt("A08", segment("ZU1", f22='""', f24='""'), occurred="20260304")
    (left,) = visit(ready, cleared)["extension"]
    assert left["url"].endswith("expected-discharge"), "what is not cleared is left alone"


def test_a_pre_admission_is_planned_and_no_attendance() -> None:
    found = accepted(adt("A05", pv1(f2="P", f44=""), segment("PV2", f8="20260401")))
    assert one(found, "Encounter").resource["status"] == "planned"
    assert found.relationships == ()


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"f19": ""}, "PV1-19"),
        ({"f2": ""}, "PV1-2"),
        ({"f44": "yesterday"}, "PV1-44"),
        ({"f45": "20260101"}, "PV1-45"),
    ],
)
def test_a_visit_in_doubt_refuses_the_whole_message(fields: dict[str, str], place: str) -> None:
    assert refused(adt("A01", pv1(**fields))) == (place,)


def test_the_hospital_clock_is_read_as_london_time() -> None:
    (summer,) = accepted(adt("A01", pv1(f44="202607011000"), occurred="202607011000")).relationships
    (zoned,) = accepted(adt("A01", pv1(f44="202607011000+0000"), occurred="202607011000")).relationships
    assert summer.start == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert zoned.start == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_true_time_is_when_it_happened_not_when_it_was_typed() -> None:
    statement = one(translate(adt("A31", occurred="20260227"), SENDER), "Patient")
    assert statement.true_time == datetime(2026, 2, 27, tzinfo=UTC)


def test_only_events_that_know_it_say_that_someone_is_still_here() -> None:
    late = [adt(event, occurred="202603051000") for event in ("A02", "A08", "A12")]
    assert [accepted(message).relationships for message in late] == [(), (), ()]
    (left,) = accepted(adt("A08", pv1(f45="202603041500"), occurred="202603051000")).relationships
    (back,) = accepted(adt("A08", pv1(f45='""'), occurred="202603051000")).relationships
    assert left.end is not None
    assert back.end is None
