"""How one configured source is reached: what a place's settings say about it, and nothing else.

Made from the settings by whoever wires the application; read by the constructors in ``adapters.registry``.
Secrets stay in the file that ``secret_file`` names and are read when they are used, so that a new key
needs no restart and none is ever in a ``repr``.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


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
    not say.
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
        return found
