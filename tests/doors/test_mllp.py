"""What the MLLP door promises: every whole frame is answered once, in order, and no sender can break it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.doors.mllp import Failure, Frame, Frames, Handler, Limits, Listener

MESSAGE = b"MSH|^~\\&|PAS|ZAC01|||1||ADT^A31|C-1|P|2.4\rPID|1||9990000018^^^NHS\r"
PATIENCE = 5.0


def framed(content: bytes) -> bytes:
    return b"\x0b" + content + b"\x1c\r"


async def echo(frame: bytes) -> AsyncIterator[bytes]:
    yield b"got " + frame


def fail(head: bytes, failure: Failure) -> bytes:
    return f"no, {failure}, {len(head)}".encode()


class Sender:
    """A plain client: writes octets, reads frames."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, listener: Listener) -> Sender:
        return cls(*await asyncio.open_connection("127.0.0.1", listener.port))

    async def send(self, octets: bytes) -> None:
        self.writer.write(octets)
        await self.writer.drain()

    async def answer(self) -> bytes:
        octets = await asyncio.wait_for(self.reader.readuntil(b"\x1c\r"), PATIENCE)
        assert octets.startswith(b"\x0b")
        return octets[1:-2]

    async def ended(self) -> bool:
        with suppress(ConnectionError):
            return await asyncio.wait_for(self.reader.read(), PATIENCE) == b""
        return True

    async def leave(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


def meet(
    talk: Callable[[Listener], Coroutine[Any, Any, None]],
    handle: Handler = echo,
    limits: Limits | None = None,
) -> None:
    async def run() -> None:
        async with Listener(handle, fail, port=0, limits=limits) as listener:
            await asyncio.wait_for(talk(listener), 30)

    asyncio.run(run())


# --- frames out of octets ----------------------------------------------------------------------------


@given(
    st.lists(st.binary(min_size=1, max_size=30)),
    st.lists(st.integers(1, 40)),
    st.booleans(),
    st.binary(max_size=5),
)
def test_frames_come_out_whole_however_the_octets_are_cut(
    contents: list[bytes], cuts: list[int], returned: bool, junk: bytes
) -> None:
    contents = [b"MSH|" + content.translate(None, b"\x0b\x1c") for content in contents]
    junk = junk.translate(None, b"\x0b")
    end = b"\x1c\r" if returned else b"\x1c"
    stream = b"".join(b"\x0b" + content + end + junk for content in contents)
    frames, found, at = Frames(1000), [], 0
    for cut in [*cuts, len(stream)]:
        found += [frame.content for frame in frames.take(stream[at : at + cut])]
        at += cut
    assert found == contents


@given(st.integers(0, len(MESSAGE) + 1))
def test_a_frame_without_its_end_is_never_handed_on(cut: int) -> None:
    frames = Frames(1000)
    assert frames.take(framed(MESSAGE)[:cut]) == []
    assert frames.unfinished == (cut > 1)


@given(st.binary(max_size=300), st.integers(1, 20))
@example(b"\x0b\xff\x1c", 1)
def test_no_octets_break_the_division_and_the_next_frame_still_comes(noise: bytes, step: int) -> None:
    frames = Frames(64)
    for at in range(0, len(noise), step):
        for frame in frames.take(noise[at : at + step]):
            assert len(frame.content) <= 4096
    # Whatever state the noise left behind, an end mark (aligned for UTF-16 or not) closes it.
    frames.take(b"\x1c\r\x1c\r\r\x1c\r\x1c\r")
    assert frames.take(framed(b"MSH|next"))[-1:] == [Frame(b"MSH|next")]


def test_a_frame_begun_anew_drops_the_half_that_came_before() -> None:
    frames = Frames(1000)
    assert frames.take(b"\x0b" + MESSAGE[:40] + framed(MESSAGE)) == [Frame(MESSAGE)]
    assert frames.cut == 1
    assert frames.take(b"\x0b" + framed(MESSAGE) + b"\x1c\r") == [Frame(MESSAGE)]
    assert frames.cut == 1


def test_a_vertical_tab_inside_a_text_starts_no_frame() -> None:
    content = MESSAGE + b"NTE|1||one\x0btwo\r"
    assert Frames(1000).take(framed(content)) == [Frame(content)]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_an_end_octet_inside_utf16_text_ends_nothing(codec: str) -> None:
    content = (MESSAGE.decode() + "NTE|1||\u201cquoted\u201d \u1c00\r").encode(codec)
    assert b"\x1c" in content
    frames = Frames(1000)
    found = [frame for octet in framed(content) for frame in frames.take(bytes([octet]))]
    assert found == [Frame(content)]


def test_a_frame_over_the_limit_gives_only_its_start_and_holds_no_more() -> None:
    frames = Frames(10_000)
    assert frames.take(b"\x0b" + MESSAGE) == []
    for _ in range(50):
        assert frames.take(b"x" * 1000) == []
        assert len(frames._buffer) <= 11_000
    (frame,) = frames.take(b"x\x1c\r")
    assert frame.too_long
    assert frame.content.startswith(MESSAGE)
    assert len(frame.content) == 4096
    assert frames.take(framed(MESSAGE)) == [Frame(MESSAGE)]


# --- over a socket -----------------------------------------------------------------------------------


def test_each_frame_is_answered_and_pipelined_frames_in_order() -> None:
    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(MESSAGE))
        assert await sender.answer() == b"got " + MESSAGE
        await sender.send(b"".join(framed(b"MSH|%d" % n) for n in range(500)))
        assert [await sender.answer() for _ in range(500)] == [b"got MSH|%d" % n for n in range(500)]
        await sender.leave()

    meet(talk)


