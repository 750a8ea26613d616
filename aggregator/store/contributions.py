"""What a decision grants, given back: live versions, decrypted, with the audit row in the fetching statement."""

from __future__ import annotations

from datetime import datetime

from aggregator.store import audit
from aggregator.store.postgres import Database
from aggregator.store.vault import Vault, unseal
from schemas.contribution import Contribution
from schemas.decision import Decision

_FETCH = (
    "with logged as (" + audit.INSERT + ")"
    """
select st.subject_id, st.class_id, st.statement_id, st.version, st.source, st.type, st.true_time,
    st.received_at, st.retracts, st.partial, st.clears, st.body, subject.key_id,
    split_part(subject.organisation, '/', 1)
from unnest(%s::text[], %s::text[]) as granted (subject_id, class_id)
join statement st on st.subject_id = granted.subject_id and st.class_id = granted.class_id and st.live
join subject on subject.subject_id = st.subject_id
"""
)


class Statements:
    """Reading side: what a decision grants, decrypted, with the audit row in the fetching statement."""

    def __init__(self, record: Database, vault: Vault, writers: audit.Writers) -> None:
        self._record = record
        self._vault = vault
        self._writers = writers

    async def contributions(self, decision: Decision, audit_body: str) -> list[Contribution]:
        """Live versions of the granted classes, in no particular order.

        The audit row is committed with the statement that fetches: no row, no bytes. Raises ``Unavailable``.
        """
        grants = {(g.subject_id, g.class_id): g for g in decision.grants}
        async with self._record.connection() as connection:
            row = self._writers.next(connection, decision.decided_at, decision.person_id, audit_body)
            try:
                cursor = connection.cursor(binary=True)
                await cursor.execute(
                    _FETCH, [*row.values(), [s for s, _ in grants], [c for _, c in grants]], prepare=True
                )
                found = await cursor.fetchall()
            except BaseException:
                self._writers.spoiled(connection)
                raise
            self._writers.kept(connection, row)
        keys = await self._vault.find({r[12] for r in found})
        made = []
        for (
            s,
            c,
            statement_id,
            version,
            source,
            type_,
            true,
            received,
            retracts,
            partial,
            clears,
            body,
            key_id,
            teller,
        ) in found:
            grant, key = grants[s, c], keys.get(key_id)
            if key is None:
                continue  # crypto-shredded: it does not exist any more
            made.append(
                Contribution(
                    subject_id=s,
                    class_id=c,
                    statement_id=statement_id,
                    version=version,
                    source=source,
                    controller=grant.controller,
                    type=type_,
                    category=grant.category,
                    heading=grant.heading,
                    true_time=true,
                    received_at=received,
                    body=unseal(key, body, s, statement_id, str(version)),
                    retracts=retracts,
                    partial=partial,
                    clears=tuple(clears or ()),
                    labels=grant.labels,
                    retold=teller != grant.controller,
                )
            )
        return made

    async def person_of(self, statement_id: str) -> str | None:
        """Whose statement this is now. It tells nothing by itself: what may be shown is decided after."""
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                "select l.person_id from statement s join link l on l.subject_id = s.subject_id and l.until is null"
                " where s.statement_id = %s and s.live limit 1",
                [statement_id],
                prepare=True,
            )
            row = await cursor.fetchone()
        return row[0] if row else None

    async def audited(self, at: datetime, person_id: str, audit_body: str) -> None:
        """Commit one audit row by itself: for an answer from the cache, a denial, a write, an error."""
        async with self._record.connection() as connection:
            row = self._writers.next(connection, at, person_id, audit_body)
            try:
                await connection.execute(audit.INSERT, row.values(), prepare=True)
            except BaseException:
                self._writers.spoiled(connection)
                raise
            self._writers.kept(connection, row)
