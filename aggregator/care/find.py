"""Find a person: by NHS number, by an organisation's own number, or by family name and birth date. Never by
anything in a URL.

Whoever may not see the person gets the same empty answer as for nobody at all; every question is audited.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aggregator.care.record import Records
from aggregator.people.identity import Identity
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.errors import NothingToShow
from schemas.identifiers import NhsNumber, SubjectKey
from schemas.person import demographics
from schemas.record import Entry, Record


class Find:
    def __init__(self, records: Records, identity: Identity) -> None:
        self._records = records
        self._identity = identity

    async def by_number(self, caller: Caller, number: NhsNumber | None) -> list[Record]:
        """The person with this number as this caller may see them: one record or none.

        ``None`` stands for something that is no NHS number: it finds nobody, in the same way.
        """
        person_id = await self._identity.by_number(number) if number else None
        return await self._visible(caller, [person_id or ""], 1)

    async def by_local_id(self, caller: Caller, key: SubjectKey) -> list[Record]:
        """The person whom an organisation's own number means now: one that was merged away means the survivor.

        Nobody, when this caller sees nothing that the organisation tells of them: that it knows them is told by
        the answer, and may be just what is withheld.
        """
        person_id = await self._identity.by_local_id(key)
        found = await self._visible(caller, [person_id or ""], 1)
        return [
            r for r in found if any(t.controller == key.organisation for e in r.entries for t in e.tellings)
        ]

    async def by_name(self, caller: Caller, family: str, birth: date, given: str = "") -> list[Record]:
        """Everybody with this family name, birth date and start of a given name whom this caller may see."""
        candidates = await self._identity.by_name(family, birth)
        found = await self._visible(caller, candidates or [""], 20)
        return [r for r in found if _same_name(r, family, given, birth)]

    async def _visible(self, caller: Caller, person_ids: Sequence[str], limit: int) -> list[Record]:
        found = []
        for person_id in person_ids[:limit]:
            try:
                record = await self._records.record(caller, person_id, Interaction.SEARCH, refresh=False)
            except NothingToShow:
                continue
            if any(e.type == "Patient" for e in record.entries):
                found.append(record)
        return found


def patient(record: Record) -> Entry | None:
    """The entry that is the person, when the reader may see it."""
    return next((e for e in record.entries if e.type == "Patient"), None)


def _same_name(record: Record, family: str, given: str, birth: date) -> bool:
    entry = patient(record)
    if entry is None:
        return False
    who = demographics(entry.resource)
    names = entry.resource.get("name") or []
    families = {str(n.get("family", "")).casefold() for n in names}
    givens = [str(g).casefold() for n in names for g in n.get("given") or []]
    return (
        family.casefold() in families
        and who.birth_date == birth
        and (not given or any(g.startswith(given.casefold()) for g in givens))
    )