def test_frames_of_one_connection_are_handled_one_at_a_time() -> None:
    under_way = 0

    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        nonlocal under_way
        under_way += 1
        assert under_way == 1
        await asyncio.sleep(0)
        under_way -= 1
        yield frame

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(b"".join(framed(b"MSH|%d" % n) for n in range(50)))
        assert [await sender.answer() for _ in range(50)] == [b"MSH|%d" % n for n in range(50)]
        await sender.leave()

    meet(talk, handle)


def test_a_slow_connection_does_not_hold_up_another() -> None:
    release = asyncio.Event()

    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        if frame == b"MSH|slow":
            await release.wait()
        yield frame

    async def talk(listener: Listener) -> None:
        slow, quick = await Sender.to(listener), await Sender.to(listener)
        await slow.send(framed(b"MSH|slow"))
        await quick.send(framed(b"MSH|quick"))
        assert await quick.answer() == b"MSH|quick"
        release.set()
        assert await slow.answer() == b"MSH|slow"
        await slow.leave()
        await quick.leave()

    meet(talk, handle)


def test_a_failing_handler_is_answered_without_a_word_of_the_failure() -> None:
    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        if b"bad" in frame:
            raise ValueError(frame.decode())
        yield b"fine"

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(b"MSH|bad") + framed(b"MSH|good"))
        assert await sender.answer() == b"no, internal, 7"
        assert await sender.answer() == b"fine"
        await sender.leave()

    meet(talk, handle)


def test_a_failure_never_puts_content_into_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        if frame:
            raise ValueError(frame.decode())
        yield frame

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(MESSAGE))
        await sender.answer()
        await sender.leave()

    meet(talk, handle)
    said = capsys.readouterr()
    assert "ValueError" in said.out + said.err
    assert "9990000018" not in said.out + said.err


def test_a_handler_that_hangs_is_answered_as_failed() -> None:
    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield frame

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(MESSAGE))
        assert (await sender.answer()).startswith(b"no, internal")
        await sender.leave()

    meet(talk, handle, Limits(answer_seconds=0.05))


def test_a_frame_over_the_limit_is_refused_and_the_next_one_served() -> None:
    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(MESSAGE + b"x" * 5000) + framed(MESSAGE))
        assert await sender.answer() == b"no, too-long, 4096"
        assert await sender.answer() == b"got " + MESSAGE
        await sender.leave()

    meet(talk, limits=Limits(frame_octets=1000))


def test_a_frame_without_an_end_is_hung_up_on_before_it_fills_the_machine() -> None:
    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        with suppress(ConnectionError):
            await sender.send(b"\x0b" + b"x" * 2_000_000)
        assert await sender.ended()
        await sender.leave()

    meet(talk, limits=Limits(frame_octets=1000))


def test_a_silent_connection_is_hung_up_on() -> None:
    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(b"\x0bMSH|half")
        assert await sender.ended()
        await sender.leave()

    meet(talk, limits=Limits(idle_seconds=0.05))


def test_a_sender_that_does_not_read_its_answers_is_hung_up_on() -> None:
    serving: asyncio.Queue[asyncio.Task[Any] | None] = asyncio.Queue()

    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        serving.put_nowait(asyncio.current_task())
        yield b"y" * 1_000_000

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(b"MSH|") * 30)
        connection = await serving.get()
        assert connection is not None
        await asyncio.wait_for(asyncio.wait([connection]), PATIENCE)
        assert serving.qsize() < 29
        await sender.leave()

    meet(talk, handle, Limits(idle_seconds=0.2))


