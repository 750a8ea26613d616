"""Signing in with the place's OpenID Connect issuer: authorization code with PKCE, as a public client.

OpenID Connect Core 1.0 section 3.1, RFC 7636 (PKCE, S256), RFC 9207 (issuer in the answer). What has to be
remembered between the two steps travels in one sealed cookie that is good for ten minutes; nothing is kept
here. The access token is verified by ``callers`` afterwards; here the ID token proves that it answers us.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

import httpx
import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from aggregator.access.callers import ALGORITHMS, LEEWAY_SECONDS
from aggregator.store.vault import KeyGone, Secrets, seal, unseal
from schemas.errors import NotSignedIn, Unavailable

MINUTES = 10
_USE = "signing-in"


class _Begun(msgspec.Struct, array_like=True):
    state: str
    nonce: str
    verifier: str
    back: str
    until: float


@dataclass(frozen=True, slots=True)
class Begun:
    """``url`` is where to send the browser, ``cookie`` what it brings back."""

    url: str
    cookie: str


class SignIn:
    """One viewer (public client) at one issuer. ``keys`` gives the issuer's present key set."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        redirect_uri: str,
        http: httpx.AsyncClient,
        secret: Secrets,
        keys: Callable[[], Awaitable[KeySet]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._redirect_uri = redirect_uri
        self._http = http
        self._sealing = AESGCM(secret.session)
        self._keys = keys
        self._clock = clock

    async def begin(self, back: str = "/") -> Begun:
        """Start signing in; ``back`` is the page of ours to return to. Raises ``Unavailable``."""
        about = await self._about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        begun = _Begun(state, nonce, verifier, back, self._clock() + MINUTES * 60)
        challenge = base64.urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid profile",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        sealed = seal(self._sealing, msgspec.msgpack.encode(begun), _USE)
        url = f"{about['authorization_endpoint']}?{urlencode(asked)}"
        return Begun(url, base64.urlsafe_b64encode(sealed).decode())

    async def finish(self, cookie: str | None, told: Mapping[str, str]) -> tuple[str, str]:
        """(access token, page to return to) for the issuer's answer. Raises ``NotSignedIn``, ``Unavailable``.

        ``told`` are the parameters that the browser brought back; ``cookie`` what ``begin`` gave it.
        """
        begun = self._unseal(cookie)
        if not hmac.compare_digest(told.get("state", "").encode(), begun.state.encode()):
            raise NotSignedIn("state")
        if told.get("iss", self._issuer).rstrip("/") != self._issuer:
            raise NotSignedIn("issuer")
        if told.get("error") or not told.get("code"):
            raise NotSignedIn("refused-by-issuer")
        tokens = await self._exchange(told["code"], begun.verifier)
        await self._insist(str(tokens.get("id_token", "")), begun.nonce)
        return str(tokens["access_token"]), begun.back

    def _unseal(self, cookie: str | None) -> _Begun:
        try:
            sealed = base64.urlsafe_b64decode((cookie or "").encode())
            begun = msgspec.msgpack.decode(unseal(self._sealing, sealed, _USE), type=_Begun)
        except (KeyGone, ValueError, msgspec.DecodeError):
            raise NotSignedIn("not-begun-here") from None
        if begun.until <= self._clock():
            raise NotSignedIn("took-too-long")
        return begun

    async def _exchange(self, code: str, verifier: str) -> dict[str, object]:
        about = await self._about()
        form = {
            "grant_type": "authorization_code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "code": code,
            "code_verifier": verifier,
        }
        try:
            answer = await self._http.post(about["token_endpoint"], data=form, timeout=5.0)
            if 400 <= answer.status_code < 500:
                raise NotSignedIn("code")
            answer.raise_for_status()
            tokens: dict[str, object] = answer.json()
        except (httpx.HTTPError, ValueError) as down:
            raise Unavailable("sign-in service") from down
        if not isinstance(tokens, dict) or not isinstance(tokens.get("access_token"), str):
            raise NotSignedIn("no-token")
        return tokens

    async def _insist(self, id_token: str, nonce: str) -> None:
        """The ID token is the issuer's, for this client, and answers this very request."""
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
        )
        try:
            read = jwt.decode(id_token, await self._keys(), algorithms=ALGORITHMS)
            registry.validate(read.claims)
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            raise NotSignedIn("id-token") from wrong

    async def _about(self) -> dict[str, str]:
        try:
            answer = await self._http.get(f"{self._issuer}/.well-known/openid-configuration", timeout=2.0)
            answer.raise_for_status()
            about: dict[str, str] = answer.json()
            if about["issuer"].rstrip("/") != self._issuer:
                raise ValueError("another issuer")
            return {name: str(about[name]) for name in ("authorization_endpoint", "token_endpoint")}
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as down:
            raise Unavailable("sign-in service") from down
