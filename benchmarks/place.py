"""A place to measure: embedded PostgreSQL with crash safety on, migrated, its processes, its tokens."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from aggregator.cli.place import write_secret
from aggregator.settings import Settings
from aggregator.store.embedded import Cluster, running
from aggregator.store.migrations.run import migrate

GROUPS = ("views", "crowd", "pushes", "messages", "returns")
"""Figures that share databases; each group starts from empty ones."""


@dataclass(frozen=True, slots=True)
class Place:
    """``environment`` is what a process of this place is started with."""

    home: Path
    settings: Settings
    environment: dict[str, str]

    @property
    def port(self) -> int:
        return self.settings.port


@dataclass(slots=True)
class Bench:
    """What the figures share. ``quick``: sizes for CI, which say that it works, not how fast."""

    folder: Path
    cluster: Cluster
    issuer: dict[str, Any]
    quick: bool

    def place(self, group: str) -> Place:
        """The place of one group of figures, migrated."""
        home = self.folder / group
        home.mkdir(mode=0o700)
        urls = {"record": self.cluster.url(group), "keys": self.cluster.url(f"{group}_keys")}
        for name, url in urls.items():
            migrate(url, name)
            write_secret(home, f"{name}.url", url)
        environment = {
            "CARERECORD_HOME": str(home),
            "CARERECORD_PORT": str(free_port()),
            "CARERECORD_MLLP_PORT": str(free_port()),
            "CARERECORD_DATABASE_URL_FILE": str(home / "record.url"),
            "CARERECORD_KEYS_URL_FILE": str(home / "keys.url"),
            "CARERECORD_ISSUER": self.issuer["issuer"],
            "CARERECORD_DEMOGRAPHICS_URL": "http://127.0.0.1:1",
        }
        return Place(home, Settings.read(environment, demo=True), environment)

    def token(self, user: str) -> str:
        """A bearer token of the demo's own sign-in service, which runs beside."""
        secret = Path(self.issuer["local_secret_file"]).read_text().strip()
        answer = httpx.post(
            f"{self.issuer['issuer']}/local/token",
            data={"user": user, "purpose": "direct_care"},
            headers={"Authorization": f"Bearer {secret}"},
            trust_env=False,
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])


@contextmanager
def bench(*, quick: bool) -> Iterator[Bench]:
    """Start what every figure needs; everything is gone afterwards."""
    with ExitStack() as ends:
        # A short path that the database's account can reach; its sockets need that too.
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="carerecord-bench-")))
        folder.chmod(0o711)
        names = [*GROUPS, *(f"{group}_keys" for group in GROUPS)]
        cluster = ends.enter_context(running(folder / "home", databases=names, durable=True))
        issuer = ends.enter_context(
            started(["-m", "demo.signin", "--home", str(folder / "signin")], dict(os.environ))
        )
        yield Bench(folder, cluster, json.loads(issuer[1]), quick)


@contextmanager
def started(arguments: Sequence[str], environment: dict[str, str]) -> Iterator[tuple[Any, str]]:
    """Run a program that says on one line that it is ready; (process, that line). SIGTERM at the end."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{arguments[1]} did not start")
        yield process, line
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> str:
    """Tell a process to end and wait; what it still said."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        said, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    return said or ""


@contextmanager
def served(place: Place, what: str, **more: str) -> Iterator[tuple[int, int]]:
    """Run one granian worker of ``benchmarks.server``; (its port, the id of its main process)."""
    port = free_port()
    environment = dict(os.environ) | place.environment | {"CARERECORD_PORT": str(port)} | more
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", what],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health/live", process)
        yield port, process.pid
    finally:
        end(process)


def wait_for(url: str, process: subprocess.Popen[Any], seconds: float = 60.0) -> None:
    """Until this address answers 200. Ends the program when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise SystemExit(f"{url} does not answer")


def load(*rounds: dict[str, Any]) -> list[dict[str, Any]]:
    """Run the load generator's plan in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(rounds),
        capture_output=True,
        text=True,
        check=True,
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


def request(port: int, method: str, path: str, token: str = "", body: bytes = b"", **headers: str) -> str:
    """An HTTP/1.1 request as the load generator takes it: octets in base64."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: application/fhir+json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/fhir+json", f"Content-Length: {len(body)}"]
    return b64encode("\r\n".join([*lines, "", ""]).encode() + body).decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
