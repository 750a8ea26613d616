"""The demo place: its outside systems as processes of their own, then a place like any other in front of them.

``demo`` is not part of the wheel: it is found in the source tree or the image, and started as programs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from aggregator.cli import logs, place
from aggregator.cli.supervision import (
    PROCESSES,
    Child,
    Stopped,
    children,
    databases,
    ends_on_signals,
    own,
    watch,
)

_SYSTEMS = ("demo.systems.social_care", "demo.systems.mental_health", "demo.systems.housing")


@contextmanager
def _outside(
    module: str, arguments: list[str], *, environment: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Run one outside system; what its ready line tells."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=dict(environment),
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{module} of the demo place did not start")
        yield json.loads(line)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run(*, port: int, mllp_port: int, people: int, seed: int) -> None:
    """Run until Ctrl-C. Data, keys and the day of the stories are kept in the home for the next start."""
    logs.configure()
    if find_spec("demo") is None:
        sys.exit("The demo place is in the source tree and the image only: run this from a clone.")
    home = place.home()
    base = f"http://127.0.0.1:{port}"
    environment = dict(os.environ)
    try:
        with ends_on_signals(), ExitStack() as stack:
            files, server = stack.enter_context(databases(home, environment))
            world = _world(home, people, seed)  # not before the home is ours alone
            lives = [
                "--seed",
                str(world["seed"]),
                "--people",
                str(world["people"]),
                "--today",
                world["today"],
            ]
            told: dict[str, dict[str, Any]] = {}
            for module in ("demo.demographics", *_SYSTEMS):
                name = module.rpartition(".")[2].replace("_", "-")
                arguments = ["--home", str(home / "outside" / name), *lives]
                if module in _SYSTEMS:
                    arguments += ["--drop", str(home / "outside" / name / "drop")]
                told[name] = stack.enter_context(_outside(module, arguments, environment=environment))
            signin = stack.enter_context(
                _outside(
                    "demo.signin",
                    ["--home", str(home / "outside" / "signin"), "--redirect", f"{base}/signed-in"],
                    environment=environment,
                )
            )
            (home / "sources.toml").write_text(_sources(home, told) + _more_sources(home))
            variables = files | {
                "CARERECORD_HOME": str(home),
                "CARERECORD_PORT": str(port),
                "CARERECORD_MLLP_PORT": str(mllp_port),
                "CARERECORD_BASE_URL": base,
                "CARERECORD_ISSUER": signin["issuer"],
                "CARERECORD_DEMOGRAPHICS_URL": f"http://127.0.0.1:{told['demographics']['port']}",
                "CARERECORD_DEMOGRAPHICS_KEY_FILE": told["demographics"]["key_file"],
                "CARERECORD_SOURCES_FILE": str(home / "sources.toml"),
                "CARERECORD_TITLE": "Wolds shared care record",
            }
            place.write(
                home,
                {
                    "demo": True,
                    "base_url": base,
                    "mllp_port": mllp_port,
                    "issuer": signin["issuer"],
                    "local_secret_file": signin["local_secret_file"],
                    "systems": {name: f"http://127.0.0.1:{t['port']}" for name, t in told.items()},
                    "environment": variables,
                },
            )
            many = [own(name, environment | variables) for name in PROCESSES]
            senders = [
                Child(
                    name, [sys.executable, "-m", f"demo.systems.{name}", *arguments], environment, again=False
                )
                for name, arguments in (
                    ("acute", ["--mllp-port", str(mllp_port), *lives]),
                    (
                        "suppliers",
                        [
                            *("--fhir", f"{base}/fhir", "--issuer", signin["issuer"]),
                            *("--keys", signin["client_keys"], *lives),
                            *("--local-secret", signin["local_secret_file"]),
                            *("--home", str(home / "outside" / "suppliers")),
                        ],
                    ),
                )
            ]
            stack.enter_context(children([*many, *senders]))
            sys.stderr.write(
                f"\nThe demo place is at {base} (HL7 v2 on port {mllp_port}). Ctrl-C ends it.\n\n"
            )
            watch(many, server)
    except Stopped:
        return


def _world(home: Path, people: int, seed: int) -> dict[str, Any]:
    """Whose lives these are: chosen at the first start, the same at the next, unless PEOPLE= changes."""
    path = home / "demo.json"
    home.mkdir(parents=True, exist_ok=True)
    world: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    today: date = datetime.now(UTC).date()
    world = {"today": today.isoformat()} | world | {"people": people, "seed": seed}
    path.write_text(json.dumps(world))
    return world


def _sources(home: Path, told: Mapping[str, Mapping[str, Any]]) -> str:
    """The demo place's sources.toml."""

    def source(name: str, kind: str, organisation: str, **more: str) -> str:
        lines = [f'[source."{name}"]', f'kind = "{kind}"', f'organisation = "{organisation}"']
        return "\n".join(lines + [f'{k} = "{v}"' for k, v in more.items()]) + "\n"

    def rest(name: str) -> dict[str, str]:
        return {"url": f"http://127.0.0.1:{told[name]['port']}", "secret_file": told[name]["key_file"]}

    def drop(name: str) -> dict[str, str]:
        return {"folder": str(home / "outside" / name / "drop")}

    return "\n".join(
        [
            source("acute", "acute", "ZAC01"),
            source("social-care", "social-care", "ZSC01", **rest("social-care")),
            source("social-care-returns", "social-care-returns", "ZSC01", **drop("social-care")),
            source("mental-health", "mental-health", "ZMH01", **rest("mental-health")),
            source("mental-health-returns", "mental-health-returns", "ZMH01", **drop("mental-health")),
            source("housing", "housing", "ZHO01", **rest("housing")),
            source("gp", "gp", "ZGP01"),
            source("care-home", "care-home", "ZCH01"),
        ]
    )


def _more_sources(home: Path) -> str:
    """Sources that somebody wants to try in the demo place besides: HOME/more-sources.toml, when there is one."""
    try:
        return (home / "more-sources.toml").read_text("utf-8")
    except FileNotFoundError:
        return ""


def token(user: str, purpose: str) -> str:
    """A bearer token from the demo place's own issuer. Ends the program when no demo place runs here."""
    try:
        told = place.read()
    except FileNotFoundError:
        sys.exit("No demo place was started in this home. Start one with `carerecord demo`.")
    if not told.get("demo"):
        sys.exit("Tokens are given out by the demo place only; this is a real place.")
    secret = Path(str(told["local_secret_file"])).read_text().strip()
    try:
        answer = httpx.post(
            f"{told['issuer']}/local/token",
            data={"user": user, "purpose": purpose},
            headers={"Authorization": f"Bearer {secret}"},
            trust_env=False,
        )
    except httpx.HTTPError:
        sys.exit("The demo place of this home is not running. Start it with `carerecord demo`.")
    if answer.status_code != httpx.codes.OK:
        sys.exit("The demo place knows nobody of this name, or not this purpose.")
    return str(answer.json()["access_token"])
