"""A standard client: a signed assertion for a token, the token for a push; patient with a door that opens late.

Nothing of a person is ever printed: what was refused is told by request id, status, issue code and element.
"""

import json
import os
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_AHEAD_SECONDS: Final = 240
_EARLY_SECONDS: Final = 30  # a token is renewed this long before it ends
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_TRIES: Final = 7


class GaveUp(Exception):
    """A door did not open, or did not take anything, for longer than we wait."""


def complain(line: str) -> None:
    """One line for whoever runs the place."""
    print(f"suppliers: {line}", file=sys.stderr, flush=True)


class Tokens:
    """Access tokens of one client, renewed before they end. Safe to share between threads."""

    def __init__(self, http: httpx.Client, issuer: str, client_id: str, key_file: Path) -> None:
        self._http, self._issuer, self._client_id = http, issuer, client_id
        kept = json.loads(key_file.read_text())
        self._key = RSAKey.import_key(kept) if kept["kty"] == "RSA" else ECKey.import_key(kept)
        self._algorithm = "RS384" if kept["kty"] == "RSA" else "ES384"
        self._token, self._until = "", 0.0
        self._lock = threading.Lock()

    def get(self, *, fresh: bool = False) -> str:
        """A token that is good for a while yet. Raises GaveUp."""
        with self._lock:
            if fresh or time.monotonic() >= self._until:
                told = self._ask()
                self._token = str(told["access_token"])
                self._until = time.monotonic() + float(told.get("expires_in", 60)) - _EARLY_SECONDS
            return self._token

    def _ask(self) -> dict[str, Any]:
        answer = send(
            self._http,
            lambda: self._http.build_request(
                "POST",
                f"{self._issuer}/token",
                data={
                    "grant_type": "client_credentials",
                    "client_assertion_type": _ASSERTION,
                    "client_assertion": self.assertion(),
                },
            ),
        )
        if answer.status_code != httpx.codes.OK:
            raise GaveUp(f"{self._client_id} gets no token: {answer.status_code}")
        told: dict[str, Any] = answer.json()
        return told

    def assertion(self) -> str:
        """A signed assertion for the token endpoint, to be used once (RFC 7523)."""
        now = int(time.time())
        header = {
            "alg": self._algorithm,
            "typ": "JWT",
            "kid": self._key.as_dict(private=False).get("kid", ""),
        }
        claims = {
            "iss": self._client_id, "sub": self._client_id, "aud": f"{self._issuer}/token",
            "iat": now, "exp": now + _AHEAD_SECONDS, "jti": str(uuid.uuid4()),
        }  # fmt: skip
        return jwt.encode(header, claims, self._key, algorithms=[self._algorithm])


def send(http: httpx.Client, make: Any, pause: float = 0.25) -> httpx.Response:
    """Send what `make` makes, again while the other side is not well. Raises GaveUp when it never answers."""
    answer: httpx.Response | None = None
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(pause * 2**attempt)
        try:
            answer = http.send(make())
        except httpx.TransportError:
            continue
        if answer.status_code not in _AGAIN:
            return answer
    if answer is None:
        raise GaveUp("no answer")
    return answer


def wait_for(http: httpx.Client, url: str, seconds: float) -> None:
    """Return once `url` answers 200. Raises GaveUp."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if http.get(url).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.25)
    raise GaveUp("the shared record did not open its door")


def push(http: httpx.Client, fhir: str, tokens: Tokens, request_id: str, body: bytes) -> bool:
    """POST one transaction; True when it was taken. A refusal is told and goes no further."""
    answer = _post(http, fhir, tokens.get(), request_id, body)
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        answer = _post(http, fhir, tokens.get(fresh=True), request_id, body)
    if answer.status_code in (httpx.codes.OK, httpx.codes.ACCEPTED):
        return True
    complain(f"request {request_id} answered {answer.status_code} {issues(answer)}")
    return False


def _post(http: httpx.Client, fhir: str, token: str, request_id: str, body: bytes) -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/fhir+json",
        "X-Request-ID": request_id,
    }
    return send(http, lambda: http.build_request("POST", fhir, content=body, headers=headers))


def issues(answer: httpx.Response) -> str:
    """Codes and elements of an OperationOutcome, never its words."""
    try:
        told = answer.json().get("issue") or []
        return "; ".join(f"{i.get('code')} at {', '.join(i.get('expression') or ['?'])}" for i in told[:5])
    except (ValueError, AttributeError):
        return ""


def client() -> httpx.Client:
    """One client for a program: loopback only, no proxy, no log."""
    return httpx.Client(trust_env=False, timeout=30.0)


def kept_private(path: Path, text: str) -> None:
    """Write a small note of our own, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
