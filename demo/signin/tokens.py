"""What a token says, and its signature. Access tokens are of type `at+jwt`, so that an ID token is never
one.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt

from demo.place import ORGANISATIONS, STAFF, SYSTEMS
from demo.signin.keys import SigningKey

LIFETIME: Final = 3600
PURPOSE: Final = re.compile(r"[a-z_]{0,40}")


@dataclass(frozen=True, slots=True)
class Minter:
    """Signs tokens for `issuer` and `audience`. `now` is epoch seconds; `numbers` the NHS numbers of people
    who sign in as themselves, by user name.
    """

    issuer: str
    audience: str
    key: SigningKey
    now: Callable[[], float]
    numbers: Mapping[str, str]

    def access(
        self, user: str, client_id: str, purpose: str = "direct_care", *, aal: int | None = None,
        scope: str = "", lifetime: int = LIFETIME,
    ) -> str:  # fmt: skip
        """An access token for a person or system; raises KeyError for somebody unknown.

        An empty `purpose` leaves the claim out, as a careless client would.
        """
        claims = self._times(lifetime) | describe(user) | {"aud": self.audience, "client_id": client_id}
        if aal is not None:
            claims["aal"] = aal
        if purpose:
            claims["purpose"] = purpose
        if scope:
            claims["scope"] = scope
        if user in self.numbers:
            claims["nhs_number"] = self.numbers[user]
        return self._sign("at+jwt", claims)

    def identity(self, user: str, client_id: str, nonce: str, aal: int) -> str:
        """An ID token: who signed in, how surely, and the client's nonce."""
        who = describe(user)
        claims = self._times(LIFETIME) | {k: who[k] for k in ("sub", "name", "org", "role")} | {
            "aud": client_id, "aal": aal, "acr": f"aal{aal}", "auth_time": int(self.now()),
        }  # fmt: skip
        if nonce:
            claims["nonce"] = nonce
        return self._sign("JWT", claims)

    def _times(self, lifetime: int) -> dict[str, Any]:
        now = int(self.now())
        return {
            "iss": self.issuer,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "jti": secrets.token_urlsafe(16),
        }

    def _sign(self, kind: str, claims: dict[str, Any]) -> str:
        header = {"alg": "ES256", "kid": self.key.kid, "typ": kind}
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])


def describe(user: str) -> dict[str, Any]:
    """The claims about somebody: sub, name, org (ODS code or ""), org_name, role, activities, aal. KeyError
    if unknown.
    """
    if user in SYSTEMS:
        system = SYSTEMS[user]
        name, org, role, activities, aal = system.display_name, system.org, system.role, system.activities, 2
    else:
        who = STAFF[user]
        name, org, role, activities, aal = who.display_name, who.org, who.role, who.activities, who.aal
    place = ORGANISATIONS[org].name if org else ""
    return {"sub": user, "name": name, "org": org, "org_name": place, "role": role,
            "activities": list(activities),
            "aal": aal}  # fmt: skip
