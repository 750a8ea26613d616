"""Subjects and the keyed hashes by which people are found. Everything is read and written for a whole batch.

Which subject belongs to whom is ``store.links``'s, and decided in ``aggregator.people``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aggregator.store.postgres import Connection


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as one organisation knows them. ``local_key`` is a keyed hash; the id itself is sealed.

    ``own_person``: the person that it is when it is linked to nobody. ``traced``: how our own trace ended, ""
    when there was none. ``told_at``: when its source told what is kept here.
    """

    subject_id: str
    organisation: str
    local_key: str
    key_id: str
    person_id: str
    own_person: str = ""
    sealed_local_id: bytes = field(repr=False, default=b"")
    sealed_number: bytes | None = field(repr=False, default=None)
    sealed_places: bytes | None = field(repr=False, default=None)
    sealed_who: bytes | None = field(repr=False, default=None)
    unknown_identity: bool = False
    location_restricted: bool = False
    birth_date: date | None = None
    death: str = ""
    traced: str = ""
    trace_digest: str = ""
    traced_at: datetime | None = None
    told_at: datetime | None = None
    revision: int = 0  # how often it was described: whoever describes must have seen the last


COLUMNS = """s.subject_id, s.organisation, s.local_key, s.key_id, coalesce(l.person_id, ''), s.own_person,
    s.sealed_local_id, s.sealed_number, s.sealed_places, s.sealed_who, s.unknown_identity,
    s.location_restricted, s.birth_date, s.death, s.traced, s.trace_digest, s.traced_at, s.told_at,
    s.revision"""
_LINKED = " from subject s left join link l on l.subject_id = s.subject_id and l.until is null"
_DESCRIBED = """sealed_number bytea, sealed_places bytea, sealed_who bytea, unknown_identity boolean,
    location_restricted boolean, birth_date date, death text, traced text, trace_digest text,
    traced_at timestamptz, told_at timestamptz"""
_NAMES = tuple(part.split()[0] for part in _DESCRIBED.split(","))
_TYPES = tuple(part.split()[1] for part in _DESCRIBED.split(","))
_UNNESTED = ", ".join(f"%s::{kind}[]" for kind in _TYPES)
_LISTED = ", ".join(_NAMES)


async def by_local_keys(connection: Connection, local_keys: Sequence[str]) -> dict[str, Subject]:
    """The known subjects among these keyed hashes of (organisation, local id)."""
    found = await _found(connection, "s.local_key = any(%s)", list(local_keys))
    return {s.local_key: s for s in found}


async def by_ids(connection: Connection, subject_ids: Sequence[str]) -> dict[str, Subject]:
    found = await _found(connection, "s.subject_id = any(%s)", list(subject_ids))
    return {s.subject_id: s for s in found}


async def of_person(connection: Connection, person_id: str) -> list[Subject]:
    return await _found(connection, "l.person_id = %s order by s.subject_id", person_id)


async def to_trace_again(
    connection: Connection, unfound: datetime, found: datetime, limit: int
) -> list[Subject]:
    """Those whom our trace did not find when it asked before ``unfound``, or found before ``found``."""
    where = (
        "s.traced <> '' and s.sealed_who is not null and coalesce(s.traced_at, '-infinity') <"
        " case when s.traced in ('verified', 'superseded') then %s::timestamptz else %s::timestamptz end"
        " order by s.traced_at nulls first, s.subject_id limit %s"
    )
    return await _found(connection, where, found, unfound, limit)


async def _found(connection: Connection, where: str, *values: object) -> list[Subject]:
    cursor = connection.cursor(binary=True)
    await cursor.execute(f"select {COLUMNS}{_LINKED} where {where}", list(values), prepare=True)
    return [Subject(*row) for row in await cursor.fetchall()]


async def add(connection: Connection, new: Sequence[Subject], named: Mapping[str, str]) -> set[str]:
    """Add subjects; the local keys that were really added (another writer may have been first).

    ``named``: the person that a subject's sender names for it, by subject id; it goes beside who leads there.
    """
    if not new:
        return set()
    cursor = await connection.execute(
        "insert into subject (subject_id, organisation, local_key, sealed_local_id, key_id, own_person,"  # noqa: S608
        f" beside, {_LISTED}) select i, o, lk, li, k, p, (select l.subject_id from link l join subject b"
        "   using (subject_id) where l.person_id = n and l.until is null order by b.created_at, 1 limit 1),"
        f" {_LISTED} from unnest(%s::text[], %s::text[], %s::text[], %s::bytea[], %s::text[], %s::text[],"
        f" %s::text[], {_UNNESTED}) as x (i, o, lk, li, k, p, n, {_LISTED})"
        " on conflict do nothing returning local_key",
        [
            *_columns(
                new, "subject_id", "organisation", "local_key", "sealed_local_id", "key_id", "own_person"
            ),
            [named.get(s.subject_id) for s in new],
            *_columns(new, *_NAMES),
        ],
    )
    return {row[0] for row in await cursor.fetchall()}


async def describe(connection: Connection, changed: Sequence[Subject]) -> bool:
    """Keep what decisions, tracing, matching and redaction need of subjects' newest demographics.

    False: somebody described one of them meanwhile, and what that told would be lost.
    """
    if not changed:
        return True
    cursor = await connection.execute(
        f"update subject set (revision, {_LISTED}) = (select x.r + 1, {', '.join(f'x.{n}' for n in _NAMES)})"  # noqa: S608
        f" from unnest(%s::text[], %s::int[], {_UNNESTED}) as x (i, r, {_LISTED})"
        " where subject_id = x.i and revision = x.r",
        _columns(changed, "subject_id", "revision", *_NAMES),
    )
    return cursor.rowcount == len(changed)


def _columns(many: Sequence[Subject], *names: str) -> list[list[Any]]:
    return [[getattr(s, name) for s in many] for name in names]


async def put_keys(connection: Connection, keys: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """Replace subjects' (kind, hash) keys by these, by subject id. What stays is not touched."""
    if not keys:
        return
    listed = [(s, kind, value) for s, many in keys.items() for kind, value in many]
    columns = [[row[i] for row in listed] for i in range(3)]
    await connection.execute(
        "with put (s, k, h) as (select * from unnest(%s::text[], %s::text[], %s::text[])), gone as ("
        " delete from person_key where subject_id = any(%s)"
        " and not exists (select 1 from put where (s, k, h) = (subject_id, kind, hash)))"
        " insert into person_key (subject_id, kind, hash) select s, k, h from put on conflict do nothing",
        [*columns, list(keys)],
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
    """Make writers that concern the same hash wait for each other until the transaction's end.

    Hashes share a few hundred locks, so that a bulk load does not fill the server's lock table.
    """
    if hashes:
        await connection.execute(
            "select pg_advisory_xact_lock(x) from unnest(%s::bigint[]) x",
            [sorted({_LOCKS + int(value[:15], 16) % 512 for value in hashes})],
        )


_LOCKS = 0x9E09_0000_0000
