"""Whatever comes in wrong gets a clear answer: never a 500, never a hint about a person, never a wrong door."""

from __future__ import annotations

import base64
import json
import socket
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from demo import numbers
from tests.journeys.answers import Resource, good, outcome
from tests.journeys.running import FHIR_JSON, Place, Reader, until
from tests.journeys.test_push import observation, transaction


@pytest.fixture(scope="module")
def doctor(place: Place) -> Reader:
    return place.signed_in("dr.patel")


@pytest.fixture(scope="module")
def hospital(place: Place) -> Reader:
    return place.signed_in("sys.acute")


def headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted((k, v) for k, v in answer.headers.items() if k != "date")


class TestNumbers:
    def test_a_wrong_check_digit_is_refused_by_name_and_not_repeated(self, doctor: Reader) -> None:
        right = numbers.nhs_number(123_456)
        wrong = right[:9] + str((int(right[9]) + 1) % 10)
        told = outcome(doctor.search(wrong), 422)
        assert told["issue"][0]["expression"] == ["identifier"]
        assert wrong not in json.dumps(told)

    def test_nobody_and_somebody_one_may_not_see_are_found_alike(self, place: Place) -> None:
        outside = place.signed_in("dr.outside")
        brian = place.lives["brian"].numbers.nhs
        assert brian is not None
        known, unknown = outside.search(brian), outside.search(numbers.nhs_number(123_457))
        assert known.status_code == 200
        assert known.content == unknown.content
        assert headers(known) == headers(unknown)
        assert good(known)["total"] == 0

    def test_a_number_in_an_address_is_refused(self, doctor: Reader) -> None:
        number = numbers.nhs_number(123_458)
        outcome(doctor.get(f"/Patient?identifier={number}"), 400)
        outcome(doctor.get(f"/Patient/{number}"), 404)

    @pytest.mark.parametrize(
        "number", ["", "0000000000", "999", "abc", "9" * 5000, "９９９００００１２３", "999\x00"]
    )
    def test_what_is_no_number_finds_nobody(self, doctor: Reader, number: str) -> None:
        outcome(doctor.search(number), 422)


class TestJson:
    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b'{"resourceType":"Bundle","type":"transaction","type":"batch"}', id="key twice"),
            pytest.param(b"[" * 1000 + b"]" * 1000, id="a thousand levels"),
            pytest.param(b'{"resourceType":' + b'{"a":' * 1000 + b"1" + b"}" * 1001, id="a thousand objects"),
            pytest.param(b'{"resourceType":"Bundle","x":NaN}', id="not a number"),
            pytest.param(b'{"resourceType":"Bundle","x":"\\ud800"}', id="half a character"),
            pytest.param(b'{"resourceType":"Bundle"', id="cut short"),
            pytest.param(b"\xff\xfe{}", id="no UTF-8"),
            pytest.param(b"", id="nothing"),
            pytest.param(b'{"resourceType":"Bundle","x":1' + b"0" * 5000 + b"}", id="an endless number"),
        ],
    )
    def test_what_is_no_plain_json_is_refused(self, hospital: Reader, body: bytes) -> None:
        outcome(hospital.post("", body, X_Request_ID=str(uuid.uuid4())), 400)

    def test_a_label_cannot_be_stripped_by_telling_it_twice(self, doctor: Reader, hospital: Reader) -> None:
        text = json.dumps(observation(doctor.find("brian"), uuid.uuid4().hex))
        twice = text.replace('"status": "final"', '"status": "final", "status": "preliminary"')
        assert twice != text
        outcome(hospital.post("/Observation", twice.encode()), 400)


