"""Load the declared tables into one ``Policy``, or refuse whole: nothing is ever loaded in part.

The only module of this room that reads files. ``reading`` turns tables into values and refuses unknown codes;
``rehearse`` runs every clause's examples. The version of a policy is the digest of its tables' bytes.
"""

from __future__ import annotations

import hashlib
import tomllib
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from consent import reading, rehearse
from consent.fields import PolicyError
from consent.policy import Policy

TABLES = ("agreement.toml", "exclusions.toml", "labels.toml", "organisations.toml", "roles.toml")

__all__ = ["TABLES", "PolicyError", "load"]


def load(now: datetime, folder: Traversable | None = None) -> Policy:
    """Read the packaged tables, or a place's own from ``folder``; run every example as of ``now``.

    Raises ``PolicyError``, naming each fault, when a table is missing or malformed, a clause names a code that no
    table knows, or an example is missing or does not come out as it says. ``now`` must carry a time zone.
    """
    folder = folder if folder is not None else files("consent").joinpath("tables")
    policy = compile_tables(_read(folder))
    failures = rehearse.run_examples(policy, now)
    if failures:
        raise PolicyError(*(f.text for f in failures))
    return policy


def compile_tables(raw: dict[str, bytes]) -> Policy:
    """Tables as bytes, by file name, to a policy whose examples have not been run yet."""
    parsed: dict[str, dict[str, Any]] = {}
    for name in TABLES:
        try:
            parsed[name.removesuffix(".toml")] = tomllib.loads(raw[name].decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PolicyError(f"{name}: {error}") from None
    return reading.policy(parsed, version(raw))


def version(raw: dict[str, bytes]) -> str:
    """The digest that names this policy in every decision: SHA-256 over names and bytes, 16 hex digits."""
    digest = hashlib.sha256()
    for name in sorted(raw):
        for part in (name.encode(), raw[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _read(folder: Traversable) -> dict[str, bytes]:
    try:
        return {name: folder.joinpath(name).read_bytes() for name in TABLES}
    except OSError as error:
        raise PolicyError(f"a table cannot be read: {error.strerror}") from None
