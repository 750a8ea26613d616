"""The feed as a whole: who may speak, what becomes of anything at all, and the answers given."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.acute.answers import answer, fail
from adapters.acute.feed import HospitalFeed
from adapters.acute.translate import EVENTS, Sender, translate
from adapters.source import Ask, Raw, Source
from adapters.wire.hl7v2 import Message, parse
from schemas.contribution import Refusal
from tests.adapters.acute.messages import (
    SENDER,
    accepted,
    adt,
    evn,
    header,
    octets,
    of_type,
    one,
    pid,
    pv1,
    refused,
    segment,
    told,
)

NOW = datetime(2026, 3, 1, 10, 16, tzinfo=UTC)
FULL = adt(
    "A01",
    segment("PD1", f3="BARTON SURGERY^^Y99001"),
    segment("NK1", f1="1", f2="WOLDS^TOM", f3="20"),
    segment("AL1", f1="1", f3="Z88.0^Penicillin"),
    segment("DG1", f1="1", f3="S72.0"),
    segment("PR1", f1="1", f3="W46.1"),
    segment("ZU1", f22="N"),
    segment("ZU8", f2="3", f4="0"),
)


def answers(data: bytes, *more: Refusal) -> list[tuple[str, str]]:
    """(MSA-1, ERR-1) of each answer, the place as "PID-3"."""
    refusals = (*translate(data, SENDER).refusals, *more)
    found = []
    for reply in parse(answer(data, refusals, now=NOW, new_id=lambda: "K1")):
        assert isinstance(reply, Message)
        place = "-".join(str(part) for n in (1, 3) if (part := reply.get("ERR", 1, n)))
        found.append((str(reply.get("MSA", 1)), place))
    return found


MRG = segment("MRG", f1="H1^^^ZAC01^MR", f3="V1", f5="V1")
OBR, OBX = segment("OBR", f3="1", f4="X^Y"), segment("OBX", f2="TX", f3="X^Y", f5="words", f11="F")
AROUND = {
    **{event: [MRG, pv1()] for event, read in EVENTS.items() if read.merge},
    **{event: [segment("TXA", f2="DS", f12="D1"), OBX] for event, read in EVENTS.items() if read.document},
    **{
        event: [segment("SCH", f2="B1", f11="^^^20260401100000^20260401103000")]
        for event, read in EVENTS.items()
        if read.appointment
    },
    "ADT^A37": [pid(f3="H1^^^ZAC01^MR")],
    **{event: [segment("PTH", f1="AD", f3="P1")] for event, read in EVENTS.items() if read.plan},
    "ORU^R01": [OBR],
    "ORU^R30": [OBR],
}
"""What a message of an event has after its first PID, for it to be whole."""


# --- who may speak, and of what ----------------------------------------------------------------------


def test_every_event_of_the_table_is_read() -> None:
    for event in EVENTS:
        found = told(octets(header(event), evn(), pid(), *AROUND.get(event, [pv1()])))
        assert of_type(found, "Patient"), event
        assert {refusal.field for refusal in found.refusals} <= {"MRG-3", "MRG-5"}, event


@pytest.mark.parametrize("facility", ["", "ZXX01", "ROUTE"])
def test_nobody_writes_in_the_name_of_this_hospital_but_itself(facility: str) -> None:
    data = adt("A31", facility=facility)
    assert refused(data) == ("MSH-4",)
    assert answers(data) == [("AR", "MSH-4")]


def test_a_site_of_the_hospital_speaks_for_it() -> None:
    assert accepted(adt("A31", facility="ZAC02")).subjects[0].key.organisation == "ZAC01"


@pytest.mark.parametrize("processing", ["T", "D", ""])
def test_a_training_system_writes_into_no_record(processing: str) -> None:
    assert refused(adt("A31", processing=processing)) == ("MSH-11",)


def test_an_event_that_nobody_reads_is_rejected() -> None:
    assert answers(adt("A60")) == [("AR", "MSH-9")]
    assert answers(octets(header("ACK"), "MSA|AA|1")) == [("AR", "MSH-9")]
    for data, condition in ((adt("A60"), "201"), (octets(header("DFT^P03")), "200")):
        (reply,) = parse(answer(data, translate(data, SENDER).refusals, now=NOW, new_id=lambda: "K1"))
        assert isinstance(reply, Message)
        assert reply.get("MSA", 6) == condition


@pytest.mark.parametrize("name", ["IAM", "ZU9", "ZPI", "RXA"])
def test_a_segment_that_nobody_reads_is_refused_by_name_and_the_rest_kept(name: str) -> None:
    data = adt("A31", segment(name, f1="1"))
    found = told(data)
    assert [(r.field, r.part) for r in found.refusals] == [(name, f"message 1 {name}")]
    assert of_type(found, "Patient")
    assert answers(data) == [("AA", "")]


def test_time_comes_from_the_event_then_its_record_and_never_from_nowhere() -> None:
    recorded = octets(header("ADT^A31"), segment("EVN", f2="20260301"), pid())
    assert one(accepted(recorded), "Patient").true_time == datetime(2026, 3, 1, tzinfo=UTC)
    assert refused(octets(header("ADT^A31"), segment("EVN", f1="A31"), pid())) == ("EVN-6",)
    assert refused(adt("A31", occurred="20261301")) == ("EVN-6",)


# --- several messages, and the answers ---------------------------------------------------------------


def test_messages_of_one_frame_are_kept_or_refused_each_by_itself() -> None:
    data = adt("A31") + adt("A31", person=pid(f7="never")) + octets(header("ADT^A31")) + adt("A28")
    found = told(data)
    assert len(of_type(found, "Patient")) == 2
    assert [(r.field, r.part) for r in found.refusals] == [("PID-7", "message 2"), ("EVN", "message 3")]
    assert answers(data) == [("AA", ""), ("AE", "PID-7"), ("AE", "EVN"), ("AA", "")]


def test_a_refusal_of_a_later_stage_is_answered_too() -> None:
    assert answers(adt("A31"), Refusal("PID-3", "belongs to someone else", "message 1")) == [("AE", "PID-3")]


def test_what_is_no_message_is_rejected_without_a_control_id() -> None:
    assert answers(b"GET / HTTP/1.1\r\n\r\n") == [("AR", "MSH")]


def test_when_nothing_could_be_kept_the_sender_is_told_to_send_again() -> None:
    (reply,) = parse(fail(FULL, now=NOW, control_id="K1"))
    assert isinstance(reply, Message)
    assert [reply.get("MSA", 1), reply.get("MSA", 2), reply.get("MSA", 6)] == ["AE", "C-77", "207"]
    (reply,) = parse(fail(FULL[:60], now=NOW, control_id="K1", too_long=True))
    assert isinstance(reply, Message)
    assert reply.get("MSA", 1) == "AR"


# --- anything at all ---------------------------------------------------------------------------------


def claims(data: bytes) -> list[object]:
    found = told(data)
    return [*found.subjects, *found.statements, *found.relationships, *found.choices, *found.merges]


def test_a_message_cut_at_a_segment_says_only_what_the_whole_says() -> None:
    whole = claims(FULL)
    ends = [n + 1 for n, octet in enumerate(FULL) if octet == 13]
    for end in ends[4:]:
        assert all(claim in whole for claim in claims(FULL[:end]) if claim not in _people(FULL[:end]))


def _people(data: bytes) -> list[object]:
    """The Patient and the Encounter are told by several segments each, so a cut may leave parts of them out."""
    found = told(data)
    return [*found.subjects, *of_type(found, "Patient"), *of_type(found, "Encounter")]


@given(st.integers(0, len(FULL)))
def test_a_cut_message_is_refused_by_what_is_missing_or_kept_in_whole_segments(cut: int) -> None:
    found = told(FULL[:cut])
    needed = FULL.index(b"\rPV1") + 1
    if cut < needed + 3:
        assert not found.statements
        assert found.refusals


@given(st.binary(max_size=400))
@example(FULL)
def test_no_octets_make_translating_raise(junk: bytes) -> None:
    found = translate(junk, SENDER)
    assert found.subjects or found.refusals


@given(
    st.lists(st.tuples(st.integers(0, len(FULL)), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6)
)
def test_no_damage_makes_translating_raise_or_keep_something_that_is_not_fhir(
    hits: list[tuple[int, bytes]],
) -> None:
    data = bytearray(FULL)
    for place, other in hits:
        data[place : place + len(other)] = other
    told(bytes(data))


FIELD = st.text(st.sampled_from('0123456789ABYN^~&\\". -'), max_size=12)


@given(
    st.sampled_from(sorted(EVENTS)),
    st.sampled_from(
        [
            "PID",
            "PD1",
            "NK1",
            "PV1",
            "PV2",
            "AL1",
            "DG1",
            "PR1",
            "OBR",
            "OBX",
            "MRG",
            "TXA",
            "SCH",
            "AIS",
            "AIL",
            "AIP",
            "TQ1",
            "PTH",
            "PRB",
            "GOL",
            "ZU1",
            "ZU5",
            "ZU8",
        ]
    ),
    st.lists(st.tuples(st.integers(1, 45), FIELD), min_size=1, max_size=8),
)
def test_no_field_makes_translating_raise_or_keep_something_that_is_not_fhir(
    event: str, name: str, fields: list[tuple[int, str]]
) -> None:
    values = {f"f{number}": value for number, value in fields}
    usual = [one for one in AROUND.get(event, [pv1()]) if not one.startswith(f"{name}|")]
    person = pid(**values) if name == "PID" else pid()
    more = [] if name == "PID" else [pv1(**values) if name == "PV1" else segment(name, **values)]
    told(octets(header(event), evn(), person, *usual, *more))


def test_no_refusal_ever_holds_what_was_sent() -> None:
    secret = "SECRETVALUE"
    for name in ("PID", "PD1", "NK1", "PV1", "AL1", "DG1", "PR1", "OBR", "OBX", "ZU1", "ZU5", "ZU8"):
        for number in range(1, 40):
            fields = {f"f{number}": secret}
            visit = pv1(**fields) if name == "PV1" else pv1()
            person = pid(**fields) if name == "PID" else pid()
            more = [] if name in ("PID", "PV1") else [segment(name, **fields)]
            found = translate(octets(header("ADT^A08"), evn(), person, visit, *more), SENDER)
            assert secret not in repr(found.refusals)


# --- as a source -------------------------------------------------------------------------------------


def test_the_hospital_keeps_the_contract_of_a_source() -> None:
    feed: Source = HospitalFeed(Sender("ZAC01"))
    assert feed.terms.organisation == "ZAC01"
    assert all(heading.no_rows == "not-known" for heading in feed.terms.headings)
    assert feed.translate(Raw("acute", "hl7v2", FULL, NOW)).subjects

    async def ask() -> None:
        assert [found async for found in feed.pull("", NOW)] == []
        assert await feed.pull_person(Ask(("H4410",)), NOW) == []
        assert await feed.check() == []

    asyncio.run(ask())


def test_every_heading_that_is_told_is_among_the_terms() -> None:
    feed = HospitalFeed(Sender("ZAC01"))
    held = {(heading.heading, heading.category) for heading in feed.terms.headings}
    assert {(s.heading, s.category) for s in accepted(FULL).statements} <= held
