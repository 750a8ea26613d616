"""Pairs that may be one person, what was decided on them, and whom to compare next. No values of anybody.

A pair's state is what grouping goes by: "linked" ties, "apart" keeps apart. Verdicts are added, never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.store.postgres import Connection
from aggregator.store.rows import rows
from schemas.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Pair:
    """Two subjects, ``subject_a < subject_b``. ``decided_*`` and ``because`` are of the last verdict."""

    match_id: str
    subject_a: str
    subject_b: str
    score: int
    reasons: tuple[str, ...]
    state: str
    by_two: bool
    created_at: datetime
    decided_by: str
    decided_at: datetime | None
    because: str


_PAIR = """p.match_id, p.subject_a, p.subject_b, p.score, p.reasons, p.state, p.by_two, p.created_at,
    coalesce(v.made_by, ''), v.at, coalesce(v.because, '')"""
_LAST = """ left join lateral (select made_by, at, because from verdict
    where match_id = p.match_id order by at desc, verdict_id limit 1) v on true"""


async def dispute(connection: Connection, pairs: Sequence[tuple[str, str, str]]) -> None:
    """Put (subject, subject, why) on the queue: pairs that something ties and a rule keeps apart."""
    await _put(connection, [(a, b, 100, [why]) for a, b, why in pairs])


async def propose(connection: Connection, pairs: Sequence[tuple[str, str, int, Sequence[str]]]) -> None:
    """Put (subject, subject, score, reason codes) on the queue, or tell a pair's score anew."""
    await _put(connection, pairs)


async def _put(connection: Connection, pairs: Sequence[tuple[str, str, int, Sequence[str]]]) -> None:
    if not pairs:
        return
    columns = ("m", "a", "b", "n", "r")
    listed = rows(columns, [(new_id(), min(a, b), max(a, b), n, list(r)) for a, b, n, r in pairs])
    await connection.execute(
        "insert into possible_match (match_id, subject_a, subject_b, score, reasons) select m, a, b, n, r"
        " from json_to_recordset(%s) as x (m text, a text, b text, n int, r text[])"
        " on conflict (subject_a, subject_b) do update"
        " set score = excluded.score, reasons = excluded.reasons"
        " where possible_match.state in ('open', 'undone') and not possible_match.by_two"
        " and (possible_match.score, possible_match.reasons) is distinct from (excluded.score, excluded.reasons)",
        [listed],
    )


async def withdraw(
    connection: Connection, subject_ids: Sequence[str], still: Sequence[tuple[str, str]]
) -> None:
    """Take open pairs of these subjects off the queue that nobody decided on and nothing says any more."""
    await connection.execute(
        "delete from possible_match p where state = 'open' and not by_two and not reasons && %s"
        " and (subject_a = any(%s) or subject_b = any(%s))"
        " and not exists (select 1 from verdict v where v.match_id = p.match_id)"
        " and not exists (select 1 from unnest(%s::text[], %s::text[]) x (a, b)"
        "   where (a, b) = (subject_a, subject_b))",
        [
            ["two-numbers", "one-number-twice"],
            *(list(subject_ids), list(subject_ids)),
            *([a for a, _ in still], [b for _, b in still]),
        ],
    )


async def wait(connection: Connection, subject_ids: Sequence[str]) -> None:
    """Let these be compared with others by the next ``take``."""
    if subject_ids:
        await connection.execute(
            "insert into to_match select * from unnest(%s::text[]) on conflict do nothing",
            [sorted(subject_ids)],
        )


async def take(connection: Connection, limit: int) -> list[str]:
    """Subjects to compare now; they wait no longer once the transaction is committed."""
    cursor = await connection.execute(
        "delete from to_match where subject_id in (select subject_id from to_match order by subject_id"
        " limit %s for update skip locked) returning subject_id",
        [limit],
    )
    return sorted(row[0] for row in await cursor.fetchall())


async def alike(connection: Connection, subject_ids: Sequence[str], most: int) -> list[tuple[str, str]]:
    """(subject, other) that share a blocking key, and are not of one person. At most ``most`` of each subject."""
    cursor = await connection.execute(
        "select x.s, n.other from unnest(%s::text[]) x (s) cross join lateral ("
        " select distinct o.subject_id as other from person_key k join person_key o using (kind, hash)"
        " join subject t on t.subject_id = o.subject_id"
        " left join link a on a.subject_id = x.s and a.until is null"
        " left join link b on b.subject_id = o.subject_id and b.until is null"
        " where k.subject_id = x.s and k.kind <> 'number' and o.subject_id <> x.s"
        " and a.person_id is distinct from b.person_id"
        " and not t.unknown_identity and t.traced <> 'invalidated' order by 1 limit %s) n",
        [list(subject_ids), most],
    )
    return [(a, b) for a, b in await cursor.fetchall()]


