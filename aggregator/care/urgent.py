"""Emergency access for somebody whose record this caller cannot open: named by NHS number, never by our id.

A page that says "nothing can be shown" is the same for everyone, so it can name nobody; who needs to get in
says here who it is about. An unknown number gets the one constant nothing.
"""

from __future__ import annotations

from aggregator.care.emergencies import Emergencies, Session
from aggregator.people.identity import Identity
from schemas.caller import Caller
from schemas.identifiers import NhsNumber


class Urgent:
    def __init__(self, emergencies: Emergencies, identity: Identity) -> None:
        self._emergencies = emergencies
        self._identity = identity

    async def by_number(self, caller: Caller, number: NhsNumber, reason: str, text: str) -> Session:
        """Open a session on the person with this number. Raises ``NotAllowed`` and ``NothingToShow``."""
        person_id = await self._identity.by_number(number)
        return await self._emergencies.open(caller, person_id or "", reason, text)

    async def by_person(self, caller: Caller, person_id: str, reason: str, text: str) -> Session:
        """Open, or renew, a session on a person whose record is on the screen."""
        return await self._emergencies.open(caller, person_id, reason, text)
