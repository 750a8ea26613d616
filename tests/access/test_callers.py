"""Which tokens sign somebody in. Every other one is told the same, and costs the issuer nothing."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from aggregator.access.callers import Callers
from schemas.errors import NotSignedIn, Unavailable

ISSUER = "https://issuer.test"
KEY = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "k1"})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Issuer:
    def __init__(self) -> None:
        self.asked = 0
        self.down = False

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            return httpx.Response(503)
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json={"jwks_uri": f"{ISSUER}/keys"})
        return httpx.Response(200, json={"keys": [KEY.as_dict(private=False)]})

    def callers(self) -> Callers:
        async def nobody(_: object) -> None:
            return None

        http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        return Callers(ISSUER, "aud", http, nobody)


def token(header: dict[str, Any] | None = None, key: RSAKey = KEY, **claims: Any) -> str:
    head = {"alg": "RS256", "typ": "at+jwt", "kid": "k1"} | (header or {})
    told = {"iss": ISSUER, "aud": "aud", "sub": "dr", "jti": "j", "exp": int(time.time()) + 600}
    told |= {"role": "doctor", "org": "ZAC01", "aal": 2, "activities": ["view"], "purpose": "direct_care"}
    return jwt.encode({k: v for k, v in head.items() if v is not None}, told | claims, key)


def unsigned() -> str:
    parts = ({"alg": "none", "typ": "at+jwt", "kid": "k1"}, {"iss": ISSUER, "aud": "aud", "sub": "dr"})
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
    )


BAD = {
    "none": unsigned,
    "foreign key": lambda: token(key=STRANGER),
    "embedded key": lambda: token({"jwk": STRANGER.as_dict(private=False)}, STRANGER),
    "key elsewhere": lambda: token({"jku": "https://evil.test/keys"}, STRANGER),
    "unknown key": lambda: token({"kid": "k2"}),
    "no key named": lambda: token({"kid": None}),
    "identity token": lambda: token({"typ": "JWT"}),
    "other audience": lambda: token(aud="other"),
    "other issuer": lambda: token(iss="https://other.test"),
    "over": lambda: token(exp=int(time.time()) - 60),
    "not yet": lambda: token(nbf=int(time.time()) + 60),
    "no end": lambda: token(exp=10**30),
    "one factor": lambda: token(aal=1),
    "scopes as a list": lambda: token(scope=["patient/*.read"]),
    "activities as text": lambda: token(activities="view"),
    "two roles": lambda: token(role=["doctor", "nurse"]),
    "garbage": lambda: "a.b.c",
}


@pytest.mark.anyio
@pytest.mark.parametrize("made", BAD.values(), ids=BAD)
async def test_a_token_that_is_not_right_signs_nobody_in(made):
    callers = Issuer().callers()
    with pytest.raises(NotSignedIn):
        await callers.of_token(made())
    assert (await callers.of_token(token())).role == "doctor"


@pytest.mark.anyio
async def test_a_flood_of_bad_tokens_does_not_become_a_flood_of_questions_to_the_issuer():
    issuer = Issuer()
    callers = issuer.callers()
    await callers.of_token(token())
    callers._asked_at -= 60
    before = issuer.asked
    flood = [token({"kid": f"k{n}"}) for n in range(2, 12)] + [f"a.b.{n}" for n in range(10)]
    told = await asyncio.gather(*map(callers.of_token, flood), return_exceptions=True)
    assert {type(t) for t in told} == {NotSignedIn}
    assert issuer.asked - before == 2


@pytest.mark.anyio
async def test_an_issuer_that_is_down_is_not_taken_for_a_bad_token_nor_a_bad_token_for_it():
    issuer = Issuer()
    callers = issuer.callers()
    issuer.down = True
    with pytest.raises(Unavailable):
        await callers.of_token(token())
    issuer.down = False
    callers._asked_at -= 60
    await callers.of_token(token())
    issuer.down = True
    callers._asked_at -= 60
    for bad, told in ((token({"kid": "new"}), Unavailable), (token(key=STRANGER), NotSignedIn)):
        with pytest.raises(told):
            await callers.of_token(bad)
    assert (await callers.of_token(token(jti="another"))).role == "doctor"
