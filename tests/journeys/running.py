"""A demo place as a stranger runs it: `carerecord demo` in a process of its own, in a folder of its own.

Here: starting, ending and breaking it from outside, and speaking to its doors. Nothing here imports the
product: whatever is asked goes over a socket. What the answers must say is each journey's own business.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx

from demo.lives import Person, lives

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("carerecord")
FHIR_JSON = "application/fhir+json"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
PEOPLE = 12
SEED = 1

T = TypeVar("T")


def until(holds: Callable[[], T], what: str, seconds: float = 30.0) -> T:
    """What `holds` returns once that is true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain until {what}"
        time.sleep(0.05)
    return found


def free_port() -> int:
    """A port of the loopback address on which nobody listens now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Place:
    """One demo place. It may be started, ended and started again in the same home."""

    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)
    people: int = PEOPLE
    port: int = field(default_factory=free_port)
    mllp_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def output(self) -> Path:
        """What every process of the place wrote to its standard output and error, from all its starts."""
        return self.folder / "output.log"

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CARERECORD_")}
        return kept | {"CARERECORD_HOME": str(self.home)} | dict(self.more)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; it is not ready when this returns."""
        arguments = ("--port", self.port, "--mllp-port", self.mllp_port, "--people", self.people)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [COMMAND, "demo", *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                cwd=ROOT,
                preexec_fn=_end_with_us if sys.platform == "linux" else None,
            )

    def wait_ready(self, seconds: float = 120.0) -> None:
        until(self.is_ready, "the place is ready", seconds)

    def is_ready(self) -> bool:
        assert self.process is not None, "it was not started"
        assert self.process.poll() is None, f"the place ended with status {self.process.returncode}"
        with suppress(httpx.TransportError):
            return self.get("/health/ready").status_code == 200
        return False

    def takes_messages(self) -> bool:
        """Somebody listens for HL7 v2."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.mllp_port)) == 0

    def wait_settled(self, seconds: float = 120.0) -> None:
        """Wait until the hospital and the suppliers have told all that they hold."""
        until(
            lambda: not self.pids("demo.systems.acute") + self.pids("demo.systems.suppliers"),
            "every sender has told all",
            seconds,
        )

    def end(self, number: int = signal.SIGINT, seconds: float = 20.0) -> int:
        """Send the main process a signal and return its exit status (negative: the signal it died of)."""
        assert self.process is not None, "it was not started"
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another `carerecord` command in this home."""
        return subprocess.run(
            [COMMAND, *words], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def about(self) -> dict[str, Any]:
        """What the place tells about itself: `place.json`."""
        told: dict[str, Any] = json.loads((self.home / "place.json").read_text())
        return told

    def pids(self, *words: str) -> list[int]:
        """The living processes of this place whose command line holds all these words."""
        assert self.process is not None, "it was not started"
        return [pid for pid in descendants(self.process.pid) if all(w in command_line(pid) for w in words)]

    @property
    def postgres(self) -> int:
        """The database server that the place runs."""
        return next(pid for pid in self.pids(str(self.home / "postgres")) if " -D " in command_line(pid))

    @cached_property
    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.base, timeout=30, trust_env=False)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def token(self, user: str, **wish: str) -> str:
        """A bearer token for somebody of the demo, as `carerecord token` gets it.

        `wish` may be purpose, aal, seconds.
        """
        told = self.about()
        answer = self.http.post(
            f"{told['issuer']}/local/token",
            data={"user": user, **wish},
            headers={"Authorization": f"Bearer {Path(told['local_secret_file']).read_text().strip()}"},
        )
        assert answer.status_code == 200
        return str(answer.json()["access_token"])

    def signed_in(self, user: str, **wish: str) -> Reader:
        return Reader(self, user, self.token(user, **wish))

    @cached_property
    def lives(self) -> dict[str, Person]:
        """The world truth by key: what the outside systems of this place tell of."""
        world = json.loads((self.home / "demo.json").read_text())
        told = lives(world["seed"], world["people"], date.fromisoformat(world["today"]))
        return {person.key: person for person in told}

    def fault(self, system: str, fault: str) -> None:
        """Break or mend an outside system, with the switch that is there for the show."""
        key = (self.home / "outside" / system / f"{system.replace('-', '_')}.key").read_text()
        answer = self.http.post(
            f"{self.about()['systems'][system]}/__fault",
            json={"fault": fault},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.json() == {"fault": fault}


@dataclass(frozen=True)
class Reader:
    """Somebody who signed in."""

    place: Place
    user: str
    token: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request to the FHIR door; `path` begins after `/fhir`."""
        headers = self.headers | dict(more.pop("headers", {}))
        return self.place.http.request(method, f"/fhir{path}", headers=headers, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """POST a resource; underscores in the names of headers stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, content=content, headers={"Content-Type": FHIR_JSON} | named)

    def search(self, number: str) -> httpx.Response:
        return self.ask("POST", "/Patient/_search", data={"identifier": f"{NHS_NUMBER}|{number}"})

    def find(self, key: str) -> str:
        """The person id of somebody of the demo, whom this reader must be able to find."""
        number = self.place.lives[key].numbers.nhs
        assert number is not None
        entries = self.search(number).json().get("entry", [])
        found = [e["resource"]["id"] for e in entries if e["resource"]["resourceType"] == "Patient"]
        assert len(found) == 1, f"{self.user} found {len(found)} people"
        return str(found[0])


def command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def descendants(pid: int) -> list[int]:
    """Living children of a process, their children, and so on."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *descendants(child)]
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@contextmanager
def started(folder: Path, more: Mapping[str, str] | None = None, **given: Any) -> Iterator[Place]:
    """A place that runs and is ready; ended at the end, if it still lives."""
    place = Place(folder, more or {}, **given)
    try:
        place.start()
        place.wait_ready()
        yield place
    finally:
        left = descendants(place.process.pid) if place.process and place.process.poll() is None else []
        if place.process is not None:
            place.end()
        place.http.close()
        for pid in left:
            if is_alive(pid) and str(folder) in command_line(pid):
                os.kill(pid, signal.SIGKILL)


def _end_with_us() -> None:
    """A test run that is killed leaves no place behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
