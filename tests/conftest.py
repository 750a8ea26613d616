"""What every test run shares. Fixtures of one room live in that room's own conftest.

Databases: `cluster` (PostgreSQL 16) and `cluster18` are real embedded servers, one each per test process and
started when first asked for. `fresh_database` and `fresh_key_database` are URLs of new, empty databases on
the `server` of the test, which is version 16 unless the suite asks for both:

    pytestmark = pytest.mark.parametrize("server", [16, 18], indirect=True)
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from aggregator.store.embedded import Cluster, running

pytest_plugins = ["tests.house.no_skips", "tests.house.quiet_ids"]

_numbers = itertools.count(1)


@contextmanager
def a_folder() -> Iterator[Path]:
    # Not under pytest's own folder: that one is closed to all but its user, and as root the server is not
    # that user. The path is short as well, which a unix socket needs.
    with tempfile.TemporaryDirectory(prefix="carerecord-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def _serving(version: int) -> Iterator[Cluster]:
    with a_folder() as folder, running(folder / "home", version=version, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL 16 with the databases `record` and `keys`, not crash-safe."""
    yield from _serving(16)


@pytest.fixture(scope="session")
def cluster18() -> Iterator[Cluster]:
    """PostgreSQL 18 with the databases `record` and `keys`, not crash-safe."""
    yield from _serving(18)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Cluster:
    """The embedded server of version 16, or of the version given by indirect parametrization (16 or 18)."""
    found: Cluster = request.getfixturevalue(
        "cluster18" if getattr(request, "param", 16) == 18 else "cluster"
    )
    return found


@pytest.fixture
def fresh_database(server: Cluster) -> Iterator[str]:
    """The URL of a new, empty database owned by the ordinary role `record`; dropped afterwards."""
    yield from _fresh(server, "record")


@pytest.fixture
def fresh_key_database(server: Cluster) -> Iterator[str]:
    """The URL of a new, empty database owned by the ordinary role `keys`; dropped afterwards."""
    yield from _fresh(server, "keys")


@pytest.fixture
def second_database(server: Cluster) -> Iterator[str]:
    """As `fresh_database`, for a second place beside the first."""
    yield from _fresh(server, "record")


@pytest.fixture
def second_key_database(server: Cluster) -> Iterator[str]:
    """As `fresh_key_database`, for a second place beside the first."""
    yield from _fresh(server, "keys")


def _fresh(server: Cluster, role: str) -> Iterator[str]:
    name = f"fresh_{role}_{next(_numbers)}"
    database, owner = sql.Identifier(name), sql.Identifier(role)
    create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 STRATEGY file_copy")
    with psycopg.connect(server.admin_url(), autocommit=True) as admin:
        admin.execute(create.format(database, owner))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    try:
        yield server.url(name, role=role)
    finally:
        with psycopg.connect(server.admin_url(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@contextmanager
def fresh_pair(server: Cluster) -> Iterator[tuple[str, str]]:
    """URLs of a second, new record database and key database, for a test of two places."""
    fresh = contextmanager(_fresh)
    with fresh(server, "record") as record, fresh(server, "keys") as keys:
        yield record, keys


@pytest.fixture
def home() -> Iterator[Path]:
    """A home for a place that does not exist yet, on a short path which the server's account can reach."""
    with a_folder() as folder:
        yield folder / "home"
