"""A browser's session: a random cookie, of which only a keyed hash is kept, and behind it a sealed token.

The token is verified again on every request by ``Callers``, so a session never says more than its token does
now; revocation comes with the gate's facts. Nothing about a person's record is ever in a session.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.access.callers import Callers
from aggregator.store import sessions
from aggregator.store.postgres import Database
from aggregator.store.vault import KeyGone, Secrets, seal, unseal
from schemas.caller import Caller
from schemas.errors import NotSignedIn

IDLE = timedelta(minutes=15)
"""A screen that nobody uses for so long is locked: the next click asks to sign in again."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. ``form_token`` proves that a form came from our own page (against forged posts)."""

    caller: Caller
    form_token: str = field(repr=False)


def _now() -> datetime:
    return datetime.now(UTC)


class Sessions:
    def __init__(
        self, record: Database, secret: Secrets, callers: Callers, clock: Callable[[], datetime] = _now
    ) -> None:
        self._record = record
        self._secret = secret.session
        self._sealing = AESGCM(secret.session)
        self._callers = callers
        self._clock = clock

    async def begin(self, token: str) -> tuple[str, Session]:
        """Verify an access token and open a session on it: (the cookie's value, the session)."""
        caller = await self._callers.of_token(token)
        cookie, now = secrets.token_urlsafe(32), self._clock()
        key = self._key(cookie)
        sealed = seal(self._sealing, token.encode(), "session", key)
        async with self._record.connection() as connection:
            await sessions.forget_ended(connection, now, IDLE)
            await sessions.begin(connection, key, sealed, caller.user_id, now, caller.expires_at)
        return cookie, Session(caller, self._form_token(cookie))

    async def of_cookie(self, cookie: str | None) -> Session:
        """The session behind a cookie. Raises ``NotSignedIn`` when there is none any more."""
        if not cookie:
            raise NotSignedIn("no-session")
        key = self._key(cookie)
        async with self._record.connection() as connection:
            sealed = await sessions.touch(connection, key, self._clock(), IDLE)
        if sealed is None:
            raise NotSignedIn("session-over")
        try:
            token = unseal(self._sealing, sealed, "session", key).decode()
        except KeyGone:
            raise NotSignedIn("session-unreadable") from None
        return Session(await self._callers.of_token(token), self._form_token(cookie))

    async def end(self, cookie: str | None) -> None:
        """Sign out: the session is forgotten at once, wherever its cookie may still be."""
        if cookie:
            async with self._record.connection() as connection:
                await sessions.end(connection, self._key(cookie))

    def _key(self, cookie: str) -> str:
        return self._mac("cookie", cookie)

    def _form_token(self, cookie: str) -> str:
        return self._mac("form", cookie)

    def _mac(self, use: str, cookie: str) -> str:
        return hmac.new(self._secret, f"{use}\x1f{cookie}".encode(), sha256).hexdigest()
