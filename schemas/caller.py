"""Who asks. Made by ``aggregator.access.callers`` from a verified token and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.codes import Audience, Purpose


class CallerKind(StrEnum):
    STAFF = "staff"
    SYSTEM = "system"
    PERSON = "person"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in caller with one selected role.

    ``organisation`` is an ODS-style code. ``assurance`` is the authentication assurance level (1-3).
    ``purpose`` is None when the token states one that is unknown. ``own_person_id`` is set for a person
    (their own record) and nobody else. ``name`` is for the page header only, never for a log.
    """

    user_id: str
    kind: CallerKind
    organisation: str
    role: str
    activities: frozenset[str]
    assurance: int
    purpose: Purpose | None
    client_id: str
    token_id: str
    issuer: str
    expires_at: datetime
    name: str = ""
    scopes: frozenset[str] = frozenset()
    own_person_id: str | None = None

    @property
    def audience(self) -> Audience:
        """The widest audience this caller's own copy can have."""
        return {
            CallerKind.STAFF: Audience.SCREEN,
            CallerKind.SYSTEM: Audience.SYSTEM,
            CallerKind.PERSON: Audience.PERSON,
            CallerKind.REPRESENTATIVE: Audience.CARER,
        }[self.kind]

    def __repr__(self) -> str:
        return f"Caller({self.user_id}, {self.role}@{self.organisation}, {self.purpose})"
