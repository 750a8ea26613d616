"""A small HTTP server for the place's own services: no access log, ready line, ends with its parent.

What is answered is each service's own business (`Reply`s by `Request`). Paths, queries and bodies are never
printed, for they may name people.
"""

import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

_MAX_BODY: Final = 1_000_000
# Asked for at once: a parent that dies while we are still starting must be missed too.
_PARENT: Final = os.getppid()
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """What came: header names are lower case, `query` keeps order and repeats, `body` is raw."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes = b""

    def form(self) -> tuple[tuple[str, str], ...]:
        """The fields of a URL-encoded body in order; raises ValueError for another type or a broken
        encoding.
        """
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise ValueError("not a form")
        return tuple(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = field(default=())


Handler = Callable[[Request], Reply]


def json_reply(status: int, value: Any, *headers: tuple[str, str], kind: str = "application/json") -> Reply:
    """A reply made of plain values."""
    return Reply(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), kind, headers)


def secret_file(path: Path) -> str:
    """The secret kept in `path`, made at the first call; only the owner of the file can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(32)
        file.write(secret)
    return secret


class Server(ThreadingHTTPServer):
    """Listens on loopback at once (port 0: a free one); `serve_forever` answers through `handle`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handle: Handler) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.handle = handle

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is nobody's business; a fault of ours is told without what was asked."""
        if not isinstance(sys.exception(), ConnectionError):
            print(f"request failed: {type(sys.exception()).__name__}", file=sys.stderr, flush=True)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Wolds"
    sys_version = ""
    # Head and body go out in two writes: without this each answer waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """No access log."""

    def _serve(self) -> None:
        try:
            length = int(self.headers.get("content-length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= _MAX_BODY or "transfer-encoding" in self.headers:
            self.close_connection = True
            self._send(json_reply(413, {"error": "body"}))
            return
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self._send(self.server.handle(request))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", reply.kind)
        self.send_header("content-length", str(len(reply.body)))
        self.send_header("cache-control", "no-store")
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)


def run(server: Server, name: str, **told: Any) -> None:
    """Serve until SIGTERM, SIGINT or the parent's death. Prints one JSON line when ready: name, port,
    `told`.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    answering = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    answering.start()
    print(json.dumps({"ready": name, "port": server.port, **told}), flush=True)
    # Looked at, not signalled: a parent-death signal also fires when only the starting thread has ended.
    while not stopping.wait(0.5) and os.getppid() == _PARENT:
        pass
    server.shutdown()
    server.server_close()
