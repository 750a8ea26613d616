"""A small JSON server for an outside system: one key, no log of who was asked for, faults on demand.

What it serves is each system's own business (`Answer`s by method and path); how it starts, says that it is
ready, breaks for the show and ends is here.
"""

import hmac
import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from demo.serving import Reply, Server, run, secret_file

FAULTS: Final = ("off", "hang", "reset", "other-person", "half", "not-json")
_MAX_BODY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status and a JSON body as bytes."""

    status: int
    body: bytes


def answer(status: int, value: Any) -> Answer:
    """An answer made of plain values."""
    return Answer(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


Handler = Callable[[str, str, dict[str, str], Any, bool], Answer]
"""(method, path, query, parsed body, whether to answer with somebody else) -> answer."""


class _Server(Server):
    """The place's small server with a key and a fault."""

    def __init__(self, port: int, key: str, answers: Handler) -> None:
        super().__init__(port, lambda _: Reply(500))
        self.RequestHandlerClass = _Request
        self.key = key
        self.answers = answers
        self.fault = "off"
        self.released = threading.Event()


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Wolds"
    sys_version = ""
    # Head and body are two writes: without this each answer waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """No access log: paths hold local identifiers."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body, problem = self._body()
        given = self.headers.get("authorization", "")
        if problem:
            self._send(problem)
        elif parts.path == "/health":
            self._send(answer(200, {"status": "up"}))
        elif not hmac.compare_digest(given.encode(), f"Bearer {self.server.key}".encode()):
            self._send(answer(401, {"error": "key"}))
        elif parts.path == "/__fault":
            self._send(self._break(body))
        elif not self._broken():
            other = self.server.fault == "other-person"
            found = self.server.answers(self.command, parts.path, dict(parse_qsl(parts.query)), body, other)
            self._send(found)

    def _body(self) -> tuple[Any, Answer | None]:
        try:
            length = int(self.headers.get("content-length") or 0)
            if not 0 <= length <= _MAX_BODY:
                return None, answer(413, {"error": "size"})
            raw = self.rfile.read(length)
            return (json.loads(raw) if raw else None), None
        except ValueError:
            return None, answer(400, {"error": "json"})

    def _break(self, body: Any) -> Answer:
        fault = body.get("fault") if isinstance(body, dict) else None
        if fault not in FAULTS:
            return answer(400, {"error": "fault", "known": FAULTS})
        self.server.fault = fault
        # Everyone who hangs is let go, so that "off" mends at once.
        self.server.released.set()
        self.server.released = threading.Event()
        return answer(200, {"fault": fault})

    def _broken(self) -> bool:
        """Misbehave as told; True when there is nothing more to say."""
        match self.server.fault:
            case "hang":
                self.server.released.wait(60)
                self.close_connection = True
            case "reset":
                # No farewell: the caller sees a reset, as when a machine dies.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            case "half":
                self._send(Answer(200, b'{"person":{"id":'))
            case "not-json":
                self._send(Answer(200, b"<html>down for maintenance</html>"), "text/html")
            case _:
                return False
        return True

    def _send(self, found: Answer, kind: str = "application/json") -> None:
        self.send_response(found.status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(found.body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(found.body)


def serve(system: str, home: Path, port: int, answers: Handler, **told: Any) -> None:
    """Serve on loopback until SIGTERM, SIGINT or the parent's death. Prints one JSON line when ready."""
    key_file = home / f"{system}.key"
    run(_Server(port, secret_file(key_file), answers), system, key_file=str(key_file), **told)
