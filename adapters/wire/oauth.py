"""Signing in as a system: OAuth2 client credentials with a signed assertion (SMART backend services).

RFC 7523: the client proves itself with its own private key, so that no shared secret travels. What a token
may do is the other side's decision. https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from adapters.source import SourceDown
from schemas.errors import BadInput
from schemas.strictjson import loads

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AHEAD_SECONDS: Final = 240
EARLY_SECONDS: Final = 30
LIMIT: Final = 100_000


@dataclass(slots=True)
class Tokens:
    """Access tokens of one client, asked for when one is needed and kept until shortly before they end.

    ``key`` gives the private key, a JWK (RSA, or EC on P-384), as it stands in its file now. ``clock`` is
    in seconds since the epoch, for the assertion and for when a token ends.
    """

    source: str
    url: str
    client_id: str
    key: Callable[[], str]
    http: httpx.AsyncClient
    scope: str = ""
    deadline: float = 5.0
    clock: Callable[[], float] = time.time
    _token: str = field(default="", repr=False)
    _until: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self) -> str:
        """A token that is good for a while yet. Raises ``SourceDown``, and ``OSError`` for the key file."""
        async with self._turn:
            if not self._token or self.clock() >= self._until:
                self._token, seconds = await self._ask()
                self._until = self.clock() + seconds - EARLY_SECONDS
            return self._token

    def forget(self) -> None:
        """The last token did not help: the next asker gets a new one."""
        self._token = ""

    def assertion(self) -> str:
        """A signed assertion for the token endpoint, to be used once. Raises ``SourceDown``, ``OSError``."""
        text, now = self.key(), int(self.clock())
        try:
            key = _key(text)
            # A key of another kind signs what these systems do not take.
            algorithm = "RS384" if isinstance(key, RSAKey) else "ES384"
            header = {"alg": algorithm, "typ": "JWT"}
            if kid := key.as_dict(private=False).get("kid"):
                header["kid"] = str(kid)
            claims = {
                "iss": self.client_id,
                "sub": self.client_id,
                "aud": self.url,
                "iat": now,
                "exp": now + AHEAD_SECONDS,
                "jti": str(uuid.uuid4()),
            }
            return jwt.encode(header, claims, key, algorithms=[algorithm])
        except (JoseError, ValueError, TypeError, AttributeError):
            raise SourceDown(self.source, "our signing key cannot be used (RSA or P-384 JWK)") from None

    async def _ask(self) -> tuple[str, float]:
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": self.assertion(),
        }
        if self.scope:
            fields["scope"] = self.scope
        try:
            async with asyncio.timeout(self.deadline):
                answer = await self.http.post(self.url, data=fields, follow_redirects=False)
        except (TimeoutError, httpx.HTTPError):
            raise SourceDown(self.source, "its sign-in service does not answer") from None
        if answer.status_code != httpx.codes.OK:
            raise SourceDown(self.source, f"its sign-in service refused us ({answer.status_code})")
        return self._read(answer.content)

    def _read(self, content: bytes) -> tuple[str, float]:
        try:
            told: Any = loads(content[:LIMIT])
            token, seconds = told["access_token"], float(told.get("expires_in", 60))
        except (BadInput, KeyError, TypeError, ValueError):
            token, seconds = "", 0.0
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
            token = ""
        if not token:
            raise SourceDown(self.source, "its sign-in service answered without a token")
        return token, seconds


def _key(text: str) -> RSAKey | ECKey:
    kept = json.loads(text)
    return RSAKey.import_key(kept) if kept.get("kty") == "RSA" else ECKey.import_key(kept)
