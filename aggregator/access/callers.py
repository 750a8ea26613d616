"""Who asks: from a bearer token or a session to a ``Caller``. Every check that fails gives the same answer.

Tokens are checked with an explicit list of algorithms and a claims registry; keys come from the issuer's
published set, never from the token. What an issuer's claims mean is a table here, one row for each issuer
kind. A person's own token carries their NHS number as a claim; it is turned into their person id at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from schemas.caller import Caller, CallerKind
from schemas.codes import Purpose
from schemas.errors import NotSignedIn, Unavailable
from schemas.identifiers import NhsNumber, nhs_number

ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384"]
LEEWAY_SECONDS = 5
_KEYS_SECONDS = 300.0
_AGAIN_SECONDS = 5.0  # a token that names an unknown key makes us ask no more often than this
_REST_SECONDS = 1.0  # after an issuer that did not answer
_REMEMBERED = 5_000

FindPerson = Callable[[NhsNumber], Awaitable[str | None]]

_KINDS = {
    "person": CallerKind.PERSON,
    "representative": CallerKind.REPRESENTATIVE,
    "carer": CallerKind.REPRESENTATIVE,
    "system": CallerKind.SYSTEM,
}


class Callers:
    """Verifies access tokens of one issuer for one audience."""

    def __init__(self, issuer: str, audience: str, http: httpx.AsyncClient, find_person: FindPerson) -> None:
        self._issuer = issuer.rstrip("/")
        self._audience = audience
        self._http = http
        self._find_person = find_person
        self._keys: KeySet | None = None
        self._keys_until = 0.0
        self._asked_at = -_KEYS_SECONDS
        self._failed = False
        self._turn = asyncio.Lock()
        self._verified: OrderedDict[str, Caller] = OrderedDict()
        self._registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
        )

    async def of_header(self, authorization: str | None) -> Caller:
        """The caller behind an ``Authorization`` header. Raises ``NotSignedIn`` or ``Unavailable``."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn("no-bearer")
        return await self.of_token(token.strip())

    async def of_token(self, token: str) -> Caller:
        """The caller behind an access token."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        known = self._verified.get(digest)
        now = time.time()
        if known is not None and known.expires_at.timestamp() > now:
            return known
        claims = await self._verify(token)
        caller = await self._caller(claims)
        self._verified[digest] = caller
        while len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
        return caller

    async def keys(self) -> KeySet:
        """The issuer's published keys, as fresh as a token is checked with. Raises ``Unavailable``."""
        return await self._key_set()

    async def _verify(self, token: str) -> dict[str, Any]:
        named, keys = _key_named(token), await self._key_set()
        if named not in {key.kid for key in keys.keys}:
            keys = await self._key_set(renew=True)  # the issuer may have new ones
        try:
            read = jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            raise NotSignedIn("token") from wrong
        if read.header.get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
            raise NotSignedIn("not-an-access-token")  # AU3: an ID token is not an access token
        try:
            self._registry.validate(read.claims)
        except JoseError as wrong:
            raise NotSignedIn("claims") from wrong
        return dict(read.claims)

    async def _key_set(self, *, renew: bool = False) -> KeySet:
        async with self._turn:  # whoever waited here finds what the first was told
            since = time.monotonic() - self._asked_at
            fresh = self._keys is not None and time.monotonic() < self._keys_until
            if (
                self._failed
                and since <= (_AGAIN_SECONDS if fresh else _REST_SECONDS)
                and (renew or not fresh)
            ):
                raise Unavailable("sign-in service")
            if self._keys is not None and fresh and (not renew or since <= _AGAIN_SECONDS):
                return self._keys
            self._failed = True
            try:
                self._keys = await self._fetch()
            finally:
                self._asked_at = time.monotonic()
            self._failed = False
            self._keys_until = self._asked_at + _KEYS_SECONDS
            return self._keys

    async def _fetch(self) -> KeySet:
        try:
            about = await self._http.get(f"{self._issuer}/.well-known/openid-configuration", timeout=2.0)
            about.raise_for_status()
            keys = await self._http.get(about.json()["jwks_uri"], timeout=2.0)
            keys.raise_for_status()
            return KeySet.import_key_set(keys.json())
        except (httpx.HTTPError, ValueError, KeyError, JoseError) as down:
            raise Unavailable("sign-in service") from down

    async def _caller(self, claims: dict[str, Any]) -> Caller:
        try:
            role = _text(claims["role"])
            kind = _KINDS.get(role, CallerKind.STAFF)
            caller = Caller(
                user_id=str(claims["sub"]),
                kind=kind,
                organisation=str(claims.get("org", "")),
                role=role,
                activities=frozenset(_text(a) for a in _list(claims.get("activities", []))),
                assurance=int(claims.get("aal", 0)),
                purpose=_purpose(claims.get("purpose")),
                client_id=str(claims.get("client_id", "")),
                token_id=str(claims["jti"]),
                issuer=str(claims["iss"]),
                expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
                name=str(claims.get("name", "")),
                scopes=frozenset(_text(claims.get("scope", "")).split()),
                own_person_id=await self._own_person(kind, claims),
            )
        except (KeyError, TypeError, ValueError, OverflowError, OSError) as wrong:
            raise NotSignedIn("claims") from wrong
        if caller.assurance < 2:
            raise NotSignedIn("assurance", step_up=True)
        return caller

    async def _own_person(self, kind: CallerKind, claims: dict[str, Any]) -> str | None:
        if kind is not CallerKind.PERSON:
            return None
        number = nhs_number(str(claims.get("nhs_number", "")))
        return await self._find_person(number) if number else None


def _key_named(token: str) -> str:
    """The key id in the header. One that names none gets no key picked for it (access-decision AU2)."""
    try:
        named = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise NotSignedIn("token") from wrong
    if not isinstance(named, str) or not named:
        raise NotSignedIn("no-key-named")
    return named


def _text(claim: Any) -> str:
    """A claim of another type would be read as something else: a list of scopes as none, and none is no limit."""
    if not isinstance(claim, str):
        raise TypeError("not a text")
    return claim


def _list(claim: Any) -> list[Any]:
    if not isinstance(claim, list):
        raise TypeError("not a list")
    return claim


def _purpose(stated: Any) -> Purpose | None:
    try:
        return Purpose(str(stated))
    except ValueError:
        return None
