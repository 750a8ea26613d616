"""Another FHIR R4 server as a source: a neighbouring shared record, or any server that holds people's facts.

Asked about one person at a time, by number in a body, when somebody here opens that person's record. It is not
swept for what changed: that would bring over people whom nobody here has to do with. How it is asked is
in ``asking``, whose answer it is in ``answer``, what it says in ``retold``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Final

import httpx

from adapters.connection import Connection
from adapters.dossier import OtherPerson
from adapters.fhir_server import answer, retold
from adapters.fhir_server.asking import Server
from adapters.fhir_server.push import HEADINGS
from adapters.fhir_server.reach import Reach
from adapters.fields import BadField
from adapters.source import Ask, CannotBeAsked, Raw, SourceDown, Terms
from adapters.terms import load
from adapters.wire.rest import WrongPerson
from schemas.codes import Category, Heading
from schemas.contribution import Refusal, Translated
from schemas.identifiers import NhsNumber

TYPES: Final = frozenset(HEADINGS) | {"CarePlan", "Goal"}
"""What is asked for, type by type, of a server without ``$everything``."""
NAME: Final = "Patient/$everything"


class NeighbouringRecord:
    """One server. Raises ``ValueError`` when its settings name no category that we know."""

    def __init__(self, connection: Connection, client: httpx.AsyncClient, name: str = "fhir") -> None:
        self.terms, category = terms_of("fhir", connection, name)
        self._connection = connection
        self._neighbour = retold.Neighbour(self.terms, category)
        self._reach = Reach(name, connection, client)
        self._server = Server(self._reach.rest, TYPES, connection.limit)

    def translate(self, raw: Raw) -> Translated:
        """One answer about one person into statements; pure."""
        if raw.form != answer.FORM:
            return Translated(refusals=(Refusal("form", "is not an answer that can be trusted"),))
        try:
            told = answer.read(raw.content)
        except BadField as error:
            return Translated(refusals=(Refusal(error.field, error.reason, "answer"),))
        return retold.translate(told, self._neighbour, raw.received_at)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Nothing; but a server that does not answer is known to be down before somebody needs it."""
        await self._reach.telling(self._server.offer(again=True))
        nothing: tuple[tuple[Raw, str], ...] = ()
        for one in nothing:
            yield one

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """What it has under the person's number; without a number there is no safe way to ask."""
        if ask.nhs_number is None:
            raise CannotBeAsked(self.terms.source)
        return await self._reach.telling(self._ask(ask.nhs_number, now))

    async def check(self) -> list[str]:
        found = self._connection.problems()
        if not found:
            try:
                await self._reach.telling(self._server.offer(again=True))
            except SourceDown as down:
                found = [down.reason]
        return found

    async def _ask(self, number: NhsNumber, now: datetime) -> list[Raw]:
        first, people = await self._server.people(number)
        ids = [str(p.get("id")) for p in people]
        if not ids:
            return []
        pages = [first]
        for own in ids:
            pages += await self._server.everything(own, number)
        content = answer.frame(self._reach.rest.base, number, ids, pages)
        try:
            answer.read(content)
        except OtherPerson:
            raise WrongPerson(self.terms.source, content) from None
        except BadField as odd:
            raise SourceDown(self.terms.source, f"answered oddly ({odd.reason})") from None
        return [Raw(self.terms.source, answer.FORM, content, now, NAME)]


def terms_of(kind: str, connection: Connection, name: str) -> tuple[Terms, Category]:
    """The declared terms, for each category that this source may tell, and the one that is meant by default."""
    declared = load("adapters.fhir_server", kind, source=name, organisation=connection.organisation)
    known = {c.value for c in Category}
    if unknown := [c for c in connection.categories if c not in known]:
        raise ValueError(f"source {name}: no such category: {', '.join(unknown)}")
    categories = [Category(c) for c in connection.categories]
    if not categories:
        categories = [next(h.category for h in declared.headings if h.heading is not Heading.DEMOGRAPHICS)]
    headings = tuple(
        replace(held, category=category)
        for held in declared.headings
        for category in ([held.category] if held.heading is Heading.DEMOGRAPHICS else categories)
    )
    tellers = frozenset({connection.organisation, *connection.controllers})
    return replace(declared, headings=headings, retells=tellers), categories[0]
