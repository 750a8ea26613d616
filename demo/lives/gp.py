"""What the GP practice (ZGP01) holds."""

from dataclasses import dataclass
from datetime import date

from demo.lives.facts import NOTHING_CLINICAL, Clinical, Coded, Fact
from demo.lives.known import KnownAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation(Fact):
    """A consultation. `how` surgery, telephone, home_visit, out_of_hours."""

    text: str
    how: str = "surgery"
    problem: Coded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunisation(Fact):
    """A vaccination."""

    what: Coded
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frailty(Fact):
    """A recorded frailty: `level` mild, moderate, severe; `score` of the electronic index or "" when by
    judgement.
    """

    level: str
    score: str = ""


@dataclass(frozen=True, slots=True)
class Gp:
    """The practice's record. `registered` None for a temporary resident."""

    known_as: tuple[KnownAs, ...]
    registered: date | None = None
    clinical: Clinical = NOTHING_CLINICAL
    consultations: tuple[Consultation, ...] = ()
    immunisations: tuple[Immunisation, ...] = ()
    frailty: tuple[Frailty, ...] = ()
