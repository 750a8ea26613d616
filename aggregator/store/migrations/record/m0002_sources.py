"""What sources in depth need: see 0002_sources.sql."""

from aggregator.store.migrations.run import execute_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    execute_file("record/0002_sources.sql")
