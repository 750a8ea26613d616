"""The three outside systems as real processes, and the sources that read them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
SYSTEMS = ("social_care", "mental_health", "housing")
ORGANISATIONS = {"social_care": "ZSC01", "mental_health": "ZMH01", "housing": "ZHO01"}


@dataclass(frozen=True, slots=True)
class Running:
    """One system that runs: where it is, and the process."""

    name: str
    url: str
    key_file: Path
    drop: Path
    process: subprocess.Popen[str]

    def fault(self, fault: str) -> None:
        """Break or mend it, as the show does."""
        key = self.key_file.read_text()
        answer = httpx.post(
            f"{self.url}/__fault",
            json={"fault": fault},
            headers={"authorization": f"Bearer {key}"},
            trust_env=False,
        )
        assert answer.json() == {"fault": fault}


def command(name: str, home: Path) -> list[str]:
    return [
        sys.executable, "-m", f"demo.systems.{name}", "--home", str(home), "--port", "0", "--people", "40",
        "--today", "2026-11-22", "--drop", str(home / "drop"),
    ]  # fmt: skip


@contextmanager
def started(name: str, home: Path) -> Iterator[Running]:
    with subprocess.Popen(
        command(name, home), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout
            ready = json.loads(process.stdout.readline())
            url = f"http://127.0.0.1:{ready['port']}"
            yield Running(name, url, Path(ready["key_file"]), home / "drop", process)
        finally:
            process.kill()
            process.communicate()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """Each system started once, when it is first asked for, and mended before it is handed out."""
    found: dict[str, Running] = {}
    stack = []

    def start(name: str) -> Running:
        if name not in found:
            one = started(name, tmp_path_factory.mktemp(name))
            found[name] = one.__enter__()
            stack.append(one)
        found[name].fault("off")
        return found[name]

    yield start
    for one in stack:
        one.__exit__(None, None, None)
