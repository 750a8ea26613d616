"""The place's own services as processes: they say when they are ready, log nothing, and end when told or
orphaned.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
COMMON = ["--people", "12", "--today", "2026-11-22"]
SERVICES = {"demographics": COMMON, "signin": ["--redirect", "http://127.0.0.1:9/signed-in"]}


def command(name: str, home: Path) -> list[str]:
    return [sys.executable, "-m", f"demo.{name}", "--home", str(home), "--port", "0", *SERVICES[name]]


@contextmanager
def started(name: str, home: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command(name, home), cwd=ROOT, text=True, **pipes) as process:
        try:
            assert process.stdout
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()
            process.communicate()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_tells_its_port_and_ends_when_told_with_nothing_logged(name: str, tmp_path: Path) -> None:
    with started(name, tmp_path) as (process, ready):
        assert ready["ready"] == name
        answer = httpx.get(f"http://127.0.0.1:{ready['port']}/health", trust_env=False)
        assert answer.json() == {"status": "up"}
        # Whatever is asked for, also by number in the address as the national service has it, nothing is printed.
        for path in ("/Patient/9990000018", "/authorize?state=9990000018", "/%ff?%ff"):
            httpx.get(f"http://127.0.0.1:{ready['port']}{path}", trust_env=False)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_keeps_secret_only_its_owner_can_read(name: str, tmp_path: Path) -> None:
    with started(name, tmp_path):
        files = [p for p in tmp_path.rglob("*") if p.is_file()]
        assert files
        assert {oct(p.stat().st_mode & 0o777) for p in files} == {"0o600"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_ends_with_its_parent(name: str, tmp_path: Path) -> None:
    parent = f"import subprocess, time\np = subprocess.Popen({command(name, tmp_path)!r})\ntime.sleep(600)"
    with subprocess.Popen(
        [sys.executable, "-c", parent], cwd=ROOT, text=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        port = json.loads(process.stdout.readline())["port"]
        os.kill(process.pid, signal.SIGKILL)
    patience = time.monotonic() + 10
    while time.monotonic() < patience:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
        except httpx.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("still answering")
