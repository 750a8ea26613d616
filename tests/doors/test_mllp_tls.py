"""TLS at the HL7 v2 door: a sender without the right certificate never says a word."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aggregator.doors.mllp import Listener
from aggregator.doors.mllp_tls import context

PEM = serialization.Encoding.PEM


class Authority:
    """A CA of the test's own, and what it signs."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        made = self._build(self.name, self.key, ca=True)
        self.file.write_bytes(made.public_bytes(PEM))

    def _build(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def sign(self, name: str) -> tuple[Path, Path]:
        """(certificate, key) files of somebody."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, keys = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        made = self._build(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, ca=False)
        certificate.write_bytes(made.public_bytes(PEM))
        keys.write_bytes(
            key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return certificate, keys


async def echo(frame: bytes) -> AsyncIterator[bytes]:
    yield frame


def exchange(server: ssl.SSLContext, client: ssl.SSLContext | None) -> bytes:
    """What a sender hears; b"" when it is hung up on."""

    async def talk() -> bytes:
        async with Listener(echo, lambda head, failure: b"no", port=0, tls=server) as listener:
            named = "localhost" if client else None
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", listener.port, ssl=client, server_hostname=named
                )
                writer.write(b"\x0bMSH|x\x1c\r")
                heard = await asyncio.wait_for(reader.read(100), 5)
                writer.close()
            except OSError:
                return b""
            return heard

    return asyncio.run(asyncio.wait_for(talk(), 30))


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Authority]:
    folder = tmp_path_factory.mktemp("tls")
    return Authority(folder, "ours"), Authority(folder, "theirs")


def sender(trusts: Authority, *certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(trusts.file))
    if certificate:
        made.load_cert_chain(*certificate)
    return made


def test_a_sender_with_a_certificate_of_the_agreed_ca_is_heard(
    authorities: tuple[Authority, Authority],
) -> None:
    ours, theirs = authorities
    server = context(*ours.sign("door"), theirs.file)
    assert exchange(server, sender(ours, *theirs.sign("hospital"))) == b"\x0bMSH|x\x1c\r"


def test_a_sender_without_one_or_with_a_strangers_or_in_clear_is_not(
    authorities: tuple[Authority, Authority],
) -> None:
    ours, theirs = authorities
    server = context(*ours.sign("door"), theirs.file)
    assert exchange(server, sender(ours)) == b""
    assert exchange(server, sender(ours, *ours.sign("stranger"))) == b""
    assert b"MSH" not in exchange(server, None)


def test_without_a_ca_for_senders_the_door_is_encrypted_and_asks_for_none(
    authorities: tuple[Authority, Authority],
) -> None:
    ours, _ = authorities
    assert exchange(context(*ours.sign("door")), sender(ours)) == b"\x0bMSH|x\x1c\r"


def test_a_key_that_does_not_fit_is_refused_at_start(authorities: tuple[Authority, Authority]) -> None:
    ours, theirs = authorities
    certificate, _ = ours.sign("door")
    _, key = theirs.sign("other")
    with pytest.raises(OSError):
        context(certificate, key)
