"""What the HL7 v2 reader promises: three states, real dirt, no value in any complaint, no exception."""

from __future__ import annotations

from datetime import UTC, datetime

import hl7
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.wire.hl7v2 import (
    CLEAR,
    STANDARD,
    Delimiters,
    Fault,
    Malformed,
    Message,
    acknowledge,
    escape,
    parse,
    unescape,
)
from adapters.wire.hl7v2.envelope import MOST_MESSAGES, MOST_SEGMENTS

HEAD = r"MSH|^~\&|PAS|ZAC01|ROUTE|ROUTE|20260301101500||ADT^A31^ADT_A05|C-77|P|2.4"
LINES = (
    HEAD,
    "EVN||20260301101500||||20260301101000",
    'PID|1||9990000018^^^NHS~H4410^^^ZAC01^MR||WOLDS^ANNE^MAY||19410203|2|||1 Mill Row&1^""^Barton||""',
    "NK1|1|WOLDS^TOM|20",
)
NOW = datetime(2026, 3, 1, 10, 16, tzinfo=UTC)


def octets(*lines: str, end: str = "\r", charset: str = "utf-8") -> bytes:
    return "".join(line + end for line in lines or LINES).encode(charset)


def one(data: bytes) -> Message:
    (message,) = parse(data)
    assert isinstance(message, Message), message
    return message


def fault_of(data: bytes) -> Malformed:
    found = [part for part in parse(data) if isinstance(part, Malformed)]
    assert len(found) == 1
    return found[0]


def answer(data: Message | Malformed | bytes, code: str = "AA", fault: Fault | None = None) -> bytes:
    return acknowledge(data, code, now=NOW, control_id="K1", fault=fault)  # type: ignore[arg-type]


# --- three states ---------------------------------------------------------------------------------


def test_a_field_is_absent_or_a_value_or_cleared() -> None:
    message = one(octets())
    assert message.get("PID", 4) is None
    assert message.get("PID", 40) is None
    assert message.get("PV1", 2) is None
    assert message.get("PID", 3) == "9990000018"
    assert message.get("PID", 13) is CLEAR
    assert message.get("PID", 11, 2) is CLEAR


def test_clearing_a_whole_field_clears_each_part_of_it() -> None:
    pid = one(octets()).segment("PID")
    assert pid is not None
    assert pid.get(13, component=4) is CLEAR
    assert pid.repetitions(13)[0].get(2, 2) is CLEAR
    assert pid.text(13) is CLEAR


def test_two_quotes_within_a_text_or_written_in_hex_clear_nothing() -> None:
    message = one(octets(HEAD, LINES[1], 'PID|1||""x', "NTE|1||\\X2222\\"))
    assert message.get("PID", 3) == '""x'
    assert message.get("NTE", 3) == '""'


# --- access ---------------------------------------------------------------------------------------


def test_components_subcomponents_and_repetitions_are_counted_from_one() -> None:
    message = one(octets())
    assert message.get("PID", 5, 2) == "ANNE"
    assert message.get("PID", 11, 1, 2) == "1"
    assert message.get("PID", 3, 4, repetition=2) == "ZAC01"
    assert message.get("PID", 3, repetition=3) is None
    pid = message.segments("PID")[0]
    assert [part.get(1) for part in pid.repetitions(3)] == ["9990000018", "H4410"]
    assert pid.repetitions(4) == []


def test_the_header_counts_its_own_separator_as_the_first_field() -> None:
    message = one(octets())
    assert message.get("MSH", 1) == "|"
    assert message.get("MSH", 2) == "^~\\&"
    assert message.get("MSH", 4) == "ZAC01"
    assert (message.event, message.control_id) == ("ADT^A31", "C-77")
    assert message.header.repetitions(2)[0].raw == "^~\\&"


