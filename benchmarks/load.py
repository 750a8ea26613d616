"""The load generator, in a process of its own: keep-alive HTTP/1.1 or MLLP over raw sockets, loopback only.

    python -m benchmarks.load < plan.json > results.json

A plan is a list of rounds, run one after another; each is bounded in seconds and in requests. Answers are
counted and timed, not parsed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any

_MOST = 1_000_000


@dataclass(slots=True)
class Round:
    """What one round has seen. Latencies in milliseconds."""

    until: float
    requests: Iterator[bytes]
    latencies: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    octets: int = 0

    def next(self) -> bytes | None:
        """The next request, or None when the round is over."""
        return next(self.requests, None) if time.perf_counter() < self.until else None

    def answered(self, status: str, since: float) -> None:
        self.latencies.append((time.perf_counter() - since) * 1000)
        self.statuses[status] = self.statuses.get(status, 0) + 1


class Http(asyncio.Protocol):
    """One keep-alive connection: a request, its whole answer, the next request."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._head = b""
        self._missing = -1
        self._status = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._send()

    def _send(self) -> None:
        request = self.round.next()
        if request is None:
            self._transport.close()
            return
        self._head, self._missing = b"", -1
        self._since = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.round.octets += len(data)
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._head[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._status = head[9:12].decode()
            self._missing = length - (len(self._head) - end - 4)
        else:
            self._missing -= len(data)
        if self._missing <= 0:
            self.round.answered(self._status, self._since)
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


class Mllp(Http):
    """One sender: a message, its acknowledgement, the next message."""

    def _send(self) -> None:
        request = self.round.next()
        if request is None:
            self._transport.close()
            return
        self._head = b""
        self._since = time.perf_counter()
        self._transport.write(b"\x0b" + request + b"\x1c\r")

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\x1c\r"):
            at = self._head.find(b"MSA|")
            self.round.answered(self._head[at + 4 : at + 6].decode(), self._since)
            self._send()


async def run(given: dict[str, Any]) -> dict[str, Any]:
    """One round: {"kind": "http" | "mllp", "port", "seconds", "connections", "requests": [base64], "once"}.

    ``requests`` is one list, or for MLLP one for each connection, so that a sender's order is kept.
    """
    loop = asyncio.get_running_loop()
    lists = given["requests"]
    if given["kind"] == "http":
        lists = [lists]
    read = [[b64decode(r) for r in one] for one in lists]
    start = time.perf_counter()
    rounds = [Round(start + given["seconds"], iter(one) if given.get("once") else cycle(one)) for one in read]
    kind = Http if given["kind"] == "http" else Mllp
    made = [
        await loop.create_connection(partial(kind, rounds[c % len(rounds)]), "127.0.0.1", given["port"])
        for c in range(given["connections"])
    ]
    limit = given["seconds"] + 20
    await asyncio.wait([p.done for _, p in made], timeout=limit)
    took = time.perf_counter() - start
    statuses: dict[str, int] = {}
    for one in rounds:
        for status, count in one.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return {
        "seconds": took,
        "statuses": statuses,
        "octets": sum(r.octets for r in rounds),
        "latencies": [round(x, 3) for r in rounds for x in r.latencies][:_MOST],
    }


async def _all(plan: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [await run(given) for given in plan]


if __name__ == "__main__":
    json.dump(asyncio.run(_all(json.load(sys.stdin))), sys.stdout)
