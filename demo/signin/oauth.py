"""What OAuth refuses with, and the authorization request that both the page and the code exchange rely on."""

import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CODE_LIVES: Final = 60


class OAuthError(Exception):
    """A refusal with its OAuth error code and HTTP status. It never says what was wrong with a secret."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Authorization:
    """A checked authorization request of a registered client."""

    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    scope: str

    def fields(self) -> dict[str, str]:
        """The request as form fields, to be sent again with the sign-in."""
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            "scope": self.scope,
        }


class BadRedirect(OAuthError):
    """The client or where it wants to be called back is not registered: answer here, send nobody there."""


def once(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Fields by name; raises OAuthError where one is given twice (RFC 6749 3.1)."""
    told: dict[str, str] = {}
    for name, value in fields:
        if name in told:
            raise OAuthError("invalid_request")
        told[name] = value
    return told


def read_authorization(told: Mapping[str, str], redirects: Mapping[str, frozenset[str]]) -> Authorization:
    """Check an authorization request. `redirects` are the registered addresses by client.

    Raises BadRedirect, or OAuthError where the client may be told by redirection.
    """
    client_id, uri = told.get("client_id", ""), told.get("redirect_uri", "")
    if uri not in redirects.get(client_id, frozenset()):
        raise BadRedirect("invalid_request")
    if told.get("response_type") != "code":
        raise OAuthError("unsupported_response_type")
    challenge = told.get("code_challenge", "")
    if told.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request")
    scope = told.get("scope", "")
    if "openid" not in scope.split():
        raise OAuthError("invalid_scope")
    return Authorization(client_id, uri, told.get("state", ""), told.get("nonce", ""), challenge, scope)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for: the request, who signed in, how surely, for what purpose."""

    asked: Authorization
    user: str
    aal: int
    purpose: str


class Codes:
    """Authorization codes: random, good for a minute, taken once."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._held: dict[str, tuple[float, Grant]] = {}
        self._lock = threading.Lock()

    def give(self, grant: Grant) -> str:
        """A new code for `grant`."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            now = self._now()
            self._held = {c: kept for c, kept in self._held.items() if kept[0] > now}
            self._held[code] = (now + _CODE_LIVES, grant)
        return code

    def take(self, told: Mapping[str, str]) -> Grant:
        """The grant behind a token request; raises OAuthError. A code that was shown is spent, right or
        wrong.
        """
        with self._lock:
            until, grant = self._held.pop(told.get("code", ""), (0.0, None))
        if grant is None or until <= self._now():
            raise OAuthError("invalid_grant")
        asked = grant.asked
        if (told.get("client_id"), told.get("redirect_uri")) != (asked.client_id, asked.redirect_uri):
            raise OAuthError("invalid_grant")
        verifier = told.get("code_verifier", "")
        if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(
            challenge_of(verifier), asked.challenge
        ):
            raise OAuthError("invalid_grant")
        return grant


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def error_body(error: OAuthError) -> dict[str, Any]:
    """The body of an OAuth refusal."""
    return {"error": error.code}
