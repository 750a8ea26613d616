"""How a FHIR server is reached: its base, our key or our signed assertion, and forgetting a token that failed."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import httpx

from adapters.connection import Connection
from adapters.source import SourceDown
from adapters.wire.oauth import Tokens
from adapters.wire.rest import Rest

T = TypeVar("T")


class Reach:
    """``rest`` speaks to the server; work that failed goes through ``telling``, so that a refused token goes."""

    def __init__(self, name: str, connection: Connection, client: httpx.AsyncClient) -> None:
        c = connection
        self._tokens = (
            Tokens(name, c.token_url, c.client_id, c.secret, client, deadline=c.deadline)
            if c.token_url
            else None
        )
        key = self._tokens.get if self._tokens else c.secret
        self.rest = Rest(name, c.url, client, key, c.deadline, c.limit)

    async def telling(self, work: Awaitable[T]) -> T:
        """Do it. Raises ``SourceDown``, and the next asker signs in anew."""
        try:
            return await work
        except SourceDown:
            if self._tokens is not None:
                self._tokens.forget()
            raise
