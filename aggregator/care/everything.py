"""Source statements of one person: narrowed like any view, but not merged. One entry for each statement.

Each is marked with what another system must know to go on treating it as we do: its labels as far as this
reader may be told of them, its heading and its category. https://hl7.org/fhir/R4/security-labels.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from aggregator.access.gate import recheck
from aggregator.care.record import Looked, Records, well_formed
from aggregator.merge.replay import replay
from aggregator.merge.single import singles
from consent.narrow import visible_labels
from consent.policy import Policy
from schemas.caller import Caller
from schemas.codes import Audience, Confidentiality, Interaction
from schemas.contribution import Resource
from schemas.errors import NothingToShow
from schemas.identifiers import CATEGORY_TAG, EXCLUSION, HEADING_TAG, LABEL, LOCATION_RESTRICTED, PERSON_TAG
from schemas.record import Entry

_RESTRICTED = {"system": PERSON_TAG, "code": LOCATION_RESTRICTED}
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


class Everything:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def of_person(
        self, caller: Caller, person_id: str, interaction: Interaction, types: Sequence[str] = ()
    ) -> list[Entry]:
        """The statements about one person, by type then id; ``types`` narrows them."""
        looked = await self._records.look(caller, person_id, interaction)
        pairs = await self._records.fetch(looked)
        entries = [e for e in singles(person_id, pairs) if not types or e.type in types]
        recheck(looked.decision, (e.classes for e in entries))
        marks = _Marks(looked, self._records.gate.policy)
        return sorted(map(marks.on, entries), key=lambda e: (e.type, e.entry_id))

    async def one(self, caller: Caller, type_: str, statement_id: str) -> Entry:
        """One statement by type and id. Raises the constant nothing for absent and forbidden alike."""
        person_id = await self._records.statements.person_of(well_formed(statement_id))
        entries = await self.of_person(caller, person_id or "", Interaction.READ, (type_,))
        for entry in entries:
            if entry.entry_id == statement_id or (type_ == "Patient" and statement_id == person_id):
                return entry
        raise NothingToShow()

    async def as_told(self, caller: Caller, entry: Entry, person_id: str) -> Resource:
        """An entry of the caller's own organisation as it was told, nothing cut: what an edit is made on.

        An edit of the narrowed view would write back what was cut for this reader.
        """
        looked = await self._records.look(caller, person_id, Interaction.READ, refresh=False)
        for fact in replay(await self._records.stored(looked)):
            if fact.telling.statement_id == entry.entry_id:
                return fact.resource
        raise NothingToShow()


class _Marks:
    """The marks of one answer, worked out once for each data class."""

    def __init__(self, looked: Looked, policy: Policy) -> None:
        decision = looked.decision
        system = decision.question.audience is Audience.SYSTEM
        exclusions = {(c.subject_id, c.class_id): c.exclusions for c in looked.snapshot.facts.classes}
        self._restricted = decision.location_restricted
        self._labels: dict[str, set[tuple[str, str]]] = {}
        for grant in decision.grants:
            labels = self._labels.setdefault(grant.class_id, set())
            labels |= {(LABEL, code) for code in visible_labels(grant, decision, policy)}
            if system:  # what is shown by the person's consent to one recipient is not for the next
                told = exclusions.get((grant.subject_id, grant.class_id), frozenset[str]())
                labels |= {(EXCLUSION, code) for code in told}

    def on(self, entry: Entry) -> Entry:
        meta = dict(entry.resource.get("meta", {}))
        meta["tag"] = [
            *meta.get("tag", ()),
            {"system": HEADING_TAG, "code": entry.heading.value},
            {"system": CATEGORY_TAG, "code": entry.category.value},
            *([_RESTRICTED] if self._restricted and entry.type == "Patient" else ()),
        ]
        security = _coded(label for c in entry.classes for label in self._labels.get(c, ()))
        return replace(
            entry, resource=entry.resource | {"meta": meta | ({"security": security} if security else {})}
        )


def _coded(labels: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Codings: the highest confidentiality alone, then the other labels."""
    told = set(labels)
    levels = [c for c in Confidentiality if (LABEL, c.value) in told]
    highest = max(levels, key=lambda level: level.rank, default=None)
    others = sorted((s, code) for s, code in told if code not in {c.value for c in Confidentiality})
    first = [{"system": CONFIDENTIALITY, "code": highest.value}] if highest else []
    return first + [{"system": s, "code": code} for s, code in others]


def versioned(entry: Entry) -> dict[str, Any]:
    """The resource with ``meta.versionId``: the version of the statement that it shows."""
    meta = entry.resource.get("meta", {}) | {"versionId": str(max(t.version for t in entry.tellings))}
    return entry.resource | {"meta": meta}
