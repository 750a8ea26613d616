"""Opening emergency access: a listed reason, words of one's own, one person, at most an hour, read-only.

What it then lifts is ``consent.emergency``'s matter. The alerts to the privacy officers of the viewer's and
the sources' organisations are queued in the same transaction: no alert, no access (access-decision BG8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.access import audit
from aggregator.access.gate import insist
from aggregator.care.record import Records, well_formed
from aggregator.store import emergencies
from aggregator.store.postgres import Database
from aggregator.store.vault import Secrets, seal
from consent.emergency import LONGEST, problem
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.errors import NotAllowed, NothingToShow
from schemas.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Session:
    session_id: str
    person_id: str
    until: datetime


class Emergencies:
    def __init__(self, records: Records, record: Database, secrets: Secrets) -> None:
        self._records = records
        self._record = record
        self._sealing = AESGCM(secrets.session)

    async def open(self, caller: Caller, person_id: str, reason: str, text: str) -> Session:
        """Open a session, alert, audit. Raises ``NotAllowed`` for a missing reason, text, role or activity."""
        gate, person_id = self._records.gate, well_formed(person_id)
        snapshot = await gate.facts(caller, person_id)
        decision = gate.decide(caller, snapshot, Interaction.EMERGENCY)
        wrong = problem(gate.policy, reason, text) if decision.permit else None
        if not decision.permit or wrong or not snapshot.subjects:
            listed = reason if reason in gate.policy.emergency_reasons else ""
            row = audit.of_decision(decision, "refused", reason=listed)
            await self._records.statements.audited(decision.decided_at, person_id, row)
            insist(decision)
            if wrong:
                raise NotAllowed(f"Emergency access needs a reason: {wrong}.")
            raise NothingToShow()
        now = snapshot.facts.read_at
        made = Session(new_id(), person_id, now + LONGEST)
        await self._records.statements.audited(
            now, person_id, audit.of_decision(decision, "written", reason=reason, session=made.session_id)
        )
        async with self._record.transaction() as connection:
            await emergencies.open_session(
                connection,
                made.session_id,
                person_id,
                (caller.user_id, caller.organisation),
                reason,
                seal(self._sealing, text.strip().encode(), made.session_id),
                now,
                made.until,
                sorted({caller.organisation, *snapshot.subjects.values()}),
            )
        return made
