"""Frozen passports: added once, sealed under the key of the sender's subject, never changed.

Whether a copy may be shown to somebody is decided anew each time, in ``aggregator.care.passport``; the plain
columns (scope, statements) are there for that question and hold opaque ids only.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.store.postgres import Database
from aggregator.store.vault import Vault, seal, unseal
from schemas.codes import Audience
from schemas.errors import Unavailable
from schemas.passport import Copy

_COLUMNS = """passport_id, version, subject_id, person_id, recipient, audience, frozen_at, frozen_by, scope,
    statements, digest"""
_LATEST = f"""
select {_COLUMNS}, sealed_document, sealed_pdf, subject.key_id
from passport join subject using (subject_id)
where passport.subject_id = any(%s) and recipient = %s and audience = any(%s) and (%s::int is null or version = %s)
order by frozen_at desc, version desc, array_position(%s, audience) limit %s
"""  # noqa: S608 - a constant
_ADD = """
insert into passport (passport_id, version, subject_id, person_id, recipient, audience, frozen_at, frozen_by,
    scope, statements, digest, sealed_document, sealed_pdf)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing
"""


class Shelf:
    """Keeps copies and gives them back decrypted."""

    def __init__(self, record: Database, vault: Vault) -> None:
        self._record = record
        self._vault = vault

    async def latest(
        self,
        subject_ids: Sequence[str],
        recipient: str,
        audiences: Sequence[Audience],
        *,
        version: int | None = None,
        most: int = 6,
    ) -> list[Copy]:
        """The newest copies for this recipient about these subjects, last frozen first.

        Of one version the copies come in the order of ``audiences``, and none for another audience.

        A copy whose key was destroyed does not exist any more.
        """
        wanted = [audience.value for audience in audiences]
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                _LATEST, [list(subject_ids), recipient, wanted, version, version, wanted, most], prepare=True
            )
            rows = await cursor.fetchall()
        keys = await self._vault.find({row[-1] for row in rows})
        found = []
        for *told, document, pdf, key_id in rows:
            if key_id not in keys:
                continue
            key, bound = keys[key_id], _bound(told[0], told[1], told[5])
            found.append(
                Copy(
                    passport_id=told[0],
                    version=told[1],
                    subject_id=told[2],
                    person_id=told[3],
                    recipient=told[4],
                    audience=Audience(told[5]),
                    frozen_at=told[6],
                    frozen_by=told[7],
                    scope=frozenset(told[8]),
                    statements=frozenset(told[9]),
                    digest=told[10],
                    document=unseal(key, bytes(document), told[2], *bound, "document"),
                    pdf=unseal(key, bytes(pdf), told[2], *bound, "pdf") if pdf else b"",
                )
            )
        return found

    async def newest_version(self, passport_id: str) -> int:
        """The number of the newest version; 0 when there is none."""
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                "select coalesce(max(version), 0) from passport where passport_id = %s",
                [passport_id],
                prepare=True,
            )
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def add(self, copies: Sequence[Copy]) -> bool:
        """Keep all copies of one version, durably; False, and none kept, when that version exists already."""
        subjects = sorted({copy.subject_id for copy in copies})
        async with self._record.connection() as connection:
            cursor = await connection.execute(
                "select subject_id, key_id from subject where subject_id = any(%s)", [subjects], prepare=True
            )
            key_ids = dict(await cursor.fetchall())
        keys = await self._vault.find(key_ids.values())
        if any(key_ids.get(subject) not in keys for subject in subjects):
            raise Unavailable("key store")
        try:
            async with self._record.transaction() as connection:
                for copy in copies:
                    values = _values(copy, keys[key_ids[copy.subject_id]])
                    cursor = await connection.execute(_ADD, values, prepare=True)
                    if cursor.rowcount != 1:
                        raise _Taken
        except _Taken:
            return False
        return True


class _Taken(Exception):
    """Rolls the transaction back: another freeze of the same passport was first."""


def _values(copy: Copy, key: AESGCM) -> list[object]:
    bound = (copy.subject_id, *_bound(copy.passport_id, copy.version, copy.audience.value))
    return [
        *(copy.passport_id, copy.version, copy.subject_id, copy.person_id, copy.recipient),
        *(copy.audience.value, copy.frozen_at, copy.frozen_by, sorted(copy.scope), sorted(copy.statements)),
        copy.digest,
        seal(key, copy.document, *bound, "document"),
        seal(key, copy.pdf, *bound, "pdf") if copy.pdf else None,
    ]


def _bound(passport_id: str, version: int, audience: str) -> tuple[str, str, str]:
    """With the subject, the additional data of a copy's bytes: moved to another row, they do not open."""
    return passport_id, str(version), audience
