"""The discharge and transfer record (passport) as values: what a sheet says, a frozen version, a verdict.

A ``Sheet`` is the plain-words form that the document's narrative and the print are both made from, so that
they cannot say different things. It holds only what one ``Record`` held. How it is made is ``care.passport``'s
matter, where frozen versions are kept ``store.passports``'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schemas.codes import Audience

TITLE = "Discharge and transfer record (passport)"
"""people-and-safety 10: "hospital passport" already means the learning-disability document."""


class Emptiness(StrEnum):
    """Why a section has no entries. A reader must be able to tell these apart: none of them means "none"."""

    NOT_KNOWN = "not-known"  # a source that holds this did not answer
    NOT_RECORDED = "not-recorded"  # sources that hold this answered, and have nothing
    NOT_HELD = "not-held"  # nobody who could say is connected, or may tell under the agreement
    WITHHELD = "withheld"  # empty, and the record's own notice speaks of medicines or allergies


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in plain words. ``marks`` are short warnings ("time-critical"); ``said`` is source and date."""

    entry_id: str
    text: str = field(repr=False)
    details: tuple[str, ...] = field(default=(), repr=False)
    marks: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the sheet. ``state`` is its one-line answer ("Known allergies"), ``notes`` are warnings.

    ``entries`` are the ids of the record entries behind it, in the order shown; ``lines`` may be fewer than
    they are (``more`` says how many are left to the attached document).
    """

    key: str
    title: str
    entries: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    state: str = ""
    notes: tuple[str, ...] = ()
    more: int = 0
    empty: Emptiness | None = None
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """Who this is about, ready to print: dates in long form, NHS number as 3-3-4, "" for what is not known."""

    name: str = field(repr=False)
    preferred: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    died: str = field(default="", repr=False)
    gender: str = ""
    nhs_number: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    practice: str = field(default="", repr=False)
    needs: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole passport in plain words. ``missing`` names what was not known when it was made."""

    person_id: str
    audience: Audience
    recipient: str
    made_at: datetime
    banner: Banner
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    missing: tuple[str, ...]
    location_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """One frozen copy of a version: for systems, or for paper. It is never changed.

    ``scope`` names what it was made from, one item for each granted class: "subject:class:cut,cut".
    ``statements`` are the ids of every statement behind it. ``digest`` is the SHA-256 of the document, in hex.
    """

    passport_id: str
    version: int
    subject_id: str  # whose key it is sealed under: the sender's subject where there is one
    person_id: str
    recipient: str
    audience: Audience
    frozen_at: datetime
    frozen_by: str
    scope: frozenset[str]
    statements: frozenset[str]
    digest: str
    document: bytes = field(repr=False)
    pdf: bytes = field(default=b"", repr=False)


class Finding(StrEnum):
    """What looking at a seal found. Only ``VALID`` is good; the others say why not."""

    VALID = "valid"
    CHANGED = "changed"  # the bytes, or the code, are not those that were sealed
    EXPIRED = "expired"  # as sealed, but past the day on which a new one is due
    SUPERSEDED = "superseded"  # as sealed, but a newer version exists
    UNKNOWN_KEY = "unknown-key"  # sealed by nobody whom we know
    UNREADABLE = "unreadable"  # no sealed passport at all: a draft, another file, a torn code


@dataclass(frozen=True, slots=True)
class Verdict:
    """``finding`` with what the seal itself says; nothing about the person."""

    finding: Finding
    passport_id: str = ""
    version: int = 0
    frozen_at: datetime | None = None
    expires_at: datetime | None = None
    key_id: str = ""

    @property
    def valid(self) -> bool:
        return self.finding is Finding.VALID
