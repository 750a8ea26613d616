"""Are these two one person? The queue of possible matches, decisions on it, and their history.

Through the gate (``Interaction.IDENTITY``) and audited without any number: staff see a pair of which their own
organisation is a side, demographics only. Nothing is ever linked by its score.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from schemas.caller import Caller


@dataclass(frozen=True, slots=True)
class Side:
    """A person as one organisation knows them. ``address`` is () where it may not be shown.

    ``traced`` in plain words: how our own trace of them ended. ``own``: held by the caller's organisation.
    """

    organisation: str
    own: bool
    family: str = field(repr=False)
    given: tuple[str, ...] = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    traced: str
    location_restricted: bool
    multiple_birth: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that may be one person. ``score`` is 0-100; it orders the queue and links nobody.

    ``for_it`` and ``against`` say why in plain words, strongest first. ``state``: "open", "linked", "apart" or
    "undone" (open again). ``decided_*`` and ``because`` are of the last decision.
    """

    match_id: str
    score: int
    for_it: tuple[str, ...]
    against: tuple[str, ...]
    sides: tuple[Side, Side]
    state: str
    found_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """Someone's statements from one organisation began to read as this person, or ceased to.

    ``what``: "joined" or "left". ``rule`` in plain words; ``undoable``: ``undo`` takes ``event_id``.
    """

    event_id: str
    at: datetime
    what: str
    organisation: str
    rule: str
    made_by: str
    because: str
    undoable: bool


class Identifying:
    async def matches(self, caller: Caller, after: str = "", limit: int = 50) -> tuple[Candidate, ...]:
        """Open pairs of which the caller's organisation is a side, likeliest first. Raises ``NotAllowed``.

        ``after``: the ``match_id`` of the last one on the page before.
        """
        raise NotImplementedError

    async def match(self, caller: Caller, match_id: str) -> Candidate:
        """One pair, whatever its state. Raises ``NothingToShow``."""
        raise NotImplementedError

    async def decide(self, caller: Caller, match_id: str, verdict: str, because: str) -> None:
        """``verdict``: "link" or "apart". Raises ``BadInput`` without a reason, ``Clash`` when it was decided
        already, or a link that may not be made by one person."""
        raise NotImplementedError

    async def history(self, caller: Caller, person_id: str) -> tuple[LinkEvent, ...]:
        """How this person came together, newest first. Raises ``NothingToShow``."""
        raise NotImplementedError

    async def undo(self, caller: Caller, match_or_event_id: str, because: str) -> None:
        """Take a decision back, or part what a trace or a source's merge joined. Everything is as before."""
        raise NotImplementedError
