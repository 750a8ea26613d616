"""Moving statements of returns into the sealed class of their heading: see ``aggregator.intake.seals``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.store.facts import LabelIds
from aggregator.store.postgres import Connection
from aggregator.store.rows import rows
from aggregator.store.statements import ClassKey
from schemas.codes import Category, Heading


@dataclass(frozen=True, slots=True)
class Open:
    """A class of a return's statements that lies beside a sealed fact of the same subject and heading."""

    subject_id: str
    class_id: str
    controller: str
    category: Category
    heading: Heading
    labels: frozenset[str]
    exclusions: frozenset[str]


async def beside(
    connection: Connection, subject_ids: Sequence[str], returns: Sequence[str], seal: str, labels: LabelIds
) -> list[Open]:
    """The classes that hold statements of ``returns`` without the seal that a live fact beside them has."""
    (seal_id,) = labels.ids(frozenset({seal}))
    cursor = await connection.execute(
        "with sealed as (select distinct s.subject_id, c.heading from statement s"
        " join data_class c using (subject_id, class_id) where s.subject_id = any(%(who)s) and s.live"
        " and s.source <> all(%(returns)s) and %(seal)s = any(c.labels))"
        " select distinct c.subject_id, c.class_id, c.controller, c.category, c.heading, c.labels, c.exclusions"
        " from sealed join data_class c using (subject_id, heading) join statement s using (subject_id, class_id)"
        " where s.source = any(%(returns)s) and not %(seal)s = any(c.labels)",
        {"who": list(subject_ids), "returns": list(returns), "seal": seal_id},
        prepare=True,
    )
    return [
        Open(s, c, who, Category(cat), Heading(head), labels.codes(lab), labels.codes(exc))
        for s, c, who, cat, head, lab, exc in await cursor.fetchall()
    ]


async def move(
    connection: Connection, moves: Sequence[tuple[Open, ClassKey]], returns: Sequence[str], labels: LabelIds
) -> None:
    """Put the returns' statements of each open class into the sealed one; both classes have changed then."""
    moved = [
        (old.subject_id, old.class_id, new.class_id, labels.ids(new.labels), labels.ids(new.exclusions))
        for old, new in moves
    ]
    if not moved:
        return
    await connection.execute(
        "with x as (select * from json_to_recordset(%s) as x (s text, o text, n text, l text[], e text[])),"
        " made as (insert into data_class (subject_id, class_id, controller, category, heading, labels,"
        "  exclusions, version) select s, n, controller, category, heading, l, e, 1 from x join data_class c"
        "  on c.subject_id = x.s and c.class_id = x.o"
        "  on conflict (subject_id, class_id) do update set version = data_class.version + 1),"
        " left_ as (update data_class c set version = version + 1 from x"
        "  where c.subject_id = x.s and c.class_id = x.o)"
        " update statement t set class_id = x.n from x"
        " where t.subject_id = x.s and t.class_id = x.o and t.source = any(%s)",
        [rows(tuple("sonle"), moved), list(returns)],
    )
