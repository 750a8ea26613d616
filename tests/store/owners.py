"""A process of its own that owns an embedded server, so that a test can end it in every way there is.

Played as a script by `owning`; it says what it started as one JSON line and then does what it is told.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

PATIENCE = 20.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Owner:
    """The process, and what it said when it had started (or why it did not)."""

    process: subprocess.Popen[str]
    started: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.started["url"])

    @property
    def server(self) -> int:
        return int(self.started["server"])

    @property
    def refusal(self) -> str:
        return str(self.started["refusal"])

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))


@contextmanager
def owning(
    home: Path,
    version: int,
    *,
    durable: bool = False,
    kernel_tells: bool = True,
    threaded: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Owner]:
    """A process that runs a server in `home`; ended, if it still lives, by leaving its context."""
    order = json.dumps(
        {
            "home": str(home),
            "version": version,
            "durable": durable,
            "kernel": kernel_tells,
            "thread": threaded,
        }
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.owners", order],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    ) as process:
        owner = Owner(process, {})
        try:
            owner.started = owner.hear()
            yield owner
        finally:
            if process.poll() is None:
                process.terminate()


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.01)


def no_server_process_is_left(home: Path) -> bool:
    """Every process of a server inherits this lock, so having it means that none lives."""
    with (home / "postgres.server.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def log(home: Path) -> str:
    return (home / "postgres.log").read_text()


def keep(url: str) -> str:
    """Have the database keep a new word, and return it."""
    word = secrets.token_hex()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])
    return word


def kept(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM kept")]


def command(pid: int) -> str:
    """Its command line; "" when it has just ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _tell(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _worker(way: str) -> None:
    """Fork a worker that ends in one of the ways; say so when it is gone, or its number when it stays."""
    pid = os.fork()
    if pid == 0:
        if way == "stay":
            signal.pause()
        if way == "SIGTERM":
            os.kill(os.getpid(), signal.SIGTERM)
        _end(way)
    if way == "stay":
        _tell(worker=pid)
        return
    os.waitpid(pid, 0)
    _tell(worker="gone")


def _end(way: str) -> None:
    if way == "raise":
        raise RuntimeError("on purpose")
    if way in ("exit", "leave"):
        raise SystemExit(0)
    if way == "atexit":
        # Leaves no context: only what was registered for the interpreter's end runs.
        import atexit

        atexit._run_exitfuncs()
        os._exit(0)


def _own(order: dict[str, Any]) -> None:
    from aggregator.store.embedded import EmbeddedError, child, running, server

    if not order["kernel"]:
        for module in (child, server):
            vars(module)["kernel_tells"] = lambda: False
    try:
        with running(Path(order["home"]), version=order["version"], durable=order["durable"]) as cluster:
            pid = (Path(order["home"]) / "postgres" / "postmaster.pid").read_text().split()[0]
            imported = any(name.startswith("pixeltable") for name in sys.modules)
            _tell(url=cluster.url("record"), server=int(pid), imported=imported)
            for line in sys.stdin:
                word = line.strip()
                if word == "leave":
                    return
                if word.startswith("worker "):
                    _worker(word.split()[1])
                else:
                    _end(word)
    except EmbeddedError as refusal:
        _tell(refusal=str(refusal))


if __name__ == "__main__":
    # A shell that starts its tests in the background has them ignore Ctrl-C; this process must not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ordered = json.loads(sys.argv[1])
    if ordered["thread"]:
        thread = threading.Thread(target=_own, args=[ordered])
        thread.start()
        thread.join()
    else:
        _own(ordered)
