"""Keeps the processes of a place running: starts them, starts again what dies, ends all of them cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

from aggregator.cli import logs, place
from aggregator.settings import SETTINGS, Settings, SettingsError
from aggregator.store.embedded import EmbeddedError, running
from aggregator.store.migrations.run import migrate

log = structlog.get_logger()

PROCESSES = ("web", "listen", "work")
_PATIENCE_SECONDS = 8.0
_SERVER_SECONDS = 5.0  # without its own PostgreSQL
_REST_SECONDS = 1.0  # between the death of a process and its next start


@dataclass(slots=True)
class Child:
    """One process of a place. ``again``: start it anew when it dies."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    again: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    not_before: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=dict(self.environment), stdin=subprocess.DEVNULL)

    def stop(self, deadline: float) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Stopped(Exception):
    """The place was told to end."""


@contextmanager
def ends_on_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGINT into ``Stopped`` in the main thread; a second one changes nothing."""
    told = False

    def end(_: int, __: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            raise Stopped

    before = {n: signal.signal(n, end) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def children(many: Sequence[Child]) -> Iterator[None]:
    """Run these processes for as long as the context lasts."""
    try:
        for child in many:
            child.start()
        yield
    finally:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for child in reversed(many):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        for child in many:
            child.stop(deadline)


def watch(many: Sequence[Child], server: int | None = None) -> None:
    """Start again what dies, until ``Stopped``.

    ``server`` is the port of the place's own PostgreSQL. When that has ended the place ends too, and says
    so: whoever starts places starts it again, and it recovers.
    """
    seen = time.monotonic()
    while True:
        time.sleep(0.5)
        now = time.monotonic()
        if server is None or _listens(server):
            seen = now
        elif now - seen > _SERVER_SECONDS:
            sys.exit("The PostgreSQL server of this place has ended, so the place ends. Start it again.")
        for child in many:
            if child.process is None or child.process.poll() is None or not child.again:
                continue
            if not child.not_before:
                log.error("process.died", name=child.name, status=child.process.returncode)
                child.not_before = now + _REST_SECONDS
            elif now >= child.not_before:
                child.not_before = 0.0
                child.start()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def own(name: str, environment: Mapping[str, str]) -> Child:
    """One of the place's own processes."""
    return Child(name, [sys.executable, "-m", "aggregator", "process", name], environment)


@contextmanager
def databases(home: Path, given: Mapping[str, str]) -> Iterator[tuple[dict[str, str], int | None]]:
    """Both databases, migrated: those that are given, or an embedded server.

    Yields the variables that name them, and the embedded server's port.
    """
    port = None
    with ExitStack() as stack:
        if given.get("CARERECORD_DATABASE_URL_FILE"):
            files = {n: given[n] for n in ("CARERECORD_DATABASE_URL_FILE", "CARERECORD_KEYS_URL_FILE")}
            urls = [Path(path).read_text("utf-8").strip() for path in files.values()]
        else:
            try:
                cluster = stack.enter_context(running(home))
            except EmbeddedError as refused:
                sys.exit(str(refused))
            port = cluster.port
            urls = [cluster.url("record"), cluster.url("keys")]
            place.write_secret(home, "record.url", urls[0])
            place.write_secret(home, "keys.url", urls[1])
            files = {
                "CARERECORD_DATABASE_URL_FILE": str(home / "record.url"),
                "CARERECORD_KEYS_URL_FILE": str(home / "keys.url"),
            }
        migrate(urls[0], "record")
        migrate(urls[1], "keys")
        yield files, port


def serve() -> None:
    """Run a place from the environment until it is told to stop."""
    logs.configure()
    home = place.home()
    given = {s.variable: os.environ[s.variable] for s in SETTINGS if s.variable in os.environ}
    try:
        Settings.read(given | {"CARERECORD_HOME": str(home)})
    except SettingsError as wrong:
        sys.exit(f"The settings are not complete:\n{wrong}")
    try:
        with ends_on_signals(), databases(home, given) as (files, server):
            told = given | files | {"CARERECORD_HOME": str(home)}
            place.write(home, {"environment": told, "demo": False})
            many = [own(name, os.environ | told) for name in PROCESSES]
            with children(many):
                watch(many, server)
    except Stopped:
        return
