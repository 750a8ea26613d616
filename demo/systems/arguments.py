"""The command line that every outside system has."""

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Arguments:
    """`home` holds the key; `drop` is the folder where files are left, None for none."""

    home: Path
    port: int
    seed: int
    people: int
    today: date
    drop: Path | None


def read(system: str, argv: list[str] | None = None) -> Arguments:
    """Parse `python -m demo.systems.<system> --home H --port P --seed S --people N --today D --drop
    FOLDER`.
    """
    parser = argparse.ArgumentParser(prog=f"python -m demo.systems.{system}")
    parser.add_argument("--home", type=Path, required=True, help="folder for the key file")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (0: any free one)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--today", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
    parser.add_argument("--drop", type=Path, help="folder where returns are left as files")
    given = parser.parse_args(argv)
    return Arguments(given.home, given.port, given.seed, given.people, given.today, given.drop)
