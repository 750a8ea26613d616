"""The mental health provider's record system over REST: the live source "mental-health".

Reads one JSON file a person and hands it to the mapping in ``sections``. The monthly return is another
source with other lateness: ``adapters.mental_health.mhsds``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import httpx

from adapters.connection import Connection
from adapters.dossier import Teller, Who, translate_document
from adapters.fields import Fields
from adapters.mental_health.sections import SECTIONS
from adapters.mental_health.terms import record_system_terms
from adapters.person import read_person
from adapters.source import Ask, Raw, Terms
from adapters.wire.person_files import PersonFiles
from adapters.wire.rest import Rest
from schemas.codes import Category
from schemas.contribution import Refusal, Translated
from schemas.identifiers import SubjectKey

FORM = "mental-health-file.json"


class RecordSystem:
    """One provider's record system."""

    def __init__(
        self, connection: Connection, client: httpx.AsyncClient, name: str = "mental-health"
    ) -> None:
        self.terms: Terms = record_system_terms(connection.organisation, name)
        self._connection = connection
        rest = Rest(
            self.terms.source,
            connection.url,
            client,
            connection.secret,
            connection.deadline,
            connection.limit,
        )
        self._files = PersonFiles(rest, FORM, "/api/v1/patients", "record")

    def translate(self, raw: Raw) -> Translated:
        """One person's file into statements; pure."""
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
        # Referrals make the relationship here: an open file is not an open caseload.
        return read_person(person, self.terms.organisation, relationship=None)

    def _teller(self, key: SubjectKey) -> Teller:
        return Teller(key, Category.MENTAL_HEALTH, self._connection.providers)
