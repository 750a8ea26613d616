"""Whatever is sent to the HL7 v2 door gets an answer that fits, and the next message is answered as before.

`CARERECORD_SAMPLES` may name a folder with more messages (`*.hl7`, `*.bin`): then each of them is sent too.
Nothing depends on it.
"""

from __future__ import annotations

import os
import re
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo import numbers
from tests.journeys.running import Place

_START, _END = b"\x0b", b"\x1c\r"
_SAMPLES = os.environ.get("CARERECORD_SAMPLES", "")


class Line:
    """One connection to the door."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._rest = b""

    def write(self, octets: bytes) -> None:
        self._connection.sendall(octets)

    def read(self) -> bytes:
        """The content of the next answer; b"" when the other side hung up."""
        while _END not in self._rest:
            more = self._connection.recv(65536)
            if not more:
                return b""
            self._rest += more
        answer, _, self._rest = self._rest.partition(_END)
        return answer.removeprefix(_START)

    def say(self, message: bytes) -> bytes:
        self.write(_START + message + _END)
        return self.read()


@contextmanager
def line(place: Place) -> Iterator[Line]:
    with socket.create_connection(("127.0.0.1", place.mllp_port), timeout=30) as connection:
        yield Line(connection)


def message(
    event: str = "ADT^A31", *more: str, control: str = "", number: str = "", facility: str = "ZAC01"
) -> bytes:
    """A message of the hospital about an invented test person."""
    number = number or numbers.nhs_number(124_000)
    control = control or uuid.uuid4().hex[:20]
    segments = [
        rf"MSH|^~\&|PAS|{facility}|ROUTE|ROUTE|20260301101500||{event}|{control}|P|2.4",
        "EVN||20260301101500||||20260301101000",
        f"PID|1||{number}^^^NHS~J99001^^^ZAC01^MR||Journey^Jane^^^Mrs^^L||19410203|2|||1 Mill Row^^Barton^^ZZ1 4AA",
        *more,
    ]
    return "\r".join(segments).encode() + b"\r"


def verdict(answer: bytes) -> tuple[str, str]:
    """(MSA-1, MSA-2) of an answer, which must be a whole acknowledgement."""
    segments = answer.decode("utf-8", "replace").split("\r")
    assert segments[0].startswith("MSH")
    assert "ACK" in segments[0]
    msa = re.split(re.escape(segments[0][3]), next(s for s in segments if s.startswith("MSA")))
    return msa[1], msa[2] if len(msa) > 2 else ""


VISIT = "PV1|1|I|W4^WARD 4^2^ZAC01|21|||||||||||||||V99001|||||||||||||||||||||||||20260301100000"


@pytest.mark.parametrize(
    ("sent", "fitting"),
    [
        pytest.param(message("ADT^A28"), "AA", id="a person is added"),
        pytest.param(message("ADT^A31"), "AA", id="a person is updated"),
        pytest.param(message("ADT^A01", VISIT), "AA", id="an admission"),
        pytest.param(message("ADT^A31", "ZZZ|own|segment"), "AA", id="a segment of their own"),
        pytest.param(message().replace(b"\r", b"\n"), "AA", id="line feeds for returns"),
        pytest.param(message().replace(b"\r", b"\r\n"), "AA", id="both of them"),
        pytest.param(message("ADT^A31", control="X" * 20), "AA", id="the longest control id"),
        pytest.param(message("DFT^P03"), "AR", id="an event of another trade"),
        pytest.param(message("SIU^S12"), "AE", id="an appointment without its segment"),
        pytest.param(message(facility="ZXX01"), "AR", id="another sender"),
        pytest.param(message().split(b"PID")[0], "AE", id="nobody named"),
        pytest.param(message("ADT^A01"), "AE", id="an admission without a visit"),
        pytest.param(message().replace(b"19410203", b"the spring"), "AE", id="a birth date in words"),
        pytest.param(b"hello", "AR", id="no message at all"),
        pytest.param(b"MSH", "AR", id="a header cut short"),
        pytest.param(b"\xff\xfe\x00\x00", "AR", id="no text"),
        pytest.param(b"MSH|^~\\&|" + b"|" * 5000, "AE", id="nothing but bars"),
    ],
)
def test_each_kind_of_message_gets_a_fitting_answer(place: Place, sent: bytes, fitting: str) -> None:
    with line(place) as hospital:
        code, _ = verdict(hospital.say(sent))
        assert code == fitting
        assert verdict(hospital.say(message(control="after")))[:2] == ("AA", "after")


def test_the_answer_names_the_message_and_the_place_and_no_value(place: Place) -> None:
    wrong = numbers.nhs_number(124_001)[:9] + "x"
    with line(place) as hospital:
        answer = hospital.say(message(control="named").replace(b"19410203", wrong.encode()))
    assert verdict(answer) == ("AE", "named")
    assert b"PID" in answer
    assert b"7" in answer
    assert wrong.encode() not in answer
    assert b"Journey" not in answer


def test_a_number_with_a_wrong_check_digit_does_not_stop_the_patients_record(place: Place) -> None:
    right = numbers.nhs_number(124_002)
    wrong = right[:9] + str((int(right[9]) + 1) % 10)
    with line(place) as hospital:
        answer = hospital.say(message(number=wrong))
    assert verdict(answer)[0] in ("AA", "AE")
    doctor = place.signed_in("dr.patel")
    assert doctor.search(wrong).status_code == 422


def test_a_message_cut_off_by_a_lost_line_is_not_taken_and_breaks_nothing(place: Place) -> None:
    with line(place) as hospital:
        hospital.write(_START + message()[:60])
    with line(place) as hospital:
        assert verdict(hospital.say(message(control="next"))) == ("AA", "next")


def test_a_message_that_never_ends_is_refused_and_the_line_goes_on(place: Place) -> None:
    with line(place) as hospital:
        endless = message("ADT^A31", "ZZZ|" + "x" * 9_000_000, control="endless")
        assert verdict(hospital.say(endless)) == ("AR", "endless")
        assert verdict(hospital.say(message(control="short"))) == ("AA", "short")


def test_messages_sent_without_waiting_are_answered_in_their_order(place: Place) -> None:
    names = [f"row-{n}" for n in range(20)]
    with line(place) as hospital:
        hospital.write(b"".join(_START + message(control=name) + _END for name in names))
        assert [verdict(hospital.read()) for _ in names] == [("AA", name) for name in names]


def samples() -> list[Path]:
    return sorted(p for p in Path(_SAMPLES).iterdir() if p.suffix in (".hl7", ".bin")) if _SAMPLES else []


@pytest.mark.parametrize("path", [pytest.param(p, id=p.name) for p in samples()] or [None])
def test_messages_from_elsewhere_are_answered_and_break_nothing(place: Place, path: Path | None) -> None:
    content = path.read_bytes() if path else message("ADT^A05", facility="GHH LAB")
    with line(place) as hospital:
        answer = hospital.say(content.removeprefix(_START).removesuffix(b"\r").removesuffix(b"\x1c"))
        codes = re.findall(rb"\rMSA.(A[AER])", answer)
        assert codes
        assert verdict(hospital.say(message(control="after"))) == ("AA", "after")
