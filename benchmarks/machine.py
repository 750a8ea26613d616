"""What the figures were measured on: its cores, its disk's durable write, how busy it was; and process sizes."""

from __future__ import annotations

import os
import platform
import statistics
import time
from pathlib import Path
from typing import Any


def fsync_ms(folder: Path, count: int = 200) -> float:
    """Median of writing 8 kB and ``fdatasync``, in the folder where the database is."""
    path = folder / "fsync.probe"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    took = []
    try:
        os.write(descriptor, bytes(8192 * count))
        os.fsync(descriptor)
        for index in range(count):
            since = time.perf_counter()
            os.pwrite(descriptor, os.urandom(8192), 8192 * index)
            os.fdatasync(descriptor)
            took.append((time.perf_counter() - since) * 1000)
    finally:
        os.close(descriptor)
        path.unlink()
    return round(statistics.median(took), 3)


def machine(folder: Path) -> dict[str, Any]:
    """The machine, as every line of output names it."""
    return {
        "fsync_ms": fsync_ms(folder),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "unknown")


def resident_mb(parent: int) -> float:
    """Resident megabytes of the largest process among ``parent`` and its children: a server's worker."""
    sizes = [_resident(pid) for pid in (parent, *_children(parent))]
    return round(max(sizes, default=0.0), 1)


def _children(parent: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        found += [int(pid) for pid in task.read_text().split()]
    return found + [grandchild for pid in list(found) for grandchild in _children(pid)]


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(x.split()[1]) / 1024 for x in lines if x.startswith("VmRSS")), 0.0)
