"""Emergency access sessions: who opened which person's record, why, and until when."""

from __future__ import annotations

from datetime import datetime

from aggregator.store import outbox
from aggregator.store.postgres import Connection


async def open_session(
    connection: Connection,
    session_id: str,
    person_id: str,
    who: tuple[str, str],
    reason: str,
    sealed_text: bytes,
    start: datetime,
    until: datetime,
    alert: list[str],
) -> None:
    """Keep a session of ``who`` (user id, organisation), and the alert to each organisation, or neither."""
    await connection.execute(
        "insert into emergency (session_id, person_id, user_id, organisation, reason, sealed_text, start_at,"
        " until_at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [session_id, person_id, *who, reason, sealed_text, start, until],
    )
    await outbox.put(
        connection, [(person_id, "emergency-access", "AuditEvent", party, "") for party in alert]
    )
