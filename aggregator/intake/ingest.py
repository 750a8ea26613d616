"""``Intake.ingest``: raw sealed, translated, labelled, checked, matched, appended; or put in review.

Whatever a source sends, one of three things is true when this returns: it is kept as statements, it is a
repeat of what was kept, or its exact field and reason wait in the review pile while the raw input stays
sealed. When this raises, the raw input may have been kept but nothing else was, and it can be replayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from adapters.fhir_server import push
from adapters.source import Raw, Source
from aggregator.intake import echoes, pile
from aggregator.intake.keeping import NO_EXPECTATION, Expected, Keeping, Told
from aggregator.intake.receipt import Kept, Receipt
from aggregator.people.identity import Identity, Overtaken, Prepared
from aggregator.store import raws, reviews, sources
from aggregator.store.facts import LabelIds
from aggregator.store.postgres import Connection, Database
from aggregator.store.raws import Raws
from aggregator.store.subjects import Subject
from aggregator.store.vault import Secrets, Vault
from consent.policy import Policy
from consent.redact import held
from schemas.contribution import Refusal, SubjectClaim, Translated
from schemas.identifiers import SubjectKey

__all__ = ["Also", "Intake", "Kept", "Receipt"]

Also = Callable[[Connection, list[Receipt]], Awaitable[None]]
"""What is written in the transaction that keeps an input, once its receipts are known."""


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
        self.identity = identity
        self._vault = vault
        terms = [source.terms for source in configured.values()]
        self._keeping = Keeping(vault, secrets, identity, policy, labels, terms)

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
        translated: Sequence[Translated] | None = None,
        durable: Callable[[], None] | None = None,
    ) -> list[Receipt]:
        """The same for several raw inputs of one source, in their order, in one transaction.

        ``feed``: they came as the source's feed, so they show that it is alive; an answer about one person
        or a replay does not. ``whole``: all of it or nothing; one refusal leaves only the review entries.
        ``expected``: for statements by (system, value), the version that they are made on; another one kept
        meanwhile raises ``StaleVersion`` and nothing is kept. ``translated``: what ``translate`` said of each,
        when the caller has asked already. ``durable`` is called once the raw inputs are committed: whatever
        happens from then on, they will be read.
        """
        raw_ids = await self.raws.keep(many)
        if durable is not None:
            durable()
        kept = list(zip(raw_ids, many, strict=True))
        try:
            return await self._understand(kept, cursor, feed, whole, expected or {}, translated=translated)
        except _NotWhole as partly:
            await self._put_aside(partly.receipts, many[0].source, partly.wrong)
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
        """Read one kept raw input again, after a better mapping. None: it is not there any more."""
        raw = await self.raws.read(raw_id)
        return (await self.replay_many([(raw_id, raw)], by))[0] if raw else None

    async def replay_many(
        self,
        kept: Sequence[tuple[str, Raw]],
        by: str,
        also: Also | None = None,
        *,
        accepted: bool = False,
    ) -> list[Receipt]:
        """Read (raw id, raw input) of one source again. What they said before is only repeated; what was refused
        and is understood now is settled in the same transaction, in which ``also`` may write as well.
        ``accepted``: what these whole tellings lack is gone, says who asks.
        """

        async def settle(connection: Connection, receipts: list[Receipt]) -> None:
            still = [(one.raw_id, r.part, r.field, r.reason) for one in receipts for r in one.refusals]
            await reviews.settle(connection, [raw_id for raw_id, _ in kept], still, by)
            if also is not None:
                await also(connection, receipts)

        return await self._understand(kept, None, False, also=settle, accepted=accepted)

    async def quarantine(self, raw: Raw) -> None:
        """Keep what a source answered about somebody else, for its controller to look at; it says nothing."""
        (raw_id,) = await self.raws.keep([raw])
        refusal = Refusal("answer", "the source answered with another person's data")
        await self._put_aside([Receipt(raw_id, refusals=(refusal,))], raw.source, {refusal})

    async def _understand(
        self,
        many: Sequence[tuple[str, Raw]],
        cursor: str | None,
        feed: bool,
        whole: bool = False,
        expected: Expected = NO_EXPECTATION,
        also: Also | None = None,
        accepted: bool = False,
        translated: Sequence[Translated] | None = None,
    ) -> list[Receipt]:
        says = translated or [await self._new_to_us(raw) for _, raw in many]
        told = [(raw_id, raw, said) for (raw_id, raw), said in zip(many, says, strict=True)]
        if len(told) > 1 and not whole and also is None and self.identity.contradict(_claims(told)):
            # One of them is of somebody else: each is judged by itself, so that the others lose nothing.
            last = len(many) - 1
            return [
                receipt
                for i, (one, said) in enumerate(zip(many, says, strict=True))
                for receipt in await self._understand(
                    [one], cursor if i == last else None, feed, expected=expected, translated=[said]
                )
            ]
        heard: defaultdict[SubjectKey, frozenset[str]] = defaultdict(frozenset)
        for _, _, said in told:
            for statement in said.statements:
                heard[statement.subject] |= held(statement.resource)
        while True:
            prepared = await self.identity.prepare(_claims(told), heard)
            with suppress(Overtaken):
                return await self._keep(told, prepared, cursor, feed, whole, expected, also, accepted)

    async def _keep(
        self,
        told: Sequence[Told],
        prepared: Sequence[Prepared],
        cursor: str | None,
        feed: bool,
        whole: bool,
        expected: Expected,
        also: Also | None,
        accepted: bool,
    ) -> list[Receipt]:
        """One transaction. Raises ``Overtaken`` before anything is written."""
        source = told[0][1].source
        wrong = {p.claim.key: p.wrong for p in prepared if p.wrong}
        async with self._record.transaction() as connection:
            known = await self.identity.settle(connection, prepared, source)
            terms = self.sources[source].terms
            receipts = await self._keeping.keep(
                connection, told, known, wrong, terms, expected, accepted=accepted
            )
            unsure = {p.claim.key for p in prepared if not _confirmed(p, known)}
            receipts = [
                replace(r, unconfirmed=any(c.key in unsure for c in said.subjects))
                for r, (_, _, said) in zip(receipts, told, strict=True)
            ]
            if whole and any(r.refusals for r in receipts):
                partly = [replace(r, kept=(), persons=frozenset()) for r in receipts]
                raise _NotWhole(partly, wrong.values())
            if feed:
                days = [t.as_at for _, _, t in told if t.as_at]
                await sources.answered(
                    connection, terms.source, datetime.now(UTC), cursor, as_at=max(days, default=None)
                )
            if also is not None:
                await also(connection, receipts)
        return receipts

    async def _new_to_us(self, raw: Raw) -> Translated:
        return await echoes.without(self._record, raw, self.translate(raw))

    async def _put_aside(
        self, receipts: Sequence[Receipt], source: str, wrong: Collection[Refusal] = ()
    ) -> None:
        """Only review entries; ``wrong`` as in ``pile.put``."""
        refused = [(one.raw_id, one.refusals) for one in receipts]
        async with self._record.transaction() as connection:
            await pile.put(connection, self.sources[source].terms, refused, wrong=wrong)
            settled = [(raw_id, "refused", None, b"") for raw_id, _ in refused]
            await raws.settle(connection, self._vault, settled)


class _NotWhole(Exception):
    """Rolls back a transaction of which something was refused."""

    def __init__(self, receipts: list[Receipt], wrong: Collection[Refusal]) -> None:
        super().__init__("something was refused, so nothing was kept")
        self.receipts = receipts
        self.wrong = wrong


def _confirmed(prepared: Prepared, known: Mapping[SubjectKey, Subject]) -> bool:
    """Whether the person is who the claim's number says, or it names none."""
    if prepared.wrong:
        return False
    named = prepared.claim.nhs_number or prepared.who.nhs_number
    return named is None or known[prepared.claim.key].traced in ("verified", "superseded")


def _claims(told: Sequence[tuple[str, Raw, Translated]]) -> list[SubjectClaim]:
    return [claim for _, _, said in told for claim in said.subjects]
