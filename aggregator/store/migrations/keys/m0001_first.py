"""The first schema of the keys database: see 0001_first.sql."""

from aggregator.store.migrations.run import execute_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    execute_file("keys/0001_first.sql")
