"""The skip rule itself: runs a small suite in a process of its own and looks at how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPING = "import pytest\n\ndef test_kept(): pass\n\ndef test_left_out(): pytest.skip('no Redis here')\n"
LEAVING_OUT_A_FILE = "import pytest\npytest.skip('no Chromium here', allow_module_level=True)\n"
WHOLE = "def test_kept(): pass\n"
EXPECTED_FAILURE = "import pytest\n\n@pytest.mark.xfail(strict=True)\ndef test_known(): assert False\n"


def run_suite(folder: Path, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `text` beside one whole test, with an xdist worker, because `make test` has workers too."""
    (folder / "test_small.py").write_text(text)
    (folder / "test_other.py").write_text(WHOLE)
    (folder / "pytest.ini").write_text("[pytest]\n")
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "CARERECORD_CI")}
    clean = {name: value for name, value in clean.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.house.no_skips", "-p", "xdist", "-n", "1"],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("text", [SKIPPING, LEAVING_OUT_A_FILE], ids=["one-test", "whole-file"])
@pytest.mark.parametrize("variable", ["CI", "CARERECORD_CI"])
def test_a_skip_fails_the_run_in_ci(tmp_path: Path, text: str, variable: str) -> None:
    ended = run_suite(tmp_path, text, **{variable: "true"})
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout
    assert "in CI that is a failure" in ended.stdout


@pytest.mark.parametrize(
    ("text", "missing"), [(SKIPPING, "no Redis here"), (LEAVING_OUT_A_FILE, "no Chromium here")]
)
def test_a_skip_on_a_laptop_passes_but_says_loudly_what_was_missing(
    tmp_path: Path, text: str, missing: str
) -> None:
    ended = run_suite(tmp_path, text)
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout
    assert "1 SKIPPED, so this run proves less than CI will" in ended.stdout
    assert missing in ended.stdout


def test_a_run_without_skips_passes_in_ci(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, WHOLE, CI="true")
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout
    assert "SKIPPED" not in ended.stdout


def test_a_strict_expected_failure_is_no_skip(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, EXPECTED_FAILURE, CI="true")
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout
