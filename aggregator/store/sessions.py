"""Signed-in browsers: one row each, sealed. Nothing here tells who a cookie belongs to, or what it may do.

A row is found by the hash of its cookie. It ends with its token, or when it was not used for a while.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.store.postgres import Connection


async def begin(
    connection: Connection, session_key: str, sealed: bytes, user_id: str, now: datetime, until: datetime
) -> None:
    """Keep a new session of ``user_id`` until ``until``."""
    await connection.execute(
        "insert into session (session_key, sealed, user_id, started_at, seen_at, until_at)"
        " values (%s, %s, %s, %s, %s, %s)",
        [session_key, sealed, user_id, now, now, until],
    )


async def touch(connection: Connection, session_key: str, now: datetime, idle: timedelta) -> bytes | None:
    """What is sealed in a session that has not ended, marked as used now; None when there is none."""
    cursor = await connection.execute(
        "update session set seen_at = greatest(seen_at, %s)"
        " where session_key = %s and until_at > %s and seen_at > %s returning sealed",
        [now, session_key, now, now - idle],
    )
    row = await cursor.fetchone()
    return bytes(row[0]) if row else None


async def end(connection: Connection, session_key: str) -> None:
    """Forget a session. Forgetting one that is not there is no error."""
    await connection.execute("delete from session where session_key = %s", [session_key])


async def forget_ended(connection: Connection, now: datetime, idle: timedelta) -> None:
    """Forget every session that can never be used again."""
    await connection.execute("delete from session where until_at <= %s or seen_at <= %s", [now, now - idle])
