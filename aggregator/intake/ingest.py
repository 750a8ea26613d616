"""``Intake.ingest``: raw sealed, translated, labelled, checked, matched, appended; or put in review.

Whatever a source sends, one of three things is true when this returns: it is kept as statements, it is a
repeat of what was kept, or its exact field and reason wait in the review pile while the raw input stays
sealed. When this raises, the raw input may have been kept but nothing else was, and it can be replayed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog

from adapters.fhir_server import push
from adapters.source import Raw, Source
from aggregator.intake.checking import refusals
from aggregator.intake.labelling import data_class
from aggregator.people.identity import Identity
from aggregator.store import choices, outbox, raws, sources, statements
from aggregator.store.facts import LabelIds
from aggregator.store.postgres import Connection, Database
from aggregator.store.raws import Raws
from aggregator.store.statements import NewStatement
from aggregator.store.subjects import Subject
from aggregator.store.vault import Secrets, Vault
from consent.policy import Policy
from schemas import strictjson
from schemas.contribution import Refusal, Statement, Translated
from schemas.identifiers import SubjectKey, keyed_id

log = structlog.get_logger()

Expected = Mapping[tuple[str, str], int]
NO_EXPECTATION: Expected = {}


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
    """What became of one raw input."""

    raw_id: str
    kept: tuple[Kept, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    persons: frozenset[str] = field(default_factory=frozenset)

    @property
    def new(self) -> int:
        return sum(k.new for k in self.kept)


class Intake:
    def __init__(
        self,
        record: Database,
        vault: Vault,
        secrets: Secrets,
        identity: Identity,
        policy: Policy,
        labels: LabelIds,
        configured: Mapping[str, Source],
    ) -> None:
        self.raws = Raws(record, vault)
        self.sources = configured
        self._record = record
        self._vault = vault
        self._secrets = secrets
        self._identity = identity
        self._policy = policy
        self._labels = labels

    async def ingest(self, raw: Raw, cursor: str | None = None) -> Receipt:
        """Keep one raw input and what it says. ``cursor`` moves the source on in the same transaction."""
        return (await self.ingest_many([raw], cursor))[0]

    async def ingest_many(
        self,
        many: Sequence[Raw],
        cursor: str | None = None,
        *,
        feed: bool = True,
        whole: bool = False,
        expected: Expected | None = None,
    ) -> list[Receipt]:
        """The same for several raw inputs of one source, in their order, in one transaction.

        ``feed``: they came as the source's feed, so they show that it is alive; an answer about one person
        or a replay does not. ``whole``: all of it or nothing; one refusal leaves only the review entries.
        ``expected``: for statements by (system, value), the version that they are made on; another one kept
        meanwhile raises ``StaleVersion`` and nothing is kept.
        """
        raw_ids = await self.raws.keep(many)
        kept = list(zip(raw_ids, many, strict=True))
        try:
            return await self._understand(kept, cursor, feed, whole, expected or {})
        except _NotWhole as partly:
            await self._put_aside(partly.receipts, many[0].source)
            return partly.receipts

    def translate(self, raw: Raw) -> Translated:
        """Pure: what a raw input says. A push is read alike whichever source its sender is here."""
        source = self.sources[raw.source]
        return push.translate(raw, source.terms) if raw.form == push.FORM else source.translate(raw)

    def source_of(self, organisation: str) -> str | None:
        """The name under which an organisation's pushes are kept: its first live source."""
        for name, source in self.sources.items():
            if source.terms.organisation == organisation and not source.terms.statistical:
                return name
        return None

    async def replay(self, raw_id: str, by: str) -> Receipt | None:
        """Read one kept raw input again, after a better mapping. What it said before is only repeated."""
        raw = await self.raws.read(raw_id)
        if raw is None:
            return None
        async with self._record.transaction() as connection:
            await raws.close_reviews(connection, raw_id, "replayed", by)
        return (await self._understand([(raw_id, raw)], None, False))[0]

    async def _understand(
        self,
        many: Sequence[tuple[str, Raw]],
        cursor: str | None,
        feed: bool,
        whole: bool = False,
        expected: Expected = NO_EXPECTATION,
    ) -> list[Receipt]:
        told = [(raw_id, raw, self.translate(raw)) for raw_id, raw in many]
        prepared = await self._identity.prepare([c for _, _, t in told for c in t.subjects])
        wrong = {p.claim.key: p.wrong for p in prepared if p.wrong}
        async with self._record.transaction() as connection:
            known = await self._identity.settle(connection, prepared, many[0][1].source)
            receipts = []
            for raw_id, raw, translated in told:
                receipts.append(await self._keep(connection, raw_id, raw, translated, known, wrong, expected))
            if whole and any(r.refusals for r in receipts):
                raise _NotWhole([Receipt(r.raw_id, refusals=r.refusals) for r in receipts])
            if feed:
                await sources.answered(connection, many[0][1].source, datetime.now(UTC), cursor)
        return receipts

    async def _put_aside(self, receipts: Sequence[Receipt], source: str) -> None:
        controller = self.sources[source].terms.organisation
        async with self._record.transaction() as connection:
            for receipt in receipts:
                entries = [("refusal", r.part, r.field, r.reason) for r in receipt.refusals]
                await raws.add_review(connection, receipt.raw_id, source, controller, entries)
                await raws.settle(connection, receipt.raw_id, "refused")

    async def _keep(
        self,
        connection: Connection,
        raw_id: str,
        raw: Raw,
        translated: Translated,
        known: Mapping[SubjectKey, Subject],
        wrong: Mapping[SubjectKey, Refusal],
        expected: Expected,
    ) -> Receipt:
        refused = list(translated.refusals)
        ready: list[tuple[Statement, Subject]] = []
        for number, statement in enumerate(translated.statements, 1):
            # A push was checked at its door, against the whole Bundle.
            problems = [] if raw.form == push.FORM else refusals(statement, f"statement {number}")
            subject = known.get(statement.subject)
            if problems:
                refused += problems
            elif subject is None:
                refused.append(_unmatched(wrong.get(statement.subject), f"statement {number}"))
            else:
                ready.append((statement, subject))
        new = await self._new_statements(connection, raw, raw_id, ready, expected)
        kept = {
            (n.subject_id, n.statement_id): version
            for n, version in await statements.append(
                connection, new, vault=self._vault, labels=self._labels, received_at=raw.received_at
            )
        }
        await self._relate(connection, translated, known)
        for merge in translated.merges:
            if not await self._identity.merge(connection, merge, raw.source):
                refused.append(Refusal("MRG-1", "one of the two local ids is not known here yet"))
        controller = self.sources[raw.source].terms.organisation
        kinds = {r for r in wrong.values() if r}
        await raws.add_review(
            connection,
            raw_id,
            raw.source,
            controller,
            [("wrong-person" if r in kinds else "refusal", r.part, r.field, r.reason) for r in refused],
        )
        touched = {
            s.subject_id: s for s in known.values() if any(c.key.organisation for c in translated.subjects)
        }
        if len(translated.subjects) == 1 and not refused and translated.subjects[0].key in known:
            only = known[translated.subjects[0].key]
            await raws.give_to_subject(
                connection, self._vault, raw_id, raw.content, only.subject_id, only.key_id
            )
        await raws.settle(connection, raw_id, "refused" if refused and not ready else "translated")
        people = {s.subject_id: s.person_id for s in touched.values()}
        await outbox.put(
            connection,
            [
                (people[n.subject_id], _topic(n), n.type, n.data_class.controller, n.data_class.class_id)
                for n in new
                if (n.subject_id, n.statement_id) in kept
            ],
        )
        return Receipt(
            raw_id=raw_id,
            kept=tuple(
                Kept(
                    n.statement_id,
                    people[n.subject_id],
                    n.type,
                    (n.subject_id, n.statement_id) in kept,
                    kept.get((n.subject_id, n.statement_id), 0),
                )
                for n in new
            ),
            refusals=tuple(refused),
            persons=frozenset(people[n.subject_id] for n in new),
        )

    async def _new_statements(
        self,
        connection: Connection,
        raw: Raw,
        raw_id: str,
        ready: Sequence[tuple[Statement, Subject]],
        expected: Expected,
    ) -> list[NewStatement]:
        ids = [
            keyed_id(
                self._secrets.ids, "statement", raw.source, s.identifier.system, s.identifier.value, s.type
            )
            for s, _ in ready
        ]
        answers: dict[tuple[str, str], frozenset[str]] = {}
        if any(s.retracts for s, _ in ready):
            answers = await statements.labels_of(
                connection,
                [(sub.subject_id, i) for (_, sub), i in zip(ready, ids, strict=True)],
                self._labels,
            )
        made = []
        for (statement, subject), statement_id in zip(ready, ids, strict=True):
            answered = answers.get((subject.subject_id, statement_id)) if statement.retracts else None
            data, alarms = data_class(statement, self._policy, self._secrets.ids, answered)
            for alarm in alarms:
                log.warning("label.alarm", source=raw.source, rule=alarm, type=statement.type)
            body = strictjson.dumps(statement.resource)
            made.append(
                NewStatement(
                    subject_id=subject.subject_id,
                    statement_id=statement_id,
                    data_class=data,
                    type=statement.type,
                    source=raw.source,
                    true_time=statement.true_time,
                    digest=_digest(self._secrets.ids, statement, data.class_id, body),
                    raw_id=raw_id,
                    key_id=subject.key_id,
                    body=body,
                    retracts=statement.retracts,
                    partial=statement.partial,
                    clears=statement.clears,
                    expected=expected.get((statement.identifier.system, statement.identifier.value)),
                )
            )
        return made

    async def _relate(
        self, connection: Connection, translated: Translated, known: Mapping[SubjectKey, Subject]
    ) -> None:
        await choices.relate(
            connection,
            [
                (
                    known[r.subject].subject_id,
                    r,
                    keyed_id(self._secrets.ids, r.evidence.system, r.evidence.value),
                )
                for r in translated.relationships
                if r.subject in known
            ],
        )
        await choices.choose(
            connection,
            [
                (
                    known[c.subject].subject_id,
                    c,
                    keyed_id(self._secrets.ids, c.identifier.system, c.identifier.value),
                )
                for c in translated.choices
                if c.subject in known
            ],
        )


class _NotWhole(Exception):
    """Rolls back a transaction of which something was refused."""

    def __init__(self, receipts: list[Receipt]) -> None:
        super().__init__("something was refused, so nothing was kept")
        self.receipts = receipts


def _unmatched(wrong: Refusal | None, part: str) -> Refusal:
    return (
        replace(wrong, part=part)
        if wrong
        else Refusal("subject", "it names nobody that this input tells of", part)
    )


def _digest(key: bytes, s: Statement, class_id: str, body: bytes) -> str:
    flags = f"{int(s.retracts)}{int(s.partial)}{','.join(s.clears)}"
    return keyed_id(key, "digest", class_id, s.true_time.isoformat(), flags, body.decode())


def _topic(n: NewStatement) -> str:
    if n.type == "Encounter":
        return "discharge" if b'"finished"' in n.body else "admission"
    return {"CarePlan": "plan", "Task": "action"}.get(
        n.type, "safeguarding" if n.data_class.heading.value == "safeguarding" else "change"
    )
