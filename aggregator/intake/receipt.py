"""What became of a raw input: the answer of ``intake.ingest`` to whoever brought it."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.contribution import Refusal


@dataclass(frozen=True, slots=True)
class Kept:
    """One statement that is kept, new or repeated: where it can be read again."""

    statement_id: str
    person_id: str
    type: str
    new: bool
    version: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one raw input. ``unconfirmed``: it names somebody whom our own trace did not confirm."""

    raw_id: str
    kept: tuple[Kept, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    persons: frozenset[str] = field(default_factory=frozenset)
    unconfirmed: bool = False

    @property
    def new(self) -> int:
        return sum(k.new for k in self.kept)
