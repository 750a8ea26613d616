"""Another FHIR R4 server as a source: a neighbouring shared record, or any server that holds people's facts.

How it is asked, page by page, is in ``asking``.
"""

from __future__ import annotations

from typing import Final

import httpx

from adapters.connection import Connection
from adapters.fhir_server import answer
from adapters.fhir_server.asking import Server
from adapters.fhir_server.by_number import AskedByNumber
from adapters.fhir_server.push import HEADINGS
from schemas.identifiers import NhsNumber

TYPES: Final = frozenset(HEADINGS) | {"CarePlan", "Goal"}
"""What is asked for, type by type, of a server without ``$everything``."""


class NeighbouringRecord(AskedByNumber):
    """One neighbour."""

    form = answer.FORM
    endpoint = "Patient/$everything"

    def __init__(self, connection: Connection, client: httpx.AsyncClient, name: str = "fhir") -> None:
        super().__init__("fhir", connection, client, name)
        self._server = Server(self._reach.rest, TYPES, connection.limit)

    async def _try(self) -> None:
        await self._server.offer(again=True)

    async def _fetch(self, number: NhsNumber) -> bytes | None:
        first, people = await self._server.people(number)
        ids = [str(p.get("id")) for p in people]
        if not ids:
            return None
        pages = [first]
        for own in ids:
            pages += await self._server.everything(own, number)
        return answer.frame(self._reach.rest.base, number, ids, pages)

    def _read(self, framed: bytes) -> answer.Answer:
        return answer.read(framed)
