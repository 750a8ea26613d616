"""Statements side by side, each an entry of its own: what ``$everything`` and searches show."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.merge import choose
from aggregator.merge.references import Links
from aggregator.merge.replay import Pair, replay
from aggregator.merge.same import SINGLE, Group
from schemas.record import Entry


def singles(person_id: str, pairs: Iterable[Pair]) -> list[Entry]:
    """One entry for each statement that stands; its id is the statement's own."""
    facts = replay(pairs)
    links = Links(person_id, ((fact, fact.telling.statement_id) for fact in facts))
    return [choose.entry(Group((fact,), SINGLE), fact.telling.statement_id, links) for fact in facts]
