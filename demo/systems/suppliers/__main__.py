"""`python -m demo.systems.suppliers --fhir BASE --issuer URL --keys FOLDER --seed S --people P --today D`: push
everything, let staff enter choices and plans (with `--local-secret FILE --home FOLDER`), then end.

Sending again tells nothing new: content, identifiers and request ids are the same each time, and the choices
that were entered are noted in the home folder.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Final

import httpx

from demo.lives import Person, lives
from demo.systems.leaving import end_with_parent
from demo.systems.suppliers.bundles import transactions
from demo.systems.suppliers.choices import Desk
from demo.systems.suppliers.client import GaveUp, Tokens, client, complain, kept_private, push, wait_for
from demo.systems.suppliers.elements import GP, HOME
from demo.systems.telling import end_of

_DOOR_SECONDS: Final = 180.0
_SIDE_BY_SIDE: Final = 3


def main(argv: Sequence[str] | None = None) -> int:
    given = _arguments(argv)
    end_with_parent()
    http = client()
    try:
        wait_for(http, f"{given.fhir.removesuffix('/fhir')}/health/ready", _DOOR_SECONDS)
        tokens = {
            s.client_id: Tokens(http, given.issuer, s.client_id, given.keys / f"{s.client_id}.jwk")
            for s in (GP, HOME)
        }
        told = _push_all(http, given, tokens)
        complain(f"{told.count(True)} transactions taken, {told.count(False)} refused")
        if given.local_secret is not None:
            _enter(http, given)
    except GaveUp as why:
        complain(f"gave up: {why}")
        return 1
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.systems.suppliers", description=__doc__)
    parser.add_argument("--fhir", required=True, help="base of the shared record's FHIR door")
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--keys", type=Path, required=True, help="folder of the clients' private keys")
    parser.add_argument("--home", type=Path, help="folder for a note of the choices that were entered")
    parser.add_argument("--local-secret", type=Path, help="file with the secret of the issuer's local door")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--today", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
    return parser.parse_args(argv)


def _push_all(http: httpx.Client, given: argparse.Namespace, tokens: Mapping[str, Tokens]) -> list[bool]:
    """People side by side, each one's Bundles in order."""
    now = end_of(given.today)

    def one(person: Person) -> list[bool]:
        return [
            push(http, given.fhir, tokens[t.supplier.client_id], t.request_id, t.body)
            for t in transactions(person, now)
        ]

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        return [ok for told in pool.map(one, lives(given.seed, given.people, given.today)) for ok in told]


def _enter(http: httpx.Client, given: argparse.Namespace) -> None:
    desk = Desk(http, given.fhir, given.issuer, given.local_secret.read_text().strip())
    note = (given.home or given.keys) / "choices-entered.json"
    entered = set(json.loads(note.read_text())) if note.exists() else set()
    people = [
        p
        for p in lives(given.seed, min(given.people, 1000), given.today)
        if p.numbers.nhs and (p.choices or p.meetings)
    ]
    desk.enter(people, entered, lambda ids: kept_private(note, json.dumps(sorted(ids))))


if __name__ == "__main__":
    sys.exit(main())
