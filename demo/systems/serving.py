"""A small JSON server for an outside system: one key, no log of who was asked for, faults on demand.

What it serves is each system's own business (`Answer`s by method and path); how it starts, says that it is
ready, breaks for the show and ends is here.
"""

import ctypes
import hmac
import json
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from demo.serving import secret_file

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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, key: str, handle: Handler) -> None:
        super().__init__(("127.0.0.1", port), _Request)
        self.key = key
        self.handle = handle
        self.fault = "off"
        self.released = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is nobody's business; a fault of ours is told without what was asked."""
        if not isinstance(sys.exception(), ConnectionError):
            print(f"request failed: {type(sys.exception()).__name__}", file=sys.stderr, flush=True)


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
            found = self.server.handle(self.command, parts.path, dict(parse_qsl(parts.query)), body, other)
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


def serve(system: str, home: Path, port: int, handle: Handler, **told: Any) -> None:
    """Serve on loopback until SIGTERM, SIGINT or the parent's death. Prints one JSON line when ready."""
    server = _Server(port, secret_file(home / f"{system}.key"), handle)

    def stop(*_: Any) -> None:
        server.released.set()
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _end_with_parent(stop)
    ready = {
        "ready": system,
        "port": server.server_address[1],
        "key_file": str(home / f"{system}.key"),
        **told,
    }
    print(json.dumps(ready), flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()


def _end_with_parent(stop: Callable[[], None]) -> None:
    """On Linux the kernel tells; elsewhere, and for a parent that died before, a thread looks."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)

    def watch() -> None:
        while not threading.Event().wait(1.0):
            if os.getppid() != parent:
                stop()
                return

    threading.Thread(target=watch, daemon=True).start()
