"""Signing in: only the answer to our own question, from the issuer that was asked, while it is fresh."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from aggregator.access.sign_in import SignIn
from aggregator.store.vault import Secrets
from schemas.errors import NotSignedIn, Unavailable
from tests.access.test_sessions import Key

ISSUER = "https://issuer.test"
VIEWER = "carerecord-viewer"
BACK = "https://place.test/signed-in"
NOW = 1_790_000_000.0


class Issuer:
    """An issuer whose answers a test can bend."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", parameters={"kid": "k"}, private=True)
        self.about: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
        }
        self.claims: dict[str, Any] = {"iss": ISSUER, "aud": VIEWER, "exp": 4_000_000_000}
        self.status = 200
        self.asked: dict[str, list[str]] = {}
        self.nonce = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/.well-known"):
            return httpx.Response(self.status, json=self.about)
        self.asked = parse_qs(request.content.decode())
        signed = jwt.encode({"alg": "ES256", "kid": "k"}, {"nonce": self.nonce} | self.claims, self.key)
        return httpx.Response(self.status, json={"access_token": "the-token", "id_token": signed})

    async def keys(self) -> KeySet:
        return KeySet([self.key])


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def viewer(issuer: Issuer, clock: Clock) -> SignIn:
    http = httpx.AsyncClient(transport=httpx.MockTransport(issuer))
    return SignIn(ISSUER, VIEWER, BACK, http, Secrets.of(Key()), issuer.keys, clock)


async def begun(viewer: SignIn, issuer: Issuer) -> tuple[str, dict[str, str]]:
    """The cookie, and what the issuer would send back."""
    made = await viewer.begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(made.url).query).items()}
    issuer.nonce = asked["nonce"]
    return made.cookie, {"code": "a-code", "state": asked["state"], "iss": ISSUER}


@pytest.mark.anyio
async def test_the_question_is_code_with_pkce_and_the_cookie_tells_none_of_it(
    viewer: SignIn, issuer: Issuer
) -> None:
    made = await viewer.begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(made.url).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert (asked["client_id"], asked["redirect_uri"]) == (VIEWER, BACK)
    assert asked["state"] not in made.cookie
    assert "client_secret" not in asked


@pytest.mark.anyio
async def test_a_right_answer_gives_the_access_token_once_asked_with_the_verifier(
    viewer: SignIn, issuer: Issuer
) -> None:
    cookie, told = await begun(viewer, issuer)
    assert await viewer.finish(cookie, told) == ("the-token", "/")
    assert issuer.asked["code"] == ["a-code"]
    assert len(issuer.asked["code_verifier"][0]) >= 43


@pytest.mark.anyio
@pytest.mark.parametrize(
    "bent",
    [
        {"state": "another"},
        {"state": ""},
        {"iss": "https://other.test"},
        {"error": "access_denied"},
        {"code": ""},
    ],
)
async def test_an_answer_that_is_not_to_our_question_signs_nobody_in(
    viewer: SignIn, issuer: Issuer, bent: dict[str, str]
) -> None:
    cookie, told = await begun(viewer, issuer)
    with pytest.raises(NotSignedIn):
        await viewer.finish(cookie, told | bent)
    assert issuer.asked == {}  # no code was spent


@pytest.mark.anyio
@pytest.mark.parametrize("cookie", [None, "", "AAAA", "not base64 \u2603"])
async def test_without_our_own_cookie_nobody_is_signed_in(
    viewer: SignIn, issuer: Issuer, cookie: str | None
) -> None:
    _, told = await begun(viewer, issuer)
    with pytest.raises(NotSignedIn):
        await viewer.finish(cookie, told)


@pytest.mark.anyio
async def test_an_answer_that_took_more_than_ten_minutes_is_too_late(
    viewer: SignIn, issuer: Issuer, clock: Clock
) -> None:
    cookie, told = await begun(viewer, issuer)
    clock.now += 601
    with pytest.raises(NotSignedIn):
        await viewer.finish(cookie, told)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://other.test"}, {"exp": 1}]
)
async def test_an_id_token_that_does_not_answer_us_signs_nobody_in(
    viewer: SignIn, issuer: Issuer, claims: dict[str, Any]
) -> None:
    cookie, told = await begun(viewer, issuer)
    issuer.claims |= claims
    with pytest.raises(NotSignedIn):
        await viewer.finish(cookie, told)


@pytest.mark.anyio
async def test_an_issuer_that_names_itself_otherwise_or_does_not_answer_is_unavailable(
    viewer: SignIn, issuer: Issuer
) -> None:
    issuer.about["issuer"] = "https://other.test"
    with pytest.raises(Unavailable):
        await viewer.begin()
    issuer.about, issuer.status = {}, 500
    with pytest.raises(Unavailable):
        await viewer.begin()
