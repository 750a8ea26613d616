"""The review pile as its controller's staff see it: what was refused, why, and reading it again after a fix.

Every question goes through the gate and is audited as "person unknown": an input that could not be understood
is nobody's yet. Field and reason are for whoever looks after the organisation's feeds; what was sent, and only
the refused part of it, is for the activity "review". Reading again is ``intake.review``'s work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.caller import Caller


@dataclass(frozen=True, slots=True)
class Group:
    """Open entries that a single fix may settle: the same field refused for the same reason."""

    source: str
    kind: str
    field: str
    reason: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``excerpt``: the refused part, or "" and ``why_not`` says in plain words why it is not shown.

    ``kind``: "refusal", "wrong-person", "vanished" or "note". ``state``: "open", "replayed", "closed",
    "accepted" or "expired". A page of the pile carries no excerpts; ``Reviewing.entry`` looks for one.
    """

    review_id: str
    source: str
    kind: str
    field: str
    reason: str
    part: str
    state: str
    received_at: datetime
    closed_at: datetime | None = None
    because: str = ""
    excerpt: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Pile:
    """The open pile: all its groups, and a page of entries, oldest first. ``more``: the next ``after``, or ""."""

    groups: tuple[Group, ...]
    entries: tuple[Entry, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Run:
    """One reading again. ``total``, ``done``, ``before`` and ``after`` count entries, ``kept`` new statements.

    ``before``: open entries chosen when it was asked for; ``after``: those of them, or their like, open now.
    """

    run_id: str
    total: int
    done: int
    kept: int
    still_refused: int
    before: int
    after: int
    started_at: datetime
    finished: bool


class Reviewing:
    async def pile(
        self, caller: Caller, *, source: str = "", kind: str = "", after: str = "", limit: int = 50
    ) -> Pile:
        """The open pile of the caller's organisation. Raises ``NotAllowed``."""
        raise NotImplementedError

    async def entry(self, caller: Caller, review_id: str) -> Entry:
        """One entry, open or not, with the refused part where it may be shown. Raises ``NothingToShow``."""
        raise NotImplementedError

    async def replay(
        self, caller: Caller, *, review_id: str = "", source: str = "", field: str = "", reason: str = ""
    ) -> str:
        """Have open entries read again: one, or all that fit. The id of the run, to ask ``run`` with."""
        raise NotImplementedError

    async def run(self, caller: Caller, run_id: str) -> Run:
        """How far a run of the caller's organisation is. Raises ``NothingToShow``."""
        raise NotImplementedError

    async def close(self, caller: Caller, review_id: str, because: str) -> None:
        """Settle an open entry without reading it again. Raises ``BadInput`` without a reason."""
        raise NotImplementedError

    async def accept(self, caller: Caller, review_id: str) -> None:
        """A fact that its source tells no more (kind "vanished") is taken back."""
        raise NotImplementedError
