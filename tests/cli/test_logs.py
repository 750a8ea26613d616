"""The last net under every log line: whatever looks like an NHS number does not get through."""

from __future__ import annotations

import logging

import pytest

from aggregator.cli.logs import _redact_record, redact


@pytest.mark.parametrize(
    "written", ["9990000018", "999 000 0018", "999-000-0018", "(9990000018)", "n=9990000018,"]
)
def test_a_number_in_any_text_of_an_event_is_taken_out(written: str) -> None:
    told = redact(None, "info", {"event": f"looked up {written}", "reason": written, "count": 3})
    assert "0018" not in repr(told)
    assert told["count"] == 3


def test_ids_and_longer_digits_are_left_alone() -> None:
    event = {"event": "pulled", "raw_id": "0f3a" * 8, "size": "99900000181"}
    assert redact(None, "info", dict(event)) == event


def test_a_number_in_a_librarys_message_or_its_arguments_is_taken_out() -> None:
    record = logging.LogRecord("lib", logging.WARNING, "", 0, "no answer for %s", ("999 000 0018",), None)
    assert _redact_record(record)
    assert record.getMessage() == "no answer for [number]"
