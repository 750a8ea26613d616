"""FHIR servers that are asked: one person at a time, by NHS number in a body, right person or nothing.

It is asked when somebody here opens that person's record, and not swept for what changed: that would bring over people
whom nobody here has to do with. What differs (how it is asked, in which version of FHIR) is in ``neighbour`` and
``gp_structured``; whose answer it is in ``answer``, what it says in ``retold``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import httpx

from adapters.connection import Connection
from adapters.dossier import OtherPerson
from adapters.fhir_server import retold
from adapters.fhir_server.answer import Answer
from adapters.fhir_server.reach import Reach
from adapters.fields import BadField
from adapters.source import Ask, CannotBeAsked, Raw, SourceDown, Terms
from adapters.terms import load
from adapters.wire.rest import WrongPerson
from schemas.codes import Category, Heading
from schemas.contribution import Refusal, Translated
from schemas.identifiers import NhsNumber


class AskedByNumber(ABC):
    """One server. Raises ``ValueError`` when its settings name no category that we know.

    ``form`` of its raw inputs, and the ``endpoint`` that they are named after.
    """

    form: ClassVar[str]
    endpoint: ClassVar[str]

    def __init__(self, kind: str, connection: Connection, client: httpx.AsyncClient, name: str) -> None:
        self.terms, category = _terms(kind, connection, name)
        self._connection = connection
        self._neighbour = retold.Neighbour(self.terms, category)
        self._reach = Reach(name, connection, client)

    @abstractmethod
    async def _try(self) -> None:
        """Does it speak as agreed? Raises ``SourceDown``."""

    @abstractmethod
    async def _fetch(self, number: NhsNumber) -> bytes | None:
        """All that it has under the number, framed; None: it knows nobody by it. Raises ``SourceDown``."""

    @abstractmethod
    def _read(self, framed: bytes) -> Answer:
        """Raises ``OtherPerson``, and ``BadField`` for what is no answer."""

    def translate(self, raw: Raw) -> Translated:
        """One answer about one person into statements; pure."""
        if raw.form != self.form:
            return Translated(refusals=(Refusal("form", "is not an answer that can be trusted"),))
        try:
            told = self._read(raw.content)
        except BadField as error:
            return Translated(refusals=(Refusal(error.field, error.reason, "answer"),))
        return retold.translate(told, self._neighbour, raw.received_at)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Nothing; but a server that does not answer is known to be down before somebody needs it."""
        await self._reach.telling(self._try())
        nothing: tuple[tuple[Raw, str], ...] = ()
        for one in nothing:
            yield one

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """What it has under the person's number; without a number there is no safe way to ask."""
        if ask.nhs_number is None:
            raise CannotBeAsked(self.terms.source)
        framed = await self._reach.telling(self._trusted(ask.nhs_number))
        return [Raw(self.terms.source, self.form, framed, now, self.endpoint)] if framed else []

    async def check(self) -> list[str]:
        found = self._connection.problems()
        if not found:
            try:
                await self._reach.telling(self._try())
            except SourceDown as down:
                found = [down.reason]
        return found

    async def _trusted(self, number: NhsNumber) -> bytes | None:
        framed = await self._fetch(number)
        if framed is not None:
            try:
                self._read(framed)
            except OtherPerson:
                raise WrongPerson(self.terms.source, framed) from None
            except BadField as odd:
                raise SourceDown(self.terms.source, f"answered oddly ({odd.reason})") from None
        return framed


def _terms(kind: str, connection: Connection, name: str) -> tuple[Terms, Category]:
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
