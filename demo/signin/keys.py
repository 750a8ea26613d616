"""Keys: the issuer's own, kept in the home folder, and those of the place's systems, made for them at the
start.
"""

import json
import os
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet, RSAKey

from demo.place import SYSTEMS

SigningKey = ECKey | RSAKey


def issuer_key(home: Path) -> ECKey:
    """The key that signs tokens (ES256), made at the first start and kept as `home/issuer.jwk`."""
    kept = _kept(home / "issuer.jwk")
    key = ECKey.import_key(kept) if kept else ECKey.generate_key("P-256", auto_kid=True)
    if not kept:
        _keep(home / "issuer.jwk", key)
    return key


def system_keys(home: Path) -> dict[str, SigningKey]:
    """One private key for each of the place's systems, kept as `home/clients/CLIENT_ID.jwk`.

    A file holds the private key for the system to sign with. The hospital's is RSA (RS384), the others are
    P-384 (ES384), so that both kinds are in daily use.
    """
    keys: dict[str, SigningKey] = {}
    for client_id in SYSTEMS:
        path = home / "clients" / f"{client_id}.jwk"
        kept = _kept(path)
        if kept:
            keys[client_id] = RSAKey.import_key(kept) if kept["kty"] == "RSA" else ECKey.import_key(kept)
            continue
        key: SigningKey = (
            RSAKey.generate_key(2048, auto_kid=True)
            if client_id == "sys.acute"
            else ECKey.generate_key("P-384", auto_kid=True)
        )
        _keep(path, key)
        keys[client_id] = key
    return keys


def public_set(*keys: SigningKey) -> dict[str, Any]:
    """The public halves as a JSON Web Key Set."""
    return {"keys": [key.as_dict(private=False) | {"use": "sig"} for key in keys]}


def key_set(key: SigningKey) -> KeySet:
    """A set of the one public key, so that a token must name it."""
    public = key.as_dict(private=False)
    return KeySet.import_key_set({"keys": [public]})


def _kept(path: Path) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return kept


def _keep(path: Path, key: SigningKey) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(key.as_dict(private=True), file)
