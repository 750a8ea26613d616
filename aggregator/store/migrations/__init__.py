"""The two databases' schemas: numbered SQL files, run by Alembic (see ``run``)."""
