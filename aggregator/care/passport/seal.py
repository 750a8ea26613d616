"""The seal of the place on a PDF: PAdES (ETSI EN 319 142-1), with a key and certificate of its own.

The private key is derived from the place's master key, so it is on no disk and every worker has the same one.
The certificate is self-made at first use and kept in the place's home; it holds no secret. Who relies on a
seal must have the certificate from the place itself. A qualified certificate is a deployer's choice for later.
"""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from aggregator.store.vault import Secrets

FIELD = "CarerecordSeal"
CERTIFICATE = "passport-seal.pem"
_YEARS = timedelta(days=3650)
_ORDER = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)  # of P-256


class Seal:
    """Seals PDFs for one place. Made once in a process; ``home`` is the place's folder on disk."""

    def __init__(self, secrets: Secrets, home: Path, title: str) -> None:
        self._key = _private_key(secrets)
        self.certificate = _certificate(self._key, home / CERTIFICATE, title)
        public = self.certificate.public_bytes(Encoding.DER)
        private = self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._signer = signers.SimpleSigner(
            signing_cert=next(iter(load_certs_from_pemder_data(public))),
            signing_key=load_private_key_from_pemder_data(private, passphrase=None),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        )
        self._title = title

    def close(self, pdf: bytes) -> bytes:
        """The same PDF with the seal added to it. What it says of itself: the place, the time, no person."""
        writer = _Additions(io.BytesIO(pdf))
        about = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=self._title,
            reason="Frozen and sealed by the shared care record",
        )
        sealer = signers.PdfSigner(about, self._signer, new_field_spec=SigFieldSpec(FIELD))
        out: io.BytesIO = sealer.sign_pdf(writer)
        return out.getvalue()


class _Additions(IncrementalPdfFileWriter):
    """Adds the seal and touches nothing else: what the file says of itself was checked as PDF/A and PDF/UA."""

    def _update_meta(self) -> None:
        """Its own would write the metadata anew in another form."""


def _private_key(secrets: Secrets) -> ec.EllipticCurvePrivateKey:
    """P-256, because readers of PDF know it; 48 bytes leave no bias after the remainder (FIPS 186-5 A.2.1)."""
    raw = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"carerecord passport seal P-256").derive(
        secrets.sealing
    )
    return ec.derive_private_key(int.from_bytes(raw) % (_ORDER - 1) + 1, ec.SECP256R1())


def _certificate(key: ec.EllipticCurvePrivateKey, path: Path, title: str) -> x509.Certificate:
    """The place's certificate, made when there is none. Of two workers at once, the first one's stands."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = _made(key, title).public_bytes(Encoding.PEM)
        draft = path.with_name(f"{path.name}.{os.getpid()}.new")
        draft.write_bytes(made)
        draft.chmod(0o644)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found = x509.load_pem_x509_certificate(path.read_bytes())
    if found.public_key() != key.public_key():
        raise ValueError(f"{path.name} belongs to another master key: move it away to make a new one")
    return found


def _made(key: ec.EllipticCurvePrivateKey, title: str) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"{title[:40]} passport seal"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, title[:64]),
        ]
    )
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
