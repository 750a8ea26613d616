"""Making drafts and copies: everything of a passport that is work and not waiting. Runs in a thread.

Fonts, compiler, key and certificate are made when first needed and kept; one print at a time.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from aggregator.care import documents
from aggregator.care.passport import token
from aggregator.care.passport.document import Issue, document
from aggregator.care.passport.pdf import Imprint, Press
from aggregator.care.passport.scope import scope
from aggregator.care.passport.seal import Seal
from aggregator.care.passport.sheet import sheet
from aggregator.store.vault import Secrets
from schemas import strictjson
from schemas.caller import Caller
from schemas.codes import Audience
from schemas.decision import Decision
from schemas.passport import Copy, Sheet
from schemas.record import Record
from schemas.resources import author

RENEW_AFTER = timedelta(days=28)
"""A sealed passport says until when it is fit to rely on; medicines and recommendations age."""


@dataclass(frozen=True, slots=True)
class Made:
    """A record on its way to a frozen copy, with the decision that allowed it and whose key will seal it.

    ``at`` is one moment for all copies of a version.
    """

    record: Record
    decision: Decision
    subject_id: str
    at: datetime


class Maker:
    """``names`` are those of the agreement's parties, by ODS-style code."""

    def __init__(self, secrets: Secrets, home: Path, title: str, names: Mapping[str, str]) -> None:
        self._secrets = secrets
        self._names = names
        self._home = home
        self._title = title
        self._press: Press | None = None
        self._seal: Seal | None = None
        self._turn = threading.Lock()

    def warm(self) -> None:
        """Make now what the first passport would wait for."""
        with self._turn:
            self._pressed()
        self.seal()
        # The first resource of a type loads its model and the R4 schema.
        documents.device()
        author("Composition", _SMALLEST)

    def seal(self) -> Seal:
        if self._seal is None:
            self._seal = Seal(self._secrets, self._home, self._title)
        return self._seal

    def draft(
        self, record: Record, audience: Audience, issue: Issue, caller: Caller, *, printed: bool
    ) -> bytes:
        """The document, or its print: marked as a draft, without seal and code."""
        issue = self._titled(issue)
        told = sheet(record, audience, issue.recipient)
        body = strictjson.dumps(document(record, told, issue))
        if not printed:
            return body
        with self._turn:
            return self._pressed().print(told, body, self._imprint(record, issue, caller))

    def copy(self, made: Made, issue: Issue, caller: Caller) -> Copy:
        """One frozen copy for the audience of the decision; with a sealed print when that is paper."""
        record, audience = made.record, made.decision.question.audience
        issue = self._titled(issue)
        told = sheet(record, audience, issue.recipient)
        body = strictjson.dumps(document(record, told, issue))
        digest = hashlib.sha256(body).hexdigest()
        classes = frozenset(t.class_id for e in record.entries for t in e.tellings)
        return Copy(
            passport_id=issue.passport_id,
            version=issue.version,
            subject_id=made.subject_id,
            person_id=record.person_id,
            recipient=issue.recipient,
            audience=audience,
            frozen_at=made.at,
            frozen_by=f"{caller.role}@{caller.organisation}",
            scope=frozenset(scope(made.decision, classes)),
            statements=frozenset(t.statement_id for e in record.entries for t in e.tellings),
            digest=digest,
            document=body,
            pdf=self._print(told, body, digest, made, issue, caller) if audience is Audience.PAPER else b"",
        )

    def _print(
        self, told: Sheet, body: bytes, digest: str, made: Made, issue: Issue, caller: Caller
    ) -> bytes:
        at, until = made.at, made.at + RENEW_AFTER
        code = token.write(self._secrets.signing, issue.passport_id, issue.version, digest, at, until)
        plain = self._imprint(made.record, issue, caller)
        imprint = replace(plain, version=issue.version, expires_at=until, code=code, digest=digest)
        with self._turn:
            return self.seal().close(self._pressed().print(told, body, imprint))

    def _imprint(self, record: Record, issue: Issue, caller: Caller) -> Imprint:
        role = caller.role.replace("_", " ")
        return Imprint(
            place=self._title,
            printed_by=f"{caller.name}, {role}" if caller.name else role,
            printed_at=record.made_at,
            sender=issue.sender_name,
            recipient=self._names.get(issue.recipient, issue.recipient),
        )

    def _pressed(self) -> Press:
        if self._press is None:
            self._press = Press()
        return self._press

    def _titled(self, issue: Issue) -> Issue:
        return replace(issue, sender_name=self._names.get(issue.sender, issue.sender))


_SMALLEST = {
    "status": "preliminary",
    "type": {"text": "Nothing"},
    "date": "2026-01-01",
    "author": [{"display": "Nobody"}],
    "title": "Nothing",
}
