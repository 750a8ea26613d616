"""TLS for the HL7 v2 door: the server's certificate and, when a CA for senders is set, theirs as well."""

from __future__ import annotations

import ssl
from pathlib import Path


def context(certificate: Path, key: Path, client_ca: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer. With ``client_ca`` a sender without a certificate that it signed is not let in.

    Raises ``OSError`` (``ssl.SSLError`` is one) when a file cannot be read or does not fit the other.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(certificate, key)
    if client_ca is not None:
        made.load_verify_locations(client_ca)
        made.verify_mode = ssl.CERT_REQUIRED
    return made
