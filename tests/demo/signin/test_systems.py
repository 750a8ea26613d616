"""Systems sign in with a signed assertion, each assertion once; the command line with a secret from a file."""

import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from demo.signin.assertions import TYPE
from demo.signin.keys import SigningKey
from tests.demo.signin.conftest import NOW, Desk
from tests.demo.signin.test_people import read


def assertion(desk: Desk, client: str = "sys.social", key: SigningKey | None = None, **changes: Any) -> str:
    header = {"alg": "RS384" if client == "sys.acute" else "ES384", "kid": (key or desk.keys[client]).kid}
    header |= changes.pop("header", {})
    claims = {"iss": client, "sub": client, "aud": f"{desk.url}/token", "exp": int(desk.now) + 300,
              "jti": secrets.token_urlsafe(12)}  # fmt: skip
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(
        header, claims, key or desk.keys[client], algorithms=["RS384", "ES384", "RS256", "ES256"]
    )


def ask(desk: Desk, signed: str, **more: str) -> httpx.Response:
    told = {"grant_type": "client_credentials", "client_assertion_type": TYPE, "client_assertion": signed}
    return desk.ask.post("/token", data=told | more)


@pytest.mark.parametrize("client", ["sys.acute", "sys.social", "sys.ambulance"])
def test_a_system_signs_in_with_either_kind_of_key(desk: Desk, client: str) -> None:
    answer = ask(desk, assertion(desk, client))
    assert answer.status_code == 200
    header, claims = read(desk, answer.json()["access_token"])
    assert header["typ"] == "at+jwt"
    assert (claims["sub"], claims["client_id"], claims["role"]) == (client, client, "system")
    assert claims["purpose"] == "direct_care"
    assert claims["aal"] == 2
    assert "id_token" not in answer.json()


def test_an_assertion_is_good_once(desk: Desk) -> None:
    signed = assertion(desk)
    assert ask(desk, signed).status_code == 200
    again = ask(desk, signed)
    assert (again.status_code, again.json()) == (401, {"error": "invalid_client"})


def test_two_systems_may_choose_the_same_id(desk: Desk) -> None:
    assert ask(desk, assertion(desk, "sys.social", jti="same")).status_code == 200
    assert ask(desk, assertion(desk, "sys.housing", jti="same")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(NOW) + 360},
        {"exp": int(NOW)},
        {"exp": None},
        {"exp": "soon"},
        {"aud": "https://elsewhere.example/token"},
        {"aud": None},
        {"iss": "sys.acute"},
        {"sub": "sys.acute"},
        {"sub": "nobody"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"nbf": int(NOW) + 60},
    ],
)
def test_an_assertion_that_does_not_fit_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    answer = ask(desk, assertion(desk, **changes))
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_an_assertion_for_several_audiences_is_refused(desk: Desk) -> None:
    signed = assertion(desk, aud=[f"{desk.url}/token", "https://elsewhere.example"])
    assert ask(desk, signed).status_code == 401


def test_the_key_is_the_registered_one_whatever_the_assertion_carries(desk: Desk) -> None:
    mine = ECKey.generate_key("P-384", auto_kid=True)
    carried = {"jwk": mine.as_dict(private=False), "kid": desk.keys["sys.social"].kid}
    assert ask(desk, assertion(desk, key=mine)).status_code == 401
    assert ask(desk, assertion(desk, key=mine, header=carried)).status_code == 401


def test_other_algorithms_are_refused(desk: Desk) -> None:
    claims = {
        "iss": "sys.acute",
        "sub": "sys.acute",
        "aud": f"{desk.url}/token",
        "exp": int(NOW) + 60,
        "jti": "a",
    }
    public = json.dumps(desk.keys["sys.acute"].as_dict(private=False))
    shared = OctKey.import_key(public)
    forged = jwt.encode(
        {"alg": "HS256", "kid": desk.keys["sys.acute"].kid}, claims, shared, algorithms=["HS256"]
    )
    weaker = assertion(desk, "sys.acute", header={"alg": "RS256"})
    unsigned = ".".join(
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none"}, claims)
    )
    for signed in (forged, weaker, unsigned + ".", unsigned, "", "a.b.c"):
        assert ask(desk, signed).status_code == 401


def test_a_stated_client_must_be_the_signer(desk: Desk) -> None:
    assert ask(desk, assertion(desk), client_id="sys.acute").status_code == 401
    assert ask(desk, assertion(desk), client_id="sys.social").status_code == 200


def test_scopes_are_given_as_asked_if_a_system_may_have_them(desk: Desk) -> None:
    assert ask(desk, assertion(desk), scope="system/Observation.rs system/Patient.r").json()["scope"] == (
        "system/Observation.rs system/Patient.r"
    )
    assert ask(desk, assertion(desk)).json()["scope"] == "system/*.cruds"
    assert ask(desk, assertion(desk), scope="user/*.rs").json() == {"error": "invalid_scope"}


def test_other_grants_are_refused(desk: Desk) -> None:
    told = {"grant_type": "password", "username": "dr.patel", "password": "dr.patel"}
    assert desk.ask.post("/token", data=told).json() == {"error": "unsupported_grant_type"}
    assert desk.ask.post("/token", data={}).status_code == 400
    assert desk.ask.post("/token", json=told).status_code == 400
    assert desk.ask.get("/token").status_code == 404


def local(desk: Desk, secret: str = "local", **told: str) -> httpx.Response:
    return desk.ask.post("/local/token", data=told, headers={"authorization": f"Bearer {secret}"})


@pytest.mark.parametrize(
    ("user", "role"), [("dr.patel", "doctor"), ("sys.housing", "system"), ("son", "carer")]
)
def test_the_command_line_gets_a_token_for_anybody_of_the_place(desk: Desk, user: str, role: str) -> None:
    claims = read(desk, local(desk, user=user).json()["access_token"])[1]
    assert (claims["sub"], claims["role"], claims["purpose"], claims["aal"]) == (user, role, "direct_care", 2)


def test_the_command_line_may_state_a_purpose_and_a_weak_or_short_sign_in(desk: Desk) -> None:
    answer = local(desk, user="dr.patel", purpose="research", aal="1", seconds="5").json()
    claims = read(desk, answer["access_token"])[1]
    assert (claims["purpose"], claims["aal"], claims["exp"] - claims["iat"]) == ("research", 1, 5)
    careless = read(desk, local(desk, user="dr.patel", purpose="").json()["access_token"])[1]
    assert "purpose" not in careless


def test_without_the_secret_nobody_gets_a_token(desk: Desk) -> None:
    assert local(desk, "guess", user="dr.patel").status_code == 401
    assert desk.ask.post("/local/token", data={"user": "dr.patel"}).status_code == 401


@pytest.mark.parametrize(
    "told", [{"user": "nobody"}, {}, {"user": "brian", "purpose": "<b>"}, {"user": "brian", "aal": "9"},
             {"user": "brian", "seconds": "3601"}, {"user": "brian", "seconds": "0"}]
)  # fmt: skip
def test_what_cannot_be_is_refused(desk: Desk, told: dict[str, str]) -> None:
    assert local(desk, **told).status_code == 400
