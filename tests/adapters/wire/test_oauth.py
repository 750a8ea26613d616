"""Signing in as a system: a signed assertion each time, a token kept until it nearly ends."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import anyio
import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from adapters.source import SourceDown
from adapters.wire.oauth import ASSERTION, Tokens

URL = "https://signin.example/token"
KEYS = {
    "RS384": RSAKey.generate_key(2048, auto_kid=True),
    "ES384": ECKey.generate_key("P-384", auto_kid=True),
}


class Service:
    """A token service that counts; ``answer`` is what it says."""

    def __init__(self, **answer: Any) -> None:
        self.answer = {"access_token": "token", "token_type": "Bearer", "expires_in": 300} | answer
        self.asked: list[dict[str, list[str]]] = []
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(parse_qs(request.content.decode()))
        return httpx.Response(self.status, json=self.answer)


def _tokens(service: Any, key: str | None = None, clock: Any = lambda: 1_000_000.0) -> Tokens:
    text = key if key is not None else json.dumps(KEYS["ES384"].as_dict(private=True))
    client = httpx.AsyncClient(transport=httpx.MockTransport(service))
    return Tokens("north", URL, "us", lambda: text, client, deadline=0.5, clock=clock)


@pytest.mark.parametrize("algorithm", KEYS)
def test_the_assertion_is_signed_by_us_for_this_service_and_used_once(algorithm: str) -> None:
    service = Service()
    tokens = _tokens(service, json.dumps(KEYS[algorithm].as_dict(private=True)))
    assert anyio.run(tokens.get) == "token"
    tokens.forget()
    anyio.run(tokens.get)
    read = [
        jwt.decode(form["client_assertion"][0], KEYS[algorithm], algorithms=[algorithm])
        for form in service.asked
    ]
    assert {form["client_assertion_type"][0] for form in service.asked} == {ASSERTION}
    assert {(r.claims["iss"], r.claims["sub"], r.claims["aud"]) for r in read} == {("us", "us", URL)}
    assert len({r.claims["jti"] for r in read}) == 2
    assert all(r.claims["exp"] - 1_000_000 <= 300 for r in read)
    assert read[0].header["kid"] == KEYS[algorithm].kid


def test_a_token_is_kept_until_it_nearly_ends() -> None:
    service, now = Service(), [1_000_000.0]
    tokens = _tokens(service, clock=lambda: now[0])

    async def many() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(tokens.get)

    anyio.run(many)
    assert len(service.asked) == 1
    now[0] += 271
    anyio.run(tokens.get)
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [{"access_token": None}, {"access_token": "a b"}, {"access_token": "a\r\nx: y"}, {"expires_in": "soon"}],
    ids=["none", "blank", "header", "ends"],
)
def test_an_answer_without_a_token_is_down(answer: dict[str, Any]) -> None:
    with pytest.raises(SourceDown):
        anyio.run(_tokens(Service(**answer)).get)


@pytest.mark.parametrize("key", ["", "{}", "not a key", '{"kty":"oct","k":"c2VjcmV0"}'])
def test_a_key_that_cannot_sign_is_said_without_telling_it(key: str) -> None:
    with pytest.raises(SourceDown, match="signing key") as caught:
        anyio.run(_tokens(Service(), key or "[]").get)
    assert not key or key not in str(caught.value)


def test_a_refusal_and_silence_are_down() -> None:
    service = Service()
    service.status = 401
    with pytest.raises(SourceDown, match="401"):
        anyio.run(_tokens(service).get)

    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no", request=request)

    with pytest.raises(SourceDown, match="does not answer"):
        anyio.run(_tokens(silent).get)


def test_a_token_never_stands_in_a_repr() -> None:
    tokens = _tokens(Service(access_token="verysecret"))
    anyio.run(tokens.get)
    assert "verysecret" not in repr(tokens)
