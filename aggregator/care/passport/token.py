"""The code on a passport: what a QR carries, and what a person can type. It says nothing of the person.

Form, with dots between: ``CRP1``, passport id, version, digest of the attached document (SHA-256, base64url),
frozen at and due for renewal at (seconds since 1970), key id, Ed25519 signature over all that stands before it
(base64url). Read by whoever has the place's public key, without a network.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MARK = "CRP1"
_DOMAIN = b"carerecord passport code\n"
"""The same key signs the heads of the audit tree: neither can be taken for the other."""

_FORM = re.compile(
    rf"{MARK}\.([0-9a-f]{{32}})\.([1-9]\d{{0,8}})\.([\w-]{{43}})\.(\d{{1,11}})\.(\d{{1,11}})\.([0-9a-f]{{16}})\.([\w-]{{86}})",
    re.ASCII,
)
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Code:
    """A code as read: well formed, not yet believed. ``digest`` in hex."""

    passport_id: str
    version: int
    digest: str
    frozen_at: datetime
    expires_at: datetime
    key_id: str
    signed: bytes
    signature: bytes

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(self.signature, _DOMAIN + self.signed)
        except InvalidSignature:
            return False
        return True


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def write(
    key: Ed25519PrivateKey,
    passport_id: str,
    version: int,
    digest: str,
    frozen_at: datetime,
    expires_at: datetime,
) -> str:
    """The signed code. ``passport_id`` is 32 hex digits, ``digest`` the SHA-256 of the document in hex."""
    said = [
        MARK,
        passport_id,
        str(version),
        _text(bytes.fromhex(digest)),
        str(int(frozen_at.timestamp())),
        str(int(expires_at.timestamp())),
        key_id(key.public_key()),
    ]
    text = ".".join(said)
    return f"{text}.{_text(key.sign(_DOMAIN + text.encode()))}"


def read(text: str) -> Code | None:
    """A code out of what a scanner or a person gives; None when it is none."""
    found = _FORM.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        return None
    try:
        digest, signature = _bytes(found[3]), _bytes(found[7])
        at, until = (datetime.fromtimestamp(int(found[n]), UTC) for n in (4, 5))
    except (binascii.Error, ValueError, OverflowError, OSError):
        return None
    return Code(
        passport_id=found[1],
        version=int(found[2]),
        digest=digest.hex(),
        frozen_at=at,
        expires_at=until,
        key_id=found[6],
        signed=text.strip().rpartition(".")[0].encode(),
        signature=signature,
    )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Raises ValueError for a spelling that ``_text`` would not give: one code has one form."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(raw) != text:
        raise ValueError("not the one spelling")
    return raw
