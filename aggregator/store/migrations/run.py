"""Brings a database to the newest schema with Alembic; the SQL lies in numbered files beside the revisions.

``migrate`` is safe to call from several processes at once: an advisory lock makes them take turns.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.op import get_bind
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, text

HERE = Path(str(resources.files(__package__)))
_LOCK = 0xCA4E5EC0
JOBS_SCHEMA = "c70ec4b400a60ad9"
"""First 16 hex digits of the SHA-256 of the job library's schema that migration 0001 was written for."""


class SchemaError(RuntimeError):
    """The database's schema, or the job library's, is not the one that this version knows."""


def config(database: str) -> Config:
    """Alembic's settings for one of our databases: "record" or "keys"."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.set_main_option("version_locations", str(HERE / database))
    settings.set_main_option("path_separator", "os")
    return settings


def migrate(url: str, database: str) -> None:
    """Bring the database at ``url`` to the newest revision; one transaction for each revision."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    settings = config(database)
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:k)"), {"k": _LOCK})
            connection.commit()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
            connection.commit()
    finally:
        engine.dispose()


def execute_file(name: str) -> None:
    """Run one SQL file, ``record/0001_first.sql`` for instance, inside the current revision."""
    _execute((HERE / name).read_text(encoding="utf-8"))


def execute_jobs_schema() -> None:
    """Lay the job library's tables, if they are the ones that we know."""
    sql = SchemaManager.get_schema()
    found = hashlib.sha256(sql.encode()).hexdigest()[:16]
    if found != JOBS_SCHEMA:
        raise SchemaError(
            f"the job library brings schema {found}; this migration was written for {JOBS_SCHEMA}"
        )
    _execute(sql)


def _execute(sql: str) -> None:
    # Without parameters psycopg takes several statements at once and leaves per cent signs alone.
    get_bind().execution_options(no_parameters=True).exec_driver_sql(sql)
