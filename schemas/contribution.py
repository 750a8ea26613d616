"""What sources say: the claims that an adapter makes out of raw input, and what the store gives back.

A ``Statement`` is one FHIR resource as one source told it. It is immutable: a later telling is a new
version of the same statement id. ``partial`` versions change only the elements they carry and clear those
that they name (HL7 v2: absent leaves alone, a value sets, "" clears). What stands after several of them is
``schemas.versions``'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from schemas.codes import Category, Heading, RelationshipKind
from schemas.identifiers import Identifier, NhsNumber, SubjectKey

Resource = dict[str, Any]
"""A FHIR R4 resource as parsed JSON, decimals as ``decimal.Decimal``, without ``id`` and ``meta``."""


@dataclass(frozen=True, slots=True)
class SubjectClaim:
    """Who a source says a person is. ``patient`` is the FHIR Patient that it could tell, maybe partial.

    ``unknown_identity`` (PID-31 = Y): never matched to anyone. It and ``location_restricted`` are None when
    the source does not say, which leaves them as they were. ``at``: when it was so; a late telling changes
    nothing that a later one told. None: it tells how things are now.
    """

    key: SubjectKey
    patient: Resource
    nhs_number: NhsNumber | None = None
    unknown_identity: bool | None = None
    location_restricted: bool | None = None
    person_id: str = ""  # when the claim names our own person id (a push that was checked)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as one source told it.

    ``identifier`` is the source's own business identifier, or the natural key that the adapter makes of
    what identifies a row; with source and type it makes the statement id. ``true_time`` is when it was true or was
    asserted (UTC), never when it arrived. ``service`` is the originating service (labelling looks at it).
    ``labels`` are those that the source itself gave; labelling may add, never take away.
    ``retracts``: this version says that the fact is not so (entered in error, cancelled, gone).
    ``clears``: what a partial version takes away: an element, a part of one ("period.end"), an extension
    ("extension:" and its URL). "mark:discharge" names a version, "undo:discharge" takes the newest one so
    marked before it back as if it had never been told, "undo-all:discharge" all of them.
    ``controller``: whose fact it is, when somebody else than the organisation of ``subject`` tells it on.
    """

    subject: SubjectKey
    identifier: Identifier
    resource: Resource
    category: Category
    heading: Heading
    true_time: datetime
    service: str = ""
    labels: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()
    retracts: bool = False
    partial: bool = False
    clears: tuple[str, ...] = ()
    controller: str = ""

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])


@dataclass(frozen=True, slots=True)
class RelationshipClaim:
    """``organisation`` has to do with the person from ``start`` to ``end`` (None: still).

    ``told`` is when the source said so: an older message that comes late never reopens what a newer closed.
    None: the source tells how things are now, so the last telling stands.
    """

    subject: SubjectKey
    organisation: str
    kind: RelationshipKind
    start: datetime
    end: datetime | None
    evidence: Identifier
    told: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChoiceClaim:
    """A choice of the person as a source tells it (for instance ZU8-2 express dissent).

    ``effect`` is "deny" or "permit"; None targets mean "all". ``outcome`` of an objection: upheld,
    refused, or "" when it is not known.
    """

    subject: SubjectKey
    effect: str
    recorded: datetime
    identifier: Identifier
    target_organisation: str | None = None
    target_category: Category | None = None
    target_user: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    status: str = "active"
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class NumberMerge:
    """The source says that two of its local ids are one person (A40): ``losing`` reads as ``surviving``.

    ``undone``: it takes that back (A37 and the like).
    """

    losing: SubjectKey
    surviving: SubjectKey
    at: datetime
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The input is a whole telling, or a part of one: what its source told before and tells no more is gone.

    ``telling`` names it, the same for all its parts ("" when it has one part). ``subject``: it is whole for this
    person only (a live file); None: for everybody whom the source tells of, between ``start`` and ``end`` (a
    re-sent return, whose later files cover what an earlier file covered). ``last``: no part follows, so that
    what is gone can be told now. ``whole``: False when something of this part was refused; then the telling as a
    whole shows nothing gone, whatever its other parts say. Which headings may lose a fact is in the source's terms.
    """

    telling: str = ""
    subject: SubjectKey | None = None
    start: datetime | None = None
    end: datetime | None = None
    last: bool = True
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """What could not be understood: exact field and reason in plain words, never the value."""

    field: str
    reason: str
    part: str = ""  # which row, message or entry of the raw input: "row 17", "message 2"


@dataclass(frozen=True, slots=True)
class Translated:
    """Everything that one raw input says. An adapter is a pure function to this.

    ``as_at``: the day of which a return for statistics speaks.
    """

    subjects: tuple[SubjectClaim, ...] = ()
    statements: tuple[Statement, ...] = ()
    relationships: tuple[RelationshipClaim, ...] = ()
    choices: tuple[ChoiceClaim, ...] = ()
    merges: tuple[NumberMerge, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    windows: tuple[Window, ...] = ()
    as_at: date | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One live version of a statement, as the store gives it to whoever holds a decision.

    ``received_at`` may appear in Provenance only. ``body`` is the resource as JSON, decrypted and not yet parsed.
    """

    subject_id: str
    class_id: str
    statement_id: str
    version: int
    source: str
    controller: str
    type: str
    category: Category
    heading: Heading
    true_time: datetime
    received_at: datetime
    body: bytes = field(repr=False)
    retracts: bool = False
    partial: bool = False
    clears: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()
    retold: bool = False  # by another than the organisation whose it is
