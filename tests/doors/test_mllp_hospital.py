"""The hospital's messages through the door: each gets a fitting answer, whatever it is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from adapters.acute.answers import answer, fail
from adapters.acute.translate import Sender, translate
from adapters.wire.hl7v2 import Message, parse
from aggregator.doors.mllp import Failure, Listener
from tests.adapters.acute.messages import adt, header, octets, pid, segment

NOW = datetime(2026, 3, 1, 10, 16, tzinfo=UTC)
GOOD = adt("A31")


async def handle(frame: bytes) -> bytes:
    refusals = translate(frame, Sender("ZAC01")).refusals
    return answer(frame, refusals, now=NOW, new_id=lambda: "K1")


def refuse(head: bytes, failure: Failure) -> bytes:
    return fail(head, now=NOW, control_id="K1", too_long=failure == "too-long")


def answers(*frames: bytes) -> list[list[tuple[str, str]]]:
    """For each frame the (MSA-1, MSA-2) of each acknowledgement in its answer, over one connection."""

    async def talk() -> list[list[tuple[str, str]]]:
        async with Listener(handle, refuse, port=0) as listener:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            found = []
            for frame in frames:
                writer.write(b"\x0b" + frame + b"\x1c\r")
                reply = (await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 10))[1:-2]
                parts = [part for part in parse(reply) if isinstance(part, Message)]
                found.append([(str(part.get("MSA", 1)), str(part.get("MSA", 2) or "")) for part in parts])
            writer.close()
            await writer.wait_closed()
            return found

    return asyncio.run(asyncio.wait_for(talk(), 30))


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (GOOD, [("AA", "C-77")]),
        (GOOD.rstrip(b"\r"), [("AA", "C-77")]),
        (GOOD.replace(b"\r", b"\n"), [("AA", "C-77")]),
        (GOOD.replace(b"\r", b"\r\n"), [("AA", "C-77")]),
        (b"\xef\xbb\xbf" + GOOD, [("AA", "C-77")]),
        (GOOD.decode().encode("utf-16"), [("AA", "C-77")]),
        (adt("A31", person=pid(f5="BJÖRK^ZOË")).decode().encode("cp1252"), [("AA", "C-77")]),
        (b"\x0b" + GOOD + b"\x1c\r", [("AA", "C-77")]),
        (GOOD + GOOD.replace(b"C-77", b"C-78"), [("AA", "C-77"), ("AA", "C-78")]),
        (b"BHS|^~\\&|PAS\r" + GOOD + b"BTS|1\r", [("AA", "C-77")]),
        (octets(header("ADT^A31")), [("AE", "C-77")]),
        (octets(header("ADT^A31"), "EVN||20260301"), [("AE", "C-77")]),
        (adt("A31", person=pid(f3="9990000019^^^NHS")), [("AE", "C-77")]),
        (adt("A31", facility="ZXX01"), [("AR", "C-77")]),
        (adt("A60"), [("AR", "C-77")]),
        (octets(header("ADT^A31")[:30]), [("AE", "")]),
        (b"MSH|", [("AR", "")]),
        (b"hello", [("AR", "")]),
        (b"\x00\xff\xfe\x01", [("AR", "")]),
        (adt("A31", segment("AL1", f3='""')), [("AA", "C-77")]),
    ],
    ids=[
        *(
            "whole",
            "no-last-end",
            "lf",
            "crlf",
            "utf-8-mark",
            "utf-16",
            "cp1252",
            "framed-twice",
            "two",
            "batch",
        ),
        *("no-evn", "no-pid", "wrong-check-digit", "other-hospital", "other-event", "cut-in-msh", "msh-only"),
        *("words", "noise", "bad-segment"),
    ],
)
def test_each_frame_gets_the_answer_that_fits(frame: bytes, expected: list[tuple[str, str]]) -> None:
    assert answers(frame, GOOD) == [expected, [("AA", "C-77")]]
