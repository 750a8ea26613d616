"""A source that only pushes: a GP's or a care home's system that uses the FHIR door. Nothing is asked of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import httpx

from adapters.connection import Connection
from adapters.fhir_server.push import FORM, translate
from adapters.source import Ask, Raw
from adapters.terms import load
from schemas.contribution import Refusal, Translated


class Supplier:
    """One organisation that pushes. ``name`` is the source's name at this place."""

    def __init__(self, name: str, kind: str, connection: Connection) -> None:
        self.terms = load("adapters.fhir_server", kind, source=name, organisation=connection.organisation)

    def translate(self, raw: Raw) -> Translated:
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "this source only pushes FHIR"),))
        return translate(raw, self.terms)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        nothing: tuple[tuple[Raw, str], ...] = ()
        for one in nothing:
            yield one

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        return []

    async def check(self) -> list[str]:
        return []


def gp(name: str, connection: Connection, client: httpx.AsyncClient) -> Supplier:
    """A GP practice's system."""
    return Supplier(name, "gp", connection)


def care_home(name: str, connection: Connection, client: httpx.AsyncClient) -> Supplier:
    """A care home's system."""
    return Supplier(name, "care-home", connection)
