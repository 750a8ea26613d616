"""The command ``carerecord``: verbs that look things up, and the processes of a place.

Imports are lazy: ``--help`` answers at once. Commands that show content take ``--token-file`` and pass the
same callers and gate as everyone.
"""

from __future__ import annotations

from aggregator.cli.commands import app
from aggregator.cli.owners import refuse_shared_names

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of the ``carerecord`` script."""
    refuse_shared_names()
    app()
