"""The sender waits for each answer, keeps a person's messages in order, and tells of errors without content."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from demo.systems.acute.mllp import Line, NotTaken, Tally, read_answer, send_all, wait_for
from demo.systems.acute.writing import Message, message

pytestmark = pytest.mark.anyio

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Reply = Callable[[str, int], bytes | None]


def one(about: str) -> Message:
    return message("A31", about, AT, AT, ["PID|1||H1^^^ZAC01^MR||Secret^Name"])


def acknowledged(control_id: str, code: str = "AA", error: str = "") -> bytes:
    rows = [
        "MSH|^~\\&|||||20261122||ACK|X|P|2.4",
        f"MSA|{code}|{control_id}",
        *([f"ERR|{error}"] if error else []),
    ]
    return b"\x0b" + "\r".join(rows).encode() + b"\r\x1c\r"


@asynccontextmanager
async def listening(reply: Reply) -> AsyncIterator[tuple[int, list[str]]]:
    heard: list[str] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                frame = await reader.readuntil(b"\x1c\r")
                control_id = frame.decode().split("|")[9]
                heard.append(control_id)
                answer = reply(control_id, len(heard))
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_one_persons_messages_come_in_order_and_people_side_by_side() -> None:
    people = [[one(f"{person} {n}") for n in range(5)] for person in "abcdef"]
    async with listening(lambda c, _: acknowledged(c)) as (port, heard):
        tally = await send_all(people, port, lines=3)
    assert (tally.taken, tally.refused) == (30, 0)
    for told in people:
        ids = [m.control_id for m in told]
        assert [h for h in heard if h in ids] == ids


async def test_a_refusal_is_told_by_control_id_and_error_only_and_the_rest_is_sent() -> None:
    lines: list[str] = []
    tally, bad, good = Tally(), one("bad"), one("good")
    code = {bad.control_id: ("AE", "PID^1^7^102&Data type error"), good.control_id: ("AA", "")}
    async with listening(lambda c, _: acknowledged(c, *code[c])) as (port, _):
        line = Line(port, lines.append)
        for m in (bad, good):
            await line.send(m, tally)
        line.close()
    assert (tally.taken, tally.refused) == (1, 1)
    (told,) = lines
    assert bad.control_id in told
    assert "102" in told
    assert "Secret" not in told


async def test_a_lost_connection_is_opened_again_and_the_message_sent_again() -> None:
    tally, m = Tally(), one("again")
    async with listening(lambda c, n: None if n == 1 else acknowledged(c)) as (port, heard):
        line = Line(port, pause=0.001)
        await line.send(m, tally)
        line.close()
    assert heard == [m.control_id] * 2
    assert tally.taken == 1


async def test_what_was_not_kept_is_sent_again_until_it_is() -> None:
    tally, m = Tally(), one("again")

    def reply(control_id: str, n: int) -> bytes:
        return acknowledged(control_id, *(("AE", "^^^207&Application internal error") if n < 3 else ()))

    async with listening(reply) as (port, heard):
        line = Line(port, pause=0.001)
        await line.send(m, tally)
        line.close()
    assert (len(heard), tally.taken, tally.refused) == (3, 1, 0)


async def test_an_answer_to_another_message_is_no_answer() -> None:
    assert read_answer(acknowledged("X"), "Y") == ("", "")


async def test_nobody_listening_ends_the_wait() -> None:
    async with listening(lambda c, _: acknowledged(c)) as (port, _):
        await wait_for(port, 5)
    with pytest.raises(NotTaken):
        await wait_for(port, 0.05)