class TestBodies:
    def test_a_body_of_100_megabytes_is_refused_before_it_is_read(
        self, place: Place, hospital: Reader
    ) -> None:
        """By its declared length: the answer comes although hardly any of the body was sent."""
        with socket.create_connection(("127.0.0.1", place.port), timeout=20) as line:
            head = (
                "POST /fhir HTTP/1.1\r\nHost: place\r\nConnection: close\r\n"
                f"Authorization: Bearer {hospital.token}\r\n"
                f"Content-Type: {FHIR_JSON}\r\nContent-Length: {100 * 1024 * 1024}\r\n\r\n"
            )
            line.sendall(head.encode() + b"{" * 1000)
            assert line.recv(65536).startswith(b"HTTP/1.1 413 ")

    def test_a_body_that_does_not_tell_its_length_is_cut_off_at_the_limit(self, hospital: Reader) -> None:
        sent = 0

        def endless() -> Any:
            nonlocal sent
            for _ in range(100):
                sent += 1
                yield b" " * 1024 * 1024

        try:
            answer = hospital.ask("POST", "", content=endless(), headers={"Content-Type": FHIR_JSON})
        except httpx.WriteError:
            return  # the line was cut, and with it the answer
        outcome(answer, 413)

    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", ""), ("POST", "/Observation"), ("PUT", "/Observation/x"), ("PUT", "/Patient/x/$plan")],
    )  # fmt: skip
    @pytest.mark.parametrize("kind", ["application/fhir+xml", "text/xml", "text/plain", ""])
    def test_only_json_is_read(self, hospital: Reader, method: str, path: str, kind: str) -> None:
        about = {"Content-Type": kind, "If-Match": 'W/"1"', "If-None-Match": "*"}
        outcome(hospital.ask(method, path, content=b"<Bundle/>", headers=about), 415)

    def test_only_json_is_written(self, doctor: Reader) -> None:
        brian = doctor.find("brian")
        answer = doctor.get(f"/Patient/{brian}/$record", headers={"Accept": "application/fhir+xml"})
        outcome(answer, 406)


class TestAddresses:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/Nonsense?patient=x", 400),
            ("GET", "/Observation", 400),
            ("GET", "/Observation?patient=x&date=2026", 400),
            ("GET", "/Observation?patient=" + "0" * 32, 200),
            ("GET", "/Patient/%00/$record", 404),
            ("GET", "/Patient/..%2f..%2fetc/$record", 404),
            ("GET", "/nowhere/at/all", 404),
            ("GET", "/$events?cursor=-1", 400),
            ("GET", "/$events?cursor=999999999999999999999", 400),
            ("GET", "/AuditEvent", 400),
            ("DELETE", "/Observation/" + "0" * 32, 428),
            ("PATCH", "/Observation/" + "0" * 32, 415),
        ],
    )
    def test_an_odd_address_gets_a_plain_answer(
        self, doctor: Reader, method: str, path: str, status: int
    ) -> None:
        answer = doctor.ask(method, path)
        if status == 200:
            good(answer)
        else:
            outcome(answer, status)


