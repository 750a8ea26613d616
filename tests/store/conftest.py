"""Homes in which an embedded server ran before. The running servers are in the conftest of all tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.store.embedded import running


@pytest.fixture
def version() -> int:
    """PostgreSQL 16, but for the promises that hang on the server's own behaviour: those are kept `on_both`."""
    return 16


@pytest.fixture(scope="session")
def made() -> Iterator[dict[int, Path]]:
    """For each version, a home whose server was made and stopped: making one anew each time takes a second."""
    with tempfile.TemporaryDirectory(prefix="carerecord-") as folder:
        Path(folder).chmod(0o711)
        homes = {version: Path(folder) / str(version) for version in (16, 18)}
        for version, home in homes.items():
            with running(home, version=version, durable=False):
                pass
        yield homes


@pytest.fixture
def place(version: int, made: dict[int, Path]) -> Path:
    """A home that ran before and does not run now, with an empty log; the data of earlier tests is in it."""
    (made[version] / "postgres.log").write_text("")
    return made[version]


@pytest.fixture
def own_place(home: Path, version: int, made: dict[int, Path]) -> Path:
    """A copy of such a home, for a test that spoils it."""
    shutil.copytree(made[version], home, symlinks=True)
    return home
