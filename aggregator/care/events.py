"""What changed, for those who ask with a cursor: opaque ids only, each decided anew for this caller."""

from __future__ import annotations

from aggregator.access import audit
from aggregator.care.record import Records
from aggregator.store import outbox
from aggregator.store.outbox import Change
from aggregator.store.postgres import Database
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.decision import Decision
from schemas.events import Event

_PAGE = 500
ALERT = "emergency-access"
"""Topic of the alert to the privacy officers of the viewer's and the sources' organisations."""


class Events:
    def __init__(self, records: Records, record: Database) -> None:
        self._records = records
        self._record = record

    async def after(self, caller: Caller, cursor: int) -> tuple[list[Event], int]:
        """Events after ``cursor`` that this caller may know of, and the next cursor.

        The cursor moves past what is withheld as well, so gaps tell nothing: it is a place in the feed of
        the whole place, and every caller's feed has gaps.
        """
        async with self._record.connection() as connection:
            changes = await outbox.after(connection, cursor, _PAGE)
        decisions: dict[str, Decision] = {}
        events = []
        for change in changes:
            if change.person_id not in decisions:
                snapshot = await self._records.gate.facts(caller, change.person_id)
                asked = Interaction.EVENTS if change.person_id else Interaction.SOURCES
                decisions[change.person_id] = self._records.gate.decide(caller, snapshot, asked)
            if _may_know(change, decisions[change.person_id], caller):
                events.append(
                    Event(
                        change.position,
                        change.topic,
                        change.person_id,
                        change.type,
                        change.at,
                        change.source,
                    )
                )
        for person_id in {e.person_id for e in events}:
            decision = decisions[person_id]
            await self._records.statements.audited(
                decision.decided_at, person_id, audit.of_decision(decision, "shown")
            )
        return events, changes[-1].position if changes else cursor


def _may_know(change: Change, decision: Decision, caller: Caller) -> bool:
    if change.topic == ALERT:
        # For the officer, who has no relationship with anybody; and for nobody else.
        return "privacy" in caller.activities and change.controller == caller.organisation
    if not decision.permit:
        return False
    if change.source:
        return change.controller in decision.controllers
    if not change.class_id:
        return change.controller == caller.organisation
    return any(g.class_id == change.class_id for g in decision.grants)
