"""Start the issuer. Prints one JSON line when ready; ends on SIGTERM and with its parent."""

import argparse
import time
from datetime import date
from pathlib import Path
from typing import Final

from demo.lives.named import named
from demo.place import STAFF
from demo.serving import Server, run, secret_file
from demo.signin.assertions import Assertions
from demo.signin.keys import issuer_key, system_keys
from demo.signin.oauth import Codes
from demo.signin.service import Issuer
from demo.signin.tokens import Minter

VIEWER: Final = "carerecord-viewer"


def main() -> None:
    """Read the arguments, make or find the keys, serve."""
    parser = argparse.ArgumentParser(prog="python -m demo.signin", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder for keys and the local secret")
    parser.add_argument("--port", type=int, default=0, help="0: a free one, told in the ready line")
    parser.add_argument("--client", default=VIEWER, help="client id of the viewer")
    parser.add_argument(
        "--redirect", action="append", help="where the viewer is called back; may be repeated"
    )
    parser.add_argument("--audience", default="carerecord", help="whom access tokens are for")
    parser.add_argument(
        "--today", type=date.fromisoformat, default=date(2026, 1, 1), help="not used by tokens"
    )
    told, _ = parser.parse_known_args()

    server = Server(told.port, lambda request: issuer.handle(request))
    url = f"http://127.0.0.1:{server.port}"
    signing, secret = issuer_key(told.home), told.home / "local-token.secret"
    issuer = Issuer(
        url=url,
        minter=Minter(url, told.audience, signing, time.time, _own_numbers()),
        codes=Codes(time.time),
        assertions=Assertions(f"{url}/token", system_keys(told.home), time.time),
        redirects={told.client: frozenset(told.redirect or ())},
        signing=signing,
        local_secret=secret_file(secret),
    )
    run(
        server,
        "signin",
        issuer=url,
        audience=told.audience,
        local_secret_file=str(secret),
        client_keys=str(told.home / "clients"),
    )


def _own_numbers() -> dict[str, str]:
    """The NHS number of everyone who signs in as themselves, as a national login would tell it."""
    any_day = date(2026, 1, 1)  # numbers do not depend on the day
    held = {p.key: p.numbers.nhs for p in named(any_day)}
    people = {s.user: held[s.person] for s in STAFF.values() if s.role == "person" and s.person}
    return {user: number for user, number in people.items() if number}


if __name__ == "__main__":
    main()
