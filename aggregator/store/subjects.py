"""Subjects, their links to persons, and the keyed hashes by which people are found.

Links are dated and never deleted: linking, unlinking and their undo write rows here and touch no statement.
Which subject belongs to whom is decided in ``aggregator.people``; this module only keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from aggregator.store.postgres import Connection
from schemas.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as one organisation knows them. ``local_key`` is a keyed hash; the id itself is sealed."""

    subject_id: str
    organisation: str
    local_key: str
    key_id: str
    person_id: str
    sealed_local_id: bytes = field(repr=False, default=b"")
    sealed_number: bytes | None = field(repr=False, default=None)
    sealed_places: bytes | None = field(repr=False, default=None)
    unknown_identity: bool = False
    location_restricted: bool = False
    birth_date: date | None = None
    death: str = ""
    traced: str = ""
    trace_digest: str = ""


_COLUMNS = """s.subject_id, s.organisation, s.local_key, s.key_id, coalesce(l.person_id, ''), s.sealed_local_id,
    s.sealed_number, s.sealed_places, s.unknown_identity, s.location_restricted, s.birth_date, s.death, s.traced,
    s.trace_digest"""


async def by_local_keys(connection: Connection, local_keys: Sequence[str]) -> dict[str, Subject]:
    """The known subjects among these keyed hashes of (organisation, local id)."""
    cursor = await connection.execute(
        f"select {_COLUMNS} from subject s"  # noqa: S608 - a constant
        " left join link l on l.subject_id = s.subject_id and l.until is null where s.local_key = any(%s)",
        [list(local_keys)],
        prepare=True,
    )
    return {row[2]: Subject(*row) for row in await cursor.fetchall()}


async def of_person(connection: Connection, person_id: str) -> list[Subject]:
    cursor = await connection.execute(
        f"select {_COLUMNS} from subject s"  # noqa: S608 - a constant
        " join link l on l.subject_id = s.subject_id and l.until is null where l.person_id = %s"
        " order by s.subject_id",
        [person_id],
        prepare=True,
    )
    return [Subject(*row) for row in await cursor.fetchall()]


async def add(connection: Connection, new: Sequence[Subject]) -> set[str]:
    """Add subjects; the local keys that were really added (another writer may have been first)."""
    added = set()
    for s in new:
        cursor = await connection.execute(
            "insert into subject (subject_id, organisation, local_key, sealed_local_id, key_id, sealed_number,"
            " sealed_places, unknown_identity, location_restricted, birth_date, death, traced, trace_digest)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [s.subject_id, s.organisation, s.local_key, s.sealed_local_id, s.key_id, *_described(s)],
        )
        if cursor.rowcount:
            added.add(s.local_key)
    return added


async def describe(connection: Connection, s: Subject) -> None:
    """Keep what decisions, tracing and redaction need of a subject's newest demographics."""
    await connection.execute(
        "update subject set sealed_number = %s, sealed_places = %s, unknown_identity = %s,"
        " location_restricted = %s, birth_date = %s, death = %s, traced = %s, trace_digest = %s"
        " where subject_id = %s",
        [*_described(s), s.subject_id],
    )


def _described(s: Subject) -> tuple[object, ...]:
    known = (s.sealed_number, s.sealed_places, s.unknown_identity, s.location_restricted)
    return (*known, s.birth_date, s.death, s.traced, s.trace_digest)


async def link(connection: Connection, subject_id: str, person_id: str, rule: str, made_by: str) -> None:
    """Close the present link, if there is one, and open a new one."""
    await connection.execute(
        "update link set until = clock_timestamp() where subject_id = %s and until is null and person_id <> %s",
        [subject_id, person_id],
    )
    await connection.execute(
        "insert into link (link_id, subject_id, person_id, rule, made_by) select %s, %s, %s, %s, %s"
        " where not exists (select 1 from link where subject_id = %s and until is null)",
        [new_id(), subject_id, person_id, rule, made_by, subject_id],
    )


async def put_keys(connection: Connection, subject_id: str, keys: Sequence[tuple[str, str]]) -> None:
    """Replace a subject's (kind, hash) keys by these."""
    await connection.execute("delete from person_key where subject_id = %s", [subject_id])
    if keys:
        await connection.execute(
            "insert into person_key (subject_id, kind, hash)"
            " select %s, k, h from unnest(%s::text[], %s::text[]) x (k, h)",
            [subject_id, [k for k, _ in keys], [h for _, h in keys]],
        )


async def persons_with(connection: Connection, kind: str, hashes: Sequence[str]) -> list[str]:
    """The persons that have a subject with one of these keys, oldest link first."""
    cursor = await connection.execute(
        "select l.person_id from person_key k join link l on l.subject_id = k.subject_id and l.until is null"
        " where k.kind = %s and k.hash = any(%s) group by l.person_id order by min(l.since), l.person_id",
        [kind, list(hashes)],
        prepare=True,
    )
    return [row[0] for row in await cursor.fetchall()]


async def take_turns(connection: Connection, hashes: Sequence[str]) -> None:
    """Make writers that concern the same number hash wait for each other until the transaction's end."""
    for value in sorted(set(hashes)):
        await connection.execute("select pg_advisory_xact_lock(%s)", [int(value[:15], 16)])
