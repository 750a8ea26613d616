"""The rule on test names itself: a small suite in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.quiet_ids import NUMBER_SHAPED

ROOT = Path(__file__).resolve().parents[2]
BY_ITSELF = """
import pytest

@pytest.mark.parametrize("given", ["9990000018", "999 000 0018", b"PID|1||9990000018^^^NHS", 9990000018])
def test_reads(given): pass
"""
BY_HAND = 'import pytest\n\n@pytest.mark.parametrize("n", [1], ids=["9990000018"])\ndef test_reads(n): pass\n'


def run_suite(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_small.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "tests.house.quiet_ids"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_number_in_a_parameter_does_not_reach_the_output(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, BY_ITSELF)
    assert ended.returncode == 0
    assert "4 passed" in ended.stdout
    assert not NUMBER_SHAPED.search(ended.stdout)


def test_a_number_in_a_name_given_by_hand_stops_the_run_without_repeating_it(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, BY_HAND)
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert "test_small.py::test_reads" in ended.stderr + ended.stdout
    assert not NUMBER_SHAPED.search(ended.stderr + ended.stdout)