def test_segments_come_in_order_and_by_name() -> None:
    message = one(octets(*LINES, "NK1|2|WOLDS^SUE|1"))
    assert [segment.name for segment in message.segments()] == ["MSH", "EVN", "PID", "NK1", "NK1"]
    assert [segment.get(1) for segment in message.segments("NK1")] == ["1", "2"]
    assert message.segment("ZU8") is None


def test_a_text_field_keeps_the_separators_inside_it() -> None:
    message = one(octets(*LINES, "NTE|1||5^10 mg"))
    assert message.segments("NTE")[0].text(3) == "5^10 mg"


# --- delimiters and escapes -----------------------------------------------------------------------


def test_other_delimiters_are_honoured() -> None:
    lines = (
        "MSH$%*!@$PAS$ZAC01$$$20260301$$ADT%A31$9$P$2.4",
        "EVN$$20260301",
        "PID$1$$7%%%NHS*8$$A@B%C|^!F!",
    )
    message = one(octets(*lines))
    assert message.event == "ADT^A31"
    assert message.get("PID", 3, repetition=2) == "8"
    assert message.get("PID", 5, 1, 2) == "B"
    assert message.get("PID", 5, 2) == "C|^$"
    assert answer(message).startswith(b"MSH$%*!@$")


def test_fewer_or_more_encoding_characters_are_accepted() -> None:
    assert one(octets("MSH|^|A|B|||1||ADT^Z99|1", "PID|1||5~6&7\\F\\")).get("PID", 3) == "5~6&7\\F\\"
    assert one(octets("MSH|^~\\&#|A|B|||1||ADT^Z99|1", "NTE|1||a\\P\\b")).get("NTE", 3) == "a#b"


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("MSH", "MSH-1"),
        ("MSH|", "MSH-2"),
        ("MSHX^~\\&|", "MSH-1"),
        ("MSH|||", "MSH-2"),
        ("MSH|^^\\&|", "MSH-2"),
        ("MSH|a~\\&|", "MSH-2"),
        ('MSH|"~\\&|', "MSH-2"),
        ("MSH|^~\\&#!|", "MSH-2"),
    ],
)
def test_unusable_delimiters_are_refused_by_place(header: str, place: str) -> None:
    assert fault_of(octets(header)).location == place


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\F\\S\\T\\R\\E\ ", "|^&~\\ "),
        (r"one\.br\two", "one\ntwo"),
        (r"one\.sp2\two\.sk3\x", "one\n\ntwo   x"),
        (r"\X41\\XC3A9\\XE9\ ", "Aéé "),
        (r"\H\loud\N\ ", "loud "),
        (r"\.in+4\deep", "deep"),
        (r"\Zlocal\ \Q\ \X4\ ", r"\Zlocal\ \Q\ \X4\ "),
        (r"C:\temp and \S\ ", r"C:\temp and ^ "),
        ("lonely \\", "lonely \\"),
    ],
)
def test_escapes_become_text_and_unknown_ones_stay(written: str, meant: str) -> None:
    assert unescape(written) == meant


@given(st.text())
@example('""')
@example("\\.br\\")
def test_escaping_and_back_gives_the_same_text(text: str) -> None:
    written = escape(text)
    assert unescape(written) == text
    assert not set(written) & set("|^~&\r\n")
    assert written != '""'


def test_a_message_without_an_escape_character_cannot_carry_delimiters() -> None:
    plain = Delimiters(escape="")
    assert escape("words", plain) == "words"
    assert unescape("a\\F\\", plain) == "a\\F\\"
    with pytest.raises(ValueError, match="no escape"):
        escape("a|b", plain)


# --- octets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r", "\n\n"])
def test_any_line_end_divides_segments(end: str) -> None:
    assert one(octets(end=end)).lines == LINES


def test_a_missing_last_line_end_is_noted_and_nothing_more() -> None:
    assert one(octets()).closed
    assert not one(octets().rstrip(b"\r")).closed


def test_a_line_break_inside_a_text_is_kept_when_segments_end_otherwise() -> None:
    message = one(octets(*LINES, "NTE|1||first line\nsecond|line"))
    assert message.segments("NTE")[0].raw(3) == "first line\nsecond"
    assert message.segments("NTE")[0].raw(4) == "line"


