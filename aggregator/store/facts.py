"""What a decision about one person depends on, read in one statement: class rows, never bodies.

The answer comes as JSON text on purpose: equal text means equal facts, so a caller may remember what it
decided on that text until the moment that the decision names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec

from aggregator.store.postgres import Connection
from schemas.caller import Caller
from schemas.codes import Category, Heading, Purpose, RelationshipKind
from schemas.decision import ChoiceFact, ClassFact, EmergencyFact, Facts, PersonFact, RelationshipFact
from schemas.identifiers import keyed_id

_FACTS = """
with s as (
    select subject.* from link join subject using (subject_id)
    where link.person_id = %(person)s and link.until is null
)
select clock_timestamp(),
 exists (select 1 from revoked where (kind, key) in
    (('token', %(token)s), ('user', %(user)s), ('role', %(role)s))),
 json_build_object(
 'subjects', (select coalesce(json_agg(json_build_array(subject_id, organisation, location_restricted,
        birth_date, death, traced) order by subject_id), '[]') from s),
 'classes', (select coalesce(json_agg(json_build_array(c.subject_id, c.class_id, c.controller, c.category,
        c.heading, c.labels, c.exclusions, c.version) order by c.subject_id, c.class_id), '[]')
        from data_class c join s using (subject_id) where exists (select 1 from statement t
            where (t.subject_id, t.class_id) = (c.subject_id, c.class_id) and t.live)),
 'relationships', (select coalesce(json_agg(json_build_array(r.organisation, r.kind, r.start_at, r.end_at,
        r.user_id) order by r.organisation, r.kind, r.start_at, r.end_at, r.user_id), '[]')
        from relationship r join s using (subject_id)),
 'choices', (select coalesce(json_agg(json_build_array(h.choice_id, h.controller, h.effect, h.status,
        h.recorded, h.start_at, h.end_at, h.target_organisation, h.target_category, h.target_class,
        h.purpose, h.outcome, h.floor_discussed, h.target_user) order by h.choice_id), '[]')
        from choice h join s using (subject_id)),
 'emergencies', (select coalesce(json_agg(json_build_array(e.session_id, e.user_id, e.organisation,
        e.reason, e.start_at, e.until_at) order by e.session_id), '[]')
        from emergency e where e.person_id = %(person)s and e.until_at > clock_timestamp())
 )::text,
 json_build_object(
 'sources', (select coalesce(json_agg(json_build_array(source, last_good, down_since, as_at) order by source), '[]')
        from source_state),
 'asked', (select coalesce(json_agg(json_build_array(a.source, a.at) order by a.source, a.at), '[]')
        from asked a join s using (subject_id))
 )::text
"""


_REMEMBERED = 10_000


class LabelIds:
    """Labels and exclusions are kept as opaque ids; their meaning is in the policy tables only."""

    def __init__(self, key: bytes, codes: Iterable[str]) -> None:
        self._id = {code: keyed_id(key, "label", code)[:12] for code in codes}
        self._code = {label_id: code for code, label_id in self._id.items()}
        self._key = key
        self._sets: dict[frozenset[str], list[str]] = {}

    def ids(self, codes: frozenset[str]) -> list[str]:
        """Sorted. Few sets of labels are on many statements, so each set's ids are made once."""
        found = self._sets.get(codes)
        if found is None:
            found = sorted(self._id.get(code) or keyed_id(self._key, "label", code)[:12] for code in codes)
            if len(self._sets) < _REMEMBERED:
                self._sets[codes] = found
        return found

    def codes(self, ids: Iterable[str]) -> frozenset[str]:
        """An id that no table knows any more stays as it is: no clearance covers it, so it withholds."""
        return frozenset(self._code.get(label_id, f"unknown-{label_id}") for label_id in ids)


class _Facts(msgspec.Struct):
    """The first JSON as PostgreSQL makes it: what decisions depend on."""

    subjects: list[tuple[str, str, bool, date | None, str, str]]
    classes: list[tuple[str, str, str, str, str, list[str], list[str], int]]
    relationships: list[tuple[str, str, datetime, datetime | None, str | None]]
    choices: list[tuple[Any, ...]]
    emergencies: list[tuple[str, str, str, str, datetime, datetime]]


