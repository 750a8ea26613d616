"""The only answer to "show me": facts, decision, refresh, decision again, fetch, narrow, merge.

The audit row is committed before anything is returned. A denied question is audited too and then raises the
one constant nothing. What is kept in the cache is the rendered part of the answer that depends on permitted
classes alone, under a key made of their versions; the grid and the notices are made anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.access import audit
from aggregator.access.gate import Gate, insist, recheck
from aggregator.intake.refresh import Refresh
from aggregator.merge import bundle, grid
from aggregator.merge.rules import RULES
from aggregator.merge.whole import SourceStatus, whole
from aggregator.people.identity import Identity
from aggregator.store.cache import Cache
from aggregator.store.contributions import Statements
from aggregator.store.facts import Snapshot
from aggregator.store.vault import KeyGone, Secrets, seal, unseal
from consent.narrow import narrow
from schemas import strictjson
from schemas.caller import Caller
from schemas.codes import Audience, Heading, Interaction
from schemas.contribution import Contribution, Resource
from schemas.decision import Decision
from schemas.errors import NothingToShow
from schemas.identifiers import keyed_id
from schemas.record import Record

_PERSON_ID = re.compile(r"[0-9a-f]{32}\Z")
_CACHE_SECONDS = 900.0


def well_formed(opaque_id: str) -> str:
    """An id of ours as it is, anything else as "": what was typed into an address reaches no table."""
    return opaque_id if _PERSON_ID.match(opaque_id) else ""


class _Kept(msgspec.Struct, array_like=True):
    """What the cache holds: segments headed by their classes, and where something is shown."""

    segments: list[tuple[list[str], bytes]]
    shown: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Looked:
    """A permitted question: the decision on the newest facts, and those facts."""

    decision: Decision
    snapshot: Snapshot


class Records:
    def __init__(
        self,
        gate: Gate,
        statements: Statements,
        refresh: Refresh,
        sources: Sequence[SourceStatus],
        cache: Cache,
        secrets: Secrets,
        identity: Identity,
    ) -> None:
        self.gate = gate
        self.statements = statements
        self._refresh = refresh
        self._sources = sources
        self._cache = cache
        self._secrets = secrets
        self._identity = identity
        self._sealing = AESGCM(secrets.cache)

    async def look(
        self,
        caller: Caller,
        person_id: str,
        interaction: Interaction,
        *,
        audience: Audience | None = None,
        recipient: str | None = None,
        refresh: bool = True,
    ) -> Looked:
        """Decide, refresh what is stale, decide again. Raises and audits when there is nothing to show."""
        person_id = well_formed(person_id)
        snapshot = await self.gate.facts(caller, person_id)
        decision = self.gate.decide(caller, snapshot, interaction, audience=audience, recipient=recipient)
        await self._insist(decision)
        stale = self._refresh.stale(snapshot, decision) if refresh else []
        if stale:
            await self._refresh.ask(person_id, stale)
            snapshot = await self.gate.facts(caller, person_id)
            decision = self.gate.decide(caller, snapshot, interaction, audience=audience, recipient=recipient)
            await self._insist(decision)
        return Looked(decision, snapshot)

    async def _insist(self, decision: Decision) -> None:
        if not decision.permit:
            outcome = "refused" if decision.refused_function else "nothing"
            await self.statements.audited(
                decision.decided_at, decision.person_id, audit.of_decision(decision, outcome)
            )
        insist(decision)

    async def stored(self, looked: Looked) -> list[tuple[Contribution, Resource]]:
        """What the decision grants as it was told, not narrowed: for its own controller to write on only."""
        own = looked.decision.question.caller.organisation
        contributions = await self.statements.contributions(
            looked.decision, audit.of_decision(looked.decision, "shown")
        )
        return [(c, strictjson.read(c.body)) for c in contributions if c.controller == own]

    async def fetch(self, looked: Looked, **more: str) -> list[tuple[Contribution, Resource]]:
        """What the decision grants, parsed and narrowed. The audit row is committed with the fetch.

        ``more`` goes into that row: opaque ids and forms only.
        """
        body = audit.of_decision(looked.decision, "shown", **more)
        contributions = await self.statements.contributions(looked.decision, body)
        parsed = [(c, strictjson.read(c.body)) for c in contributions]
        held: list[str] = []
        if looked.decision.location_restricted:
            held = await self._identity.held_places(looked.decision.person_id)
        return narrow(parsed, looked.decision, self.gate.policy, held=held)

    async def record(
        self,
        caller: Caller,
        person_id: str,
        interaction: Interaction = Interaction.RECORD,
        *,
        audience: Audience | None = None,
        recipient: str | None = None,
        refresh: bool = True,
    ) -> Record:
        """The merged record as values, for pages, plans and passports."""
        looked = await self.look(
            caller, person_id, interaction, audience=audience, recipient=recipient, refresh=refresh
        )
        return self.merge(looked, await self.fetch(looked))

    async def segments(self, caller: Caller, person_id: str, base_url: str) -> tuple[list[bytes], str]:
        """The ``$record`` Bundle in pieces, checked a second time, and its ETag value."""
        looked = await self.look(caller, person_id, Interaction.RECORD)
        key = self._key(looked.decision, base_url)
        # What is redacted depends on places in withheld classes too, so a restricted person is never cached.
        cached = not looked.decision.location_restricted
        kept = await self._from_cache(key) if cached else None
        if kept is not None:
            await self.statements.audited(
                looked.decision.decided_at, person_id, audit.of_decision(looked.decision, "shown")
            )
        else:
            record = self.merge(looked, await self.fetch(looked))
            made = list(bundle.body(record, base_url))
            kept = _Kept(
                [(sorted(s.classes), s.body) for s in made],
                sorted((h.value, source) for h, source in grid.visible(record.entries)),
            )
            if cached:
                await self._into_cache(key, kept, looked)
        recheck(looked.decision, (frozenset(classes) for classes, _ in kept.segments))
        shown = frozenset((Heading(h), source) for h, source in kept.shown)
        opening, notices = bundle.head(self._frame(looked, shown), base_url)
        etag = keyed_id(self._secrets.cache, "etag", key, notices.decode())
        return [opening, notices, *(body for _, body in kept.segments), bundle.FOOT], etag

    def merge(self, looked: Looked, pairs: list[tuple[Contribution, Resource]]) -> Record:
        """The record of what ``fetch`` gave for the same question, checked a second time."""
        made = whole(
            looked.decision.person_id,
            pairs,
            decision=looked.decision,
            sources=self._statuses(looked),
            now=looked.snapshot.facts.read_at,
            linked=looked.snapshot.linked,
        )
        recheck(looked.decision, (entry.classes for entry in made.entries))
        if not made.entries and not looked.decision.grants and not looked.snapshot.subjects:
            raise NothingToShow()
        return made

    def _frame(self, looked: Looked, shown: frozenset[tuple[Heading, str]]) -> Record:
        """The record without its entries: grid, source lines, notices."""
        now = looked.snapshot.facts.read_at
        statuses = self._statuses(looked)
        decision = looked.decision
        return Record(
            person_id=decision.person_id,
            entries=(),
            conflicts=(),
            grid=grid.cells(statuses, decision, shown, now),
            sources=grid.lines(statuses, decision, shown, now),
            withheld=decision.withheld,
            floor_withheld=decision.floor_withheld,
            location_restricted=decision.location_restricted,
            rules_version=RULES.version,
            made_at=now,
            linked=looked.snapshot.linked,
            emergency=decision.emergency is not None,
        )

    def _statuses(self, looked: Looked) -> list[SourceStatus]:
        """How each source does, from the place's state, this person's last answer and this very question."""
        made = []
        for status in self._sources:
            name = status.terms.source
            good, down, as_at = looked.snapshot.sources.get(name, (None, None, None))
            asked = looked.snapshot.asked.get(name)
            # That a source answers about others says nothing of this person where it tells of nobody unasked.
            known = [at for at in (None if status.terms.asked_only else good, asked) if at is not None]
            # To the minute: a message about somebody else must not change this person's ETag every second.
            good = max(known, default=None)
            rounded = good.replace(second=0, microsecond=0) if good else None
            made.append(replace(status, last_good=rounded, down_since=down, as_at=as_at))
        return made

    def _key(self, decision: Decision, base_url: str) -> str:
        """A digest of what was permitted, in which versions, for which scope, under which rules, on which day."""
        granted = sorted(
            f"{g.subject_id}:{g.class_id}:{g.version}:{','.join(sorted(g.redactions))}"
            for g in decision.grants
        )
        question = decision.question
        return keyed_id(
            self._secrets.cache,
            "record",
            decision.person_id,
            question.audience.value,
            question.caller.role,
            question.caller.organisation,
            question.recipient,
            str(decision.location_restricted),
            decision.policy_version,
            RULES.version,
            decision.decided_at.date().isoformat(),
            base_url,
            *granted,
        )

    async def _from_cache(self, key: str) -> _Kept | None:
        sealed = await self._cache.get(key)
        if sealed is None:
            return None
        try:
            return msgspec.msgpack.decode(unseal(self._sealing, sealed, key), type=_Kept)
        except (KeyGone, msgspec.DecodeError):
            return None  # damaged or not ours: as if it were not there

    async def _into_cache(self, key: str, kept: _Kept, looked: Looked) -> None:
        seconds = (looked.decision.holds_until - looked.decision.decided_at).total_seconds()
        sealed = seal(self._sealing, msgspec.msgpack.encode(kept), key)
        await self._cache.put(key, sealed, min(seconds, _CACHE_SECONDS))
