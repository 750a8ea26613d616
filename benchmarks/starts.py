"""Starting: the command line's help, and the demo place from nothing to its first ready answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import figure
from benchmarks.machine import machine
from benchmarks.place import Bench, end, free_port, wait_for

Line = dict[str, Any]
_COMMAND = [str(Path(sys.executable).with_name("carerecord"))]


def starts(bench: Bench) -> Iterator[Line]:
    """help and demo."""
    took = []
    for _ in range(3 if bench.quick else 9):
        since = time.perf_counter()
        subprocess.run([*_COMMAND, "--help"], check=True, capture_output=True)
        took.append(time.perf_counter() - since)
    yield figure("help").line(median(took[1:]), machine(bench.folder))
    yield _demo(bench)


def _demo(bench: Bench) -> Line:
    people = 12 if bench.quick else 60
    port, mllp_port = free_port(), free_port()
    home = bench.folder / "demo"
    since = time.perf_counter()
    process = subprocess.Popen(
        [*_COMMAND, "demo", "--port", str(port), "--mllp-port", str(mllp_port), "--people", str(people)],
        env=dict(os.environ) | {"CARERECORD_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health/ready", process)
        took = time.perf_counter() - since
    finally:
        end(process)
    return figure("demo").line(took, machine(bench.folder), people=people)
