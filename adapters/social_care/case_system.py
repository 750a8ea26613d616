"""The council's case system over REST: the live source "social-care".

Reads one JSON file a person and hands it to the mapping in ``sections``. The quarterly return is another
source with other lateness: ``adapters.social_care.cld``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import httpx

from adapters.connection import Connection
from adapters.dossier import Teller, Who, translate_document
from adapters.fields import Fields
from adapters.person import read_person
from adapters.social_care.sections import SECTIONS
from adapters.social_care.terms import case_system_terms
from adapters.source import Ask, Raw, Terms
from adapters.wire.person_files import PersonFiles
from adapters.wire.rest import Rest
from schemas.codes import Category
from schemas.contribution import Refusal, Translated
from schemas.identifiers import SubjectKey

FORM = "case-file.json"


class CaseSystem:
    """One council's case system."""

    def __init__(self, connection: Connection, client: httpx.AsyncClient, name: str = "social-care") -> None:
        self.terms: Terms = case_system_terms(connection.organisation, name)
        self._connection = connection
        rest = Rest(
            self.terms.source,
            connection.url,
            client,
            connection.secret,
            connection.deadline,
            connection.limit,
        )
        self._files = PersonFiles(rest, FORM, "/api/v1/people", "file")

    def translate(self, raw: Raw) -> Translated:
        """One person's file into statements; pure."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not a case file that can be trusted"),))
        return translate_document(raw.content, who=self._who, teller=self._teller, sections=SECTIONS)

    def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        return self._files.fetch_changes(cursor, now)

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        return await self._files.fetch_person(ask, now)

    async def check(self) -> list[str]:
        return self._connection.problems() or await self._files.try_out()

    def _who(self, person: Fields, document: Fields) -> Who:
        return read_person(person, self.terms.organisation, statuses=last_statuses(document))

    def _teller(self, key: SubjectKey) -> Teller:
        return Teller(key, Category.SOCIAL_CARE, self._connection.providers)


def last_statuses(document: Fields) -> tuple[str, ...]:
    """The newest accommodation status, and every refuge: that restriction stays until an officer lifts it."""
    items = document.peek("accommodation")
    rows = [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []
    known = [(str(i.get("on", "")), str(i.get("status", ""))) for i in rows]
    last = max(known, default=("", ""))[1]
    return (last, *(status for _, status in known if "refuge" in status.casefold()))