async def open_pairs(
    connection: Connection, organisation: str, after: tuple[int, str] | None, limit: int
) -> list[Pair]:
    """Open pairs of which this organisation is a side, and that are not one person meanwhile, likeliest first."""
    cursor = await connection.execute(
        f"select {_PAIR} from possible_match p join subject a on a.subject_id = p.subject_a"  # noqa: S608
        f" join subject b on b.subject_id = p.subject_b{_LAST}"
        " where p.state in ('open', 'undone') and not p.by_two and %s in (a.organisation, b.organisation)"
        " and not (a.unknown_identity or b.unknown_identity)"
        " and 'invalidated' not in (a.traced, b.traced)"
        " and (select person_id from link where subject_id = p.subject_a and until is null)"
        "   <> (select person_id from link where subject_id = p.subject_b and until is null)"
        " and (%s::int is null or (-p.score, p.match_id) > (-%s::int, %s))"
        " order by p.score desc, p.match_id limit %s",
        [organisation, *((after[0], *after) if after else (None, None, "")), limit],
    )
    return [_pair(row) for row in await cursor.fetchall()]


async def by_id(connection: Connection, match_id: str, *, lock: bool = False) -> Pair | None:
    cursor = await connection.execute(
        f"select {_PAIR} from possible_match p{_LAST} where p.match_id = %s"  # noqa: S608
        + (" for update of p" if lock else ""),
        [match_id],
    )
    row = await cursor.fetchone()
    return _pair(row) if row else None


async def between(connection: Connection, a: str, b: str, *, by_two: bool = False) -> Pair:
    """The pair of these two, made when it is not there yet, locked until the transaction's end."""
    cursor = await connection.execute(
        "insert into possible_match (match_id, subject_a, subject_b, score, reasons, by_two)"
        " values (%s, %s, %s, 0, '{}', %s) on conflict (subject_a, subject_b) do update"
        " set by_two = possible_match.by_two or excluded.by_two returning match_id",
        [new_id(), min(a, b), max(a, b), by_two],
    )
    row = await cursor.fetchone()
    assert row is not None
    found = await by_id(connection, row[0], lock=True)
    assert found is not None
    return found


async def decide(
    connection: Connection,
    pairs: Sequence[tuple[str, str, str]],
    act_id: str,
    made_by: str,
    organisation: str,
    because: str,
) -> None:
    """One act: a verdict on each (match id, verdict, state from now on)."""
    ids, verdicts, states = ([p[i] for p in pairs] for i in range(3))
    await connection.execute(
        "with said as (insert into verdict (verdict_id, match_id, act_id, verdict, made_by, organisation, because)"
        " select v, m, %s, w, %s, %s, %s from unnest(%s::text[], %s::text[], %s::text[]) x (v, m, w))"
        " update possible_match set state = x.s from unnest(%s::text[], %s::text[]) x (m, s) where match_id = x.m",
        [act_id, made_by, organisation, because, [new_id() for _ in ids], ids, verdicts, ids, states],
    )


async def decided_with(connection: Connection, match_id: str) -> list[tuple[str, str, str]]:
    """(match id, subject, subject) of all that was decided in the act that last decided this pair."""
    cursor = await connection.execute(
        "select distinct p.match_id, p.subject_a, p.subject_b from verdict v join possible_match p using (match_id)"
        " where v.act_id = (select act_id from verdict where match_id = %s order by at desc, verdict_id limit 1)"
        " and p.state in ('linked', 'apart') order by 1",
        [match_id],
    )
    return [(m, a, b) for m, a, b in await cursor.fetchall()]


async def restricted(connection: Connection, subject_ids: Sequence[str]) -> set[str]:
    """Those among these subjects whose person any source, or our trace, says is location-restricted."""
    cursor = await connection.execute(
        "select l.subject_id from link l join link o on o.person_id = l.person_id and o.until is null"
        " join subject s on s.subject_id = o.subject_id and s.location_restricted"
        " where l.until is null and l.subject_id = any(%s)",
        [list(subject_ids)],
    )
    return {row[0] for row in await cursor.fetchall()}


async def joined_by(connection: Connection, match_id: str) -> str:
    """Who asked last that this pair be joined by two, when it is still asked for; else ""."""
    cursor = await connection.execute(
        "select made_by, verdict from verdict where match_id = %s order by at desc, verdict_id limit 1",
        [match_id],
    )
    row = await cursor.fetchone()
    return row[0] if row and row[1] == "join" else ""


def _pair(row: Sequence[Any]) -> Pair:
    match_id, a, b, score, reasons, *rest = row
    return Pair(match_id, a, b, score, tuple(reasons), *rest)
