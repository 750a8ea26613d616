"""Our own trace of a claim: "verified" means what the demographics service answered us, not what a feed says.

What a claim says is laid over what was told before, cross-checked, and traced when it is new or changed. Whom a
number does not fit is refused (``wrong``): nothing is kept for them, and the input waits in review.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.demographics import rule
from aggregator.people import details
from aggregator.people.blocking import keys_of
from aggregator.people.details import Who
from aggregator.store.subjects import Subject
from schemas.contribution import Refusal, SubjectClaim
from schemas.identifiers import NhsNumber, keyed_id, nhs_number
from schemas.person import Demographics, death, demographics, places, tells_of_death

FOUND: Final = frozenset({"verified", "superseded"})
_NOBODY: Final = frozenset({"unknown", "unidentified", "notknown", "unk", "unknownmale", "unknownfemale"})
"""Names that say that the name is not known: whoever bears one is traced by nobody and matched with nobody."""

MISMATCH = Refusal("Patient.identifier", "the NHS number belongs to someone with another name or birth date")
SOMEBODY_ELSE = Refusal("Patient.identifier", "this local id was verified to be somebody else's before")
TWO_PEOPLE = Refusal("Patient.identifier", "one local id is told as two different people")


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
    """One claim after its look-ups, ready to be settled in a transaction.

    ``keys``: what the subject is found by from now on (kind, hash), or None: as before.
    """

    claim: SubjectClaim
    subject: Subject
    known: bool
    wrong: Refusal | None = None
    changed: bool = True
    keys: tuple[tuple[str, str], ...] | None = None

    @property
    def who(self) -> Demographics:
        """What the claim itself says."""
        return demographics(self.claim.patient)


class Tracing:
    def __init__(self, index: bytes, tracer: Tracer) -> None:
        self._index = index
        self._tracer = tracer

    async def prepared(
        self,
        claim: SubjectClaim,
        before: Subject,
        *,
        known: bool,
        key: AESGCM,
        heard: frozenset[str],
        again: bool = False,
    ) -> Prepared:
        """``heard``: places that statements tell besides. ``again``: ask, although nothing changed."""
        told, held = details.told_of(claim.patient, claim.nhs_number), details.who_of(key, before)
        late = bool(claim.at and before.told_at and claim.at < before.told_at)
        who = held.over(told) if late else told.over(held)
        subject = self._described(claim, before, who, late=late)
        if who != held:
            at = before.told_at if late else claim.at or before.told_at
            subject = replace(details.with_who(key, subject, who), told_at=at)
        subject = details.with_places(key, subject, sorted({*places(claim.patient), *heard}))
        if subject.unknown_identity or _nameless(who):
            subject = replace(subject, traced="", trace_digest="", sealed_number=None)
            already = known and (before.unknown_identity or _nameless(held))
            return self._made(claim, before, subject, known=known, who=None if already else who)
        if not (who.family and who.birth_date):
            return self._made(claim, before, subject, known=known, who=None if known else who)
        asked = told.over(held) if late else who
        digest = keyed_id(self._index, "trace", msgspec.json.encode(_asked(asked)).decode())
        settled = subject.traced not in ("", "unavailable") and not again
        if subject.trace_digest == digest and settled:
            unchanged = known and _keyed(who, subject) == _keyed(held, before)
            return self._made(claim, before, subject, known=known, who=None if unchanged else who, key=key)
        number = _issued(asked.number)
        traced = await self._tracer.trace(number, asked.claims())
        return await self._concluded(claim, before, subject, known, key, (who, asked), traced, digest)

    async def _concluded(
        self,
        claim: SubjectClaim,
        before: Subject,
        subject: Subject,
        known: bool,
        key: AESGCM,
        whose: tuple[Who, Who],
        traced: Traced,
        digest: str,
    ) -> Prepared:
        who, asked = whose
        number, verified = _issued(asked.number), details.number_of(key, before)
        if traced.outcome == "mismatch":
            return Prepared(claim, before, known, MISMATCH, changed=False)
        numbers: tuple[NhsNumber, ...] = ()
        if traced.outcome in FOUND and traced.number:
            numbers = tuple(dict.fromkeys(n for n in (traced.number, number) if n))
        if verified and traced.outcome == "unavailable" and number in (None, verified):
            # Nobody says otherwise: who was verified stays so, while name and birth date still agree.
            held = details.who_of(key, before)
            if held.birth_date and not rule.agrees(asked.claims(), held.patient()):
                return Prepared(claim, before, known, SOMEBODY_ELSE, changed=False)
            return self._made(claim, before, replace(subject, trace_digest=""), known=known)
        if verified and not (await self._same(verified, numbers, asked) if numbers else number == verified):
            return Prepared(claim, before, known, SOMEBODY_ELSE, changed=False)
        if verified and numbers and verified not in numbers:
            numbers = (*numbers, verified)
        reached = traced.outcome != "unavailable"
        subject = replace(
            subject,
            location_restricted=subject.location_restricted or traced.location_restricted,
            traced=traced.outcome,
            trace_digest=digest if reached else "",
            traced_at=datetime.now(UTC) if reached else subject.traced_at,
            sealed_number=subject.sealed_number
            if numbers and numbers[0] == verified
            else details.seal_number(key, subject, numbers[0])
            if numbers
            else None,
        )
        return self._made(claim, before, subject, known=known, who=who, numbers=numbers)

    async def _same(self, verified: NhsNumber, numbers: tuple[NhsNumber, ...], who: Who) -> bool:
        """True when the number verified before is among these, or was superseded by one of them.

        A local id that is told with another person's number would take all that was ever told under it to
        that person: only the trace, or somebody in review, may say that both are one.
        """
        return verified in numbers or (await self._tracer.trace(verified, who.claims())).number in numbers

    def _described(self, claim: SubjectClaim, before: Subject, who: Who, *, late: bool) -> Subject:
        """What decisions need. A late telling adds, and changes nothing that a later one told."""
        unknown, died = before.unknown_identity, before.death
        if not late:
            unknown = claim.unknown_identity if claim.unknown_identity is not None else unknown
            died = death(claim.patient) if tells_of_death(claim.patient) else died
        moved = (unknown, died) != (before.unknown_identity, before.death)
        return replace(
            before,
            unknown_identity=unknown,
            death=died,
            # Once on, only a named officer takes it off (people-and-safety 4.2).
            location_restricted=before.location_restricted or claim.location_restricted is True,
            birth_date=who.birth_date,
            told_at=(claim.at or before.told_at) if moved else before.told_at,
        )

    def _made(
        self,
        claim: SubjectClaim,
        before: Subject,
        subject: Subject,
        *,
        known: bool,
        who: Who | None = None,
        numbers: tuple[NhsNumber, ...] = (),
        key: AESGCM | None = None,
    ) -> Prepared:
        """``who``: what the subject's keys are made of, None: they stay. ``key`` opens the number verified before."""
        keys: tuple[tuple[str, str], ...] | None = None
        if who is not None:
            if key and (verified := details.number_of(key, subject)):
                earlier = _issued(who.number) if subject.traced == "superseded" else None
                numbers = (verified, *((earlier,) if earlier else ()))
            unknown = subject.unknown_identity or _nameless(who)
            restricted = subject.location_restricted
            keys = tuple(keys_of(self._index, who.claims(), numbers, unknown=unknown, restricted=restricted))
        return Prepared(claim, subject, known, changed=subject != before, keys=keys)


