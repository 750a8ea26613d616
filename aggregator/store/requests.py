"""Request ids that make a retry harmless: scoped to client, id and body digest."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.store.postgres import Connection
from schemas.errors import Unprocessable


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered the first time."""

    status: int
    answer: bytes


async def earlier(connection: Connection, client_id: str, request_id: str, digest: str) -> Answered | None:
    """The first answer to this request, or None. Another body under the same id raises ``Unprocessable``."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{client_id} {request_id}"]
    )
    cursor = await connection.execute(
        "select digest, status, answer from request where client_id = %s and request_id = %s",
        [client_id, request_id],
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    if row[0] != digest:
        raise Unprocessable("X-Request-ID", "this id was used before with another body")
    return Answered(row[1], bytes(row[2]))


async def remember(
    connection: Connection, client_id: str, request_id: str, digest: str, status: int, answer: bytes
) -> None:
    await connection.execute(
        "insert into request (client_id, request_id, digest, status, answer) values (%s, %s, %s, %s, %s)",
        [client_id, request_id, digest, status, answer],
    )
