"""The door for HL7 v2 messages: MLLP over TCP (HL7 v2 transport specification, release 1).

Here: frames off a socket, answers for each, limits, and closing without losing an answer under way. Of each
connection one frame is at work at a time and little more than the next is read ahead: a sender that is faster
than we are, or does not read its answers, waits in its own buffers and not in our memory.
Not here: what a frame says and how an answer is worded. Both come in as ports, so this door knows nothing
behind `intake`, and a frame never appears in a log line or an exception.

A frame counts only when its end mark has come: half a message looks like a whole one (its last segment may
be the one that hides an address), so a frame cut by a lost connection is dropped unanswered and the sender
sends it again.
"""

import asyncio
import itertools
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

import structlog

Handler = Callable[[bytes], AsyncIterator[bytes]]
"""Frame content in, answers out as each becomes true, all without MLLP marks; none, one or two (enhanced mode)."""

Failure = Literal["internal", "too-long"]
Fail = Callable[[bytes, Failure], bytes]
"""(start of the frame, what went wrong) -> answer that echoes the control id and tells nothing else."""

START, END, RETURN = 0x0B, 0x1C, 0x0D
_HEADS = tuple(bytes([START]) + name for name in (b"MSH", b"FHS", b"BHS"))
_WIDE = {b"\xff\xfe", b"\xfe\xff", b"M\0", b"\0M", b"F\0", b"\0F", b"B\0", b"\0B"}  # how UTF-16 begins
_HEAD_BYTES = 4096  # enough of a frame that is too long to find its control id
_CHUNK = 65_536

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one sender may take up. Seconds and octets."""

    frame_octets: int = 8 * 1024 * 1024
    idle_seconds: float = 300.0
    answer_seconds: float = 30.0
    grace_seconds: float = 10.0
    connections: int = 64
    connections_of_one: int = 16  # from one address


@dataclass(frozen=True, slots=True)
class Frame:
    """Content between the marks; only its start when it was `too_long`."""

    content: bytes = field(repr=False)
    too_long: bool = False


@dataclass(slots=True)
class Frames:
    """Divides a stream of octets into frames. Holds at most one frame's worth plus what `take` was given.

    Octets between frames are ignored, and the carriage return after an end mark may be missing. `cut` counts
    frames that were begun anew before their end came.
    """

    limit: int
    cut: int = 0
    skipped: int = 0
    _inside: bool = False
    _head: bytes = field(default=b"", repr=False)
    _buffer: bytearray = field(default_factory=bytearray, repr=False)
    _seen: int = 0

    def take(self, octets: bytes) -> list[Frame]:
        """The frames that these octets complete."""
        self._buffer += octets
        frames: list[Frame] = []
        while self._enter():
            end = self._find_end()
            if end < 0:
                self._keep_within_limit()
                break
            if frame := self._frame(end):
                frames.append(frame)
            del self._buffer[: end + 1]
            self._inside, self._head, self._seen, self.skipped = False, b"", 0, 0
        return frames

    def _enter(self) -> bool:
        """Stand inside a frame; False when the octets hold no start."""
        if self._inside:
            return True
        start = self._buffer.find(START)
        if start < 0:
            self._buffer.clear()
            return False
        del self._buffer[: start + 1]
        self._inside = True
        return True

    @property
    def _wide(self) -> bool:
        return (self._head[:2] or bytes(self._buffer[:2])) in _WIDE

    @property
    def unfinished(self) -> bool:
        """A frame has begun and its end has not come."""
        return self._inside and bool(self._head or self._buffer)

    def _find_end(self) -> int:
        if not self._wide:
            end = self._buffer.find(END, self._seen)
            self._seen = len(self._buffer) if end < 0 else self._seen
            return end
        # In UTF-16 the end mark's octet is half of common characters, so only mark and return together end a
        # frame, and only where a character could begin.
        at = self._buffer.find(b"\x1c\r", self._seen)
        while at >= 0 and (at + self.skipped) % 2:
            at = self._buffer.find(b"\x1c\r", at + 1)
        self._seen = max(0, len(self._buffer) - 1) if at < 0 else self._seen
        return at

    def _frame(self, end: int) -> Frame | None:
        if self._head or end > self.limit:
            return Frame(self._head or bytes(self._buffer[:_HEAD_BYTES]), too_long=True)
        content = bytes(self._buffer[:end])
        again = max(content.rfind(head) for head in _HEADS)
        if again >= 0 and content[:again].strip(b"\x0b\r\n"):
            self.cut += 1
        content = content[again + 1 :] if again >= 0 else content
        return Frame(content) if content.strip(b"\x0b\r\n") else None

    def _keep_within_limit(self) -> None:
        if len(self._buffer) <= self.limit and not self._head:
            return
        self._head = self._head or bytes(self._buffer[:_HEAD_BYTES])
        spare = len(self._buffer) - 1  # the last octet may be the first half of an end
        self.skipped += spare
        del self._buffer[:spare]
        self._seen = 0


class Listener:
    """Listens on one address. An asynchronous context manager: leaving it closes gracefully."""

    def __init__(
        self,
        handle: Handler,
        fail: Fail,
        *,
        host: str = "127.0.0.1",
        port: int = 2575,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._handle, self._fail = handle, fail
        self._host, self._port, self._tls = host, port, tls
        self._limits = limits or Limits()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._of_one: Counter[str] = Counter()
        self._closing = False
        self._numbers = itertools.count(1)

    @property
    def port(self) -> int:
        """The port it listens on: a free one when 0 was asked for."""
        assert self._server is not None, "not started"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Begin to listen. Raises OSError when the address is taken."""
        self._server = await asyncio.start_server(
            self._converse, self._host, self._port, limit=_CHUNK, ssl=self._tls
        )

    async def close(self) -> None:
        """Take no more, let answers under way finish (at most `grace_seconds`), then hang up."""
        self._closing = True
        if self._server is not None:
            self._server.close()
        for task in self._tasks - self._answering:
            task.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._limits.grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        number = next(self._numbers)
        sender = str((writer.get_extra_info("peername") or ("",))[0])
        full = len(self._tasks) >= self._limits.connections
        if self._closing or full or self._of_one[sender] >= self._limits.connections_of_one:
            log.warning("mllp.refused", connection=number)
            writer.close()
            return
        self._tasks.add(task)
        self._of_one[sender] += 1
        try:
            await self._answer_frames(task, reader, writer)
        except OSError as fault:  # theirs, not ours: the next connection is served as before
            log.info("mllp.lost", connection=number, fault=type(fault).__name__)
            writer.transport.abort()  # what it would not read must not wait here for it
        except asyncio.CancelledError:
            log.info("mllp.closed", connection=number)
        except Exception as fault:
            log.error("mllp.failed", connection=number, fault=type(fault).__name__)
        finally:
            self._tasks.discard(task)
            self._of_one[sender] -= 1
            self._of_one += Counter()  # forgets those that are at nought
            writer.close()

    async def _answer_frames(
        self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        frames = Frames(self._limits.frame_octets)
        while not self._closing:
            async with asyncio.timeout(self._limits.idle_seconds):
                octets = await reader.read(_CHUNK)
            if not octets:
                if frames.unfinished:
                    log.info("mllp.frame.cut")
                return
            for frame in frames.take(octets):
                if self._closing:
                    return  # not answered, so it will be sent again
                self._answering.add(task)
                try:
                    async for answer in self._answers(frame):
                        writer.write(b"\x0b" + answer + b"\x1c\r")
                        # A sender that pipelines without reading its answers waits here, and so do its frames.
                        async with asyncio.timeout(self._limits.idle_seconds):
                            await writer.drain()
                finally:
                    self._answering.discard(task)
            if frames.skipped > 16 * self._limits.frame_octets:
                return  # endless: no answer can help this sender

    async def _answers(self, frame: Frame) -> AsyncIterator[bytes]:
        if frame.too_long:
            log.warning("mllp.frame.too_long")
            yield self._fail(frame.content, "too-long")
            return
        said = False
        try:
            answers = self._handle(frame.content)
            while True:
                async with asyncio.timeout(self._limits.answer_seconds):
                    answer = await anext(answers, None)
                if answer is None:
                    return
                said = True
                yield answer
        except Exception as fault:
            # Whatever went wrong behind the door, the sender hears that it is not kept, unless it heard that it is.
            log.error("mllp.answer.failed", fault=type(fault).__name__)
            if not said:
                yield self._fail(frame.content[:_HEAD_BYTES], "internal")