def test_a_wrapped_line_that_cannot_be_told_from_junk_is_refused_by_segment() -> None:
    fault = fault_of(octets(*LINES, "and on"))
    assert (fault.location, fault.code) == ("NK1", "100")
    assert fault.header is not None
    assert fault.header.control_id == "C-77"


@pytest.mark.parametrize(
    ("codec", "declared", "found"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8", "8859/1", "utf-8"),
        ("utf-8-sig", "UNICODE UTF-8", "utf-8"),
        ("cp1252", "", "cp1252"),
        ("latin-1", "8859/1", "cp1252"),
        ("iso8859-15", "8859/15", "iso8859-15"),
        ("utf-16", "UNICODE", "utf-16"),
        ("utf-16-le", "", "utf-16-le"),
        ("utf-16-be", "UNICODE UTF-16", "utf-16-be"),
    ],
)
def test_the_character_set_is_found_whatever_is_declared(codec: str, declared: str, found: str) -> None:
    lines = (HEAD + "||||||" + declared, LINES[1], "PID|1||1||BJÖRK^ZOË")
    message = one(octets(*lines, charset=codec))
    assert message.charset == found
    assert message.get("PID", 5) == "BJÖRK"
    assert message.get("PID", 5, 2) == "ZOË"
    assert one(answer(message)).get("MSA", 2) == "C-77"


def test_octets_that_fit_no_declared_set_still_read_as_something() -> None:
    assert one(octets() + b"NTE|1||caf\xe9 \x81\r").charset == "latin-1"


def test_messages_of_one_frame_may_be_in_different_sets() -> None:
    frame = octets(*LINES, "NTE|1||é") + octets(*LINES, "NTE|1||é", charset="cp1252")
    first, second = parse(frame)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.charset, second.charset) == ("utf-8", "cp1252")
    assert first.get("NTE", 3) == second.get("NTE", 3) == "é"


def test_half_a_utf16_character_is_refused() -> None:
    assert fault_of("MSH|^~\\&|".encode("utf-16") + b"\x41").code == "102"


# --- frames, several messages, envelopes ----------------------------------------------------------


def test_mllp_marks_and_junk_around_a_message_are_ignored() -> None:
    for dirt in (
        b"\x0b%b\x1c\r",
        b"\x0b\x0b%b\x1c\r\x1c\r",
        b"\r\n  %b\x00\x1a",
        b"hello\r\n%b",
        b"%b\x1cbye\r",
    ):
        assert one(dirt.replace(b"%b", octets())).lines == LINES


def test_several_messages_in_one_frame_each_stand_alone() -> None:
    broken = octets(HEAD)
    first, second, third = parse(octets() + broken + b"\x1c\r\x0b" + octets())
    assert isinstance(first, Message)
    assert isinstance(second, Malformed)
    assert isinstance(third, Message)


def test_a_batch_gives_its_messages_and_nothing_of_its_envelope() -> None:
    batch = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + octets() + octets() + b"BTS|2\rFTS|1\r"
    assert [type(part) for part in parse(batch)] == [Message, Message]


@pytest.mark.parametrize(
    ("batch", "place"),
    [
        (b"BHS|^~\\&|A\r%bBTS|2\r", "BTS-1"),
        (b"BHS|^~\\&|A\r%b", "BTS"),
        (b"FHS|^~\\&|A\rBHS|^~\\&\r%bBTS|1\r", "FTS"),
        (b"FHS|^~\\&|A\rBHS|^~\\&\r%bBTS|1\rFTS|2\r", "FTS-1"),
        (b"PID|1||9\r%b", "MSH"),
    ],
)
def test_an_envelope_that_was_cut_says_so_beside_its_messages(batch: bytes, place: str) -> None:
    parts = parse(batch.replace(b"%b", octets()))
    assert sorted(type(part).__name__ for part in parts) == ["Malformed", "Message"]
    assert fault_of(batch.replace(b"%b", octets())).location == place


