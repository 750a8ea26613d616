"""What the verbs for whoever connects a source do: trying one, and comparing two feeds of one before a switch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx

from adapters import connection, registry
from adapters.connection import Connection
from adapters.kit.parity import Parity, compare
from adapters.kit.trial import Clock, Trial, try_out
from adapters.source import Raw, SourceDown, Speaks
from aggregator.app import outgoing
from aggregator.cli import place
from schemas.contribution import Translated
from schemas.errors import BadInput


async def compare_feeds(old: str, new: str, form: str) -> Parity:
    """Read two feeds from their beginning and compare what they tell; nothing is kept.

    Each is the name of a source of this place, or ``NAME=FOLDER``: files in a folder, in the order of their
    names, read as raw inputs of that source in the layout ``form``.
    """
    configured = connection.read(place.settings().sources_file)
    async with outgoing() as http:
        told = [await _told(side, configured, http, form) for side in (old, new)]
    return compare(*told)


async def _told(
    side: str, configured: Mapping[str, tuple[str, Connection]], http: httpx.AsyncClient, form: str
) -> list[Translated]:
    name, _, folder = side.partition("=")
    kind, reached = _one(configured, name)
    source, now = registry.make(name, kind, reached, http), datetime.now(UTC)
    if folder:
        return [source.translate(Raw(name, form, content, now)) for content in _contents(Path(folder))]
    if not source.terms.speaks & {Speaks.PULL, Speaks.DROP}:
        raise BadInput("source", f"{name} sends by itself: give a folder of what it sent, {name}=FOLDER")
    try:
        return [source.translate(raw) async for raw, _ in source.pull("", now)]
    except SourceDown as down:
        raise BadInput(f"source {name}", down.reason) from None


def _contents(folder: Path) -> list[bytes]:
    if not folder.is_dir():
        raise BadInput("folder", "there is none to read")
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]


def _one(configured: Mapping[str, tuple[str, Connection]], name: str) -> tuple[str, Connection]:
    if name not in configured:
        raise BadInput("source", f"this place has: {', '.join(sorted(configured)) or 'none'}")
    return configured[name]


async def try_source(name: str) -> Trial:
    """Try one source of this place, as its settings are now; the stores are not needed for it."""
    kind, reached = _one(connection.read(place.settings().sources_file), name)
    clock = Clock()
    async with outgoing() as http:
        clock.watch(http)
        return await try_out(registry.make(name, kind, reached, http), reached, clock, datetime.now(UTC))
