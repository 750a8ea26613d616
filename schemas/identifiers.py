"""Identifiers: their systems, their check rules, and the ids that we make ourselves.

An NHS number is wrapped so that it cannot slip into a log or a traceback by accident. Our own ids are
either random, or a keyed hash of what the source calls a thing (the same on replay, not guessable).
"""

from __future__ import annotations

import hmac
import re
import uuid
from dataclasses import dataclass

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
CHI_NUMBER = "https://phs.scot/chi-number"
ODS_ORGANISATION = "https://fhir.nhs.uk/Id/ods-organization-code"
OUR_BASE = "https://carerecord.example/fhir"
SOURCE_TAG = f"{OUR_BASE}/CodeSystem/source"
CONTROLLER_TAG = f"{OUR_BASE}/CodeSystem/controller"
CATEGORY_TAG = f"{OUR_BASE}/CodeSystem/category"
HEADING_TAG = f"{OUR_BASE}/CodeSystem/heading"
PERSON_TAG = f"{OUR_BASE}/CodeSystem/person"
LOCATION_RESTRICTED = "location-restricted"
LABEL = f"{OUR_BASE}/CodeSystem/label"
EXCLUSION = f"{OUR_BASE}/CodeSystem/exclusion"
STATEMENT_ID = f"{OUR_BASE}/Id/statement"

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u00a0.]+")


@dataclass(frozen=True, slots=True)
class NhsNumber:
    """Ten ASCII digits that pass the Modulus 11 check. ``repr`` and ``str`` hide the digits."""

    digits: str

    def __repr__(self) -> str:
        return "NhsNumber(***)"

    __str__ = __repr__

    def spaced(self) -> str:
        """As people read it: 3-3-4 with single spaces (Common User Interface NUM-0001)."""
        return f"{self.digits[:3]} {self.digits[3:6]} {self.digits[6:]}"


def check_digit_fits(digits: str) -> bool:
    """Modulus 11: weights 10..2, check = 11 - (sum mod 11), 11 -> 0, 10 -> never valid."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit():
        return False
    remainder = 11 - sum(int(d) * w for d, w in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return remainder != 10 and remainder % 11 == int(digits[9])


def nhs_number(text: str | None) -> NhsNumber | None:
    """Read a number as people write it (spaces, dashes). None when it is not an NHS number.

    All-zero and single-digit runs pass the sum but are never issued. Full-width digits are refused.
    """
    if not text:
        return None
    digits = _SEPARATORS.sub("", text)
    if not check_digit_fits(digits) or len(set(digits)) == 1:
        return None
    return NhsNumber(digits)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A business identifier as FHIR has it: an absolute URI and a value."""

    system: str
    value: str

    def __repr__(self) -> str:
        return f"Identifier({self.system}, ***)"


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """A person as one organisation knows them: (ODS-style code, its local id)."""

    organisation: str
    local_id: str

    def __repr__(self) -> str:
        return f"SubjectKey({self.organisation}, ***)"


def new_id() -> str:
    """A random id, fit for a URL: 32 lower-case hex digits."""
    return uuid.uuid4().hex


def keyed_id(key: bytes, *parts: str) -> str:
    """32 hex digits of HMAC-SHA-256 over length-prefixed parts: stable on replay, not guessable."""
    raws = [part.encode() for part in parts]
    framed = b"".join(len(raw).to_bytes(4, "big") + raw for raw in raws)
    return hmac.digest(key, framed, "sha256").hex()[:32]
