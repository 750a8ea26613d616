"""What comes back to where it began: a neighbour tells us what it had from us. It is dropped, and counted.

A statement keeps the ids by which it went, however often it is told on (``adapters.fhir_server.retold``). One
that went by an id of ours, and that we still hold, says nothing new. What we do not hold any more is kept: then the
neighbour's copy is the only one. The same fact that the neighbour had from somebody else is no echo: it is a
second route, and ``merge.routes`` shows it once.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from adapters.fhir_server import answer
from adapters.source import Raw
from aggregator.store import statements
from aggregator.store.postgres import Database
from schemas.contribution import Statement, Translated
from schemas.identifiers import STATEMENT_ID

log = structlog.get_logger()


async def without(record: Database, raw: Raw, said: Translated) -> Translated:
    """What a neighbour says, without what it had from us; only from such a source can an echo come."""
    if raw.form != answer.FORM:
        return said
    went_by = {id(s): went for s in said.statements if (went := _went_by(s))}
    if not went_by:
        return said
    async with record.connection() as connection:
        ours = await statements.held(connection, sorted(frozenset().union(*went_by.values())))
    kept = tuple(s for s in said.statements if not went_by.get(id(s), frozenset()) & ours)
    dropped = len(said.statements) - len(kept)
    if not dropped:
        return said
    log.info("intake.echoes", source=raw.source, count=dropped)
    about = {s.subject for s in kept}
    return replace(said, statements=kept, subjects=tuple(c for c in said.subjects if c.key in about))


def _went_by(statement: Statement) -> frozenset[str]:
    """The ids by which it was told before it came to whoever tells us now, and there."""
    tags = statement.resource.get("meta", {}).get("tag", ())
    return frozenset(tag["code"] for tag in tags if tag.get("system") == STATEMENT_ID)
