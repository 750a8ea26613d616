"""One of each source, with something good to say, for the suite that every source must pass.

A person-file source is played by a double of the agreed interface; a returns source has two of its files.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any, ClassVar

import httpx

from adapters import registry
from adapters.connection import Connection
from adapters.kit.contract import SourceContract
from adapters.kit.dropped import DroppedContract
from adapters.kit.swept import SweptContract
from adapters.source import Ask, Raw, Source
from schemas.identifiers import nhs_number

NUMBER = "9990000018"


class Configured(SourceContract):
    """A kind of the registry, by its name."""

    kind = ""
    form = ""
    private = (NUMBER, "999 000 0018")

    def make(self, connection: Connection, http: httpx.AsyncClient) -> Source:
        return registry.make(self.kind, self.kind, connection, http)

    def raw(self, content: bytes) -> Raw:
        return Raw(self.kind, self.form, content, self.now)


class PersonFile(Configured, SweptContract):
    """A source that keeps one JSON file a person. ``changing`` is the list of which an item changes."""

    people = ""
    part = "file"
    file: ClassVar[dict[str, Any]] = {}
    changing = ""

    def inputs(self) -> Sequence[Raw]:
        changed = copy.deepcopy(self.file)
        later = {"updatedAt": "2026-11-21T12:00:00+00:00", "author": "Somebody Else"}
        changed[self.changing][0] |= later
        changed["person"]["updatedAt"] = later["updatedAt"]
        return self.raw(_json(self.file)), self.raw(_json(changed))

    def nothing(self) -> Raw:
        return self.raw(_json({"person": self.file["person"]}))

    def mixed(self) -> Raw:
        first, *others = self.file[self.changing]
        return self.raw(_json(self.file | {self.changing: [first | {"personId": "somebody"}, *others]}))

    def ask(self) -> Ask:
        return Ask((str(self.file["person"]["id"]),), nhs_number(NUMBER))

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self._system(request, self.file)

    def mistaken(self, request: httpx.Request) -> httpx.Response:
        return self._system(request, self.file | {"person": self.file["person"] | {"id": "somebody"}})

    def _system(self, request: httpx.Request, file: dict[str, Any]) -> httpx.Response:
        local_id = self.file["person"]["id"]
        match request.url.path.removeprefix(self.people):
            case "/search":
                return httpx.Response(200, json={"people": [{"id": local_id}]})
            case "/changes":
                done = request.url.params.get("after") == "c1"
                changes = [] if done else [{"id": local_id, "cursor": "c1"}]
                return httpx.Response(200, json={"changes": changes, "more": False})
            case path if path == f"/{local_id}/{self.part}":
                return httpx.Response(200, json=file)
        return httpx.Response(404, json={"error": "not-found"})


class Returns(Configured, DroppedContract):
    """A statistical return: of two periods."""

    earlier = b""
    later = b""

    def inputs(self) -> Sequence[Raw]:
        return self.raw(self.earlier), self.raw(self.later)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
