"""Showing, freezing and checking passports: the only way from a caller to one.

A frozen copy is shown again only where everything that it was made from would be shown to this caller now:
the question is asked anew each time, audited, and answered with a draft of what they may see when it would
not. A copy is never cut: a sealed thing is whole or it is nothing.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from aggregator.access import audit
from aggregator.care.passport.document import Issue
from aggregator.care.passport.maker import Made, Maker
from aggregator.care.passport.scope import covers
from aggregator.care.passport.verify import Trust, verify
from aggregator.care.record import Looked, Records
from aggregator.store.passports import Shelf
from aggregator.store.postgres import Database
from aggregator.store.vault import Secrets, Vault
from schemas.caller import Caller, CallerKind
from schemas.codes import Audience, Heading, Interaction
from schemas.errors import BadInput, Clash, NotAllowed, NothingToShow
from schemas.identifiers import keyed_id
from schemas.passport import Verdict

_ORGANISATION = re.compile(r"[A-Z0-9]{3,12}\Z")
_ESSENTIAL = frozenset({Heading.ALLERGIES, Heading.MEDICINES})
_TRIES = 3


class Form(StrEnum):
    """What is asked for: the FHIR document, or the print."""

    DOCUMENT = "document"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Shown:
    """What leaves. ``version`` 0 is a draft."""

    body: bytes = field(repr=False)
    form: Form
    version: int
    recipient: str


class Passports:
    """One for each process; fonts, compiler and keys are made when first needed."""

    def __init__(
        self, records: Records, record_db: Database, vault: Vault, secrets: Secrets, home: Path, title: str
    ) -> None:
        self._records = records
        self._shelf = Shelf(record_db, vault)
        self._secrets = secrets
        names = {code: party.name for code, party in records.gate.policy.organisations.items()}
        self._maker = Maker(secrets, home, title, names)

    async def warm(self) -> None:
        """Make now what the first passport would wait for (about half a second): fonts, key, certificate."""
        await asyncio.to_thread(self._maker.warm)

    async def show(
        self,
        caller: Caller,
        person_id: str,
        *,
        form: Form = Form.DOCUMENT,
        recipient: str | None = None,
        version: int | None = None,
    ) -> Shown:
        """The last frozen copy for this recipient that the caller may see, else a draft.

        With ``version`` that one or nothing. Raises ``NothingToShow``, ``NotAllowed`` and ``BadInput``.
        """
        to, audience = _recipient(caller, recipient), _audience(caller, form)
        looked = await self._look(caller, person_id, audience, to)
        kept = await self._shelf.latest(
            list(looked.snapshot.subjects), to, _copies_for(audience), version=version
        )
        granted = next((copy for copy in kept if covers(looked.decision, copy.scope)), None)
        named = {"passport": f"{granted.passport_id}/{granted.version}"} if granted else {}
        pairs = await self._records.fetch(looked, form=form.value, **named)
        # A class says nothing of one statement in it that was sealed since: each must still be there to be seen.
        if granted is not None and granted.statements <= {told.statement_id for told, _ in pairs}:
            body = granted.pdf if form is Form.PDF else granted.document
            return Shown(body, form, granted.version, to)
        if version is not None:
            raise NothingToShow()
        record = self._records.merge(looked, pairs)
        issue = Issue(self._passport_id(person_id, caller.organisation, to), 0, caller.organisation, "", to)
        printed = form is Form.PDF
        body = await asyncio.to_thread(self._maker.draft, record, audience, issue, caller, printed=printed)
        return Shown(body, form, 0, to)

    async def freeze(
        self, caller: Caller, person_id: str, *, form: Form = Form.DOCUMENT, recipient: str | None = None
    ) -> Shown:
        """Freeze and seal a new version for this recipient: one copy for systems, one for paper.

        Raises as ``show`` does; ``NotAllowed`` for a caller whose role could never see allergies and
        medicines: a passport without those headings would be taken for a whole one.
        """
        if caller.kind not in (CallerKind.STAFF, CallerKind.SYSTEM):
            raise NotAllowed("A passport is frozen by the staff who hand the person over.")
        to = _recipient(caller, recipient)
        looked = await self._look(caller, person_id, Audience.SYSTEM, to)
        if not looked.decision.headings >= _ESSENTIAL:
            raise NotAllowed("Your role cannot see what a passport must hold, so it cannot freeze one.")
        on_paper = await self._look(caller, person_id, Audience.PAPER, to, refresh=False)
        record = self._records.merge(looked, await self._records.fetch(looked, form=Form.DOCUMENT.value))
        printed = self._records.merge(on_paper, await self._records.fetch(on_paper, form=Form.PDF.value))
        subject_id = _sender_subject(caller, looked)
        copies = [
            Made(record, looked.decision, subject_id, record.made_at),
            Made(printed, on_paper.decision, subject_id, record.made_at),
        ]
        passport_id = self._passport_id(person_id, caller.organisation, to)
        for _ in range(_TRIES):
            version = await self._shelf.newest_version(passport_id) + 1
            issue = Issue(passport_id, version, caller.organisation, "", to)
            frozen = [await asyncio.to_thread(self._maker.copy, one, issue, caller) for one in copies]
            await self._records.statements.audited(
                looked.decision.decided_at,
                person_id,
                audit.of_decision(looked.decision, "written", passport=f"{passport_id}/{version}"),
            )
            if await self._shelf.add(frozen):
                body = frozen[1].pdf if form is Form.PDF else frozen[0].document
                return Shown(body, form, version, to)
        raise Clash("this passport is being frozen by others: try again")

    async def check(self, data: bytes | str, now: datetime | None = None) -> Verdict:
        """What ``verify`` says with this place's keys, and whether a newer version exists."""
        at = now or datetime.now(UTC)
        trust = await asyncio.to_thread(self.trust)
        first = await asyncio.to_thread(verify, data, trust, at)
        if not first.valid:
            return first
        newest = {first.passport_id: await self._shelf.newest_version(first.passport_id)}
        return await asyncio.to_thread(verify, data, trust, at, newest=newest)

    def trust(self) -> Trust:
        """What others need to check our seals: the certificate and the public key. No secret is in it."""
        return Trust.of(self._maker.seal().certificate, self._secrets.signing.public_key())

    async def _look(
        self, caller: Caller, person_id: str, audience: Audience, recipient: str, *, refresh: bool = True
    ) -> Looked:
        return await self._records.look(
            caller,
            person_id,
            Interaction.PASSPORT,
            audience=audience,
            recipient=recipient or None,
            refresh=refresh,
        )

    def _passport_id(self, person_id: str, sender: str, recipient: str) -> str:
        return keyed_id(self._secrets.ids, "passport", person_id, sender, recipient)


def _recipient(caller: Caller, asked: str | None) -> str:
    if asked is None:
        return caller.organisation
    if not _ORGANISATION.match(asked):
        raise BadInput("recipient", "it is the ODS code of an organisation")
    return asked


def _audience(caller: Caller, form: Form) -> Audience:
    """Paper for the print. The document is for systems, or for the person who asks for their own."""
    if form is Form.PDF:
        return Audience.PAPER
    return Audience.SYSTEM if caller.kind in (CallerKind.STAFF, CallerKind.SYSTEM) else caller.audience


def _copies_for(audience: Audience) -> list[Audience]:
    """The copy made for this audience, else the narrower one that was made for paper."""
    return [audience] if audience is Audience.PAPER else [audience, Audience.PAPER]


def _sender_subject(caller: Caller, looked: Looked) -> str:
    """Whose key seals the copies: the sender's own subject, else the first that it was made from."""
    subjects = looked.snapshot.subjects
    own = sorted(s for s, organisation in subjects.items() if organisation == caller.organisation)
    made_from = sorted({g.subject_id for g in looked.decision.grants})
    if not (own or made_from):
        raise NothingToShow()
    return (own or made_from)[0]
