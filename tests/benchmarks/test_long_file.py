"""The long proof: a return of one gigabyte takes no more memory than its first parts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.returns import write

ROWS = 4_700_000


@pytest.mark.prove
def test_memory_stays_flat_over_a_file_of_one_gigabyte(tmp_path: Path) -> None:
    write(tmp_path / "long.csv", ROWS)
    assert (tmp_path / "long.csv").stat().st_size > 1_000_000_000
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.returns", "read", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=3_000,
    )
    told = json.loads(said.stdout)
    assert told["rows"] == ROWS
    assert told["grown_mb"] < 30
