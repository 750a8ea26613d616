"""Quarterly returns: a CSV file of any size, read in parts and kept through the place's own pull.

``csv`` is reading alone (division, columns, what each row means); ``csv-kept`` is the whole way into the
database; ``csv-memory`` is how much more memory the process took for the rest of the file than for its start.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.connection import Connection
from adapters.social_care.cld import ClientLevelData
from benchmarks import outside, people
from benchmarks.figures import figure
from benchmarks.machine import machine
from benchmarks.place import Bench

ORGANISATION = "ZSC01"
_HEADER = (
    "LA_Code,Reporting_Period_Start_Date,Reporting_Period_End_Date,NHS_Number,LA_Person_Unique_Identifier,"
    "Gender,Ethnicity,Date_of_Birth,Client_Type,Primary_Support_Reason,Postcode,Accommodation_Status,Event_Type,"
    "Event_Start_Date,Event_End_Date,Event_Outcome,Service_Type,Service_Component,Assessment_Type"
)
_ROWS_OF_A_PERSON = 6


def write(path: Path, rows: int, first: int = 0) -> None:
    """A return of this many rows, six about each person, who are numbered from ``first``."""
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(_HEADER + "\r\n")
        for row in range(rows):
            person, event = divmod(row, _ROWS_OF_A_PERSON)
            person += first
            number = people.number(person % 300_000).digits
            who = f"999,2026-04-01,2026-06-30,{number},C{person},Female,White: Irish,1950-06-15,Service user"
            home = "Mental health,ZZ1 4AA,Tenant: LA or social"
            day = f"2026-0{4 + event % 3}-{1 + event:02d}"
            told = (
                f"Assessment,{day},{day},NFA: Support declined,,,Long term assessment"
                if event == 0
                else f"Service,{day},,,Long term support: Community,Home support or domiciliary care,"
            )
            file.write(f"{who},{home},{told}\r\n")


def returns(bench: Bench) -> Iterator[dict[str, Any]]:
    """csv, csv-memory, csv-kept."""
    rows, kept = (5_000, 1_000) if bench.quick else (400_000, 24_000)
    place = bench.place("returns")
    folder = place.home / "returns"
    folder.mkdir()
    write(folder / "large.csv", rows)
    megabytes = (folder / "large.csv").stat().st_size / 1e6
    told = _run("read", folder, place.environment)
    (folder / "large.csv").unlink()
    write(folder / "kept.csv", kept)
    stored = _run("keep", folder, place.environment)
    about = machine(bench.folder)
    yield figure("csv").line(told["rows"] / told["seconds"], about, rows=told["rows"])
    yield figure("csv-memory").line(told["grown_mb"], about, file_mb=round(megabytes))
    yield figure("csv-kept").line(
        stored["kept"] / stored["seconds"], about, rows=kept, refused=stored["refused"]
    )


def _run(what: str, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.returns", what, str(folder)],
        env=dict(os.environ) | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return said


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def read(folder: Path) -> dict[str, Any]:
    """Read every part and throw away what it says; memory is first looked at after three parts."""
    source = ClientLevelData(Connection(ORGANISATION, folder=folder, rows=10_000_000))
    rows, parts, start = 0, 0, _peak_mb()
    began = time.perf_counter()
    async for raw, _ in source.pull("", datetime.now(UTC)):
        said = source.translate(raw)
        assert not said.refusals, said.refusals[:3]
        rows += raw.content.count(b"\n") - 1
        parts += 1
        if parts == 3:
            start = _peak_mb()
    return {"rows": rows, "seconds": time.perf_counter() - began, "grown_mb": round(_peak_mb() - start, 1)}


async def keep(folder: Path) -> dict[str, Any]:
    """Take the file in as a timed pull does; how many statements are there afterwards."""
    from aggregator.app import open_place
    from aggregator.cli import logs
    from aggregator.intake.feed import pull
    from aggregator.settings import Settings

    logs.configure(level=50)
    source = ClientLevelData(Connection(ORGANISATION, folder=folder, rows=10_000_000))
    sources = {source.terms.source: source}
    async with open_place(Settings.read(demo=True), tracer=outside.Register(), sources=sources) as place:
        began = time.perf_counter()
        _, refused = await pull(place.intake, place.record, source.terms.source)
        seconds = time.perf_counter() - began
        async with place.record.connection() as connection:
            cursor = await connection.execute("select count(*) from statement")
            row = await cursor.fetchone()
    assert row is not None
    return {"kept": row[0], "seconds": seconds, "refused": refused}


if __name__ == "__main__":
    work = {"read": read, "keep": keep}[sys.argv[1]]
    print(json.dumps(asyncio.run(work(Path(sys.argv[2])))))
