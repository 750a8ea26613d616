"""Audit rows: how one is chained and inserted. The tree of sealed positions is in ``store.audit_tree``.

Each database connection is a writer with a chain of its own: it has at most one row under way, so a chain
never has a gap. When anything goes wrong while a row is being written, that writer's chain ends and the
connection starts a new one; whether the last row was kept no longer matters to any later row.
What a row says, and who may read it, is ``aggregator.access.audit``'s matter.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from aggregator.store.postgres import Connection
from schemas.identifiers import new_id

INSERT = "insert into audit (writer, counter, at, person_id, body, mac) values (%s, %s, %s, %s, %s, %s)"
"""Takes ``Row.values()``. As a leading ``with logged as (...)`` it rides on the statement that fetches."""


@dataclass(frozen=True, slots=True)
class Row:
    writer: str
    counter: int
    at: datetime
    person_id: str
    body: str
    mac: bytes

    def values(self) -> tuple[str, int, datetime, str, str, bytes]:
        return (self.writer, self.counter, self.at, self.person_id, self.body, self.mac)


def chained(
    key: bytes, before: bytes, writer: str, counter: int, at: datetime, person: str, body: str
) -> bytes:
    """HMAC-SHA-256 over the previous mac and this row, each part length-prefixed."""
    mac = hmac.new(key, digestmod="sha256")
    for part in (
        before,
        writer.encode(),
        b"%d" % counter,
        at.isoformat().encode(),
        person.encode(),
        body.encode(),
    ):
        mac.update(len(part).to_bytes(4, "big") + part)
    return mac.digest()


class Writers:
    """The audit writers of this process, one for each database connection."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._last: WeakKeyDictionary[Connection, tuple[str, int, bytes]] = WeakKeyDictionary()

    def next(self, connection: Connection, at: datetime, person_id: str, body: str) -> Row:
        """The next row of this connection's chain. Call ``kept`` or ``spoiled`` with what became of it."""
        writer, counter, before = self._last.get(connection) or (new_id(), 0, b"")
        counter += 1
        return Row(
            writer,
            counter,
            at,
            person_id,
            body,
            chained(self._key, before, writer, counter, at, person_id, body),
        )

    def kept(self, connection: Connection, row: Row) -> None:
        self._last[connection] = (row.writer, row.counter, row.mac)

    def spoiled(self, connection: Connection) -> None:
        self._last.pop(connection, None)
