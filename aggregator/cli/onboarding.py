"""What the verbs for whoever connects a source do: trying one, and comparing two feeds of one before a switch."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters import connection, registry
from adapters.kit.trial import Clock, Trial, try_out
from aggregator.app import outgoing
from aggregator.cli import place
from schemas.errors import BadInput


async def try_source(name: str) -> Trial:
    """Try one source of this place, as its settings are now; the stores are not needed for it."""
    configured = connection.read(place.settings().sources_file)
    if name not in configured:
        raise BadInput("source", f"this place has: {', '.join(sorted(configured)) or 'none'}")
    kind, reached = configured[name]
    clock = Clock()
    async with outgoing() as http:
        clock.watch(http)
        return await try_out(registry.make(name, kind, reached, http), reached, clock, datetime.now(UTC))
