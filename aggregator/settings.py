"""Settings, declared once. Read from the environment (``CARERECORD_...``); secrets come in files.

``Settings.read`` refuses what is missing or unsafe outside the demo place, all problems at once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable is ``CARERECORD_`` and the name in capitals."""

    name: str
    default: str
    help: str

    @property
    def variable(self) -> str:
        return f"CARERECORD_{self.name.upper()}"


SETTINGS = (
    Setting("home", ".carerecord", "Folder of everything that this place keeps on disk."),
    Setting("port", "8080", "Port of the web door on 127.0.0.1 or `host`."),
    Setting("host", "127.0.0.1", "Address that the doors listen on."),
    Setting("mllp_port", "2575", "Port of the HL7 v2 door (MLLP)."),
    Setting(
        "mllp_certificate_file", "", "Certificate (PEM) of the HL7 v2 door; with it the door speaks TLS."
    ),
    Setting("mllp_key_file", "", "Key of that certificate (PEM); needed together with it."),
    Setting(
        "mllp_client_ca_file",
        "",
        "CA (PEM) that senders' certificates must be signed by; without it none is asked.",
    ),
    Setting("base_url", "", "How others reach the web door; default http://HOST:PORT."),
    Setting(
        "database_url_file", "", "File with the record database's URL; without it PostgreSQL runs embedded."
    ),
    Setting(
        "keys_url_file", "", "File with the key database's URL; needed together with `database_url_file`."
    ),
    Setting("master_key_file", "", "File with the 32 random bytes of the place's master key; mode 0600."),
    Setting("redis_url", "", "Redis for the shared cache; without it each process has its own."),
    Setting("issuer", "", "OpenID Connect issuer that signs access tokens."),
    Setting("audience", "carerecord", "Audience that a token must name."),
    Setting("client_id", "carerecord-viewer", "The viewer's client id at the issuer."),
    Setting("demographics_url", "", "Base of the demographics service that numbers are traced with."),
    Setting("demographics_key_file", "", "File with the key that the demographics service asks for."),
    Setting("sources_file", "", "The sources of this place (TOML); default HOME/sources.toml."),
    Setting("workers", "1", "Web processes."),
    Setting("refresh_deadline_ms", "800", "How long opening a record waits for its sources, milliseconds."),
    Setting("pull_every_seconds", "60", "How often sources are asked for what changed, seconds."),
    Setting(
        "raw_days",
        "90",
        "How long input that concerns several people, or was refused, is kept as it came, days; then it is destroyed.",
    ),
    Setting("title", "carerecord", "Name of this place, shown in the header of every page."),
)


class SettingsError(ValueError):
    """What is missing or wrong in the settings, every problem on a line of its own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one place, read and checked. Paths are absolute."""

    home: Path
    host: str
    port: int
    mllp_port: int
    mllp_certificate_file: Path | None
    mllp_key_file: Path | None
    mllp_client_ca_file: Path | None
    base_url: str
    database_url: str
    keys_url: str
    master_key_file: Path
    redis_url: str
    issuer: str
    audience: str
    client_id: str
    demographics_url: str
    demographics_key_file: Path | None
    sources_file: Path
    workers: int
    refresh_deadline: timedelta
    pull_every: timedelta
    raw_kept: timedelta
    title: str
    demo: bool = False

    def __repr__(self) -> str:
        return f"Settings({self.title}, {self.base_url})"

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
        """Read the environment. Raises ``SettingsError`` naming every variable that is missing or wrong."""
        given = os.environ if environment is None else environment
        values = {s.name: given.get(s.variable, s.default) for s in SETTINGS}
        problems = [
            f"{s.variable} is not set: {s.help}"
            for s in SETTINGS
            if s.name in ("issuer", "demographics_url") and not values[s.name]
        ]
        numbers: dict[str, int] = {}
        for name in ("port", "mllp_port", "workers", "refresh_deadline_ms", "pull_every_seconds", "raw_days"):
            try:
                numbers[name] = int(values[name])
            except ValueError:
                problems.append(f"CARERECORD_{name.upper()} must be a whole number")
        if numbers.get("raw_days", 1) < 1:
            problems.append(
                "CARERECORD_RAW_DAYS must be at least 1: what is refused today must be readable today"
            )
        if bool(values["database_url_file"]) != bool(values["keys_url_file"]):
            problems.append("set both CARERECORD_DATABASE_URL_FILE and CARERECORD_KEYS_URL_FILE, or neither")
        if not demo and not values["master_key_file"]:
            problems.append("CARERECORD_MASTER_KEY_FILE is not set: only the demo place makes its own key")
        if not demo and values["issuer"].startswith("http://"):
            problems.append("CARERECORD_ISSUER must be https: the demo place's sign-in is for the demo only")
        if bool(values["mllp_certificate_file"]) != bool(values["mllp_key_file"]):
            problems.append(
                "set both CARERECORD_MLLP_CERTIFICATE_FILE and CARERECORD_MLLP_KEY_FILE, or neither"
            )
        if values["mllp_client_ca_file"] and not values["mllp_certificate_file"]:
            problems.append("CARERECORD_MLLP_CLIENT_CA_FILE needs CARERECORD_MLLP_CERTIFICATE_FILE")
        urls = {}
        for name in ("database_url_file", "keys_url_file"):
            try:
                urls[name] = Path(values[name]).read_text("utf-8").strip() if values[name] else ""
            except OSError:
                problems.append(f"CARERECORD_{name.upper()} cannot be read")
        if problems:
            raise SettingsError("\n".join(problems))
        home = Path(values["home"]).absolute()
        host, port = values["host"], numbers["port"]
        return cls(
            home=home,
            host=host,
            port=port,
            mllp_port=numbers["mllp_port"],
            mllp_certificate_file=_path(values["mllp_certificate_file"]),
            mllp_key_file=_path(values["mllp_key_file"]),
            mllp_client_ca_file=_path(values["mllp_client_ca_file"]),
            base_url=(values["base_url"] or f"http://{host}:{port}").rstrip("/"),
            database_url=urls["database_url_file"],
            keys_url=urls["keys_url_file"],
            master_key_file=Path(values["master_key_file"] or home / "master.key").absolute(),
            redis_url=values["redis_url"],
            issuer=values["issuer"].rstrip("/"),
            audience=values["audience"],
            client_id=values["client_id"],
            demographics_url=values["demographics_url"].rstrip("/"),
            demographics_key_file=Path(values["demographics_key_file"]).absolute()
            if values["demographics_key_file"]
            else None,
            sources_file=Path(values["sources_file"] or home / "sources.toml").absolute(),
            workers=numbers["workers"],
            refresh_deadline=timedelta(milliseconds=numbers["refresh_deadline_ms"]),
            pull_every=timedelta(seconds=numbers["pull_every_seconds"]),
            raw_kept=timedelta(days=numbers["raw_days"]),
            title=values["title"],
            demo=demo,
        )


def _path(value: str) -> Path | None:
    return Path(value).absolute() if value else None