# --- cut short ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "place", "said"),
    [
        (("MSH|^~\\&|PAS|ZAC01",), "MSH-9", "message type"),
        (("MSH|^~\\&|PAS|ZAC01|||1||ADT^A01",), "MSH-10", "control id"),
        ((HEAD,), "EVN", "EVN and no PID"),
        ((HEAD, LINES[1]), "PID", "no PID"),
        ((HEAD.replace("A31", "A01"), *LINES[1:]), "PV1", "no PV1"),
        ((HEAD.replace("A31", "A40"), *LINES[1:]), "MRG", "no MRG"),
        ((HEAD.replace("ADT^A31^ADT_A05", "ORU^R01"), LINES[2]), "OBR", "no OBR"),
    ],
)
def test_a_message_cut_short_names_what_is_missing(lines: tuple[str, ...], place: str, said: str) -> None:
    fault = fault_of(octets(*lines))
    assert fault.location == place
    assert said in fault.reason


@pytest.mark.parametrize(
    "junk", [b"", b"\x0b\x1c\r", b"GET / HTTP/1.1\r\n\r\n", b"\x00\xff" * 50, b"MS", b"{}"]
)
def test_what_is_no_message_at_all_says_that_msh_is_missing(junk: bytes) -> None:
    assert fault_of(junk).location == "MSH"


def test_a_flood_of_messages_or_segments_is_refused_whole_and_at_once() -> None:
    flood = parse(octets() * (MOST_MESSAGES + 1))
    assert [type(part) for part in flood] == [Malformed]
    long = fault_of(octets(*LINES, *["NTE|1||x"] * MOST_SEGMENTS))
    assert long.header is not None
    assert str(MOST_SEGMENTS) in long.reason


# --- answers --------------------------------------------------------------------------------------


def test_an_acceptance_turns_sender_and_receiver_round_and_echoes_the_control_id() -> None:
    reply = one(answer(one(octets())))
    assert [reply.get("MSH", n) for n in (3, 4, 5, 6)] == ["ROUTE", "ROUTE", "PAS", "ZAC01"]
    assert reply.get("MSH", 7) == "20260301101600+0000"
    assert [reply.get("MSH", 9, n) for n in (1, 2, 3)] == ["ACK", "A31", "ACK"]
    assert [reply.get("MSH", n) for n in (10, 11, 12)] == ["K1", "P", "2.4"]
    assert [reply.get("MSA", n) for n in (1, 2, 3)] == ["AA", "C-77", None]
    assert reply.segment("ERR") is None


def test_a_refusal_names_the_field_and_the_condition() -> None:
    reply = one(answer(octets(), "AE", Fault("101", "no usable identifier", "PID-3")))
    assert reply.get("MSA", 3) == "no usable identifier"
    assert [reply.get("MSA", 6, n) for n in (1, 2)] == ["101", "Required field missing"]
    assert [reply.get("ERR", 1, n) for n in (1, 2, 3)] == ["PID", "1", "3"]
    assert [reply.get("ERR", 1, 4, n) for n in (1, 3)] == ["101", "HL70357"]
    assert reply.get("ERR", 3) is None


def test_from_version_25_on_the_newer_error_fields_are_filled_too() -> None:
    reply = one(answer(octets(HEAD[:-3] + "2.5.1", *LINES[1:]), "AE", Fault("102", "no date", "PID-7")))
    assert [reply.get("ERR", 2, n) for n in (1, 2, 3)] == ["PID", "1", "7"]
    assert (reply.get("ERR", 3), reply.get("ERR", 4)) == ("102", "E")


def test_a_malformed_message_is_answered_from_its_own_header() -> None:
    fault = fault_of(octets(HEAD))
    reply = one(answer(fault, "AR", Fault.of(fault)))
    assert (reply.get("MSA", 1), reply.get("MSA", 2)) == ("AR", "C-77")
    assert reply.get("ERR", 1) == "EVN"


