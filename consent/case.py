"""What every stage is given, and the only thing a stage may give back.

A stage answers with blocks; it has no way to grant. Only ``consent.emergency.lift`` may take blocks away.
So "each stage may only narrow" is a matter of types and not of discipline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from consent.policy import PERSON, REPRESENTATIVE, Clause, Organisation, Policy, Role
from schemas.caller import Caller, CallerKind
from schemas.codes import Category, Heading
from schemas.decision import ClassFact, Facts, Question


@dataclass(frozen=True, slots=True)
class Block:
    """Why something is not shown: the stage and the rule that said so."""

    stage: str
    rule: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the whole question fails. ``function``: whoever the person is (403), else "nothing" (404)."""

    stage: str
    rule: str
    function: bool


@dataclass(frozen=True)
class Case:
    """One question about one person under one policy. ``now`` is the database's clock as read."""

    question: Question
    facts: Facts
    policy: Policy
    role: Role

    @cached_property
    def caller(self) -> Caller:
        return self.question.caller

    @cached_property
    def now(self) -> datetime:
        return self.facts.read_at

    @cached_property
    def recipient(self) -> str:
        """The caller's side as clauses name it: an organisation, the person, or a representative."""
        if self.caller.kind is CallerKind.PERSON:
            return PERSON
        if self.caller.kind is CallerKind.REPRESENTATIVE:
            return REPRESENTATIVE
        return self.caller.organisation

    @cached_property
    def organisation(self) -> Organisation | None:
        return self.policy.organisations.get(self.caller.organisation)

    @cached_property
    def readers(self) -> frozenset[str]:
        """Organisations that come to read this copy: the caller's, and the one that it is made for."""
        return frozenset(o for o in (self.caller.organisation, self.question.recipient) if o)

    def own(self, controller: str) -> bool:
        """True when the data stays inside its controller: nobody else reads this copy."""
        return self.readers == {controller} and self.caller.kind in (CallerKind.STAFF, CallerKind.SYSTEM)


@dataclass(frozen=True, slots=True)
class Path:
    """One way by which one class could reach the reader: a clause, and the blocks found on it."""

    item: ClassFact
    clause: Clause
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question comes to, before ``consent.decide`` writes it down as a Decision."""

    permit: bool = False
    refused_function: bool = False
    granted: tuple[Path, ...] = ()
    offered: frozenset[tuple[str, Category]] = frozenset()
    withheld: bool = False
    floor_withheld: bool = False
    blocks: frozenset[Block] = frozenset()
    used: frozenset[tuple[str, str]] = frozenset()  # (stage, rule) that carried a permit
    controllers: frozenset[str] = frozenset()
    writable: frozenset[tuple[Category, Heading]] = frozenset()
    emergency: str | None = None
