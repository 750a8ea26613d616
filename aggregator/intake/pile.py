"""Putting on the review pile what could not be kept, and what is missing; reading it again is ``review``'s work."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from adapters.source import Terms
from aggregator.store import reviews
from aggregator.store.postgres import Connection
from schemas.contribution import Refusal

OfInput = tuple[str, Sequence[Refusal]]
"""(raw id, what to say of it)."""


async def put(
    connection: Connection,
    terms: Terms,
    refused: Sequence[OfInput],
    *,
    wrong: Collection[Refusal] = (),
    missing: Sequence[OfInput] = (),
) -> None:
    """Entries for the source's controller. ``wrong``: refusals, whatever their part, because of another person."""
    persons = {(r.field, r.reason) for r in wrong}
    entries = [
        (raw_id, "wrong-person" if (r.field, r.reason) in persons else "refusal", r.part, r.field, r.reason)
        for raw_id, refusals in refused
        for r in refusals
    ]
    entries += [
        (raw_id, "vanished", r.part, r.field, r.reason) for raw_id, refusals in missing for r in refusals
    ]
    await reviews.add(connection, terms.source, terms.organisation, entries)
