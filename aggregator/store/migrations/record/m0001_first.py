"""The first schema of the record database: see 0001_first.sql."""

from aggregator.store.migrations.run import execute_file, execute_jobs_schema

revision = "0001"
down_revision = None


def upgrade() -> None:
    execute_file("record/0001_first.sql")
    execute_jobs_schema()
