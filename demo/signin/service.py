"""The issuer's routes, one function each, as a table at the end of `Issuer.handle`."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from demo.place import STAFF, SYSTEMS
from demo.serving import Reply, Request, json_reply
from demo.signin.assertions import ALGORITHMS, TYPE, Assertions
from demo.signin.keys import SigningKey, public_set
from demo.signin.oauth import (
    Authorization,
    BadRedirect,
    Codes,
    Grant,
    OAuthError,
    error_body,
    once,
    read_authorization,
)
from demo.signin.page import page
from demo.signin.scopes import narrowed
from demo.signin.tokens import LIFETIME, PURPOSE, Minter

LOCAL_CLIENT: Final = "carerecord-cli"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer at `url`. `redirects` are the registered return addresses of each browser client."""

    url: str
    minter: Minter
    codes: Codes
    assertions: Assertions
    redirects: Mapping[str, frozenset[str]]
    signing: SigningKey
    local_secret: str

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("GET", "/health"): lambda _: json_reply(200, {"status": "up"}),
            ("GET", "/.well-known/openid-configuration"): self._discovery,
            ("GET", "/jwks"): lambda _: json_reply(200, public_set(self.signing)),
            ("GET", "/authorize"): self._ask,
            ("POST", "/authorize"): self._sign_in,
            ("POST", "/token"): self._token,
            ("POST", "/local/token"): self._local_token,
        }
        route = routes.get((request.method, request.path))
        if route is None:
            return json_reply(404, {"error": "not_found"})
        try:
            return route(request)
        except OAuthError as error:
            return json_reply(error.status, error_body(error), ("pragma", "no-cache"))

    def _discovery(self, _: Request) -> Reply:
        about: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid", "profile"],
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "acr_values_supported": ["aal1", "aal2"],
            "claims_supported": ["sub", "name", "org", "role", "activities", "aal", "purpose", "auth_time"],
        }
        return json_reply(200, about)

    def _ask(self, request: Request) -> Reply:
        return self._asked(dict(request.query), lambda: once(request.query), lambda asked, _: page(asked))

    def _sign_in(self, request: Request) -> Reply:
        try:
            fields = request.form()
        except ValueError:
            return page(None, "That was no sign-in form.", 400)
        return self._asked(dict(fields), lambda: once(fields), self._admit)

    def _asked(
        self,
        loose: Mapping[str, str],
        strict: Callable[[], Mapping[str, str]],
        then: Callable[[Authorization, Mapping[str, str]], Reply],
    ) -> Reply:
        """Check the request and go on; a client that is known hears of its mistake, another does not."""
        try:
            told = strict()
            asked = read_authorization(told, self.redirects)
        except BadRedirect:
            return page(None, "The application that sent you here is not known to this place.", 400)
        except OAuthError as error:
            if loose.get("redirect_uri", "") not in self.redirects.get(
                loose.get("client_id", ""), frozenset()
            ):
                return page(None, "The application that sent you here is not known to this place.", 400)
            return self._back(loose["redirect_uri"], loose.get("state", ""), error=error.code)
        return then(asked, told)

    def _admit(self, asked: Authorization, told: Mapping[str, str]) -> Reply:
        user = told.get("as") or told.get("user", "").strip()
        # The button beside a name stands for its password: both are printed on the page.
        password = user if told.get("as") else told.get("password", "")
        purpose = told.get("purpose") or "direct_care"
        known = user in STAFF and hmac.compare_digest(password.encode(), user.encode())
        if not known or not PURPOSE.fullmatch(purpose):
            return page(asked, "User name or password is wrong. The password is the user name.", 401)
        aal = STAFF[user].aal if told.get("second") == "yes" else 1
        code = self.codes.give(Grant(asked, user, aal, purpose))
        return self._back(asked.redirect_uri, asked.state, code=code)

    def _back(self, uri: str, state: str, **told: str) -> Reply:
        query = told | ({"state": state} if state else {}) | {"iss": self.url}
        joined = "&" if "?" in uri else "?"
        return Reply(303, headers=(("location", f"{uri}{joined}{urlencode(query)}"),))

    def _token(self, request: Request) -> Reply:
        told = self._form(request)
        match told.get("grant_type"):
            case "authorization_code":
                return self._by_code(told)
            case "client_credentials":
                return self._by_assertion(told)
            case None:
                raise OAuthError("invalid_request")
            case _:
                raise OAuthError("unsupported_grant_type")

    def _by_code(self, told: Mapping[str, str]) -> Reply:
        grant = self.codes.take(told)
        client = grant.asked.client_id
        access = self.minter.access(
            grant.user, client, grant.purpose, aal=grant.aal, scope=grant.asked.scope
        )  # fmt: skip
        identity = self.minter.identity(grant.user, client, grant.asked.nonce, grant.aal)
        return self._tokens(access, grant.asked.scope, id_token=identity)

    def _by_assertion(self, told: Mapping[str, str]) -> Reply:
        if told.get("client_assertion_type") != TYPE:
            raise OAuthError("invalid_client", 401)
        client = self.assertions.client(told.get("client_assertion", ""), told.get("client_id", ""))
        scope = narrowed(told.get("scope", ""))
        purpose = told.get("purpose", "direct_care")
        if not PURPOSE.fullmatch(purpose):
            raise OAuthError("invalid_request")
        return self._tokens(self.minter.access(client, client, purpose, scope=scope), scope)

    def _local_token(self, request: Request) -> Reply:
        """For the command line on this machine: whoever can read the secret file may speak for anybody of
        the demo.
        """
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.local_secret}".encode()):
            raise OAuthError("invalid_client", 401)
        told = self._form(request)
        user, purpose = told.get("user", ""), told.get("purpose", "direct_care")
        aal, seconds = told.get("aal", "2"), told.get("seconds", str(LIFETIME))
        if user not in STAFF and user not in SYSTEMS:
            raise OAuthError("unknown_user")
        if not PURPOSE.fullmatch(purpose) or aal not in ("1", "2", "3"):
            raise OAuthError("invalid_request")
        if not (
            seconds.isascii() and seconds.isdigit() and len(seconds) < 5 and 1 <= int(seconds) <= LIFETIME
        ):
            raise OAuthError("invalid_request")
        scope = narrowed("") if user in SYSTEMS else "openid profile"
        client = user if user in SYSTEMS else LOCAL_CLIENT
        access = self.minter.access(user, client, purpose, aal=int(aal), scope=scope, lifetime=int(seconds))
        return self._tokens(access, scope, seconds=int(seconds))

    def _form(self, request: Request) -> dict[str, str]:
        try:
            return once(request.form())
        except ValueError:
            raise OAuthError("invalid_request") from None

    def _tokens(self, access: str, scope: str, seconds: int = LIFETIME, **more: str) -> Reply:
        told = {"access_token": access, "token_type": "Bearer", "expires_in": seconds, "scope": scope}
        return json_reply(200, told | more, ("pragma", "no-cache"))