@given(st.binary(max_size=200))
def test_garbage_is_answered_with_a_rejection_that_itself_reads(junk: bytes) -> None:
    (part, *_) = parse(junk)
    if isinstance(part, Malformed):
        reply = one(answer(junk, "AR", Fault.of(part)))
        assert reply.get("MSA", 1) == "AR"


def test_no_complaint_ever_holds_a_value() -> None:
    secret = "9990000018"
    for cut in range(len(octets())):
        for part in parse(octets()[:cut]):
            assert secret not in repr(part)
            if isinstance(part, Malformed):
                assert secret not in answer(part, "AR", Fault.of(part)).decode()
    assert secret not in repr(one(octets()).segments())
    assert secret not in repr(one(octets()).segments("PID")[0].repetitions(3))


# --- anything at all ------------------------------------------------------------------------------


@given(st.binary(max_size=600))
@example(b"MSH|^~\\&|")
@example(b"\xff\xfeM\x00S")
def test_no_octets_make_the_reader_raise(junk: bytes) -> None:
    parts = parse(junk)
    assert parts
    assert all(isinstance(part, Message | Malformed) for part in parts)


@given(st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=3)), max_size=8), st.integers(0, 200))
def test_no_damage_to_a_good_message_makes_the_reader_raise(hits: list[tuple[int, bytes]], cut: int) -> None:
    data = bytearray(octets())
    for place, other in hits:
        data[place : place + len(other)] = other
    for part in parse(bytes(data[cut:])) + parse(bytes(data[:cut])):
        if isinstance(part, Message):
            for segment in part.segments():
                for position in range(1, 30):
                    segment.get(position, 2, 2)
                    segment.text(position)
        answer(part, "AR")


# --- a second opinion -----------------------------------------------------------------------------

PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="|^~\\&"), max_size=6
)
FIELDS = st.lists(  # repetitions of components of subcomponents
    st.lists(st.lists(PLAIN, min_size=1, max_size=3), min_size=1, max_size=4), min_size=1, max_size=3
)


@given(st.lists(st.lists(FIELDS, min_size=1, max_size=6), min_size=1, max_size=5))
def test_the_hl7_library_reads_well_formed_messages_the_same(
    segments: list[list[list[list[list[str]]]]],
) -> None:
    def written(field: list[list[list[str]]]) -> str:
        return "~".join("^".join("&".join(parts) for parts in components) for components in field)

    lines = [HEAD.replace("A31", "Z99"), *("ZZ1|" + "|".join(map(written, fields)) for fields in segments)]
    message, oracle = one(octets(*lines)), hl7.parse("\r".join(lines))
    for ours, theirs in zip(message.segments("ZZ1"), oracle.segments("ZZ1"), strict=True):
        for position in range(1, len(theirs)):
            assert ours.raw(position) == str(theirs[position])
            for repetition, field in zip(ours.repetitions(position), theirs[position], strict=False):
                for c, component in enumerate(field if isinstance(field, hl7.Repetition) else [], 1):
                    for s, part in enumerate(
                        component if isinstance(component, hl7.Component) else [component], 1
                    ):
                        expected = {"": None, '""': CLEAR}.get(str(part), str(part))
                        assert repetition.get(c, s) == expected or CLEAR in (
                            repetition.get(c),
                            repetition.get(c, s),
                        )


@given(PLAIN.filter(bool), st.integers(1, 30), st.integers(1, 9), st.integers(1, 4), st.integers(1, 4))
def test_a_value_put_at_a_place_is_found_at_that_place(value: str, f: int, r: int, c: int, s: int) -> None:
    line = "ZZ1" + "|" * f + "~" * (r - 1) + "^" * (c - 1) + "&" * (s - 1) + value
    message = one(octets(HEAD.replace("A31", "Z99"), line))
    assert message.get("ZZ1", f, c, s, r) == (CLEAR if value == '""' else value)
    assert message.delimiters == STANDARD
