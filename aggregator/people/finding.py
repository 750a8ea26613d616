"""Which person somebody means: by verified number, by an organisation's own number, by name and birth date.

Nothing here says what may be shown; whoever asks goes through the gate with the person id that they get.
"""

from __future__ import annotations

from datetime import date

from aggregator.people import details
from aggregator.people.blocking import name_birth_hash, number_hash
from aggregator.store import subjects
from aggregator.store.postgres import Database
from aggregator.store.subjects import Subject
from aggregator.store.vault import Vault
from schemas.identifiers import NhsNumber, SubjectKey, keyed_id


class Finding:
    def __init__(self, record: Database, vault: Vault, index: bytes) -> None:
        self._record = record
        self._vault = vault
        self._index = index

    def local_key(self, key: SubjectKey) -> str:
        return keyed_id(self._index, "local", key.organisation, key.local_id)

    async def by_number(self, number: NhsNumber) -> str | None:
        """The person whose verified number, present or superseded, this is."""
        return await self._first("number", number_hash(self._index, number))

    async def by_name(self, family: str, birth: date) -> list[str]:
        """Candidates by family-name sound and birth date; the caller narrows by what may be shown."""
        async with self._record.connection() as connection:
            return await subjects.persons_with(
                connection, "name-birth", [name_birth_hash(self._index, family, birth.isoformat())]
            )

    async def by_local_id(self, key: SubjectKey) -> str | None:
        """The person that an organisation's own number means now: after a merge, the surviving one."""
        local_key = self.local_key(key)
        async with self._record.connection() as connection:
            found = await subjects.by_local_keys(connection, [local_key])
        return found[local_key].person_id if local_key in found else None

    async def held_places(self, person_id: str) -> list[str]:
        """Every address and phone that any source told of this person: to redact with, never to show."""
        async with self._record.connection() as connection:
            found = await subjects.of_person(connection, person_id)
        keys = await self._vault.find({s.key_id for s in found})
        return [p for s in found if s.key_id in keys for p in details.places_of(keys[s.key_id], s)]

    async def known_as(self, person_id: str) -> tuple[list[Subject], dict[str, list[str]], NhsNumber | None]:
        """A person's subjects, their local ids by organisation, and the verified number: to ask sources with."""
        async with self._record.connection() as connection:
            found = await subjects.of_person(connection, person_id)
        keys = await self._vault.find({s.key_id for s in found})
        local_ids: dict[str, list[str]] = {}
        number: NhsNumber | None = None
        for s in found:
            key = keys.get(s.key_id)
            if key is None:
                continue
            local_ids.setdefault(s.organisation, []).append(details.local_id_of(key, s))
            number = number or details.number_of(key, s)
        return found, local_ids, number

    async def _first(self, kind: str, value: str) -> str | None:
        async with self._record.connection() as connection:
            persons = await subjects.persons_with(connection, kind, [value])
        return persons[0] if persons else None
