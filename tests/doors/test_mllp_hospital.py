"""The hospital's messages through the door: each gets a fitting answer, whatever it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from adapters.acute.answers import answer, commit, fail
from adapters.acute.translate import Sender, translate
from adapters.wire.hl7v2 import Message, parse
from aggregator.doors.mllp import Failure, Listener
from tests.adapters.acute.messages import adt, header, octets, pid, segment

NOW = datetime(2026, 3, 1, 10, 16, tzinfo=UTC)
GOOD = adt("A31")


async def handle(frame: bytes) -> AsyncIterator[bytes]:
    refusals = translate(frame, Sender("ZAC01")).refusals
    yield answer(frame, refusals, now=NOW, new_id=lambda: "K1")


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


# --- enhanced mode -----------------------------------------------------------------------------------


def asking(accept: str, application: str, event: str = "A31", **fields: str) -> bytes:
    head, _, rest = adt(event, **fields).partition(b"\r")
    return head + f"|||{accept}|{application}\r".encode() + rest


def codes(said: bytes) -> list[tuple[str, str]]:
    parts = parse(said) if said else []
    return [(str(p.get("MSA", 1)), str(p.get("MSA", 6) or "")) for p in parts if isinstance(p, Message)]


def both(frame: bytes) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The accept and the application acknowledgements of a frame: (MSA-1, MSA-6) of each."""
    sender = Sender("ZAC01")
    kept = commit(frame, sender, now=NOW, new_id=lambda: "K1")
    read = answer(frame, translate(frame, sender).refusals, now=NOW, new_id=lambda: "K2")
    return codes(kept), codes(read)


@pytest.mark.parametrize(
    ("accept", "application", "well", "ill"),
    [
        ("", "", (0, 1), (0, 1)),
        ("AL", "AL", (1, 1), (1, 1)),
        ("AL", "NE", (1, 0), (1, 0)),
        ("AL", "", (1, 0), (1, 0)),
        ("NE", "AL", (0, 1), (0, 1)),
        ("ER", "ER", (0, 0), (1, 1)),
        ("SU", "SU", (1, 1), (0, 0)),
        ("NE", "NE", (0, 1), (0, 1)),
    ],
)
def test_a_sender_hears_what_it_asked_to_hear_and_something_in_any_case(
    accept: str, application: str, well: tuple[int, int], ill: tuple[int, int]
) -> None:
    kept, read = both(asking(accept, application))
    assert (len(kept), len(read)) == well
    assert set(kept + read) <= {("CA", ""), ("AA", "")}
    kept, read = both(asking(accept, application, facility="ZXX01"))
    assert (len(kept), len(read)) == ill
    assert set(kept + read) <= {("CR", "103"), ("AR", "103")}


def test_a_message_that_is_durable_but_refused_later_is_committed_and_then_refused() -> None:
    assert [c for said in both(asking("AL", "AL", person=pid(f7="never"))) for c, _ in said] == ["CA", "AE"]


def test_a_message_cut_short_is_committed_as_in_error() -> None:
    cut = asking("AL", "AL")[:-1].partition(b"\rPID")[0] + b"\r"
    assert [c for said in both(cut) for c, _ in said] == ["CE", "AE"]
