"""Browser sessions in PostgreSQL: random, sealed, locked when idle, over when the token is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from aggregator.access.sessions import IDLE, Sessions
from aggregator.store.migrations.run import migrate
from aggregator.store.postgres import Database
from aggregator.store.vault import Secrets
from schemas.caller import Caller
from schemas.errors import NotSignedIn
from tests.places import caller

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOKEN = "an-access-token"


class Key:
    """A master key in memory: what is derived from it differs by purpose."""

    def __init__(self, fill: str = "s") -> None:
        self.fill = fill

    def wrap(self, key: bytes) -> bytes:
        raise NotImplementedError

    def unwrap(self, wrapped: bytes) -> bytes:
        raise NotImplementedError

    def derive(self, purpose: str) -> bytes:
        return sha256(f"{self.fill} {purpose}".encode()).digest()


def secrets(fill: str = "s") -> Secrets:
    return Secrets.of(Key(fill))


class Verified:
    """Callers, for whom one token is good until it is taken back."""

    def __init__(self) -> None:
        self.good = True
        self.asked = 0

    async def of_token(self, token: str) -> Caller:
        self.asked += 1
        if token != TOKEN or not self.good:
            raise NotSignedIn("token")
        return replace(caller("dr.patel", "doctor", "ZAC01"), expires_at=NOW + timedelta(hours=1))


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def database(fresh_database: str) -> AsyncIterator[Database]:
    migrate(fresh_database, "record")
    made = Database(fresh_database, "record store", size=2)
    await made.open()
    yield made
    await made.close()


async def rows(database: Database) -> list[Any]:
    async with database.connection() as connection:
        cursor = await connection.execute("select session_key, sealed, user_id, seen_at from session")
        return await cursor.fetchall()


@pytest.mark.anyio
async def test_a_session_holds_neither_cookie_nor_token_in_clear(database: Database) -> None:
    sessions = Sessions(database, secrets(), Verified(), Clock())
    cookie, session = await sessions.begin(TOKEN)
    ((key, sealed, user_id, _),) = await rows(database)
    assert len(cookie) >= 43  # 256 random bits
    assert cookie not in key
    assert TOKEN.encode() not in bytes(sealed)
    assert user_id == "dr.patel"
    assert session.form_token not in (cookie, key)


@pytest.mark.anyio
async def test_a_session_is_its_own_token_verified_anew_each_time(database: Database) -> None:
    callers = Verified()
    sessions = Sessions(database, secrets(), callers, Clock())
    cookie, begun = await sessions.begin(TOKEN)
    again = await sessions.of_cookie(cookie)
    assert (again.caller.user_id, again.form_token) == ("dr.patel", begun.form_token)
    assert callers.asked == 2
    callers.good = False
    with pytest.raises(NotSignedIn):
        await sessions.of_cookie(cookie)


@pytest.mark.anyio
async def test_fifteen_minutes_without_use_lock_it_and_use_keeps_it_open(database: Database) -> None:
    clock = Clock()
    sessions = Sessions(database, secrets(), Verified(), clock)
    cookie, _ = await sessions.begin(TOKEN)
    for _ in range(3):
        clock.now += IDLE - timedelta(seconds=1)
        await sessions.of_cookie(cookie)
    clock.now += IDLE + timedelta(seconds=1)
    with pytest.raises(NotSignedIn):
        await sessions.of_cookie(cookie)
    clock.now -= timedelta(minutes=5)
    await sessions.of_cookie(cookie)  # only time locks: nothing was lost by asking too late


@pytest.mark.anyio
async def test_no_use_carries_it_past_the_end_of_its_token(database: Database) -> None:
    clock = Clock()
    sessions = Sessions(database, secrets(), Verified(), clock)
    cookie, session = await sessions.begin(TOKEN)
    while clock.now + timedelta(minutes=10) < session.caller.expires_at:
        clock.now += timedelta(minutes=10)
        await sessions.of_cookie(cookie)
    clock.now += timedelta(minutes=10)
    with pytest.raises(NotSignedIn):
        await sessions.of_cookie(cookie)


@pytest.mark.anyio
async def test_signing_out_ends_it_at_once_and_twice_is_no_error(database: Database) -> None:
    sessions = Sessions(database, secrets(), Verified(), Clock())
    cookie, _ = await sessions.begin(TOKEN)
    await sessions.end(cookie)
    await sessions.end(cookie)
    with pytest.raises(NotSignedIn):
        await sessions.of_cookie(cookie)


@pytest.mark.anyio
async def test_signing_in_sweeps_out_what_can_never_be_used_again(database: Database) -> None:
    clock = Clock()
    sessions = Sessions(database, secrets(), Verified(), clock)
    for _ in range(3):
        await sessions.begin(TOKEN)
    clock.now += timedelta(minutes=20)
    await sessions.begin(TOKEN)
    assert len(await rows(database)) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("cookie", [None, "", "x", "\u2603", "a" * 10_000])
async def test_a_cookie_that_is_none_of_ours_opens_nothing(database: Database, cookie: str | None) -> None:
    with pytest.raises(NotSignedIn):
        await Sessions(database, secrets(), Verified(), Clock()).of_cookie(cookie)


@pytest.mark.anyio
async def test_another_places_key_opens_nothing(database: Database) -> None:
    cookie, _ = await Sessions(database, secrets(), Verified(), Clock()).begin(TOKEN)
    with pytest.raises(NotSignedIn):
        await Sessions(database, secrets("t"), Verified(), Clock()).of_cookie(cookie)
