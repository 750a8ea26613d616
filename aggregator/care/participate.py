"""Recording a choice of the person: an objection, a permission, or its end. The one way to do so.

A choice is asked of the person at a visit, told by them on their own page, or by a representative with
authority; it is never written through the plain FHIR API (access-decision, Writes).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aggregator.access import audit
from aggregator.access.gate import insist
from aggregator.care.record import Records, well_formed
from aggregator.store import choices, outbox
from aggregator.store.postgres import Database
from schemas.caller import Caller
from schemas.codes import Category, Interaction
from schemas.contribution import ChoiceClaim
from schemas.errors import BadInput, NothingToShow
from schemas.identifiers import OUR_BASE, Identifier, SubjectKey, new_id

_SAID = frozenset({"effect", "user", "organisation", "category", "start", "end"})


class Participate:
    def __init__(self, records: Records, record: Database) -> None:
        self._records = records
        self._record = record

    async def choose(self, caller: Caller, person_id: str, wish: dict[str, str]) -> str:
        """Keep one choice; its id. ``wish``: effect, and optionally organisation, category, user, start, end."""
        gate, person_id = self._records.gate, well_formed(person_id)
        snapshot = await gate.facts(caller, person_id)
        decision = gate.decide(caller, snapshot, Interaction.PARTICIPATE)
        if not decision.permit or not snapshot.subjects:
            await self._records.statements.audited(
                decision.decided_at, person_id, audit.of_decision(decision, "refused")
            )
            insist(decision)
            raise NothingToShow()
        organisation = wish.get("organisation")
        if organisation is not None and organisation not in gate.policy.organisations:
            raise BadInput("organisation", "not one of the parties: a choice about it would change nothing")
        choice_id = new_id()
        claim = _claim(wish, caller, snapshot.facts.read_at, choice_id)
        await self._records.statements.audited(
            decision.decided_at, person_id, audit.of_decision(decision, "written", effect=claim.effect)
        )
        async with self._record.transaction() as connection:
            # On every subject, so that unlinking one never takes the objection away from another.
            await choices.choose(connection, [(s, claim, choice_id) for s in sorted(snapshot.subjects)])
            await outbox.put(connection, [(person_id, "consent", "Consent", caller.organisation, "")])
        return choice_id


def _claim(wish: dict[str, str], caller: Caller, now: datetime, choice_id: str) -> ChoiceClaim:
    if not set(wish) <= _SAID:
        # A misspelt target must not become a choice about everybody.
        raise BadInput("Parameters.parameter", f"only {', '.join(sorted(_SAID))} are known")
    effect = wish.get("effect", "")
    if effect not in ("permit", "deny"):
        raise BadInput("effect", "it must be permit or deny")
    if wish.get("user") and effect != "deny":
        raise BadInput("user", "a named reader can be stopped, not admitted")
    category = wish.get("category")
    if category is not None and category not in {c.value for c in Category}:
        raise BadInput("category", "it is not one of the categories of the agreement")
    start, end = _moment(wish, "start"), _moment(wish, "end")
    if start and end and end <= start:
        raise BadInput("end", "it lies before the start")
    return ChoiceClaim(
        subject=SubjectKey(caller.organisation or "person", "-"),
        effect=effect,
        recorded=now,
        identifier=Identifier(f"{OUR_BASE}/choice", choice_id),
        target_organisation=wish.get("organisation"),
        target_category=Category(category) if category else None,
        target_user=wish.get("user"),
        start=start,
        end=end,
        outcome="upheld" if effect == "deny" else "",
    )


def _moment(wish: dict[str, str], name: str) -> datetime | None:
    if not wish.get(name):
        return None
    try:
        made = datetime.fromisoformat(wish[name])
    except ValueError:
        raise BadInput(name, "give an ISO 8601 moment with its offset") from None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def wish_of(parameters: dict[str, Any]) -> dict[str, str]:
    """A FHIR Parameters resource as a wish: each parameter's one value as text."""
    found: dict[str, str] = {}
    parts = parameters.get("parameter") or []
    for part in parts if isinstance(parts, list) else [None]:
        if not isinstance(part, dict) or part.get("name") in found:
            raise BadInput("Parameters.parameter", "a list of objects, each name once")
        values = [v for k, v in part.items() if k.startswith("value") and isinstance(v, str)]
        if not isinstance(part.get("name"), str) or len(values) != 1:
            raise BadInput("Parameters.parameter", "each has a name and one text value")
        found[part["name"]] = values[0]
    return found
