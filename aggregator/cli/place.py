"""Where a place says how it can be reached: ``HOME/place.json``, and the URL files beside it.

Whoever runs a place writes them; every other command of the same CARERECORD_HOME reads them. Secrets are
in files of mode 0600, never in place.json.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from aggregator.settings import SETTINGS, Settings


def home() -> Path:
    """The place's folder, from CARERECORD_HOME or the current folder."""
    return Path(os.environ.get("CARERECORD_HOME", ".carerecord")).absolute()


def write_secret(folder: Path, name: str, value: str) -> None:
    """Write one secret to a file of mode 0600, in place of an older one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)


def write(folder: Path, about: Mapping[str, object]) -> None:
    """Write place.json, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / "place.json.new"
    fresh.write_text(json.dumps(about, indent=2) + "\n")
    fresh.replace(folder / "place.json")


def read() -> dict[str, object]:
    """place.json of this home. Raises ``FileNotFoundError`` when no place was started here."""
    told: dict[str, object] = json.loads((home() / "place.json").read_text())
    return told


def settings() -> Settings:
    """The settings of the place that runs in this home, or of the environment when none does."""
    given = {s.variable: os.environ[s.variable] for s in SETTINGS if s.variable in os.environ}
    demo = False
    try:
        told = read()
    except FileNotFoundError:
        return Settings.read(given)
    environment = told.get("environment")
    demo = bool(told.get("demo"))
    if isinstance(environment, dict):
        given = {str(k): str(v) for k, v in environment.items()} | given
    return Settings.read(given, demo=demo)
