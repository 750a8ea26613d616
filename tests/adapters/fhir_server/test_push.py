"""Reading a frame of pushed resources: never an error, the sender's own id exactly, no statement from the future."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.fhir_server import supplier
from adapters.fhir_server.moments import moment
from adapters.fhir_server.people import identity_problems, local_id, own_id
from adapters.fhir_server.push import FORM, Pushed, frame, frame_refused, translate
from adapters.source import Raw
from schemas.contribution import Refusal, Translated
from tests.places import number

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TERMS = supplier.gp("gp", Connection("ZGP01"), None).terms  # type: ignore[arg-type]
NHS = "https://fhir.nhs.uk/Id/nhs-number"
OWN = {"system": "https://gp.example/person", "value": "4711"}
CONDITION: dict[str, Any] = {
    "resourceType": "Condition", "identifier": [{"system": "urn:x", "value": "C"}], "code": {"text": "Asthma"},
    "meta": {"lastUpdated": "2026-11-01T09:00:00Z", "security": [{"code": "R"}]}, "subject": {"reference": "Patient/x"},
}  # fmt: skip


def read(content: bytes) -> Translated:
    return translate(Raw("gp", FORM, content, NOW), TERMS)


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_raise(content: bytes) -> None:
    told = read(content)
    assert told.refusals
    assert not told.statements


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resource", "localId", "at", "patient", "identifier", "meta", "security", "value",
                             "system", "resourceType", "period", "contained", "category", "coding", "questionnaire"]),
            inner, max_size=4,
        )
    ),
    max_leaves=20,
)  # fmt: skip


@given(
    VALUES,
    st.sampled_from(["Condition", "Patient", "Encounter", "QuestionnaireResponse", "Flag", "Nonsense"]),
)
def test_no_shape_of_an_entry_makes_reading_raise(junk: Any, kind: str) -> None:
    resource = junk if isinstance(junk, dict) else {"meta": junk, "identifier": junk, "category": junk}
    entry = {
        "resource": resource | {"resourceType": kind},
        "localId": "1",
        "at": NOW.isoformat(),
        "patient": None,
    }
    told = read(json.dumps({"organisation": "ZGP01", "entries": [entry, junk]}).encode())
    assert isinstance(told, Translated)
    told = read(json.dumps({"organisation": "ZGP01", "entries": [entry]}).encode())
    assert len(told.statements) + bool(told.refusals) == 1


def test_a_frame_gives_back_what_was_pushed() -> None:
    told = read(frame("ZGP01", [Pushed(CONDITION, "4711", NOW, person_id="p")]))
    (statement,) = told.statements
    assert statement.true_time == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert statement.labels == frozenset({"R"})
    assert "subject" not in statement.resource
    assert told.subjects[0].person_id == "p"


def test_what_was_refused_at_the_door_says_the_same_whenever_it_is_read_again() -> None:
    why = [Refusal("Observation.status", "is missing"), Refusal("$", "is not JSON", "entry 2")]
    content = frame_refused("ZGP01", b"\xff{", why)
    assert list(read(content).refusals) == why
    assert read(content) == read(content)


def test_a_time_that_has_not_come_yet_is_the_time_of_arrival() -> None:
    ahead = CONDITION | {"meta": {"lastUpdated": "2031-01-01T00:00:00Z"}}
    (statement,) = read(frame("ZGP01", [Pushed(ahead, "1", NOW)])).statements
    assert statement.true_time == NOW


def test_the_senders_id_says_its_system_and_a_record_number_goes_first() -> None:
    ward = {"system": "https://gp.example/ward", "value": "4711"}
    record = OWN | {"type": {"coding": [{"code": "MR"}]}}
    old, other = (
        OWN | {"use": "old"},
        OWN
        | {
            "assigner": {
                "identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZAC01"}
            }
        },
    )
    number_ = {"system": NHS, "value": number(0).digits}
    assert local_id(OWN, "ZGP01") != local_id(ward, "ZGP01")
    assert own_id({"identifier": [number_, ward, record]}, "ZGP01") == local_id(OWN, "ZGP01")
    assert own_id({"identifier": [record, ward]}, "ZGP01") == local_id(OWN, "ZGP01")
    assert own_id({"identifier": [number_, old, other]}, "ZGP01") == ""
    ours = {"system": "https://carerecord.example/fhir/Id/ZGP01/person", "value": "4711"}
    assert own_id({"identifier": [OWN, ours]}, "ZGP01") == "4711"


@pytest.mark.parametrize(
    "numbers",
    [
        [{"system": NHS, "value": "9990000000"}],
        [{"system": NHS, "value": "0101500004"}],
        [{"system": "http://fhir.nhs.net/Id/nhs-number", "value": number(0).digits}],
        [{"system": NHS, "value": number(0).digits}, {"system": NHS, "value": number(1).digits}],
    ],
    ids=["check digit", "Scottish", "system", "two"],
)
def test_what_looks_like_a_number_and_is_none_is_named(numbers: Any) -> None:
    assert list(identity_problems({"resourceType": "Patient", "identifier": numbers}))


@pytest.mark.parametrize(
    ("text", "until", "expected"),
    [
        ("2026", True, datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-12", True, datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-11", True, datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-11-20", True, datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-20T23:59:60Z", False, datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)),
        ("9999", True, None),
        ("9999-12-31", True, None),
        ("0001-01-01T00:00:00+14:00", False, None),
        ("soon", False, None),
        (None, False, None),
    ],
)
def test_a_moment_is_found_or_is_none(text: Any, until: bool, expected: datetime | None) -> None:
    assert moment(text, until=until) == expected
