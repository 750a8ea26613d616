"""What every test run shares. Fixtures of one room live in that room's own conftest.

Databases: `cluster` (PostgreSQL 16) and `cluster18` are real embedded servers, one each per test process and
started when first asked for; `fresh_database` is the URL of a new, empty database on one of them. A suite
that must hold on both says

    pytestmark = pytest.mark.parametrize("fresh_database", [16, 18], indirect=True)
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from aggregator.store.embedded import Cluster, running

pytest_plugins = ["tests.house.no_skips"]

_numbers = itertools.count(1)


def _serving(version: int) -> Iterator[Cluster]:
    # Not under pytest's own folder: that one is closed to all but its user, and as root the server is not
    # that user. The path is short as well, which a unix socket needs.
    with tempfile.TemporaryDirectory(prefix="carerecord-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder) / "home", version=version, durable=False) as server:
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
def fresh_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a new, empty database owned by the ordinary role `record`; dropped afterwards.

    On PostgreSQL 16, or on the version given by indirect parametrization (16 or 18).
    """
    server: Cluster = request.getfixturevalue(
        "cluster18" if getattr(request, "param", 16) == 18 else "cluster"
    )
    name = f"fresh_{next(_numbers)}"
    named = sql.Identifier(name)
    with psycopg.connect(server.admin_url(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER record TEMPLATE template0 STRATEGY file_copy").format(named)
        )
        try:
            yield server.url(name, role="record")
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(named))
