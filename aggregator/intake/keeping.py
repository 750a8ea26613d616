"""From claims to rows: what a batch of translated inputs says, appended in one transaction of its caller.

Each statement is checked, labelled and given its id; what cannot be kept goes to review with its field and
reason. Everything is written for the whole batch at once, so that the number of SQL statements does not
grow with the number of messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from adapters.fhir_server import push
from adapters.source import Raw, Terms
from aggregator.intake import pile, seals, windows
from aggregator.intake.labelling import coded, data_class, weight
from aggregator.intake.receipt import Kept, Receipt
from aggregator.merge.replay import in_error
from aggregator.people.identity import Identity
from aggregator.store import choices, outbox, raws, statements
from aggregator.store.facts import LabelIds
from aggregator.store.postgres import Connection
from aggregator.store.statements import NewStatement
from aggregator.store.subjects import Subject
from aggregator.store.vault import Secrets, Vault
from consent.policy import Policy
from schemas import strictjson
from schemas.checks import refusals, settle
from schemas.contribution import Refusal, Statement, Translated
from schemas.identifiers import SubjectKey, keyed_id

log = structlog.get_logger()

Told = tuple[str, Raw, Translated]
"""(raw id, raw input, what it says)."""

Expected = Mapping[tuple[str, str], int]
"""For a statement by (system, value): the version that the writer saw."""
NO_EXPECTATION: Expected = {}


@dataclass(slots=True)
class _Part:
    """One raw input on its way."""

    raw_id: str
    raw: Raw
    translated: Translated
    refused: list[Refusal] = field(default_factory=list)
    missing: list[Refusal] = field(default_factory=list)
    ready: list[tuple[Statement, Subject, str]] = field(default_factory=list)
    new: list[NewStatement] = field(default_factory=list)


class Keeping:
    def __init__(
        self,
        vault: Vault,
        secrets: Secrets,
        identity: Identity,
        policy: Policy,
        labels: LabelIds,
        configured: Iterable[Terms],
    ) -> None:
        self._vault = vault
        self._key = secrets.ids
        self._identity = identity
        self._policy = policy
        self._labels = labels
        self._returns = tuple((t.organisation, t.source) for t in configured if t.statistical)

    async def keep(
        self,
        connection: Connection,
        told: Sequence[Told],
        known: Mapping[SubjectKey, Subject],
        wrong: Mapping[SubjectKey, Refusal],
        terms: Terms,
        expected: Expected,
        *,
        accepted: bool = False,
    ) -> list[Receipt]:
        """Write a batch; a receipt for each raw input, in order. Raises ``StaleVersion`` (see ``Expected``).

        ``accepted``: what a whole telling lacks is gone (see ``windows``).
        """
        parts = [self._sort(*one, known, wrong) for one in told]
        await self._name(connection, parts, expected)
        versions = await self._append(connection, parts)
        await self._carry_seals(connection, parts, terms.organisation)
        await self._relate(connection, parts, known)
        people = {s.subject_id: s.person_id for s in known.values()} | await self._merge(connection, parts)
        for part in parts:
            places = [(n.subject_id, n.statement_id) for n in part.new]
            for window in part.translated.windows:
                part.missing += await windows.settle(
                    *(connection, part.raw, window, terms, places, known),
                    refused=bool(part.refused),
                    accepted=accepted,
                )
        refused = [(p.raw_id, p.refused) for p in parts]
        missing = [(p.raw_id, p.missing) for p in parts]
        await pile.put(connection, terms, refused, wrong=wrong.values(), missing=missing)
        await raws.settle(
            connection,
            self._vault,
            [
                (p.raw_id, "refused" if p.refused and not p.ready else "translated", *_only_subject(p, known))
                for p in parts
            ],
        )
        await outbox.put(
            connection,
            [
                (
                    people[n.subject_id],
                    outbox.topic(n),
                    n.type,
                    n.data_class.controller,
                    n.data_class.class_id,
                )
                for p in parts
                for n in p.new
                if id(n) in versions
            ],
        )
        return [_receipt(p, people, versions) for p in parts]

    def _sort(
        self,
        raw_id: str,
        raw: Raw,
        translated: Translated,
        known: Mapping[SubjectKey, Subject],
        wrong: Mapping[SubjectKey, Refusal],
    ) -> _Part:
        """What can be kept and what cannot."""
        part = _Part(raw_id, raw, translated, list(translated.refusals))
        for number, statement in enumerate(translated.statements, 1):
            # A push was checked at its door, against the whole Bundle.
            if in_error(statement.resource):
                statement = replace(statement, retracts=True)
            problems = [] if raw.form == push.FORM else refusals(statement, f"statement {number}")
            subject = known.get(statement.subject)
            if problems:
                part.refused += problems
            elif subject is None:
                part.refused.append(_unmatched(wrong.get(statement.subject), f"statement {number}"))
            else:
                identifier = statement.identifier
                # The subject is part of it: one identifier told of two people is two statements.
                statement_id = keyed_id(
                    self._key,
                    *("statement", raw.source, subject.local_key),
                    *(identifier.system, identifier.value, statement.type),
                )
                part.ready.append((statement, subject, statement_id))
        return part

    async def _name(self, connection: Connection, parts: Sequence[_Part], expected: Expected) -> None:
        """Label every statement and give it its class."""
        retracting = [(sub.subject_id, i) for p in parts for s, sub, i in p.ready if s.retracts]
        answers: dict[tuple[str, str], frozenset[str]] = {}
        if retracting:
            answers = await statements.labels_of(connection, retracting, self._labels)
        # A feed may take a label back; a push may only add to what it said before (access-decision WR3).
        pushed = [(sub.subject_id, i) for p in parts if p.raw.form == push.FORM for _, sub, i in p.ready]
        before = await statements.said_before(connection, pushed, self._labels) if pushed else {}
        for part in parts:
            for statement, subject, statement_id in part.ready:
                said = before.get((subject.subject_id, statement_id))
                if said and not statement.retracts:
                    statement = replace(statement, labels=statement.labels | said)
                answered = answers.get((subject.subject_id, statement_id)) if statement.retracts else None
                part.new.append(self._new(part, statement, subject, statement_id, answered, expected))

    def _new(
        self,
        part: _Part,
        statement: Statement,
        subject: Subject,
        statement_id: str,
        answered: frozenset[str] | None,
        expected: Expected,
    ) -> NewStatement:
        data, alarms = data_class(statement, self._policy, self._key, answered)
        for alarm in alarms:
            log.warning("label.alarm", source=part.raw.source, rule=alarm, type=statement.type)
        # A push was settled at its door.
        settled = statement.resource if part.raw.form == push.FORM else settle(statement.resource)
        body = strictjson.dumps(settled)
        flags = f"{int(statement.retracts)}{int(statement.partial)}{','.join(statement.clears)}"
        return NewStatement(
            subject_id=subject.subject_id,
            statement_id=statement_id,
            data_class=data,
            type=statement.type,
            source=part.raw.source,
            true_time=statement.true_time,
            digest=weight(data)
            + keyed_id(
                self._key, "digest", data.class_id, statement.true_time.isoformat(), flags, body.decode()
            ),
            raw_id=part.raw_id,
            received_at=part.raw.received_at,
            key_id=subject.key_id,
            body=body,
            retracts=statement.retracts,
            partial=statement.partial,
            clears=statement.clears,
            said=statement.labels,
            coded=coded(statement.resource),
            alarm=bool(alarms),
            expected=expected.get((statement.identifier.system, statement.identifier.value)),
        )

    async def _append(self, connection: Connection, parts: Sequence[_Part]) -> dict[int, int]:
        """Append everything; the version of each statement that was new, by its ``id()``."""
        appended = await statements.append(
            connection, [n for p in parts for n in p.new], vault=self._vault, labels=self._labels
        )
        return {id(n): version for n, version in appended}

    async def _carry_seals(self, connection: Connection, parts: Sequence[_Part], organisation: str) -> None:
        returns = frozenset(source for of, source in self._returns if of == organisation)
        kept = [n for p in parts for n in p.new]
        await seals.carry(connection, kept, returns, self._policy, self._key, self._labels)

    async def _relate(
        self, connection: Connection, parts: Sequence[_Part], known: Mapping[SubjectKey, Subject]
    ) -> None:
        def evidence(system: str, value: str) -> str:
            return keyed_id(self._key, "evidence", system, value)

        told = [p.translated for p in parts]
        await choices.relate(
            connection,
            [
                (known[r.subject].subject_id, r, evidence(r.evidence.system, r.evidence.value))
                for t in told
                for r in t.relationships
                if r.subject in known
            ],
        )
        await choices.choose(
            connection,
            [
                (known[c.subject].subject_id, c, evidence(c.identifier.system, c.identifier.value))
                for t in told
                for c in t.choices
                if c.subject in known
            ],
        )

    async def _merge(self, connection: Connection, parts: Sequence[_Part]) -> dict[str, str]:
        """What sources say of their own local ids; the subjects that read as another person now."""
        told = [(part, merge) for part in parts for merge in part.translated.merges]
        if not told:
            return {}
        said = [merge for _, merge in told]
        refused, moved = await self._identity.merge(connection, said, parts[0].raw.source)
        for (part, _), refusal in zip(told, refused, strict=True):
            part.refused += [refusal] if refusal else []
        return dict(moved)


def _only_subject(part: _Part, known: Mapping[SubjectKey, Subject]) -> tuple[Subject | None, bytes]:
    """The one subject that a raw input is about, when it is wholly understood: it moves under that key."""
    subjects = part.translated.subjects
    if len(subjects) == 1 and not part.refused and subjects[0].key in known:
        return known[subjects[0].key], part.raw.content
    return None, b""


def _receipt(part: _Part, people: Mapping[str, str], versions: Mapping[int, int]) -> Receipt:
    kept = tuple(
        Kept(n.statement_id, people[n.subject_id], n.type, id(n) in versions, versions.get(id(n), 0))
        for n in part.new
    )
    return Receipt(part.raw_id, kept, tuple(part.refused), frozenset(k.person_id for k in kept))


def _unmatched(wrong: Refusal | None, part: str) -> Refusal:
    if wrong is not None:
        return replace(wrong, part=part)
    return Refusal("subject", "it names nobody that this input tells of", part)
