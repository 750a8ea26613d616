"""Appointments: booked, moved, changed, cancelled; ordered by when the messages were made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.acute.messages import accepted, header, octets, one, pid, refused, segment, told

SCH = {"f2": "B-1", "f7": "^Review", "f9": "30", "f10": "min", "f11": "^^^20260401100000^20260401103000"}
WHERE = (
    segment("AIS", f1="1", f3="110^Orthopaedics"),
    segment("AIP", f1="1", f3="^PATEL^A^^^Dr"),
    segment("AIL", f1="1", f3="OPD^ROOM 3^^ZAC01"),
)


def siu(event: str, *more: str, at: str = "20260301101500", **sch: str) -> bytes:
    return octets(header(f"SIU^{event}", at=at), segment("SCH", **{**SCH, **sch}), pid(), *(more or WHERE))


def told_of(data: bytes) -> dict[str, Any]:
    return one(accepted(data), "Appointment").resource


def test_a_booking_tells_when_where_why_and_with_whom() -> None:
    found = told_of(siu("S12"))
    assert found["status"] == "booked"
    assert (found["start"], found["end"]) == ("2026-04-01T09:00:00+00:00", "2026-04-01T09:30:00+00:00")
    assert found["reasonCode"] == [{"text": "Review"}]
    assert [p["actor"].get("display") for p in found["participant"][1:]] == ["Dr A PATEL", "OPD, ROOM 3"]


@pytest.mark.parametrize(
    "fields",
    [
        {"f11": "^^^20260401100000"},
        {"f11": ""},
    ],
    ids=["length in SCH-9", "time in TQ1"],
)
def test_the_time_is_found_wherever_it_was_put(fields: dict[str, str]) -> None:
    tq1 = segment("TQ1", f1="1", f7="20260401100000", f8="20260401103000")
    found = told_of(siu("S12", tq1, **fields))
    assert (found["start"], found["end"]) == ("2026-04-01T09:00:00+00:00", "2026-04-01T09:30:00+00:00")


def test_a_rescheduled_appointment_is_the_same_one_at_another_time() -> None:
    first = one(accepted(siu("S12")), "Appointment")
    later = one(
        accepted(siu("S13", at="20260302101500", f11="^^^20260408100000^20260408103000")), "Appointment"
    )
    assert first.identifier == later.identifier
    assert first.true_time < later.true_time
    assert later.resource["start"].startswith("2026-04-08")


def test_a_cancelled_one_says_so_and_a_deleted_one_is_gone() -> None:
    found = told_of(siu("S15", f6="^Ward closed"))
    assert (found["status"], found["cancelationReason"]) == ("cancelled", {"text": "Ward closed"})
    assert told_of(siu("S26"))["status"] == "noshow"
    assert one(accepted(siu("S17")), "Appointment").retracts
    assert told_of(siu("S14", f25="Cancelled"))["status"] == "cancelled"


def test_an_appointment_without_number_or_time_is_refused() -> None:
    assert refused(siu("S12", f1="", f2="")) == ("SCH-2",)
    assert refused(siu("S12", f11="")) == ("SCH-11",)
    assert refused(siu("S12", f11="^^^soon")) == ("SCH-11",)
    assert not told(siu("S15", f11="")).refusals
