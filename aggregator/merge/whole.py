"""The whole record of one person for one reader: replay, fold, choose, list what disagrees, say who answered.

This is the only door into the merge. The result depends on what is said and when it was true, never on the
order, the repeats or the batches in which it came; ``now`` is used for the ages in the grid alone.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from aggregator.merge import choose, conflicts, grid, same
from aggregator.merge.grid import SourceStatus
from aggregator.merge.references import Links
from aggregator.merge.replay import Pair, replay
from aggregator.merge.rules import RULES
from schemas.codes import Heading
from schemas.decision import Decision
from schemas.record import Entry, Record

__all__ = ["SourceStatus", "whole"]

_HEADING_ORDER = {heading: i for i, heading in enumerate(Heading)}


def whole(
    person_id: str,
    pairs: Iterable[Pair],
    *,
    decision: Decision,
    sources: Sequence[SourceStatus],
    now: datetime,
    linked: bool = True,
) -> Record:
    """Merge narrowed live versions (``Contribution``, its parsed and narrowed resource) into one ``Record``.

    Everything in ``pairs`` is taken as permitted. ``sources`` are all that this place knows of, in the order
    in which they are shown; ``linked=False`` for a person whom no number ties to other records.
    """
    with _collector_at_rest():
        return _whole(person_id, pairs, decision, sources, now, linked)


def _whole(
    person_id: str,
    pairs: Iterable[Pair],
    decision: Decision,
    sources: Sequence[SourceStatus],
    now: datetime,
    linked: bool,
) -> Record:
    families = same.group(replay(pairs))
    groups = [group for family in families for group in family]
    ids = {id(group): _entry_id(group, person_id) for group in groups}
    links = Links(
        person_id,
        ((f, ids[id(group)]) for group in groups for fact in group.facts for f in (fact, *fact.routes)),
    )
    entries = tuple(sorted((choose.entry(group, ids[id(group)], links) for group in groups), key=_place))
    shown = grid.visible(entries)
    return Record(
        person_id=person_id,
        entries=entries,
        conflicts=conflicts.find(families, ids),
        grid=grid.cells(sources, decision, shown, now),
        sources=grid.lines(sources, decision, shown, now),
        withheld=decision.withheld,
        floor_withheld=decision.floor_withheld,
        location_restricted=decision.location_restricted,
        rules_version=RULES.version,
        made_at=now,
        linked=linked,
        emergency=decision.emergency is not None,
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Nothing here makes a cycle, and looking for one through 5,000 parsed resources takes half of the time."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


def _entry_id(group: same.Group, person_id: str) -> str:
    """The person's entry is the person; any other has the id of its first statement by (true time, source, id)."""
    if group.base.type == "Patient":
        return person_id
    return min(f.order for fact in group.facts for f in (fact, *fact.routes))[2]


def _place(entry: Entry) -> tuple[int, float, str]:
    """Record order: by heading, newest true time first, then id."""
    newest = max(told.true_time for told in entry.tellings)
    return (_HEADING_ORDER[entry.heading], -newest.timestamp(), entry.entry_id)
