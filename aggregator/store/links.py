"""Dated links from subjects to persons, and what is known that ties subjects together.

Links are closed and opened, never changed nor deleted; ``people.linking`` is their only writer. Whatever could
tie a subject to another is read in one statement (``around``), and what follows from it is put in one (``put``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from aggregator.store.postgres import Connection
from schemas.identifiers import new_id

_AROUND = """
with recursive c (subject_id, local_key) as (
    select subject_id, local_key from subject where subject_id = any(%s)
    union
    select n.subject_id, n.local_key from c cross join lateral (
        select s.subject_id, s.local_key from person_key k join person_key o using (kind, hash)
            join subject s on s.subject_id = o.subject_id
            where k.subject_id = c.subject_id and k.kind = 'number' and o.subject_id <> c.subject_id
        union all
        select s.subject_id, s.local_key from number_merge m join subject s on s.local_key = m.surviving
            where m.losing = c.local_key and not m.undone
        union all
        select s.subject_id, s.local_key from number_merge m join subject s on s.local_key = m.losing
            where m.surviving = c.local_key and not m.undone
        union all
        select s.subject_id, s.local_key from possible_match p join subject s on s.subject_id = p.subject_b
            where p.subject_a = c.subject_id and p.state = 'linked'
        union all
        select s.subject_id, s.local_key from possible_match p join subject s on s.subject_id = p.subject_a
            where p.subject_b = c.subject_id and p.state = 'linked'
        union all
        select s.subject_id, s.local_key from subject b join subject s on s.subject_id = b.beside
            where b.subject_id = c.subject_id
        union all
        select s.subject_id, s.local_key from subject s where s.beside = c.subject_id
        union all
        select s.subject_id, s.local_key from link l join link o on o.person_id = l.person_id and o.until is null
            join subject s on s.subject_id = o.subject_id
            where l.subject_id = c.subject_id and l.until is null and o.subject_id <> c.subject_id
    ) n
)
select json_build_object(
 'subjects', (select json_agg(json_build_array(s.subject_id, s.local_key, s.organisation, s.own_person,
        s.created_at, coalesce((select person_id from link l where l.subject_id = s.subject_id
            and l.until is null), ''),
        array(select hash from person_key k where k.subject_id = s.subject_id and kind = 'number'),
        s.traced = 'invalidated', s.unknown_identity, coalesce(s.beside, '')))
    from c join subject s using (subject_id)),
 'merges', (select json_agg(json_build_array(a.subject_id, b.subject_id, m.at)) from number_merge m
    join c a on a.local_key = m.losing join c b on b.local_key = m.surviving where not m.undone),
 'pairs', (select json_agg(json_build_array(p.subject_a, p.subject_b, p.state, p.by_two,
        (select max(v.at) from verdict v where v.match_id = p.match_id)))
    from possible_match p join c on c.subject_id = p.subject_a where p.state in ('linked', 'apart')
    and exists (select 1 from c d where d.subject_id = p.subject_b)))::text
"""


class Around(msgspec.Struct):
    """Subjects that anything ties together, with what does.

    ``subjects``: (id, local key, organisation, own person, since, person now, number hashes, number invalidated,
    identity unknown, beside). ``merges``: (losing, surviving, at). ``pairs``: (a, b, "linked" | "apart",
    joined by two people, decided at).
    """

    subjects: list[tuple[str, str, str, str, datetime, str, list[str], bool, bool, str]] | None = None
    merges: list[tuple[str, str, datetime]] | None = None
    pairs: list[tuple[str, str, str, bool, datetime | None]] | None = None


_decode = msgspec.json.Decoder(Around).decode


async def around(connection: Connection, subject_ids: Sequence[str]) -> Around:
    """These subjects and all that anything ties to them, however far."""
    cursor = await connection.execute(_AROUND, [list(subject_ids)], prepare=True)
    row = await cursor.fetchone()
    assert row is not None
    return _decode(row[0])


async def put(
    connection: Connection, moved: Sequence[tuple[str, str, str]], made_by: str, reason: str = ""
) -> None:
    """Let each (subject id, person id, rule) read as that person from now on."""
    if moved:
        columns: list[list[Any]] = [[new_id() for _ in moved], *([m[i] for m in moved] for i in range(3))]
        await connection.execute(
            "with moved (i, s, p, r) as (select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[])),"
            " closed as (update link set until = clock_timestamp() from moved where subject_id = s"
            "   and until is null returning 1)"
            " insert into link (link_id, subject_id, person_id, rule, made_by, reason)"
            " select i, s, p, r, %s, %s from moved where (select count(*) from closed) >= 0",
            [*columns, made_by, reason],
        )


@dataclass(frozen=True, slots=True)
class Link:
    """One dated link. ``until`` is None while it holds."""

    link_id: str
    subject_id: str
    person_id: str
    since: datetime
    until: datetime | None
    rule: str
    made_by: str
    reason: str


_COLUMNS = "link_id, subject_id, person_id, since, until, rule, made_by, reason"


async def of_subjects(connection: Connection, subject_ids: Sequence[str]) -> list[Link]:
    """All links that these subjects ever had, newest first."""
    cursor = await connection.execute(
        f"select {_COLUMNS} from link where subject_id = any(%s) order by since desc, link_id",  # noqa: S608
        [list(subject_ids)],
    )
    return [Link(*row) for row in await cursor.fetchall()]


async def by_id(connection: Connection, link_id: str) -> Link | None:
    cursor = await connection.execute(f"select {_COLUMNS} from link where link_id = %s", [link_id])  # noqa: S608
    row = await cursor.fetchone()
    return Link(*row) if row else None


async def once_in(connection: Connection, person_id: str) -> list[str]:
    """The subjects that ever read as this person, in their order."""
    cursor = await connection.execute(
        "select distinct subject_id from link where person_id = %s order by subject_id", [person_id]
    )
    return [row[0] for row in await cursor.fetchall()]


async def say_merged(
    connection: Connection, merges: Sequence[tuple[str, str, datetime, bool]], source: str
) -> None:
    """Keep what a source says: (losing, surviving local key, when, taken back). The newest stands; of two at the
    same moment, the one that takes back.
    """
    if not merges:
        return
    newest: dict[tuple[str, str], tuple[datetime, bool]] = {}
    for losing, surviving, at, undone in merges:
        held = newest.get((losing, surviving))
        newest[losing, surviving] = max(held, (at, undone)) if held else (at, undone)
    rows = [(*pair, *said) for pair, said in sorted(newest.items())]
    await connection.execute(
        "insert into number_merge (losing, surviving, at, undone, source) select *, %s"
        " from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::bool[])"
        " on conflict (losing, surviving) do update set at = excluded.at, undone = excluded.undone,"
        "   source = excluded.source"
        " where (number_merge.at, number_merge.undone) < (excluded.at, excluded.undone)",
        [source, *([row[i] for row in rows] for i in range(4))],
    )
