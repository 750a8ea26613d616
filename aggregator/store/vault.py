"""Keys: one for each subject and each day of raw input, wrapped in a key store apart from the records.

The place's master key never enters a database. From it come the place's secrets (for hashes, ids, the
audit chain, the cache), and it wraps the random keys. Destroying a key makes every body under it
unreadable, in restored backups of the record database too.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from aggregator.store.postgres import Connection, Database
from schemas.identifiers import new_id

_REMEMBERED = 20_000  # unwrapped keys in one process
_REMEMBER_SECONDS = 60.0  # a destroyed key is unreadable everywhere after this


class KeyGone(Exception):
    """The key was destroyed, or the bytes were moved, cut or changed: nothing can be read."""


class Kms(Protocol):
    """The port to whatever guards the master key (a file, or a key management service)."""

    def wrap(self, key: bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes) -> bytes: ...
    def derive(self, purpose: str) -> bytes: ...


class FileKms:
    """A master key in a file of mode 0600. ``create`` makes one when there is none."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"{path.name} must be readable by its owner only (chmod 600)")
        self._master = path.read_bytes()
        if len(self._master) != 32:
            raise ValueError(f"{path.name} must hold exactly 32 random bytes")

    def wrap(self, key: bytes) -> bytes:
        return aes_key_wrap(self.derive("wrap"), key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return aes_key_unwrap(self.derive("wrap"), wrapped)

    def derive(self, purpose: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"carerecord {purpose}".encode()).derive(
            self._master
        )


@dataclass(frozen=True, slots=True)
class Secrets:
    """The place's derived secrets. None of them is ever stored or logged."""

    ids: bytes = field(repr=False)  # statement ids, class ids, digests
    index: bytes = field(repr=False)  # blocking keys of people.identity
    audit: bytes = field(repr=False)  # the chain of each audit writer
    cache: bytes = field(repr=False)  # cached segments
    session: bytes = field(repr=False)  # session cookies and sealed sessions
    sealing: bytes = field(repr=False)  # the seal on passports' PDFs
    signing: Ed25519PrivateKey = field(repr=False)  # audit tree heads, codes on passports

    @classmethod
    def of(cls, kms: Kms) -> Secrets:
        return cls(
            ids=kms.derive("ids"),
            index=kms.derive("index"),
            audit=kms.derive("audit"),
            cache=kms.derive("cache"),
            session=kms.derive("session"),
            sealing=kms.derive("passport sealing"),
            signing=Ed25519PrivateKey.from_private_bytes(kms.derive("audit signing")),
        )


def seal(key: AESGCM, plain: bytes, *bound: str) -> bytes:
    """AES-256-GCM; ``bound`` is additional data: moved to another row, the bytes do not open."""
    nonce = secrets.token_bytes(12)
    return nonce + key.encrypt(nonce, plain, "\x1f".join(bound).encode())


def unseal(key: AESGCM, sealed: bytes, *bound: str) -> bytes:
    try:
        return key.decrypt(sealed[:12], sealed[12:], "\x1f".join(bound).encode())
    except InvalidTag as broken:
        raise KeyGone("sealed bytes do not open here") from broken


def day_key(day: date) -> str:
    """The id of the key that one day's raw input lies under."""
    return f"day-{day.isoformat()}"


class Vault:
    """Creates, finds and destroys keys in the key database."""

    def __init__(self, keys: Database, kms: Kms) -> None:
        self._keys = keys
        self._kms = kms
        self._known: dict[str, tuple[float, AESGCM]] = {}

    async def create(self, count: int) -> list[str]:
        """Ids of ``count`` new subject keys, durable before this returns."""
        made = [(new_id(), AESGCM.generate_key(256)) for _ in range(count)]
        if made:
            async with self._keys.transaction() as connection:
                await self._insert(connection, "subject", made)
        self._remember(made)
        return [key_id for key_id, _ in made]

    async def day(self, day: date) -> tuple[str, AESGCM]:
        """The key of one day's raw input, made at its first use."""
        key_id = day_key(day)
        if key_id not in self._known:
            async with self._keys.transaction() as connection:
                await self._insert(connection, "day", [(key_id, AESGCM.generate_key(256))])
        return key_id, (await self.find([key_id]))[key_id]

    async def find(self, key_ids: Iterable[str]) -> dict[str, AESGCM]:
        """The live keys among ``key_ids``; a destroyed one is absent."""
        now = time.monotonic()
        found: dict[str, AESGCM] = {}
        missing: list[str] = []
        for key_id in set(key_ids):
            held = self._known.get(key_id)
            if held and held[0] > now:
                found[key_id] = held[1]
            else:
                missing.append(key_id)
        if missing:
            async with self._keys.connection() as connection:
                cursor = await connection.execute(
                    "select key_id, wrapped from key where key_id = any(%s) and wrapped is not null",
                    [missing],
                )
                rows = await cursor.fetchall()
            unwrapped = [(key_id, self._kms.unwrap(bytes(wrapped))) for key_id, wrapped in rows]
            found |= self._remember(unwrapped)
        return found

    async def destroy(self, key_id: str) -> None:
        """Destroy one key for good."""
        async with self._keys.transaction() as connection:
            await connection.execute(
                "update key set wrapped = null, destroyed_at = clock_timestamp() where key_id = %s", [key_id]
            )
        self._known.pop(key_id, None)

    async def days(self, before: date) -> list[date]:
        """The days before that one whose raw input can still be opened, oldest first."""
        async with self._keys.connection() as connection:
            cursor = await connection.execute(
                "select key_id from key where kind = 'day' and wrapped is not null and key_id < %s order by key_id",
                [day_key(before)],
            )
            return [date.fromisoformat(row[0].removeprefix("day-")) for row in await cursor.fetchall()]

    async def destroy_day(self, day: date) -> None:
        """Destroy the key of one day's raw input for good."""
        await self.destroy(day_key(day))

    async def _insert(self, connection: Connection, kind: str, made: Sequence[tuple[str, bytes]]) -> None:
        await connection.execute(
            "insert into key (key_id, kind, wrapped)"
            " select i, %s, w from unnest(%s::text[], %s::bytea[]) x (i, w) on conflict do nothing",
            [kind, [key_id for key_id, _ in made], [self._kms.wrap(key) for _, key in made]],
        )

    def _remember(self, keys: Iterable[tuple[str, bytes]]) -> dict[str, AESGCM]:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        until = time.monotonic() + _REMEMBER_SECONDS
        made = {key_id: AESGCM(key) for key_id, key in keys}
        self._known.update((key_id, (until, key)) for key_id, key in made.items())
        return made
