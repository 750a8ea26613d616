"""A live source that holds one JSON file for each person and can be asked for it over REST.

What differs from source to source is a ``Layout``: where the files are, how the person in one is read, and
which sections it has. Reading and translating are the same for all of them, and are here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import httpx

from adapters.connection import Connection
from adapters.dossier import Section, Teller, Who, translate_document
from adapters.fields import Fields
from adapters.person import restrictions
from adapters.source import Ask, Raw, Terms
from adapters.wire.person_files import PersonFiles
from adapters.wire.rest import Rest
from schemas.codes import Category
from schemas.contribution import Refusal, Translated
from schemas.identifiers import SubjectKey

NO_LOCAL_ID: Final = "no-local-id:"
"""How a local id begins that was made up for somebody whom a return names by NHS number only. Nobody can be asked
by it, and it must not stand in an address: it is made of the number."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file. ``who`` reads (person, whole document, organisation); ``name`` is the file's member.

    ``searchable``: the source can be asked by NHS number, in a body.
    """

    form: str
    path: str
    name: str
    category: Category
    sections: Mapping[str, Section]
    who: Callable[[Fields, Fields, str], Who]
    searchable: bool = True


class PersonSource:
    """One configured source of that kind: keeps the ``Source`` contract."""

    def __init__(
        self, terms: Terms, layout: Layout, connection: Connection, client: httpx.AsyncClient
    ) -> None:
        self.terms = terms
        self._layout = layout
        self._connection = connection
        rest = Rest(
            terms.source, connection.url, client, connection.secret, connection.deadline, connection.limit
        )
        self._files = PersonFiles(rest, layout.form, layout.path, layout.name, searchable=layout.searchable)

    def translate(self, raw: Raw) -> Translated:
        """One person's file into statements; pure."""
        if raw.form != self._layout.form:
            return Translated(refusals=(Refusal("form", "is not a file that can be trusted"),))
        sections = self._layout.sections
        told = translate_document(raw.content, who=self._who, teller=self._teller, sections=sections)
        if told.subjects:
            return told
        return replace(restrictions(raw.content, self.terms.organisation), refusals=told.refusals)

    def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        return self._files.fetch_changes(cursor, now)

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        known = tuple(local_id for local_id in ask.local_ids if not local_id.startswith(NO_LOCAL_ID))
        return await self._files.fetch_person(replace(ask, local_ids=known), now)

    async def check(self) -> list[str]:
        return self._connection.problems() or await self._files.try_out()

    def _who(self, person: Fields, document: Fields) -> Who:
        return self._layout.who(person, document, self.terms.organisation)

    def _teller(self, key: SubjectKey) -> Teller:
        return Teller(key, self._layout.category, self._connection.providers)
