"""Start-up refuses when another distribution owns one of our four import names (ADR 0009)."""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions

NAMES = ("schemas", "consent", "adapters", "aggregator")


def refuse_shared_names() -> None:
    """End the program, saying which name has two owners and what to do."""
    owners = packages_distributions()
    for name in NAMES:
        others = sorted(set(owners.get(name, ())) - {"carerecord"})
        if others:
            sys.exit(
                f"The installed package {others[0]} also provides the import name '{name}', so parts of "
                "carerecord may have been overwritten. Install carerecord in a virtual environment of its own."
            )
