"""The landlord's system over REST: the live source "housing".

Reads one JSON file a resident. It cannot be asked by NHS number: people are found by the timed sweep, and
opening a record refreshes only those whom this landlord's own id is already known for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import httpx

from adapters.connection import Connection
from adapters.dossier import Section, Teller, Who, translate_document
from adapters.fields import Fields
from adapters.housing import home, works
from adapters.housing.resident import read_resident
from adapters.housing.terms import housing_terms
from adapters.source import Ask, Raw, Terms
from adapters.wire.person_files import PersonFiles
from adapters.wire.rest import Rest
from schemas.codes import Category
from schemas.contribution import Refusal, Translated
from schemas.identifiers import SubjectKey

FORM: Final = "resident-file.json"

SECTIONS: Final[dict[str, Section]] = {
    "tenures": home.tenure,
    "assets": home.asset,
    "repairs": works.repair,
    "hazards": works.hazard,
    "adaptations": works.adaptation,
    "homelessness": works.homelessness,
    "alerts": works.alert,
}


class HousingRegister:
    """One landlord's system."""

    def __init__(self, connection: Connection, client: httpx.AsyncClient, name: str = "housing") -> None:
        self.terms: Terms = housing_terms(connection.organisation, name)
        self._connection = connection
        rest = Rest(
            self.terms.source,
            connection.url,
            client,
            connection.secret,
            connection.deadline,
            connection.limit,
        )
        self._files = PersonFiles(rest, FORM, "/api/v2/persons", "file", searchable=False)

    def translate(self, raw: Raw) -> Translated:
        """One resident's file into statements; pure."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not a file that can be trusted"),))
        return translate_document(raw.content, who=self._who, teller=self._teller, sections=SECTIONS)

    def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        return self._files.fetch_changes(cursor, now)

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        return await self._files.fetch_person(ask, now)

    async def check(self) -> list[str]:
        return self._connection.problems() or await self._files.try_out()

    def _who(self, person: Fields, document: Fields) -> Who:
        return read_resident(person, document, self.terms.organisation)

    def _teller(self, key: SubjectKey) -> Teller:
        return Teller(key, Category.HOUSING, self._connection.providers)
