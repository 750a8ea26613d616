"""The review pile as its controller's staff see it: what was refused, why, and reading it again after a fix.

Every question goes through the gate and is audited as "person unknown": an input that could not be understood
is nobody's yet. Field and reason are for whoever operates the organisation's feeds; the refused part of what was
sent, and deciding about it, is for the activity "review". Reading again is ``intake.review``'s work, what may be
seen of an input ``intake.excerpt``'s.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.care import functions
from aggregator.care.record import Records, well_formed
from aggregator.intake import review
from aggregator.intake.excerpt import excerpt, hides
from aggregator.intake.ingest import Intake
from aggregator.intake.receipt import Receipt
from aggregator.people.identity import Identity
from aggregator.store import replays, reviews, subjects
from aggregator.store.postgres import Connection, Database
from aggregator.store.reviews import Waiting
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.contribution import Translated
from schemas.decision import Decision
from schemas.errors import BadInput, NothingToShow

_MOST = 200
_FEW = 10


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

    ``kind``: "refusal", "wrong-person" or "vanished". ``state``: "open", "replayed", "closed",
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

    ``before``: open entries that fitted when it was asked for; ``after``: those that fit now.
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
    def __init__(self, records: Records, record: Database, intake: Intake, identity: Identity) -> None:
        self._records = records
        self._record = record
        self._intake = intake
        self._identity = identity

    async def pile(
        self, caller: Caller, *, source: str = "", kind: str = "", after: str = "", limit: int = 50
    ) -> Pile:
        """The open pile of the caller's organisation. Raises ``NotAllowed``."""
        decision = await functions.insisted(self._records, caller, Interaction.SOURCES)
        limit = max(1, min(limit, _MOST))
        async with self._record.connection() as connection:
            groups = await reviews.groups(connection, decision.controllers)
            found = await reviews.page(
                connection,
                decision.controllers,
                source=source,
                kind=kind,
                after=well_formed(after),
                limit=limit + 1,
            )
        await functions.note(self._records, decision, "shown", entries=len(found[:limit]))
        return Pile(
            tuple(Group(*group) for group in groups),
            tuple(_entry(waiting) for waiting in found[:limit]),
            found[limit - 1].review_id if len(found) > limit else "",
        )

    async def entry(self, caller: Caller, review_id: str) -> Entry:
        """One entry, open or not, with the refused part where it may be shown. Raises ``NothingToShow``."""
        decision = await functions.insisted(self._records, caller, Interaction.SOURCES)
        waiting = await self._find(decision, review_id)
        may_see = await functions.ask(self._records, caller, Interaction.REVIEW)
        if may_see.permit:
            shown, why_not = await self._excerpt(waiting)
            decision = may_see
        else:
            shown, why_not = (
                "",
                "What was sent is for those who decide about it: your role sees field and reason.",
            )
        await functions.note(self._records, decision, "shown", review=waiting.review_id, excerpt=bool(shown))
        return replace(_entry(waiting), excerpt=shown, why_not=why_not)

    async def replay(
        self, caller: Caller, *, review_id: str = "", source: str = "", field: str = "", reason: str = ""
    ) -> str:
        """Have open entries read again: one, or all that fit. The id of the run, to ask ``run`` with."""
        decision = await functions.insisted(self._records, caller, Interaction.REVIEW)
        if review_id:
            review_id = (await self._find(decision, review_id)).review_id
        choice = review.Choice(caller.organisation, review_id, "", source, field, reason)
        await functions.note(self._records, decision, "written", review=review_id, source=source, replay=True)
        return await review.ask(self._record, choice, caller.user_id)

    async def run(self, caller: Caller, run_id: str) -> Run:
        """How far a run of the caller's organisation is. Raises ``NothingToShow``."""
        decision = await functions.insisted(self._records, caller, Interaction.REVIEW)
        async with self._record.connection() as connection:
            run = await replays.find(connection, well_formed(run_id))
            if run is None or run.choice.controller not in decision.controllers:
                raise NothingToShow()
            after = run.after if run.after is not None else await replays.count(connection, run.choice)
        return Run(
            run.run_id,
            run.total,
            run.done,
            run.kept,
            run.still_refused,
            run.total,
            after,
            run.started_at,
            run.finished_at is not None,
        )

    async def close(self, caller: Caller, review_id: str, because: str) -> None:
        """Settle an open entry without reading it again. Raises ``BadInput`` without a reason, or one that
        names a person's number.
        """
        decision = await functions.insisted(self._records, caller, Interaction.REVIEW)
        waiting = await self._find(decision, review_id)
        because = functions.reason(because)
        await functions.note(self._records, decision, "written", review=waiting.review_id, state="closed")
        async with self._record.connection() as connection:
            await reviews.close(connection, waiting.review_id, decision.controllers, caller.user_id, because)

    async def accept(self, caller: Caller, review_id: str) -> None:
        """What the whole telling behind an entry of kind "vanished" lacks is gone: it is taken back.

        Raises ``BadInput`` for an entry of another kind, or one that is settled already.
        """
        decision = await functions.insisted(self._records, caller, Interaction.REVIEW)
        waiting = await self._find(decision, review_id)
        raw = await self._intake.raws.read(waiting.raw_id)
        if waiting.kind != "vanished" or waiting.state != "open" or raw is None:
            raise BadInput("state", "only open entries about facts that are told no more can be accepted")
        await functions.note(self._records, decision, "written", review=waiting.review_id, state="accepted")

        async def settle(connection: Connection, receipts: list[Receipt]) -> None:
            await reviews.accept(connection, waiting.raw_id, caller.user_id)

        await self._intake.replay_many([(waiting.raw_id, raw)], caller.user_id, settle, accepted=True)

    async def _excerpt(self, waiting: Waiting) -> tuple[str, str]:
        """(the refused part, "") or ("", why it is not shown)."""
        if waiting.kind == "wrong-person":
            return "", "It may be about somebody else than it says, so it is read by a replay only."
        if waiting.kind != "refusal":
            return "", "Nothing was refused: this is about what was not sent."
        raw = await self._intake.raws.read(waiting.raw_id)
        if raw is None or raw.source not in self._intake.sources:
            return "", "What was sent is no longer kept, or cannot be read."
        translated = await asyncio.to_thread(self._intake.translate, raw)
        if hides(translated) or await self._shielded(translated):
            return "", "It hides where somebody is, or carries an objection, so it is read by a replay only."
        shown = await asyncio.to_thread(excerpt, raw, waiting.part, waiting.field)
        return shown, "" if shown else "This kind of input cannot be shown in part."

    async def _shielded(self, translated: Translated) -> bool:
        """Whether it tells of somebody whose place is hidden. Of an input about many, an excerpt names nobody."""
        keys = {self._identity.local_key(claim.key) for claim in translated.subjects}
        if len(keys) > _FEW:
            return False
        async with self._record.connection() as connection:
            known = await subjects.by_local_keys(connection, sorted(keys))
        return any(subject.location_restricted for subject in known.values())

    async def _find(self, decision: Decision, review_id: str) -> Waiting:
        async with self._record.connection() as connection:
            found = await reviews.one(connection, well_formed(review_id), decision.controllers)
        if found is None:
            await functions.note(self._records, decision, "nothing")
            raise NothingToShow()
        return found


def _entry(waiting: Waiting) -> Entry:
    return Entry(
        waiting.review_id,
        waiting.source,
        waiting.kind,
        waiting.field,
        waiting.reason,
        waiting.part,
        waiting.state,
        waiting.created_at,
        waiting.closed_at,
        waiting.because,
    )
