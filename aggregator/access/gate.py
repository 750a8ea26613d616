"""The gate: gathers the facts, asks ``consent.decide``, and remembers what it answered while that holds.

It is the only caller of the decision. Every view reads the facts from PostgreSQL anew; what is remembered
is only what *those very facts* led to, until the moment that the decision names.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from aggregator.store import facts
from aggregator.store.facts import LabelIds, Snapshot
from aggregator.store.postgres import Database
from consent.decide import decide
from consent.policy import Policy
from schemas.caller import Caller
from schemas.codes import Audience, Interaction
from schemas.decision import Decision, Question
from schemas.errors import Fault, NotAllowed, NothingToShow, NotSignedIn

_REMEMBERED = 5_000
K = TypeVar("K")
V = TypeVar("V")


class Gate:
    def __init__(self, record: Database, policy: Policy, labels: LabelIds) -> None:
        self.policy = policy
        self._record = record
        self._labels = labels
        self._snapshots: OrderedDict[tuple[str, str], Snapshot] = OrderedDict()
        self._decisions: OrderedDict[tuple[Question, str, str], Decision] = OrderedDict()

    async def facts(self, caller: Caller, person_id: str) -> Snapshot:
        """What is true of this person and this caller now. Raises ``NotSignedIn`` when revoked meanwhile."""
        async with self._record.connection() as connection:
            told = await facts.tell(connection, person_id, caller)
        if told.revoked:
            raise NotSignedIn("revoked")
        known = self._snapshots.get((person_id, told.facts))
        if known is None:
            known = facts.snapshot(person_id, told, self._labels)
            _remember(self._snapshots, (person_id, told.facts), known)
        return known.at(told)

    async def revoke(self, user_id: str, role: str = "") -> None:
        """Take a user out, or one role of theirs: from the next request on, on every worker."""
        async with self._record.connection() as connection:
            await facts.revoke(connection, user_id, role)

    def decide(
        self,
        caller: Caller,
        snapshot: Snapshot,
        interaction: Interaction,
        *,
        audience: Audience | None = None,
        recipient: str | None = None,
    ) -> Decision:
        """The decision on these facts. It does not raise: see ``insist``."""
        question = Question(
            caller=caller,
            interaction=interaction,
            purpose=caller.purpose,
            audience=audience or caller.audience,
            recipient=recipient or caller.organisation,
        )
        # Nobody's facts are all alike, so the text alone does not say whose they are.
        key = (question, snapshot.facts.person.person_id, snapshot.text)
        known = self._decisions.get(key)
        if known is not None and known.decided_at <= snapshot.facts.read_at < known.holds_until:
            # Decided then, asked now: the audit tells when it was asked.
            return replace(known, decided_at=snapshot.facts.read_at)
        made = decide(question, snapshot.facts, self.policy)
        _remember(self._decisions, key, made)
        return made


def insist(decision: Decision) -> None:
    """Raise what a refused decision means: ``NotAllowed`` for the function, else the one constant nothing."""
    if decision.permit:
        return
    if decision.refused_function:
        raise NotAllowed("Your role, sign-in or stated purpose does not allow this function.")
    raise NothingToShow()


def recheck(decision: Decision, classes: Iterable[frozenset[str]]) -> None:
    """The second, independent check before bytes go: each object's classes against the decision.

    Raises ``Fault``: nothing leaves, and it is an alarm, because the first narrowing should have held.
    """
    granted = {g.class_id for g in decision.grants}
    for needed in classes:
        if not needed <= granted:
            raise Fault("an object on its way out has a class that the decision does not grant")


def _remember(held: OrderedDict[K, V], key: K, value: V) -> None:
    held[key] = value
    held.move_to_end(key)
    while len(held) > _REMEMBERED:
        held.popitem(last=False)