def b64(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def claims(doctor: Reader) -> Resource:
    """What a good token says."""
    body = doctor.token.split(".")[1]
    told: Resource = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return told


@pytest.fixture(scope="module")
def key(place: Place) -> ECKey:
    """The issuer's own private key: to make tokens that are wrong in one thing only."""
    return ECKey.import_key(json.loads((place.home / "outside/signin/issuer.jwk").read_text()))


class TestTokens:
    def refused(self, place: Place, authorization: str | None) -> Resource:
        given = {} if authorization is None else {"Authorization": authorization}
        answer = place.get("/fhir/$events", headers=given)
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        return outcome(answer, 401)

    def signed(self, key: Any, claims: Resource, **header: str) -> str:
        about = {"alg": "ES256", "typ": "at+jwt", "kid": getattr(key, "kid", None) or "x"} | header
        return jwt.encode(about, claims, key, algorithms=[about["alg"]])

    @pytest.mark.parametrize(
        "given", [None, "", "Bearer", "Basic ZG9jOmRvYw==", "Bearer a.b.c", "Bearer " + "x" * 9000]
    )
    def test_no_token_and_no_real_token_get_nothing(self, place: Place, given: str | None) -> None:
        self.refused(place, given)

    def test_a_token_made_like_the_issuers_is_good(self, place: Place, key: ECKey, claims: Resource) -> None:
        token = self.signed(key, claims | {"jti": uuid.uuid4().hex})
        assert place.get("/fhir/$events", headers={"Authorization": f"Bearer {token}"}).status_code == 200

    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda c: c | {"exp": int(time.time()) - 60}, id="expired"),
            pytest.param(lambda c: c | {"nbf": int(time.time()) + 600}, id="not yet"),
            pytest.param(lambda c: c | {"aud": "another"}, id="for another"),
            pytest.param(lambda c: c | {"iss": "http://127.0.0.1:1"}, id="from another"),
            pytest.param(lambda c: c | {"aal": 1}, id="one factor"),
            pytest.param(lambda c: {k: v for k, v in c.items() if k != "exp"}, id="without end"),
            pytest.param(lambda c: {k: v for k, v in c.items() if k != "sub"}, id="nobody"),
            pytest.param(lambda c: {k: v for k, v in c.items() if k != "aud"}, id="for nobody"),
            pytest.param(lambda c: {k: v for k, v in c.items() if k != "aal"}, id="no assurance"),
        ],
    )
    def test_a_token_that_is_wrong_in_one_thing_is_refused(
        self, place: Place, key: ECKey, claims: Resource, spoil: Callable[[Resource], Resource]
    ) -> None:
        self.refused(place, "Bearer " + self.signed(key, spoil(claims) | {"jti": uuid.uuid4().hex}))

    def test_an_id_token_is_no_access_token(self, place: Place, key: ECKey, claims: Resource) -> None:
        self.refused(place, "Bearer " + self.signed(key, claims | {"jti": uuid.uuid4().hex}, typ="JWT"))

    def test_a_token_without_a_signature_is_refused(self, place: Place, claims: Resource) -> None:
        head = {"alg": "none", "typ": "at+jwt"}
        self.refused(place, f"Bearer {b64(head)}.{b64(claims)}.")

    def test_a_public_key_is_no_secret_to_sign_with(self, place: Place, key: ECKey, claims: Resource) -> None:
        for public in (key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode()):
            secret = OctKey.import_key(base64.urlsafe_b64encode(public).decode())
            token = self.signed(secret, claims, alg="HS256", kid=key.kid or "")
            self.refused(place, f"Bearer {token}")

    def test_a_strangers_key_is_refused(self, place: Place, key: ECKey, claims: Resource) -> None:
        stranger = ECKey.generate_key("P-256")
        self.refused(place, "Bearer " + self.signed(stranger, claims, kid=key.kid or ""))

    def test_one_factor_is_asked_for_a_second(self, place: Place) -> None:
        token = place.token("dr.patel", aal="1")
        answer = place.get("/fhir/$events", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert "insufficient_user_authentication" in answer.headers["www-authenticate"]

    def test_a_token_ends_when_it_says(self, place: Place) -> None:
        token = {"Authorization": f"Bearer {place.token('dr.patel', seconds='1')}"}
        until(lambda: place.get("/fhir/$events", headers=token).status_code == 401, "it has ended", 20)


class TestFiles:
    """Returns that another system drops as CSV: what cannot be read waits in review and stops nothing."""

    def dropped(self, place: Place) -> Path:
        return place.home / "outside" / "social-care" / "drop"

    def pulled(self, place: Place) -> str:
        told = place.command("pull", "social-care-returns")
        assert told.returncode == 0
        return told.stdout

    def test_a_missing_column_and_a_bad_row_go_to_review_and_the_rest_is_kept(self, place: Place) -> None:
        (real, *_) = sorted(self.dropped(place).rglob("*.csv"))
        lines = real.read_text(encoding="utf-8-sig").splitlines()
        (real.parent / "z-bad-row.csv").write_text("\n".join([*lines[:2], '"never closed']))
        (real.parent / "z-no-column.csv").write_text("\n".join(line.partition(",")[2] for line in lines[:3]))
        before = good(self.record(place))
        said = self.pulled(place)
        assert " 0 entries went to review" not in said
        assert self.said(good(self.record(place))) == self.said(before)
        assert place.is_ready()

    def said(self, found: dict[str, Any]) -> list[dict[str, Any]]:
        """What the entries say: a row that is sent again is said again, so when it was is newer."""
        return [{k: v for k, v in e["resource"].items() if k != "meta"} for e in found["entry"]]

    def record(self, place: Place) -> httpx.Response:
        social = place.signed_in("sw.okafor")
        return social.get(f"/Condition?patient={social.find('brian')}")


def test_a_good_push_after_all_this_is_kept(doctor: Reader, hospital: Reader) -> None:
    body = transaction(observation(doctor.find("brian"), uuid.uuid4().hex))
    good(hospital.post("", body, X_Request_ID=str(uuid.uuid4())))
