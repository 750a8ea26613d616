"""Sending over MLLP: several connections at once, each person's messages in order on one of them.

Every message waits for its answer. AA goes on; AE and AR are told by control id and error only and the next
message goes on, as a hospital's interface engine would; a lost connection or "not kept" (AE 207) is tried again.
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from demo.systems.acute.writing import Message

_ANSWER_SECONDS: Final = 45.0
_TRIES: Final = 6
_NOT_KEPT: Final = re.compile(r"\b207\b")  # HL7 table 0357: a fault of the receiver's own


class NotTaken(Exception):
    """The other side does not listen, or does not keep anything, for longer than we wait."""


@dataclass(slots=True)
class Tally:
    """How many messages were answered how."""

    taken: int = 0
    refused: int = 0


async def wait_for(port: int, seconds: float) -> None:
    """Return once somebody listens on loopback. Raises NotTaken."""
    async with _patient(seconds):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.2)
                continue
            writer.close()
            return


@asynccontextmanager
async def _patient(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise NotTaken("nobody listens") from None


class Line:
    """One connection, opened when it is needed and opened again when it is lost."""

    def __init__(self, port: int, tell: Callable[[str], None] | None = None, pause: float = 0.5) -> None:
        self._port = port
        self._tell = tell or (lambda line: print(line, file=sys.stderr, flush=True))
        self._pause = pause
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, message: Message, tally: Tally) -> None:
        """Send one message and wait for its answer. Raises NotTaken after the last try."""
        for attempt in range(_TRIES):
            if attempt:
                await asyncio.sleep(self._pause * 2**attempt)
            try:
                answer = await asyncio.wait_for(self._exchange(message.octets), _ANSWER_SECONDS)
            except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
                self.close()
                continue
            code, error = read_answer(answer, message.control_id)
            if code == "AA":
                tally.taken += 1
                return
            if _NOT_KEPT.search(error):
                continue
            tally.refused += 1
            self._tell(f"hospital: {message.control_id} {message.event} answered {code or 'nothing'} {error}")
            return
        raise NotTaken("no answer")

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, octets: bytes) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        reader, writer = self._streams
        writer.write(b"\x0b" + octets + b"\x1c\r")
        await writer.drain()
        return await reader.readuntil(b"\x1c\r")


def read_answer(answer: bytes, control_id: str) -> tuple[str, str]:
    """(acknowledgement code, what ERR or MSA-6 says); the code is "" for an answer to something else."""
    rows: dict[str, list[str]] = {}
    for line in answer.strip(b"\x0b\x1c\r\n").decode("utf-8", "replace").split("\r"):
        rows.setdefault(line[:3], line.split("|"))
    said = rows.get("MSA", [])
    if len(said) < 3 or said[2] != control_id:
        return "", ""
    error = "|".join(rows.get("ERR", [])[1:]).strip("|") or (said[6] if len(said) > 6 else "")
    return said[1], error


async def send_all(people: Iterable[Sequence[Message]], port: int, lines: int = 4) -> Tally:
    """Send everybody's messages: people side by side, each one's in order. Raises NotTaken."""
    tally, waiting = Tally(), iter(people)

    async def work() -> None:
        line = Line(port)
        try:
            for told in waiting:
                for message in told:
                    await line.send(message, tally)
        finally:
            line.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(lines):
            group.create_task(work())
    return tally
