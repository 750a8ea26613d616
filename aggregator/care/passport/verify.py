"""Is this sealed passport whole? For a PDF, or for the code from its QR; needs no network.

Only what the place vouches for is looked at: the seal over the whole file, the code inside it, and that the
attached document is the one the code names. Nothing of the person is read or said.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from aggregator.care.passport import token
from aggregator.care.passport.pdf import CODE_NAME, DOCUMENT_NAME
from aggregator.care.passport.seal import FIELD
from schemas.passport import Finding, Verdict

_LARGEST = 50_000_000

# It warns of every certificate that it cannot trust, with a trace: that is a finding here, not an event.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe: certificates that seal PDFs, and public keys that sign codes, by key id."""

    certificates: tuple[x509.Certificate, ...] = ()
    keys: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)

    @classmethod
    def of(cls, certificate: x509.Certificate, *keys: Ed25519PublicKey) -> Trust:
        return cls((certificate,), {token.key_id(key): key for key in keys})


def verify(
    data: bytes | str, trust: Trust, now: datetime, *, newest: Mapping[str, int] | None = None
) -> Verdict:
    """What there is to say about a PDF (bytes) or a code (text). Never raises for what it is given.

    ``newest`` gives the number of the newest version by passport id, where that is known; without it nothing
    is called superseded. Do not call it inside a running event loop: it starts one of its own.
    """
    if isinstance(data, bytes) and data.lstrip()[:5] != b"%PDF-":
        data = data[: token.LONGEST + 1].decode("ascii", "replace")
    if isinstance(data, str):
        return _of_code(token.read(data), trust, now, newest or {})
    if len(data) > _LARGEST:
        return Verdict(Finding.UNREADABLE)
    return asyncio.run(_of_pdf(data, trust, now, newest or {}))


def _of_code(code: token.Code | None, trust: Trust, now: datetime, newest: Mapping[str, int]) -> Verdict:
    if code is None:
        return Verdict(Finding.UNREADABLE)
    told = Verdict(
        finding=Finding.VALID,
        passport_id=code.passport_id,
        version=code.version,
        frozen_at=code.frozen_at,
        expires_at=code.expires_at,
        key_id=code.key_id,
    )
    key = trust.keys.get(code.key_id)
    if key is None:
        return replace(told, finding=Finding.UNKNOWN_KEY)
    if not code.signed_by(key):
        # Nothing that a broken signature covers is worth repeating.
        return Verdict(Finding.CHANGED, key_id=code.key_id)
    if newest.get(code.passport_id, 0) > code.version:
        return replace(told, finding=Finding.SUPERSEDED)
    return replace(told, finding=Finding.EXPIRED if now >= code.expires_at else Finding.VALID)


async def _of_pdf(data: bytes, trust: Trust, now: datetime, newest: Mapping[str, int]) -> Verdict:
    # A damaged file breaks the reader in more ways than it has exceptions for; whatever happens, it is not whole.
    torn = Verdict(
        Finding.CHANGED if f"/{FIELD}".encode() in data or FIELD.encode() in data else Finding.UNREADABLE
    )
    try:
        reader = PdfFileReader(io.BytesIO(data))
        sealed = [s for s in reader.embedded_signatures if s.field_name == FIELD]
        if not sealed:
            return torn
        context = ValidationContext(
            trust_roots=[
                c
                for held in trust.certificates
                for c in load_certs_from_pemder_data(held.public_bytes(Encoding.DER))
            ],
            allow_fetching=False,
            moment=None,
        )
        if not _as_written(data, sealed[0]):
            return torn
        status = await async_validate_pdf_signature(sealed[0], context)
        found = dict(_attachments(reader))
    except Exception:
        return torn
    if not (status.intact and status.valid and _covers_all(status)):
        return Verdict(Finding.CHANGED)
    if not status.trusted:
        return Verdict(Finding.UNKNOWN_KEY)
    code = token.read(found.get(CODE_NAME, b"").decode("ascii", "replace"))
    if code is None or hashlib.sha256(found.get(DOCUMENT_NAME, b"")).hexdigest() != code.digest:
        return Verdict(Finding.CHANGED)
    return _of_code(code, trust, now, newest)


def _as_written(data: bytes, seal: EmbeddedPdfSignature) -> bool:
    """The gap that the signature cannot cover holds the signature, zeros after it, and nothing else.

    Readers let much pass there (other spellings of a digit, leftovers after the end); a sealed file has one form.
    """
    start, end = (int(place) for place in (seal.byte_range[1], seal.byte_range[2]))
    content = seal.pkcs7_content
    length = 4 + int.from_bytes(content[2:4]) if content[:2] == b"\x30\x82" else 0
    written = b"<" + content.hex().upper().encode() + b">"
    whole = bool(length) and data[start:end] == written and not any(content[length:])
    return whole and _envelope(seal) == _ENVELOPE


_SHA256 = "300d06096086480165030402010500"
_ENVELOPE = ["020101", f"310f{_SHA256}", "020101", _SHA256]
"""What our seals hold in the places of CMS that no signature covers: versions and digest names, in DER."""


def _envelope(seal: EmbeddedPdfSignature) -> list[str]:
    signed, signer = seal.signed_data, seal.signer_info
    parts = signed["version"], signed["digest_algorithms"], signer["version"], signer["digest_algorithm"]
    return [part.dump().hex() for part in parts]


def _covers_all(status: PdfSignatureStatus) -> bool:
    """Nothing may be added after the seal: no comment, no field, no second body."""
    return bool(status.coverage is SignatureCoverageLevel.ENTIRE_FILE)


def _attachments(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    names = reader.root.get("/Names", {}).get("/EmbeddedFiles", {})
    waiting: list[Any] = [names]
    while waiting:
        node = waiting.pop()
        waiting += [kid.get_object() for kid in node.get("/Kids", ())]
        pairs = list(node.get("/Names", ()))
        for name, spec in zip(pairs[::2], pairs[1::2], strict=True):
            yield str(name), spec.get_object()["/EF"]["/F"].data
