"""One issuer for all the tests of a module, on a free loopback port, with a clock that tests can move."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from demo.serving import Server
from demo.signin.assertions import Assertions
from demo.signin.keys import SigningKey, issuer_key, system_keys
from demo.signin.oauth import Codes
from demo.signin.service import Issuer
from demo.signin.tokens import Minter

NOW = 1_790_000_000.0
BACK = "http://127.0.0.1:9/signed-in"


@dataclass
class Desk:
    """A running issuer: `ask` speaks to it, `now` is its clock, `keys` are the systems' private keys."""

    url: str
    ask: httpx.Client
    keys: dict[str, SigningKey]
    now: float = NOW


@pytest.fixture(scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = Path(tmp_path_factory.mktemp("signin"))
    server = Server(0, lambda request: issuer.handle(request))
    url = f"http://127.0.0.1:{server.port}"
    keys = system_keys(home)
    with httpx.Client(base_url=url, trust_env=False) as client:
        desk = Desk(url, client, keys)
        signing = issuer_key(home)
        issuer = Issuer(
            url=url,
            minter=Minter(url, "carerecord", signing, lambda: desk.now, {"brian": "9990000018"}),
            codes=Codes(lambda: desk.now),
            assertions=Assertions(f"{url}/token", keys, lambda: desk.now),
            redirects={"carerecord-viewer": frozenset({BACK})},
            signing=signing,
            local_secret="local",
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield desk
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def desk(_desk: Desk) -> Desk:
    _desk.now = NOW
    return _desk