class _States(msgspec.Struct):
    """The second: how the sources do, apart, because it changes with every message of anybody."""

    sources: list[tuple[str, datetime | None, datetime | None, date | None]]
    asked: list[tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Facts of one person at one moment, with what the rest of the read needs beside them.

    ``text`` is the canonical form; ``subjects`` maps subject id to organisation; ``sources`` gives
    (last good, down since, as at) for each source; ``asked`` the last time that each was asked about this person.
    """

    text: str
    facts: Facts
    subjects: dict[str, str]
    sources: dict[str, tuple[datetime | None, datetime | None, date | None]]
    asked: dict[str, datetime]
    linked: bool

    def at(self, told: Told) -> Snapshot:
        """The same facts, read again at another moment, with the source states of that moment."""
        raw = _states.decode(told.states)
        asked: dict[str, datetime] = {}
        for source, at in raw.asked:
            asked[source] = max(at, asked.get(source, at))
        return replace(
            self,
            facts=replace(self.facts, read_at=told.read_at),
            sources={source: (good, down, as_at) for source, good, down, as_at in raw.sources},
            asked=asked,
        )


_facts = msgspec.json.Decoder(_Facts)
_states = msgspec.json.Decoder(_States)


@dataclass(frozen=True, slots=True)
class Told:
    """What the database told: its clock, whether the caller was revoked, facts and source states as JSON."""

    read_at: datetime
    revoked: bool
    facts: str
    states: str


async def tell(connection: Connection, person_id: str, caller: Caller) -> Told:
    """Everything that a view needs before any body is fetched, in one statement."""
    cursor = await connection.execute(
        _FACTS,
        {
            "person": person_id,
            "token": caller.token_id,
            "user": caller.user_id,
            "role": f"{caller.user_id}/{caller.role}",
        },
        prepare=True,
    )
    row = await cursor.fetchone()
    assert row is not None
    return Told(*row)


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def snapshot(person_id: str, told: Told, labels: LabelIds) -> Snapshot:
    """Parse the facts; ``Snapshot.at`` adds the moment and the source states."""
    raw = _facts.decode(told.facts)
    deaths = {s[4] for s in raw.subjects}
    births = [s[3] for s in raw.subjects if s[3]]
    facts = Facts(
        person=PersonFact(
            person_id=person_id,
            location_restricted=any(s[2] for s in raw.subjects),
            # Sources may differ: the youngest age is the careful one.
            birth_date=max(births) if births else None,
            death="formal" if "formal" in deaths else "informal" if "informal" in deaths else "",
        ),
        classes=tuple(
            ClassFact(
                s, c, who, Category(cat), Heading(head), labels.codes(labs), labels.codes(excl), version
            )
            for s, c, who, cat, head, labs, excl, version in raw.classes
        ),
        relationships=tuple(
            RelationshipFact(who, RelationshipKind(kind), start, end, user)
            for who, kind, start, end, user in raw.relationships
        ),
        choices=tuple(
            ChoiceFact(
                choice_id=c[0],
                controller=c[1],
                effect=c[2],
                status=c[3],
                recorded=datetime.fromisoformat(c[4]),
                start=_time(c[5]),
                end=_time(c[6]),
                target_organisation=c[7],
                target_category=Category(c[8]) if c[8] else None,
                target_class=c[9],
                purpose=Purpose(c[10]) if c[10] else None,
                outcome=c[11],
                floor_discussed=c[12],
                target_user=c[13],
            )
            for c in raw.choices
        ),
        emergencies=tuple(EmergencyFact(*e) for e in raw.emergencies),
        read_at=told.read_at,
    )
    return Snapshot(
        text=told.facts,
        facts=facts,
        subjects={s[0]: s[1] for s in raw.subjects},
        sources={},
        asked={},
        linked=any(s[5] in ("verified", "superseded") for s in raw.subjects) or len(raw.subjects) > 1,
    ).at(told)


async def revoke(connection: Connection, user_id: str, role: str) -> None:
    """Keep that a user, or one role of theirs ("" = all), is revoked."""
    kind, key = ("role", f"{user_id}/{role}") if role else ("user", user_id)
    await connection.execute(
        "insert into revoked (kind, key) values (%s, %s) on conflict do nothing", [kind, key]
    )
