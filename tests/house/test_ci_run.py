"""`.ci/run` in a machine made of stand-ins: what it installs, what it runs, how it ends.

The stand-ins are shell scripts on a PATH of their own that write down how they were called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.source_tree import ROOT

NEEDED = ("redis-server", "chromium", "pdftoppm", "unshare")


@dataclass(frozen=True, slots=True)
class Machine:
    bin: Path
    calls: Path

    def has(self, command: str, *, prints: str = "", ends: int = 0) -> None:
        script = f'#!{shutil.which("bash")}\necho "{command} $* CI=$CARERECORD_CI" >> "{self.calls}"\n'
        path = self.bin / command
        path.write_text(f'{script}echo "{prints}"\nexit {ends}\n')
        path.chmod(0o755)

    def runs_ci(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which("bash") or "bash", str(ROOT / ".ci/run")],
            cwd="/",
            env={"PATH": str(self.bin), "CI": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self) -> list[str]:
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if line.split()[0] in ("apt-get", "make")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a font and nothing else that is wanted; `make` and `apt-get` only write down."""
    made = Machine(tmp_path / "bin", tmp_path / "calls")
    made.bin.mkdir()
    os.symlink(shutil.which("dirname") or "", made.bin / "dirname")
    made.has("find", prints="a.ttf")
    made.has("id", prints="0")
    made.has("make")
    made.has("apt-get")
    return made


def test_a_machine_that_has_everything_runs_make_test_and_nothing_else(machine: Machine) -> None:
    for command in NEEDED:
        machine.has(command)
    ended = machine.runs_ci()
    assert ended.returncode == 0, ended.stderr
    assert machine.called() == ["make test CI=1"]


def test_a_bare_machine_gets_what_is_missing_before_the_tests_run(machine: Machine) -> None:
    machine.has("unshare")
    assert machine.runs_ci().returncode == 0
    update, install, test = machine.called()
    assert update.startswith("apt-get update")
    assert {"install", "redis-server", "chromium"} <= set(install.split())
    assert "util-linux" not in install
    assert test == "make test CI=1"


def test_a_machine_without_a_font_gets_one_for_chromium(machine: Machine) -> None:
    for command in NEEDED:
        machine.has(command)
    machine.has("find")
    assert machine.runs_ci().returncode == 0
    assert any("fonts-liberation" in call for call in machine.called())


def test_without_the_right_to_install_it_says_what_is_missing_and_fails(machine: Machine) -> None:
    machine.has("id", prints="1000")
    ended = machine.runs_ci()
    assert ended.returncode != 0
    assert "redis-server" in ended.stderr
    assert machine.called() == []


@pytest.mark.parametrize("failing", ["make", "apt-get"])
def test_it_fails_when_a_step_fails(machine: Machine, failing: str) -> None:
    machine.has(failing, ends=3)
    assert machine.runs_ci().returncode == 3
