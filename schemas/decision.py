"""The question, the facts and the decision: the inputs and the output of ``consent.decide``.

Only ``consent/decide.py`` builds a ``Decision`` (a house test looks). Facts hold data *classes*, never
bodies: a class is (controller, category, heading, labels, exclusions) of one subject, with a version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from schemas.caller import Caller
from schemas.codes import Audience, Category, Heading, Interaction, Purpose, RelationshipKind


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to do what, for which purpose, to be read by whom. ``recipient``: an ODS-style code."""

    caller: Caller
    interaction: Interaction
    purpose: Purpose | None
    audience: Audience
    recipient: str


@dataclass(frozen=True, slots=True)
class ClassFact:
    """One data class of one subject. ``version`` grows with every statement that changes in it."""

    subject_id: str
    class_id: str
    controller: str
    category: Category
    heading: Heading
    labels: frozenset[str]
    exclusions: frozenset[str]
    version: int


@dataclass(frozen=True, slots=True)
class RelationshipFact:
    organisation: str
    kind: RelationshipKind
    start: datetime
    end: datetime | None
    user_id: str | None = None  # set when it is one user's own (self-claim, named team member)


@dataclass(frozen=True, slots=True)
class ChoiceFact:
    """A choice of the person in force or not: ``decide`` looks at status and period itself."""

    choice_id: str
    controller: str  # who recorded it
    effect: str  # "deny" | "permit"
    status: str  # FHIR Consent.status
    recorded: datetime
    start: datetime | None
    end: datetime | None
    target_organisation: str | None = None
    target_category: Category | None = None
    target_class: str | None = None
    purpose: Purpose | None = None  # None: viewing; TRANSFER_OF_CARE: that transfer was refused
    outcome: str = ""  # "upheld" | "refused" | ""
    floor_discussed: bool = False  # documented discussion: may hide the safety floor
    target_user: str | None = None  # one named reader is stopped, own organisation included


@dataclass(frozen=True, slots=True)
class EmergencyFact:
    """One open emergency access of one user on this person."""

    session_id: str
    user_id: str
    organisation: str
    reason: str
    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PersonFact:
    person_id: str
    location_restricted: bool
    birth_date: date | None
    death: str = ""  # "" | "informal" | "formal"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one person that a decision depends on, read from one database snapshot."""

    person: PersonFact
    classes: tuple[ClassFact, ...]
    relationships: tuple[RelationshipFact, ...]
    choices: tuple[ChoiceFact, ...]
    emergencies: tuple[EmergencyFact, ...]
    read_at: datetime  # the database's clock, UTC


@dataclass(frozen=True, slots=True)
class Grant:
    """One class that may be shown, and what must be cut from its statements first."""

    subject_id: str
    class_id: str
    version: int
    controller: str
    category: Category
    heading: Heading
    labels: frozenset[str]
    redactions: frozenset[str] = frozenset()  # "location", "third-party"


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the decision: stage 1-10, the rule's id and the version of its table."""

    stage: str
    rule: str
    version: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What this caller may see now. ``holds_until`` is the next moment at which it could change by itself.

    ``offered`` are the (provider organisation, category) pairs that some clause opens to this caller at
    all: the completeness grid reads it, so that a cell speaks of the agreement and never of the person.
    ``withheld`` and ``floor_withheld`` are the two lines of the notice (people-and-safety 5.3 and 5.8).
    """

    decision_id: str
    permit: bool
    question: Question
    person_id: str
    grants: tuple[Grant, ...]
    offered: frozenset[tuple[str, Category]]
    withheld: bool
    floor_withheld: bool
    location_restricted: bool
    obligations: frozenset[str]
    reasons: tuple[Reason, ...]
    policy_version: str
    decided_at: datetime
    holds_until: datetime
    headings: frozenset[Heading] = frozenset()  # headings that the caller's role can ever see
    emergency: str | None = None  # session id of the emergency access used
    refused_function: bool = False  # refused whoever the person is (403); else "nothing" (404)
    controllers: frozenset[str] = frozenset()  # write, review, audit: whose rows; {"*"} = every party's
    writable: frozenset[tuple[Category, Heading]] = frozenset()  # write, plan: what may be written

    def allows_write(self, controller: str, category: Category, heading: Heading) -> bool:
        """True when this decision lets its caller write such a statement for ``controller``."""
        return self.permit and controller in self.controllers and (category, heading) in self.writable

    def __repr__(self) -> str:
        return f"Decision({self.decision_id}, permit={self.permit}, classes={len(self.grants)})"