def at_odds(one: SubjectClaim, other: SubjectClaim) -> bool:
    """Do two claims about one local id speak of two people, as far as they say?"""
    if one is other or one.patient == other.patient:
        return False
    a, b = (details.told_of(c.patient, c.nhs_number) for c in (one, other))
    if a.number and b.number and a.number != b.number:
        return True
    if not (a.family and a.birth_date and b.family and b.birth_date):
        return False
    return not rule.agrees(a.claims(), b.patient())


def _nameless(who: Who) -> bool:
    return any(_letters(name) in _NOBODY for name in (who.family, *who.given[:1]))


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalpha())


def _issued(digits: str) -> NhsNumber | None:
    """The number, unless it is of the range of another health service whose numbers have the same check digit.

    Scottish CHI numbers begin with a birth date, Northern Irish numbers with 32 to 39.
    """
    number = nhs_number(digits)
    if number is None:
        return None
    day, month = int(digits[:2]), int(digits[2:4])
    scottish, irish = 1 <= day <= 31 and 1 <= month <= 12, 32 <= day <= 39
    return None if scottish or irish else number


def _keyed(who: Who, subject: Subject) -> tuple[object, ...]:
    return who.family, who.birth_date, who.postcode, subject.location_restricted


def _asked(who: Who) -> list[str]:
    birth = who.birth_date.isoformat() if who.birth_date else ""
    born = f"{who.multiple_birth:d}"
    return [who.number, who.family, *who.given, birth, who.gender, who.postcode, born]
