"""Systems prove who they are with a signed assertion (private_key_jwt, RFC 7523; SMART backend services).

RS384 or ES384, issued by and about the client, for this very token endpoint, at most five minutes ahead,
used once. The key is the one registered for the client: a key or address of one inside the assertion is
never looked at.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError

from demo.signin.keys import SigningKey, key_set
from demo.signin.oauth import OAuthError

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS: Final = ("RS384", "ES384")
_AHEAD: Final = 300
_LEEWAY: Final = 5


class Assertions:
    """Checks assertions of the clients whose `keys` are registered. `now` is epoch seconds."""

    def __init__(self, audience: str, keys: Mapping[str, SigningKey], now: Callable[[], float]) -> None:
        self._audience = audience
        self._keys = keys
        self._now = now
        self._used: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def client(self, assertion: str, stated: str = "") -> str:
        """The client that signed `assertion`; raises OAuthError, always with the same words.

        `stated` is the client id of the request, if it has one: it must then be the signer.
        """
        try:
            client_id, claims = self._read(assertion)
        except (JoseError, ValueError, KeyError, TypeError):
            raise OAuthError("invalid_client", 401) from None
        if (
            stated not in ("", client_id)
            or not self._fits(client_id, claims)
            or not self._first(client_id, claims)
        ):
            raise OAuthError("invalid_client", 401)
        return client_id

    def _read(self, assertion: str) -> tuple[str, dict[str, Any]]:
        from joserfc.jws import (
            extract_compact,  # the claimed signer chooses the key, the key proves the signer
        )

        unproven = extract_compact(assertion.encode())
        import json

        client_id = str(json.loads(unproven.payload)["sub"])
        token = jwt.decode(assertion, key_set(self._keys[client_id]), algorithms=list(ALGORITHMS))
        return client_id, dict(token.claims)

    def _fits(self, client_id: str, claims: dict[str, Any]) -> bool:
        now, exp = self._now(), claims.get("exp")
        if claims.get("iss") != client_id or claims.get("sub") != client_id:
            return False
        if claims.get("aud") not in (self._audience, [self._audience]):
            return False
        if (
            not isinstance(exp, int | float)
            or isinstance(exp, bool)
            or not now < exp <= now + _AHEAD + _LEEWAY
        ):
            return False
        starts = (claims.get("nbf", now), claims.get("iat", now))
        return all(isinstance(s, int | float) and s <= now + _LEEWAY for s in starts)

    def _first(self, client_id: str, claims: dict[str, Any]) -> bool:
        """True once for each jti of a client; it is remembered until the assertion would have ended anyway."""
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 0 < len(jti) <= 200:
            return False
        with self._lock:
            now = self._now()
            self._used = {used: until for used, until in self._used.items() if until > now}
            if (client_id, jti) in self._used:
                return False
            self._used[client_id, jti] = float(claims["exp"])
            return True
