"""Whole tellings: which facts a source told before and, telling everything, tells no more.

Such a fact is *absent*: none of its versions is live, and a dated row says since when. It is live again as
soon as a newer telling has it (``statements.append``). No version is written or removed for it. Whether a
fact may be lost in this way, and what is too much to lose at once, is decided in ``aggregator.intake``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.store.postgres import Connection
from aggregator.store.rows import rows
from aggregator.store.statements import turn


@dataclass(frozen=True, slots=True)
class Untold:
    """A live fact that a whole telling does not have."""

    subject_id: str
    statement_id: str
    heading: str


async def whole(connection: Connection, subject_id: str, source: str, at: datetime) -> bool:
    """Keep that the source told everything about this subject at ``at``; False when a newer telling is known."""
    cursor = await connection.execute(
        "insert into whole (subject_id, source, at) values (%s, %s, %s) on conflict (subject_id, source)"
        " do update set at = excluded.at where whole.at <= excluded.at returning at",
        [subject_id, source, at],
        prepare=True,
    )
    return await cursor.fetchone() is not None


async def untold(
    connection: Connection, subject_id: str, source: str, told: Sequence[str]
) -> tuple[list[Untold], int]:
    """The live facts of a subject from a source that are not among ``told`` nor asked about, of how many."""
    cursor = await connection.execute(
        "select distinct s.statement_id, c.heading, d.subject_id is not null from statement s"
        " join data_class c using (subject_id, class_id)"
        " left join doubt d on d.subject_id = s.subject_id and d.statement_id = s.statement_id"
        " where s.subject_id = %s and s.source = %s and s.live",
        [subject_id, source],
        prepare=True,
    )
    held = await cursor.fetchall()
    here = set(told)
    return [Untold(subject_id, i, h) for i, h, asked in held if i not in here and not asked], len(held)


async def doubt(connection: Connection, missing: Sequence[Untold], source: str, telling: str) -> None:
    """Keep that somebody is asked about these facts, so that nobody is asked twice."""
    if missing:
        await connection.execute(
            "insert into doubt (subject_id, statement_id, source, telling)"
            " select s, i, %s, %s from json_to_recordset(%s) as x (s text, i text) on conflict do nothing",
            [source, telling, _places(missing)],
        )


async def doubted(connection: Connection, source: str, telling: str, subject_id: str | None) -> list[Untold]:
    """The facts that somebody was asked about: of one subject's file, or of one return."""
    cursor = await connection.execute(
        "select distinct d.subject_id, d.statement_id, c.heading from doubt d"
        " join statement s using (subject_id, statement_id)"
        " join data_class c on c.subject_id = s.subject_id and c.class_id = s.class_id"
        " where d.source = %s and d.telling = %s and s.live and coalesce(d.subject_id = %s, true)",
        [source, telling, subject_id],
    )
    return [Untold(*row) for row in await cursor.fetchall()]


async def told_again(connection: Connection, places: Sequence[tuple[str, str]]) -> None:
    """These (subject id, statement id) are told: nobody needs to be asked about them any more."""
    if places:
        await connection.execute(
            "delete from doubt where (subject_id, statement_id) in"
            " (select s, i from json_to_recordset(%s) as x (s text, i text))",
            [rows(("s", "i"), places)],
            prepare=True,
        )


async def tell(
    connection: Connection,
    source: str,
    telling: str,
    window: tuple[datetime, datetime],
    at: datetime,
    refused: bool,
    places: Sequence[tuple[str, str]],
) -> None:
    """Keep that a part of this telling told these (subject id, statement id)."""
    await connection.execute(
        "insert into telling (source, telling, window_start, window_end, refused) values (%s, %s, %s, %s, %s)"
        " on conflict (source, telling) do update set refused = telling.refused or excluded.refused",
        [source, telling, *window, refused],
    )
    told = [(s, i) for s, i in sorted(set(places))]
    await connection.execute(
        "insert into told_in (subject_id, statement_id, source, telling, window_start, window_end, at)"
        " select s, i, %(source)s, %(telling)s, %(start)s, %(end)s, %(at)s from json_to_recordset(%(told)s)"
        " as x (s text, i text) on conflict (subject_id, statement_id) do update set"
        " telling = excluded.telling, window_start = excluded.window_start, window_end = excluded.window_end,"
        " at = excluded.at where (told_in.window_end, told_in.at) <= (excluded.window_end, excluded.at)",
        {
            "source": source,
            "telling": telling,
            "start": window[0],
            "end": window[1],
            "at": at,
            "told": rows(("s", "i"), told),
        },
    )


async def close(
    connection: Connection, source: str, telling: str, at: datetime
) -> tuple[list[Untold], int, bool]:
    """Close a telling: (live facts that it or a later one covers and lacks, facts covered, was any part refused).

    A return that comes late is covered by the later one that came before it.
    """
    cursor = await connection.execute(
        "update telling set closed_at = coalesce(closed_at, %s) where source = %s and telling = %s"
        " returning refused",
        [at, source, telling],
    )
    row = await cursor.fetchone()
    refused = bool(row and row[0])
    cursor = await connection.execute(
        "with t as (select * from telling where source = %(source)s and closed_at is not null)"
        " select distinct i.subject_id, i.statement_id, c.heading, exists (select 1 from t where"
        "  t.telling <> i.telling and t.window_start <= i.window_start and t.window_end >= i.window_end"
        "  and (t.window_end, t.closed_at) > (i.window_end, i.at))"
        " from told_in i join statement s using (subject_id, statement_id)"
        " join data_class c on c.subject_id = s.subject_id and c.class_id = s.class_id"
        " where i.source = %(source)s and s.live and not exists (select 1 from doubt d"
        "  where d.subject_id = i.subject_id and d.statement_id = i.statement_id) and exists (select 1 from t"
        "  where t.telling = %(telling)s and t.window_start <= i.window_start and t.window_end >= i.window_end)",
        {"source": source, "telling": telling},
    )
    found = await cursor.fetchall()
    return [Untold(s, i, h) for s, i, h, gone in found if gone], len(found), refused


async def make_absent(connection: Connection, gone: Sequence[Untold], source: str, since: datetime) -> None:
    """From ``since`` on these facts are told no more."""
    if not gone:
        return
    places = _places(gone)
    await told_again(connection, [(u.subject_id, u.statement_id) for u in gone])
    await connection.execute(
        "insert into absence (subject_id, statement_id, source, since)"
        " select s, i, %s, %s from json_to_recordset(%s) as x (s text, i text) on conflict do nothing",
        [source, since, places],
    )
    await connection.execute(
        "insert into outbox (person_id, topic, type, controller, class_id)"
        " select distinct l.person_id, 'change', s.type, c.controller, c.class_id"
        " from json_to_recordset(%s) as x (s text, i text)"
        " join statement s on s.subject_id = x.s and s.statement_id = x.i and s.live"
        " join data_class c on c.subject_id = s.subject_id and c.class_id = s.class_id"
        " join link l on l.subject_id = s.subject_id and l.until is null",
        [places],
    )
    cursor = await connection.execute(
        "select subject_id, statement_id, version from statement where live and (subject_id, statement_id) in"
        " (select s, i from json_to_recordset(%s) as x (s text, i text))",
        [places],
    )
    await turn(connection, [(*row, False) for row in await cursor.fetchall()])


def _places(facts: Sequence[Untold]) -> str:
    return rows(("s", "i"), [(u.subject_id, u.statement_id) for u in facts])
