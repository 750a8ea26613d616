"""Reading a system that keeps one JSON file a person: find, fetch, and sweep for what changed.

The agreement with such a system: its own id in the address, an NHS number only in a body; ``search``
answers ``{"people": [{"id": ...}]}``; ``changes`` answers ``{"changes": [{"id", "cursor"}], "more": bool}``
in the order in which it can be resumed; a file begins with ``person.id``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.source import Ask, CannotBeAsked, Raw, SourceDown
from adapters.wire.rest import Rest, WrongPerson
from schemas.identifiers import NhsNumber, nhs_number

PAGE = 100
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}")


@dataclass(frozen=True, slots=True)
class PersonFiles:
    """``form`` names the layout in ``Raw``; ``people`` is the collection's path; ``file`` the part of a
    person's path that gives the whole file; ``searchable``: whether it can be asked by NHS number."""

    rest: Rest
    form: str
    people: str
    file: str
    searchable: bool = True

    async def fetch_person(self, ask: Ask, now: datetime) -> list[Raw]:
        """The files of every local id that is asked for, or that the number leads to.

        Raises ``SourceDown``, and ``CannotBeAsked`` when there is neither.
        """
        if not ask.local_ids and not (ask.nhs_number and self.searchable):
            raise CannotBeAsked(self.rest.source)
        found = dict.fromkeys(ask.local_ids, False)
        if ask.nhs_number is not None and self.searchable:
            found |= dict.fromkeys(await self._search(ask.nhs_number), True)
        raws = []
        for local_id, by_number in found.items():
            content = await self.rest.find(self._path(local_id))
            if content is None:
                continue
            if not self._is_of(content, local_id, ask.nhs_number if by_number else None):
                raise WrongPerson(self.rest.source, content)
            raws.append(Raw(self.rest.source, self.form, content, now, f"{self.people}/{self.file}"))
        return raws

    async def fetch_changes(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """The files that changed since ``cursor``, one at a time.

        One bad file must not hold up all that follow: what cannot be trusted is handed on under the form
        "quarantine", which is refused as a whole and waits for review.
        """
        more = True
        while more:
            before, (changes, more) = cursor, await self._changes(cursor, PAGE)
            for change in changes:
                local_id, cursor = self._text(change, "id"), self._text(change, "cursor")
                content = await self.rest.find(self._path(local_id))
                sound = content is not None and self._is_of(content, local_id, None)
                raw = Raw(
                    self.rest.source,
                    self.form if sound else "quarantine",
                    content or b"",
                    now,
                    f"{self.people}/{self.file}",
                )
                yield raw, cursor
            if more and cursor == before:
                raise SourceDown(self.rest.source, "sends the same changes again and again")

    async def try_out(self) -> list[str]:
        """What is wrong with the live interface, in plain words."""
        try:
            await self._changes("", 1)
        except SourceDown as down:
            return [down.reason]
        return []

    async def _changes(self, cursor: str, limit: int) -> tuple[list[Any], bool]:
        """(changes, whether there are more) after ``cursor``."""
        page = self._object(
            await self.rest.get(f"{self.people}/changes", {"after": cursor, "limit": str(limit)})
        )
        changes, more = page.get("changes"), page.get("more") is True
        if not isinstance(changes, list) or (more and not changes):
            raise SourceDown(self.rest.source, "sent a list of changes that is not as agreed")
        return changes, more

    def _path(self, local_id: str) -> str:
        if not _SAFE_ID.fullmatch(local_id):  # ".." would ask for another path
            raise SourceDown(self.rest.source, "uses a local id that cannot stand in an address")
        return f"{self.people}/{local_id}/{self.file}"

    async def _search(self, number: NhsNumber) -> list[str]:
        answer = self._object(await self.rest.post(f"{self.people}/search", {"nhsNumber": number.digits}))
        people = answer.get("people")
        if not isinstance(people, list):
            raise SourceDown(self.rest.source, "sent a search answer that is not as agreed")
        return [self._text(person, "id") for person in people]

    def _is_of(self, content: bytes, local_id: str, number: NhsNumber | None) -> bool:
        person = self._object(content).get("person")
        if not isinstance(person, dict) or person.get("id") != local_id:
            return False
        # Asked by our own id, the file may hold an older number; found by number, it must hold that number.
        held = person.get("nhsNumber")
        return number is None or (isinstance(held, str) and nhs_number(held) == number)

    def _object(self, content: bytes) -> dict[str, Any]:
        value = self.rest.parse(content)
        if not isinstance(value, dict):
            raise SourceDown(self.rest.source, "sent JSON that is not an object")
        return value

    def _text(self, thing: Any, name: str) -> str:
        value = thing.get(name) if isinstance(thing, dict) else None
        if not isinstance(value, str) or not value:
            raise SourceDown(self.rest.source, f"sent an entry without {name}")
        return value