def test_a_sender_faster_than_we_are_waits_in_its_own_buffers_and_not_in_our_memory() -> None:
    release, begun = asyncio.Event(), 0

    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        nonlocal begun
        begun += 1
        await release.wait()
        yield frame[:4]

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        frame = framed(b"MSH|" + b"x" * 20_000)
        flood = asyncio.create_task(sender.send(frame * 2_000))
        # The kernel takes what fits its own buffers; the rest is never read while the first frame is at work.
        done, _ = await asyncio.wait({flood}, timeout=1)
        assert not done
        assert sender.writer.transport.get_write_buffer_size() > 30_000_000, "of 40 MB, the rest is with us"
        assert begun == 1
        release.set()
        for _ in range(2_000):
            assert await sender.answer() == b"MSH|"
        await flood
        await sender.leave()

    meet(talk, handle)


def test_one_sender_cannot_take_all_connections() -> None:
    async def talk(listener: Listener) -> None:
        first, second = await Sender.to(listener), await Sender.to(listener)
        for sender in (first, second):
            await sender.send(framed(MESSAGE))
            await sender.answer()
        third = await Sender.to(listener)
        assert await third.ended()
        await first.leave()
        await third.leave()
        await second.leave()

    meet(talk, limits=Limits(connections=9, connections_of_one=2))


def test_a_frame_may_be_answered_twice_as_things_become_true_or_not_at_all() -> None:
    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        for answer in frame.split(b",")[1:]:
            yield answer

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(b"MSH|,kept,read") + framed(b"MSH|") + framed(b"MSH|,next"))
        assert [await sender.answer() for _ in range(3)] == [b"kept", b"read", b"next"]
        await sender.leave()

    meet(talk, handle)


def test_a_failure_after_the_first_answer_never_takes_it_back() -> None:
    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        yield b"kept"
        if b"bad" in frame:
            raise ValueError

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(b"MSH|bad") + framed(b"MSH|good"))
        assert [await sender.answer() for _ in range(2)] == [b"kept", b"kept"]
        await sender.leave()

    meet(talk, handle)


def test_lost_connections_and_noise_leave_the_door_open() -> None:
    async def talk(listener: Listener) -> None:
        for octets in (
            b"",
            b"\x0b",
            b"GET / HTTP/1.1\r\n\r\n",
            framed(MESSAGE)[:30],
            b"\x1c\r" * 9,
            b"\xff" * 70_000,
        ):
            broken = await Sender.to(listener)
            await broken.send(octets)
            broken.writer.transport.abort()
        sender = await Sender.to(listener)
        await sender.send(b"noise\r\n" + framed(MESSAGE)[:-1] + b"more noise" + framed(MESSAGE))
        assert [await sender.answer() for _ in range(2)] == [b"got " + MESSAGE] * 2
        await sender.leave()

    meet(talk)


def test_more_connections_than_agreed_are_turned_away() -> None:
    async def talk(listener: Listener) -> None:
        first = await Sender.to(listener)
        await first.send(framed(MESSAGE))
        await first.answer()
        second = await Sender.to(listener)
        assert await second.ended()
        await first.send(framed(MESSAGE))
        assert await first.answer() == b"got " + MESSAGE
        await first.leave()
        await second.leave()

    meet(talk, limits=Limits(connections=1))


def test_closing_waits_for_the_answer_under_way_and_takes_no_new_frame() -> None:
    async def run() -> None:
        begun, release, handled = asyncio.Event(), asyncio.Event(), []

        async def handle(frame: bytes) -> AsyncIterator[bytes]:
            handled.append(frame)
            begun.set()
            await release.wait()
            yield frame

        listener = Listener(handle, fail, port=0)
        await listener.start()
        sender, idle = await Sender.to(listener), await Sender.to(listener)
        await sender.send(framed(b"MSH|1") + framed(b"MSH|2"))
        await begun.wait()
        closing = asyncio.create_task(listener.close())
        assert await idle.ended()
        assert not closing.done()
        release.set()
        assert await sender.answer() == b"MSH|1"
        assert await sender.ended()
        await closing
        assert handled == [b"MSH|1"]
        await sender.leave()
        await idle.leave()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_closing_gives_up_on_a_handler_that_hangs() -> None:
    begun: asyncio.Queue[bytes] = asyncio.Queue()

    async def handle(frame: bytes) -> AsyncIterator[bytes]:
        begun.put_nowait(frame)
        await asyncio.Event().wait()
        yield frame

    async def talk(listener: Listener) -> None:
        sender = await Sender.to(listener)
        await sender.send(framed(MESSAGE))
        await begun.get()
        await asyncio.wait_for(listener.close(), PATIENCE)
        assert await sender.ended()
        await sender.leave()

    meet(talk, handle, Limits(grace_seconds=0.05))
