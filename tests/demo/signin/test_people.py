"""People sign in with code and PKCE, and only the application that asked gets what it asked for."""

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from demo.place import STAFF
from demo.signin.oauth import challenge_of
from tests.demo.signin.conftest import BACK, Desk

VERIFIER = secrets.token_urlsafe(48)


def request(**changes: str) -> dict[str, str]:
    asked = {
        "response_type": "code", "client_id": "carerecord-viewer", "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "s-1", "nonce": "n-1", "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }  # fmt: skip
    return asked | changes


def sign_in(desk: Desk, **told: str) -> httpx.Response:
    filled = {"user": "dr.patel", "password": "dr.patel", "purpose": "direct_care", "second": "yes"} | told
    return desk.ask.post("/authorize", data=request() | filled)


def returned(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == BACK
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def exchange(desk: Desk, code: str, /, **changes: str) -> httpx.Response:
    told = {"grant_type": "authorization_code", "code": code, "client_id": "carerecord-viewer",
            "redirect_uri": BACK,
            "code_verifier": VERIFIER}  # fmt: skip
    return desk.ask.post("/token", data=told | changes)


def read(desk: Desk, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, checked against the published keys only."""
    about = desk.ask.get("/.well-known/openid-configuration").json()
    keys = KeySet.import_key_set(desk.ask.get(urlsplit(about["jwks_uri"]).path).json())
    proven = jwt.decode(token, keys, algorithms=["ES256"])
    return dict(proven.header), dict(proven.claims)


def tokens(desk: Desk, **told: str) -> dict[str, Any]:
    answer = exchange(desk, returned(sign_in(desk, **told))["code"])
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_discovery_tells_where_everything_is(desk: Desk) -> None:
    about = desk.ask.get("/.well-known/openid-configuration").json()
    assert about["issuer"] == desk.url
    assert about["code_challenge_methods_supported"] == ["S256"]
    keys = desk.ask.get("/jwks").json()["keys"]
    assert keys
    assert all("d" not in key and key["kid"] for key in keys)


def test_the_page_lists_everybody_and_needs_no_script_and_no_other_file(desk: Desk) -> None:
    answer = desk.ask.get("/authorize", params=request())
    assert answer.status_code == 200
    for who in STAFF.values():
        assert f"Sign in as {who.user}<" in answer.text
    assert "<script" not in answer.text
    assert "src=" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:9;" in policy


def test_signing_in_gives_an_access_token_that_says_who_and_what_for(desk: Desk) -> None:
    found = tokens(desk, purpose="transfer_of_care")
    header, claims = read(desk, found["access_token"])
    assert header["typ"] == "at+jwt"
    assert claims["sub"] == "dr.patel"
    assert (claims["org"], claims["role"]) == ("ZAC01", "doctor")
    assert set(claims["activities"]) == {"view", "write", "emergency", "plan", "refer"}
    assert (claims["aal"], claims["purpose"]) == (2, "transfer_of_care")
    assert (claims["aud"], claims["iss"], claims["client_id"]) == (
        "carerecord",
        desk.url,
        "carerecord-viewer",
    )
    assert claims["exp"] - claims["nbf"] == 3600
    assert claims["jti"]
    assert "nhs_number" not in claims
    assert found["expires_in"] == 3600


def test_the_id_token_is_for_the_application_and_is_no_access_token(desk: Desk) -> None:
    header, claims = read(desk, tokens(desk)["id_token"])
    assert header["typ"] == "JWT"
    assert (claims["aud"], claims["nonce"], claims["acr"]) == ("carerecord-viewer", "n-1", "aal2")
    assert "activities" not in claims


def test_no_two_tokens_share_an_id(desk: Desk) -> None:
    assert (
        read(desk, tokens(desk)["access_token"])[1]["jti"]
        != read(desk, tokens(desk)["access_token"])[1]["jti"]
    )


def test_without_the_second_step_the_sign_in_is_weak(desk: Desk) -> None:
    assert read(desk, tokens(desk, second="no")["access_token"])[1]["aal"] == 1


def test_the_button_beside_a_name_signs_in(desk: Desk) -> None:
    found = tokens(desk, user="", password="", **{"as": "rec.hall"})
    assert read(desk, found["access_token"])[1]["role"] == "receptionist"


def test_a_person_brings_their_own_number_in_the_token(desk: Desk) -> None:
    claims = read(desk, tokens(desk, user="brian", password="brian", purpose="own_record")["access_token"])[1]
    assert (claims["role"], claims["org"], claims["nhs_number"]) == ("person", "", "9990000018")


@pytest.mark.parametrize(
    "told",
    [{"password": "wrong"}, {"password": ""}, {"user": "nobody", "password": "nobody"}, {"as": "nobody"},
     {"user": "sys.acute", "password": "sys.acute"}],
)  # fmt: skip
def test_a_wrong_sign_in_stays_on_the_page_and_says_so(desk: Desk, told: dict[str, str]) -> None:
    answer = sign_in(desk, **told)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "location" not in answer.headers


def test_state_and_issuer_come_back(desk: Desk) -> None:
    back = returned(sign_in(desk))
    assert (back["state"], back["iss"]) == ("s-1", desk.url)


@pytest.mark.parametrize("change", [{"redirect_uri": "http://127.0.0.1:9/elsewhere"}, {"client_id": "other"},
                                    {"redirect_uri": ""}])  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_registered(desk: Desk, change: dict[str, str]) -> None:
    for answer in (desk.ask.get("/authorize", params=request(**change)),
                   desk.ask.post("/authorize", data=request(**change) | {"as": "dr.patel"})):  # fmt: skip
        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
    ],
)
def test_a_known_application_hears_of_its_mistake(desk: Desk, change: dict[str, str], error: str) -> None:
    assert returned(desk.ask.get("/authorize", params=request(**change)))["error"] == error


def test_a_parameter_given_twice_is_refused(desk: Desk) -> None:
    answer = desk.ask.get("/authorize", params=[*request().items(), ("state", "s-2")])
    assert returned(answer)["error"] == "invalid_request"


def test_a_code_is_spent_by_its_first_use(desk: Desk) -> None:
    code = returned(sign_in(desk))["code"]
    assert exchange(desk, code).status_code == 200
    assert exchange(desk, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "change",
    [{"code_verifier": "x" * 43}, {"code_verifier": ""}, {"client_id": "other"}, {"redirect_uri": BACK + "/"},
     {"code": "made-up"}],
)  # fmt: skip
def test_a_code_is_worth_nothing_to_another(desk: Desk, change: dict[str, str]) -> None:
    answer = exchange(desk, returned(sign_in(desk))["code"], **change)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_a_code_is_good_for_a_minute(desk: Desk) -> None:
    code = returned(sign_in(desk))["code"]
    desk.now += 61
    assert exchange(desk, code).json() == {"error": "invalid_grant"}


def test_what_a_client_sends_is_not_markup(desk: Desk) -> None:
    answer = desk.ask.get("/authorize", params=request(state='"><script>alert(1)</script>'))
    assert "<script" not in answer.text
