"""Source statements of one person: narrowed like any view, but not merged. One entry for each statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aggregator.access.gate import recheck
from aggregator.care.record import Records, well_formed
from aggregator.merge.replay import replay
from aggregator.merge.single import singles
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.contribution import Resource
from schemas.errors import NothingToShow
from schemas.record import Entry


class Everything:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def of_person(
        self, caller: Caller, person_id: str, interaction: Interaction, types: Sequence[str] = ()
    ) -> list[Entry]:
        """The statements about one person, by type then id; ``types`` narrows them."""
        looked = await self._records.look(caller, person_id, interaction)
        pairs = await self._records.fetch(looked)
        entries = [e for e in singles(person_id, pairs) if not types or e.type in types]
        recheck(looked.decision, (e.classes for e in entries))
        return sorted(entries, key=lambda e: (e.type, e.entry_id))

    async def one(self, caller: Caller, type_: str, statement_id: str) -> Entry:
        """One statement by type and id. Raises the constant nothing for absent and forbidden alike."""
        person_id = await self._records.statements.person_of(well_formed(statement_id))
        entries = await self.of_person(caller, person_id or "", Interaction.READ, (type_,))
        for entry in entries:
            if entry.entry_id == statement_id or (type_ == "Patient" and statement_id == person_id):
                return entry
        raise NothingToShow()

    async def as_told(self, caller: Caller, entry: Entry, person_id: str) -> Resource:
        """An entry of the caller's own organisation as it was told, nothing cut: what an edit is made on.

        An edit of the narrowed view would write back what was cut for this reader.
        """
        looked = await self._records.look(caller, person_id, Interaction.READ, refresh=False)
        for fact in replay(await self._records.stored(looked)):
            if fact.telling.statement_id == entry.entry_id:
                return fact.resource
        raise NothingToShow()


def versioned(entry: Entry) -> dict[str, Any]:
    """The resource with ``meta.versionId``: the version of the statement that it shows."""
    meta = entry.resource.get("meta", {}) | {"versionId": str(max(t.version for t in entry.tellings))}
    return entry.resource | {"meta": meta}
