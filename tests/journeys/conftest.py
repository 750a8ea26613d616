"""The places that journeys go through.

`place` is shared by all journeys of a test process and is left as it was found. A journey that breaks a place
for good starts one of its own with `own_place`. Each place's words are searched for names and numbers when it
ends, whatever went on in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.quiet import assert_quiet
from tests.journeys.running import Place, started


@contextmanager
def new_folder() -> Iterator[Path]:
    """An empty folder for a place."""
    # Not under pytest's own folder: as root the database server is another user, who could not enter there.
    with tempfile.TemporaryDirectory(prefix="carerecord-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey may have to start a place on a busy machine, which takes longer than other tests may."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(400))


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    """A place in which every source has told everything."""
    with new_folder() as folder:
        with started(folder) as running:
            running.wait_settled()
            yield running
        assert_quiet(running)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder which the database server's account can enter."""
    with new_folder() as made:
        yield made


@pytest.fixture
def own_place(folder: Path) -> Iterator[Place]:
    """A place that the journey may break. It is ready; its senders may still be telling."""
    with started(folder) as running:
        yield running
    assert_quiet(running)
