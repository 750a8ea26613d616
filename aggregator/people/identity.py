"""The person index: from what a source claims about someone to a subject and a person.

Everyone gets a person at the first statement about them. Two subjects become one person only when our own
trace (number, birth date and name) verified the same number for both, when a source merged two of its own
ids, or when somebody decided it in review. Twins, newborns and look-alikes are therefore never joined by
name and address alone.

A batch costs a constant few SQL statements, and one of subjects that are known and unchanged a single read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import msgspec

from aggregator.people import details, linking, matching
from aggregator.people.finding import Finding
from aggregator.people.linking import Cause
from aggregator.people.tracing import FOUND, TWO_PEOPLE, Prepared, Traced, Tracer, Tracing, at_odds
from aggregator.store import links, matches, subjects
from aggregator.store.postgres import Connection, Database
from aggregator.store.subjects import Subject
from aggregator.store.vault import Secrets, Vault, seal
from schemas.contribution import NumberMerge, Refusal, Resource, SubjectClaim
from schemas.identifiers import SubjectKey, new_id

__all__ = ["Identity", "Prepared", "Traced", "Tracer"]

_REMEMBERED = 50_000
_STALE = timedelta(days=30)
"""How long our own trace stands before the demographics service is asked again."""
NOT_THEIRS = Refusal("MRG-1", "a source merges its own local ids only")
NOT_BY_ITSELF = Refusal("MRG-1", "these two local ids are not joined without somebody who looks at both")


class Overtaken(Exception):
    """Another writer told of one of these subjects since ``prepare`` looked: what it told must be seen first."""


class Identity(Finding):
    def __init__(self, record: Database, vault: Vault, secrets: Secrets, tracer: Tracer) -> None:
        super().__init__(record, vault, secrets.index)
        self._tracing = Tracing(secrets.index, tracer)
        self._unchanged: set[bytes] = set()

    async def prepare(
        self,
        claims: Sequence[SubjectClaim],
        heard: Mapping[SubjectKey, frozenset[str]] | None = None,
        *,
        again: bool = False,
    ) -> list[Prepared]:
        """Find what is known and trace what is new or changed; no transaction is open meanwhile.

        Several claims about one subject in a batch are folded into the last, as they were told; those that are
        of two people are refused (``contradict`` says so first). ``heard``: places that statements about a
        subject tell besides, kept with those of its claim to redact with.
        ``again``: trace, although nothing changed.
        """
        heard = heard or {}
        told: dict[str, SubjectClaim] = {}
        two_people: set[str] = set()
        for claim in claims:
            local_key = self.local_key(claim.key)
            if local_key in told and at_odds(told[local_key], claim):
                two_people.add(local_key)
            told[local_key] = _folded(told.get(local_key), claim)
        if not told:
            return []
        async with self._record.connection() as connection:
            known = await subjects.by_local_keys(connection, list(told))
        made = dict(known) | await self._new({k: c for k, c in told.items() if k not in known})
        keys = await self._vault.find({s.key_id for s in made.values()})
        prepared: dict[str, Prepared] = {}
        marks: dict[str, bytes] = {}
        for local_key, claim in told.items():
            subject = made[local_key]
            marks[local_key] = _mark(claim, heard.get(claim.key, frozenset()), subject)
            gone = subject.key_id not in keys  # destroyed: nothing more is kept about them
            if local_key in two_people:
                prepared[local_key] = Prepared(claim, subject, local_key in known, TWO_PEOPLE, changed=False)
            elif gone or (marks[local_key] in self._unchanged and not again):
                prepared[local_key] = Prepared(claim, subject, True, changed=False)
        todo = [k for k in told if k not in prepared]
        traced = await asyncio.gather(
            *(
                self._tracing.prepared(
                    told[k],
                    made[k],
                    known=k in known,
                    key=keys[made[k].key_id],
                    heard=heard.get(told[k].key, frozenset()),
                    again=again,
                )
                for k in todo
            )
        )
        for local_key, one in zip(todo, traced, strict=True):
            prepared[local_key] = one
            if one.known and not (one.wrong or one.changed) and not _asked_again(one.subject):
                if len(self._unchanged) >= _REMEMBERED:
                    self._unchanged.clear()
                self._unchanged.add(marks[local_key])
        return [prepared[k] for k in told]

    @staticmethod
    def contradict(claims: Iterable[SubjectClaim]) -> bool:
        """Is one local id told as two people among these? Then each input is told by itself, in its order."""
        first: dict[SubjectKey, SubjectClaim] = {}
        return any(at_odds(first.setdefault(claim.key, claim), claim) for claim in claims)

    async def _new(self, told: Mapping[str, SubjectClaim]) -> dict[str, Subject]:
        """Subjects for local ids that nobody told of before, with keys of their own."""
        new_keys = await self._vault.create(len(told))
        sealing = await self._vault.find(new_keys)
        made = {}
        for (local_key, claim), key_id in zip(told.items(), new_keys, strict=True):
            subject_id = new_id()
            made[local_key] = Subject(
                subject_id=subject_id,
                organisation=claim.key.organisation,
                local_key=local_key,
                key_id=key_id,
                person_id="",
                own_person=new_id(),
                sealed_local_id=seal(sealing[key_id], claim.key.local_id.encode(), subject_id, "local id"),
            )
        return made

    async def settle(
        self, connection: Connection, prepared: Sequence[Prepared], source: str
    ) -> dict[SubjectKey, Subject]:
        """Write subjects, keys and links inside the caller's transaction; each claim's subject with its person.

        Raises ``Overtaken``: prepare again, in a new transaction.
        """
        ready = {p.subject.local_key: p for p in prepared if p.wrong is None}
        new = [p for p in ready.values() if not p.known]
        keyed = [p for p in ready.values() if p.keys is not None]
        turns = {h for p in keyed for kind, h in p.keys or () if kind == "number"}
        await subjects.take_turns(connection, sorted(turns | {p.subject.local_key for p in new}))
        named = {p.subject.subject_id: p.claim.person_id for p in new if p.claim.person_id}
        added = await subjects.add(connection, [p.subject for p in new], named)
        changed = [p.subject for p in ready.values() if p.known and p.changed]
        if len(added) < len(new) or not await subjects.describe(connection, changed):
            raise Overtaken
        await subjects.put_keys(connection, {p.subject.subject_id: p.keys or () for p in keyed})
        touched = {p.subject.subject_id: p for p in (*keyed, *new)}
        moved = (await linking.regroup(connection, sorted(touched), Cause(source))).moved
        await matches.wait(connection, list(touched))
        return {
            p.claim.key: replace(p.subject, person_id=moved.get(p.subject.subject_id, p.subject.person_id))
            for p in ready.values()
        }

    async def merge(
        self, connection: Connection, merges: Sequence[NumberMerge], source: str
    ) -> tuple[list[Refusal | None], Mapping[str, str]]:
        """Keep what a source says of its own local ids, and group anew: (a refusal or None for each, who moved).

        Refused is what a rule keeps apart; it is kept all the same, and holds once the rule allows it. A merge
        of ids that nobody told of yet waits for them. ``who moved``: subject id -> person id.
        """
        own = [m for m in merges if m.losing.organisation == m.surviving.organisation]
        pair = {m: (self.local_key(m.losing), self.local_key(m.surviving)) for m in own}
        local_keys = sorted({k for both in pair.values() for k in both})
        await subjects.take_turns(connection, local_keys)
        said = [(*pair[m], m.at, m.undone) for m in own if m.losing != m.surviving]
        await links.say_merged(connection, said, source)
        known = await subjects.by_local_keys(connection, local_keys) if own else {}
        ids = {k: s.subject_id for k, s in known.items()}
        await linking.take_turns(connection, sorted(ids.values()))
        made = await linking.regroup(connection, sorted(ids.values()), Cause(source))
        refused: list[Refusal | None] = []
        for m in merges:
            losing, surviving = (ids.get(k, "") for k in pair.get(m, ("", "")))
            unmerged = (losing, surviving) in made.unmerged and not m.undone
            refused.append(NOT_THEIRS if m not in pair else NOT_BY_ITSELF if unmerged else None)
        return refused, made.moved

    async def propose(self, limit: int = 500) -> int:
        """Compare who is new or changed with who is alike: see ``people.matching``."""
        return await matching.propose(self._record, self._vault, limit)

    async def trace_again(self, limit: int = 500) -> int:
        """Ask again about those whom our trace has not found, or found long ago; how many answers came.

        A number that is somebody else's by now is left to the next telling, which goes to review.
        """
        now = datetime.now(UTC)
        async with self._record.connection() as connection:
            found = await subjects.to_trace_again(connection, now - timedelta(hours=20), now - _STALE, limit)
        keys = await self._vault.find({s.key_id for s in found})
        claims = [
            SubjectClaim(SubjectKey(s.organisation, details.local_id_of(keys[s.key_id], s)), {}, at=s.told_at)
            for s in found
            if s.key_id in keys
        ]
        prepared = await self.prepare(claims, again=True)
        wrong = [replace(p.subject, traced_at=now) for p in prepared if p.wrong]
        try:
            async with self._record.transaction() as connection:
                await self.settle(connection, prepared, "trace-again")
                await subjects.describe(connection, wrong)
        except Overtaken:
            return 0  # somebody told of one of them meanwhile: all are asked about the next time
        return len(wrong) + sum(p.wrong is None and (p.subject.traced_at or now) > now for p in prepared)


def _asked_again(subject: Subject) -> bool:
    """The demographics service did not answer: the next telling asks again, whether it is new or not."""
    return subject.traced == "unavailable" or (subject.traced in FOUND and not subject.trace_digest)


def _mark(claim: SubjectClaim, heard: frozenset[str], subject: Subject) -> bytes:
    """A claim on a subject as it is kept: met again, it changes nothing, and nobody is asked."""
    told = (claim.patient, claim.nhs_number and claim.nhs_number.digits, claim.unknown_identity)
    late = bool(claim.at and subject.told_at and claim.at < subject.told_at)
    rest = (claim.location_restricted, late, sorted(heard), subject)
    return blake2b(msgspec.msgpack.encode((told, rest)), digest_size=16).digest()


def _folded(before: SubjectClaim | None, claim: SubjectClaim) -> SubjectClaim:
    """Two claims of one batch as one; of two that say when, the later lies on top."""
    if before is None:
        return claim
    if before.at and claim.at and claim.at < before.at:
        before, claim = claim, before
    patient: Resource = before.patient | claim.patient
    told = claim.unknown_identity
    return replace(
        claim,
        patient=patient,
        nhs_number=claim.nhs_number or before.nhs_number,
        unknown_identity=before.unknown_identity if told is None else told,
        location_restricted=True if before.location_restricted else claim.location_restricted,
    )
