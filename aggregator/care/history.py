"""Who looked at a person's record, and why: for the person, and for a privacy officer's own organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aggregator.access import audit
from aggregator.access.gate import insist
from aggregator.care.record import Records, well_formed
from aggregator.store import audit_tree
from aggregator.store.postgres import Database
from schemas.caller import Caller
from schemas.codes import Interaction

Row = tuple[str, int, datetime, str, str]


class History:
    def __init__(self, records: Records, record: Database) -> None:
        self._records = records
        self._record = record

    async def of_person(self, caller: Caller, person_id: str, limit: int = 200) -> list[dict[str, Any]]:
        """The newest looks as FHIR AuditEvents; reading them is audited too."""
        return [audit.as_audit_event(row) for row in await self._rows(caller, person_id, limit)]

    async def in_words(self, caller: Caller, person_id: str, limit: int = 200) -> list[dict[str, Any]]:
        """The same as (at, role, organisation, purpose, action, outcome, emergency) for a page."""
        told = []
        for _, _, at, _, body in await self._rows(caller, person_id, limit):
            row = audit.read(body)
            who = row.get("who", {})
            told.append(
                {
                    "at": at,
                    "role": who.get("role", ""),
                    "organisation": who.get("organisation", ""),
                    "purpose": who.get("purpose", ""),
                    "action": row["action"],
                    "outcome": row["outcome"],
                    "emergency": bool(row.get("emergency")),
                }
            )
        return told

    async def _rows(self, caller: Caller, person_id: str, limit: int) -> list[Row]:
        person_id = well_formed(person_id)
        snapshot = await self._records.gate.facts(caller, person_id)
        decision = self._records.gate.decide(caller, snapshot, Interaction.AUDIT)
        outcome = "shown" if decision.permit else "nothing"
        await self._records.statements.audited(
            decision.decided_at, person_id, audit.of_decision(decision, outcome)
        )
        insist(decision)
        whose = None if "*" in decision.controllers else sorted(decision.controllers)
        async with self._record.connection() as connection:
            return await audit_tree.about(connection, person_id, whose, limit)
