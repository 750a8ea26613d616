"""The person index: from what a source claims about someone to a subject and a person.

Everyone gets a person at the first statement about them. Two subjects become one person only when our own
trace (number, birth date and name) verified the same number for both, when a source merged two of its own
ids, or when somebody decided it in review. Twins, newborns and look-alikes are therefore never joined by
name and address alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.people.blocking import keys_of, name_birth_hash, number_hash
from aggregator.store import subjects
from aggregator.store.postgres import Connection, Database
from aggregator.store.subjects import Subject
from aggregator.store.vault import Secrets, Vault, seal, unseal
from schemas.contribution import NumberMerge, Refusal, Resource, SubjectClaim
from schemas.identifiers import NhsNumber, SubjectKey, keyed_id, new_id, nhs_number
from schemas.person import Demographics, death, demographics, places


class Traced(Protocol):
    """What the demographics service said: see ``adapters.demographics``."""

    @property
    def outcome(self) -> str: ...
    @property
    def number(self) -> NhsNumber | None: ...
    @property
    def location_restricted(self) -> bool: ...


class Tracer(Protocol):
    """The port to the demographics service. ``outcome`` "unavailable" means: ask again later."""

    async def trace(self, number: NhsNumber | None, who: Demographics) -> Traced: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """One claim after its look-ups, ready to be settled in a transaction."""

    claim: SubjectClaim
    subject: Subject
    known: bool
    who: Demographics
    numbers: tuple[NhsNumber, ...]
    traced_anew: bool
    wrong: Refusal | None = None
    changed: bool = True


_FOUND = frozenset({"verified", "superseded"})


class Identity:
    def __init__(self, record: Database, vault: Vault, secrets: Secrets, tracer: Tracer) -> None:
        self._record = record
        self._vault = vault
        self._secrets = secrets
        self._tracer = tracer

    def local_key(self, key: SubjectKey) -> str:
        return keyed_id(self._secrets.index, "local", key.organisation, key.local_id)

    async def prepare(
        self, claims: Sequence[SubjectClaim], heard: Mapping[SubjectKey, frozenset[str]] | None = None
    ) -> list[Prepared]:
        """Find what is known and trace what is new or changed; no transaction is open meanwhile.

        Several claims about one subject in a batch are folded into the last, as they were told. ``heard``:
        places that statements about a subject tell besides, kept with those of its claim to redact with.
        """
        heard = heard or {}
        told: dict[str, SubjectClaim] = {}
        for claim in claims:
            local_key = self.local_key(claim.key)
            told[local_key] = _folded(told.get(local_key), claim)
        async with self._record.connection() as connection:
            known = await subjects.by_local_keys(connection, list(told))
        fresh = [k for k in told if k not in known]
        new_keys = dict(zip(fresh, await self._vault.create(len(fresh)), strict=True))
        sealing = await self._vault.find(new_keys.values())
        made: dict[str, Subject] = dict(known)
        for local_key in fresh:
            claim, subject_id, key_id = told[local_key], new_id(), new_keys[local_key]
            made[local_key] = Subject(
                subject_id=subject_id,
                organisation=claim.key.organisation,
                local_key=local_key,
                key_id=key_id,
                person_id="",
                sealed_local_id=seal(sealing[key_id], claim.key.local_id.encode(), subject_id, "local id"),
            )
        prepared = await asyncio.gather(
            *(
                self._prepare(c, made[k], known=k in known, heard=heard.get(c.key, frozenset()))
                for k, c in told.items()
            )
        )
        return [replace(p, changed=p.subject != known.get(p.subject.local_key)) for p in prepared]

    async def _prepare(
        self, claim: SubjectClaim, subject: Subject, *, known: bool, heard: frozenset[str]
    ) -> Prepared:
        who = demographics(claim.patient)
        number = claim.nhs_number or who.nhs_number
        subject = replace(
            subject,
            unknown_identity=subject.unknown_identity
            if claim.unknown_identity is None
            else claim.unknown_identity,
            # Once on, only a named officer takes it off (people-and-safety 4.2).
            location_restricted=subject.location_restricted or claim.location_restricted is True,
            birth_date=who.birth_date or subject.birth_date,
            death=death(claim.patient) or subject.death,
        )
        subject = await self._with_places(subject, (*places(claim.patient), *sorted(heard)))
        enough = bool(who.family and who.birth_date)
        digest = keyed_id(self._secrets.index, "trace", msgspec.json.encode(_asked(number, who)).decode())
        if subject.unknown_identity or not enough:
            return Prepared(claim, subject, known, who, (), traced_anew=False)
        if known and subject.trace_digest == digest and subject.traced in _FOUND:
            return Prepared(claim, subject, known, who, (), traced_anew=False)
        traced = await self._tracer.trace(number, who)
        if traced.outcome == "mismatch":
            refusal = Refusal(
                "Patient.identifier", "the NHS number belongs to someone with another name or birth date"
            )
            return Prepared(claim, subject, known, who, (), traced_anew=False, wrong=refusal)
        numbers: tuple[NhsNumber, ...] = ()
        if traced.outcome in _FOUND and traced.number:
            numbers = tuple(dict.fromkeys(n for n in (traced.number, number) if n))
        key = (await self._vault.find([subject.key_id]))[subject.key_id]
        before = self._opened_number(key, subject)
        if before and not numbers and (number is None or (number, traced.outcome) == (before, "unavailable")):
            # Nobody says otherwise: who was verified stays so, and is asked after again at the next telling.
            return Prepared(claim, replace(subject, trace_digest=""), known, who, (), traced_anew=False)
        if before and not (await self._same(before, numbers, who) if numbers else number == before):
            refusal = Refusal("Patient.identifier", "this local id was verified to be somebody else's before")
            return Prepared(claim, subject, known, who, (), traced_anew=False, wrong=refusal)
        subject = replace(
            subject,
            location_restricted=subject.location_restricted or traced.location_restricted,
            traced=traced.outcome,
            trace_digest=digest if traced.outcome in _FOUND else "",
            sealed_number=seal(key, numbers[0].digits.encode(), subject.subject_id, "number")
            if numbers
            else None,
        )
        return Prepared(claim, subject, known, who, numbers, traced_anew=True)

    async def _same(self, before: NhsNumber, numbers: tuple[NhsNumber, ...], who: Demographics) -> bool:
        """True when the number verified before is among these, or was superseded by one of them.

        A local id that is told with another person's number would take all that was ever told under it to
        that person: only the trace, or somebody in review, may say that both are one.
        """
        return before in numbers or (await self._tracer.trace(before, who)).number in numbers

    def _opened_number(self, key: AESGCM, subject: Subject) -> NhsNumber | None:
        if subject.sealed_number is None:
            return None
        return nhs_number(unseal(key, subject.sealed_number, subject.subject_id, "number").decode())

    async def _with_places(self, subject: Subject, told: tuple[str, ...]) -> Subject:
        """Add places to those that are held for redaction. Old ones stay: people move back."""
        key = (await self._vault.find([subject.key_id])).get(subject.key_id)
        if key is None:
            return subject
        held = self._opened_places(key, subject)
        if set(told) <= set(held):
            return subject
        sealed = msgspec.json.encode(sorted({*held, *told}))
        return replace(subject, sealed_places=seal(key, sealed, subject.subject_id, "places"))

    def _opened_places(self, key: AESGCM, subject: Subject) -> list[str]:
        if subject.sealed_places is None:
            return []
        opened = unseal(key, subject.sealed_places, subject.subject_id, "places")
        return msgspec.json.decode(opened, type=list[str])

    async def held_places(self, person_id: str) -> list[str]:
        """Every address and phone that any source told of this person: to redact with, never to show."""
        async with self._record.connection() as connection:
            found = await subjects.of_person(connection, person_id)
        keys = await self._vault.find({s.key_id for s in found})
        return [p for s in found if s.key_id in keys for p in self._opened_places(keys[s.key_id], s)]

    async def settle(
        self, connection: Connection, prepared: Sequence[Prepared], source: str
    ) -> dict[SubjectKey, Subject]:
        """Write subjects, keys and links inside the caller's transaction; each claim's subject with its person."""
        ready = [p for p in prepared if p.wrong is None]
        hashes = [number_hash(self._secrets.index, n) for p in ready for n in p.numbers]
        await subjects.take_turns(connection, hashes)
        added = await subjects.add(connection, [p.subject for p in ready if not p.known])
        settled: dict[SubjectKey, Subject] = {}
        for p in ready:
            subject = p.subject
            if not p.known and subject.local_key not in added:
                # Another writer was first: theirs stands, this one's key stays unused.
                subject = (await subjects.by_local_keys(connection, [subject.local_key]))[subject.local_key]
            elif p.known and p.changed:
                await subjects.describe(connection, subject)
            settled[p.claim.key] = await self._linked(connection, p, subject, source)
        return settled

    async def _linked(self, connection: Connection, p: Prepared, subject: Subject, source: str) -> Subject:
        person_id, rule = subject.person_id, "first-statement"
        if not person_id and p.claim.person_id:
            person_id, rule = p.claim.person_id, "named-by-sender"
            await subjects.link(connection, subject.subject_id, person_id, rule, source)
            return replace(subject, person_id=person_id)
        if p.numbers:
            hashes = [number_hash(self._secrets.index, n) for n in p.numbers]
            persons = await subjects.persons_with(connection, "number", hashes)
            if persons and persons[0] != person_id:
                person_id, rule = persons[0], "traced-number"
        person_id = person_id or new_id()
        if person_id != subject.person_id:
            await subjects.link(connection, subject.subject_id, person_id, rule, source)
        if p.traced_anew or not p.known:
            keys = keys_of(
                self._secrets.index,
                p.who,
                p.numbers,
                unknown=subject.unknown_identity,
                restricted=subject.location_restricted,
            )
            await subjects.put_keys(connection, subject.subject_id, keys)
        return replace(subject, person_id=person_id)

    async def merge(self, connection: Connection, merge: NumberMerge, source: str) -> bool:
        """Let the losing local id read as the surviving one's person; False when either is unknown yet."""
        losing, surviving = self.local_key(merge.losing), self.local_key(merge.surviving)
        found = await subjects.by_local_keys(connection, [losing, surviving])
        if losing not in found or surviving not in found:
            return False
        await subjects.link(
            connection, found[losing].subject_id, found[surviving].person_id, "merged-by-source", source
        )
        return True

    async def by_number(self, number: NhsNumber) -> str | None:
        """The person whose verified number, present or superseded, this is."""
        async with self._record.connection() as connection:
            persons = await subjects.persons_with(
                connection, "number", [number_hash(self._secrets.index, number)]
            )
        return persons[0] if persons else None

    async def by_name(self, family: str, birth: date) -> list[str]:
        """Candidates by family-name sound and birth date; the caller narrows by what may be shown."""
        async with self._record.connection() as connection:
            return await subjects.persons_with(
                connection, "name-birth", [name_birth_hash(self._secrets.index, family, birth.isoformat())]
            )

    async def known_as(self, person_id: str) -> tuple[list[Subject], dict[str, list[str]], NhsNumber | None]:
        """A person's subjects, their local ids by organisation, and the verified number: to ask sources with."""
        async with self._record.connection() as connection:
            found = await subjects.of_person(connection, person_id)
        keys = await self._vault.find({s.key_id for s in found})
        local_ids: dict[str, list[str]] = {}
        number: NhsNumber | None = None
        for s in found:
            key = keys.get(s.key_id)
            if key is None:
                continue
            opened = unseal(key, s.sealed_local_id, s.subject_id, "local id").decode()
            local_ids.setdefault(s.organisation, []).append(opened)
            if s.sealed_number and number is None:
                number = self._opened_number(key, s)
        return found, local_ids, number


def _folded(before: SubjectClaim | None, claim: SubjectClaim) -> SubjectClaim:
    if before is None:
        return claim
    patient: Resource = before.patient | claim.patient
    return replace(
        claim,
        patient=patient,
        nhs_number=claim.nhs_number or before.nhs_number,
        location_restricted=True if before.location_restricted else claim.location_restricted,
    )


def _asked(number: NhsNumber | None, who: Demographics) -> Iterable[str]:
    birth = who.birth_date.isoformat() if who.birth_date else ""
    return [number.digits if number else "", who.family, *who.given, birth, who.gender, who.postcode]
