"""How one configured source is reached: what a place's settings say about it, and nothing else.

Read from a place's TOML file (docs/reference/sources.md) by ``read``; used by the constructors in
``adapters.registry``. What nobody knows in that file is refused by source and key: a misspelt one would be silence.
Secrets stay in the file that ``secret_file`` names and are read when they are used, so that a new key
needs no restart and none is ever in a ``repr``.
"""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from schemas.errors import BadInput

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a source is and what it may send.

    ``organisation``: ODS-style code of the controller. ``url``: base of its REST interface ("" = none).
    ``folder``: where its files appear (None = none). ``deadline``: seconds for one exchange. ``limit``:
    bytes in one answer or file. ``rows``: rows in one file. ``providers``: the place's directory from a
    CQC location id or a provider's own code to its ODS-style code.

    ``token_url``, ``client_id``: the sign-in service of a system that asks for OAuth2; the secret is then our
    signing key (a JWK), else it is a bearer key. ``controllers``: organisations whose facts this source may
    tell besides its own. ``categories``: which kinds of information it tells; the first is meant where it does
    not say. ``sites``: further codes that a hospital's messages carry for itself (MSH-4, PID-3).
    """

    organisation: str
    url: str = ""
    secret_file: Path | None = None
    folder: Path | None = None
    deadline: float = 5.0
    limit: int = 8_000_000
    rows: int = 1_000_000
    providers: Mapping[str, str] = field(default_factory=dict)
    token_url: str = ""
    client_id: str = ""
    controllers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def secret(self) -> str:
        """The key as it stands in its file now; "" when none is configured. Raises ``OSError``."""
        if self.secret_file is None:
            return ""
        return self.secret_file.read_text("utf-8").strip()

    def problems(self) -> list[str]:
        """What is wrong with the settings themselves, in plain words."""
        found: list[str] = []
        if self.secret_file is not None:
            try:
                mode = self.secret_file.stat().st_mode
                if mode & (stat.S_IRWXG | stat.S_IRWXO):
                    found.append("the key file can be read by others: set its mode to 0600")
                if not self.secret():
                    found.append("the key file is empty")
            except OSError:
                found.append("the key file cannot be read")
        if self.folder is not None and not self.folder.is_dir():
            found.append("the drop folder does not exist")
        if self.url:
            address = urlsplit(self.url)
            if address.scheme not in ("http", "https") or not address.hostname:
                found.append("the url is not one: it begins with https:// and has a host")
            elif address.scheme == "http" and self.secret_file and address.hostname not in _LOOPBACK:
                found.append("the key and the data would travel in clear: the url must begin with https://")
        return found


class BadSource(BadInput):
    """A source in the settings that cannot be one: its name, the key, and why. Never a value."""


def read(path: Path) -> dict[str, tuple[str, Connection]]:
    """(kind, connection) of each source of a place, by name; none when there is no file. Raises ``BadSource``."""
    try:
        text = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise BadSource("sources file", f"is not TOML ({error})") from None
    tables = text.get("source", {})
    if set(text) - {"source"} or not isinstance(tables, dict):
        raise BadSource("sources file", 'has something else than tables [source."name"]')
    return {name: _one(name, given) for name, given in tables.items()}


KEYS: Final[Mapping[str, tuple[type, ...]]] = {
    "kind": (str,),
    "organisation": (str,),
    "url": (str,),
    "secret_file": (str,),
    "folder": (str,),
    "deadline": (int, float),
    "limit": (int,),
    "rows": (int,),
    "providers": (dict,),
    "token_url": (str,),
    "client_id": (str,),
    "controllers": (list,),
    "categories": (list,),
    "sites": (list,),
}
"""What a source's table may have, and of which type."""


def _one(name: str, given: Any) -> tuple[str, Connection]:
    def refuse(key: str, reason: str) -> NoReturn:
        raise BadSource(f"source {name}", f"{key} {reason}")

    if not isinstance(given, dict):
        refuse("it", "is not a table")
    for key, value in given.items():
        if key not in KEYS:
            refuse(key, f"is a key that nobody knows; there are {', '.join(KEYS)}")
        if isinstance(value, bool) or not isinstance(value, KEYS[key]):
            refuse(key, f"is not {' or '.join(t.__name__ for t in KEYS[key])}")
    for key in ("kind", "organisation"):
        if not given.get(key):
            refuse(key, "is missing")
    made = {key: value for key, value in given.items() if key != "kind" and value not in ("", [], {})}
    made |= {key: Path(made[key]) for key in ("secret_file", "folder") if key in made}
    made |= {key: tuple(made[key]) for key in ("controllers", "categories", "sites") if key in made}
    return given["kind"], Connection(**made)
