"""Statements: appended as immutable versions, given back to whoever holds a decision.

``append`` is the only writer. It takes any batch, locks its subjects in one order, skips repeats, and
works out which versions are live (the last full one by true time, and later partial ones), so that order
of arrival never matters. Reading is ``contributions``'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.store.facts import LabelIds
from aggregator.store.postgres import Connection
from aggregator.store.rows import rows
from aggregator.store.vault import KeyGone, Vault, seal
from schemas.codes import Category, Heading
from schemas.errors import StaleVersion


@dataclass(frozen=True, slots=True)
class ClassKey:
    """The five values that make a data class. ``class_id`` is the same wherever they are the same."""

    class_id: str
    controller: str
    category: Category
    heading: Heading
    labels: frozenset[str]
    exclusions: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewStatement:
    """One version to keep. ``digest`` is a keyed hash of everything the source said with it; of two versions of
    one moment the greater stands, so it begins with how careful its labels are.
    """

    subject_id: str
    statement_id: str
    data_class: ClassKey
    type: str
    source: str
    true_time: datetime
    digest: str
    raw_id: str
    received_at: datetime
    key_id: str
    body: bytes = field(repr=False)
    retracts: bool = False
    partial: bool = False
    clears: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()  # labels that the sender itself gave
    coded: bool | None = None  # by a national or international code; None: a kind that has no code
    alarm: bool = False  # came without a label that it should have
    expected: int | None = None  # the newest version kept, as the writer last saw it (0: none)


@dataclass(frozen=True, slots=True)
class Head:
    """What is already kept of one version, as far as ``append`` needs it."""

    version: int
    true_time: datetime
    partial: bool
    retracts: bool
    live: bool
    digest: str


def live_versions(versions: Sequence[Head]) -> frozenset[int]:
    """The versions that make the replayed state: the last full one and later partials, and every retraction.

    Ordered by true time, full before partial, then by digest: the number of a version tells only when it
    arrived. A retraction stays live whatever follows, so that no later telling hides that it was made.
    """
    ordered = sorted(versions, key=lambda v: (v.true_time, v.partial, v.digest))
    start = max((i for i, v in enumerate(ordered) if not v.partial), default=0)
    return frozenset(v.version for i, v in enumerate(ordered) if i >= start or v.retracts)


_HEADS = """
select subject_id, statement_id, version, true_time, partial, retracts, live, digest from statement
where subject_id = any(%s) and statement_id = any(%s)
"""
_COLUMNS = (
    "s",
    "i",
    "v",
    "c",
    "t",
    "src",
    "tt",
    "ra",
    "l",
    "r",
    "p",
    "cl",
    "d",
    "raw",
    "sa",
    "co",
    "al",
    "b",
)
_CLASS_COLUMNS = ("s", "c", "who", "cat", "head", "lab", "exc", "n")
_ADD = """
with counted as (
    insert into data_class (subject_id, class_id, controller, category, heading, labels, exclusions, version)
    select s, c, who, cat, head, lab, exc, n from json_to_recordset(%s)
        as x (s text, c text, who text, cat text, head text, lab text[], exc text[], n int)
    on conflict (subject_id, class_id) do update set version = data_class.version + excluded.version
)
insert into statement (subject_id, statement_id, version, class_id, type, source, true_time, received_at,
    live, retracts, partial, clears, digest, raw_id, said, coded, alarm, body)
select s, i, v, c, t, src, tt, ra, l, r, p, cl, d, raw, sa, co, al, decode(b, 'base64')
from json_to_recordset(%s) as x (s text, i text, v int, c text, t text, src text, tt timestamptz,
    ra timestamptz, l bool, r bool, p bool, cl text[], d text, raw text, sa text[], co bool, al bool, b text)
"""
_LIVE = """
with turned as (
    update statement set live = x.l from json_to_recordset(%s) as x (s text, i text, v int, l bool)
    where subject_id = x.s and statement_id = x.i and version = x.v returning subject_id, class_id
)
update data_class c set version = c.version + 1 from (select distinct subject_id, class_id from turned) t
where c.subject_id = t.subject_id and c.class_id = t.class_id
"""
"""A class that loses a version has changed too: a view cached before a label was raised is not the view now."""
_ABSENT = """
select subject_id, statement_id, since from absence
where until_at is null and subject_id = any(%s) and statement_id = any(%s)
"""
_BACK = """
update absence set until_at = clock_timestamp() where until_at is null and (subject_id, statement_id) in
    (select s, i from json_to_recordset(%s) as x (s text, i text))
"""


async def append(
    connection: Connection,
    new: Sequence[NewStatement],
    *,
    vault: Vault,
    labels: LabelIds,
) -> list[tuple[NewStatement, int]]:
    """Keep what is new, inside the caller's transaction; those kept, with their versions (repeats are not)."""
    if not new:
        return []
    subjects = sorted({n.subject_id for n in new})
    await connection.execute(
        "select 1 from subject where subject_id = any(%s) order by subject_id for update", [subjects]
    )
    cursor = await connection.execute(_HEADS, [subjects, sorted({n.statement_id for n in new})], prepare=True)
    heads: defaultdict[tuple[str, str], list[Head]] = defaultdict(list)
    for subject_id, statement_id, *rest in await cursor.fetchall():
        heads[subject_id, statement_id].append(Head(*rest))
    known = {place: list(versions) for place, versions in heads.items()}
    absent = await _absent(
        connection, [p for p, versions in known.items() if not any(v.live for v in versions)]
    )
    added: list[tuple[NewStatement, int]] = []
    for statement in new:
        place = (statement.subject_id, statement.statement_id)
        if place in absent and statement.received_at > absent[place]:
            del absent[place]
        versions = heads[place]
        if any(v.digest == statement.digest for v in versions):
            continue
        newest = max((v.version for v in versions), default=0)
        if statement.expected is not None and statement.expected != newest:
            raise StaleVersion("Somebody else has saved a newer version since you read this one.")
        version = newest + 1
        versions.append(
            Head(version, statement.true_time, statement.partial, statement.retracts, True, statement.digest)
        )
        added.append((statement, version))
    live = {
        place: frozenset() if place in absent else live_versions(versions)
        for place, versions in heads.items()
    }
    if added:
        await _add(connection, added, live, vault, labels)
    changed = [
        (*place, head.version, head.version in live[place])
        for place, versions in known.items()
        for head in versions
        if head.live != (head.version in live[place])
    ]
    back = {(s, i) for s, i, _, now in changed if now and not any(v.live for v in known[s, i])}
    if back:
        await connection.execute(_BACK, [rows(("s", "i"), sorted(back))])
    await turn(connection, changed)
    return added


async def turn(connection: Connection, changed: Sequence[tuple[str, str, int, bool]]) -> None:
    """Make versions (subject id, statement id, version) live or not; their classes have changed with them."""
    if changed:
        await connection.execute(_LIVE, [rows(("s", "i", "v", "l"), changed)])


async def _absent(
    connection: Connection, places: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], datetime]:
    """Since when the facts of which nothing is live are told no more (``store.tellings``)."""
    if not places:
        return {}
    cursor = await connection.execute(_ABSENT, [[s for s, _ in places], [i for _, i in places]])
    return {(s, i): since for s, i, since in await cursor.fetchall()}


async def _add(
    connection: Connection,
    added: Sequence[tuple[NewStatement, int]],
    live: Mapping[tuple[str, str], frozenset[int]],
    vault: Vault,
    labels: LabelIds,
) -> None:
    keys = await vault.find({n.key_id for n, _ in added})
    versions = []
    for n, version in added:
        key = keys.get(n.key_id)
        if key is None:
            raise KeyGone("this subject's key was destroyed: nothing more is kept about it")
        sealed = seal(key, n.body, n.subject_id, n.statement_id, str(version))
        versions.append(_row(n, version, version in live[n.subject_id, n.statement_id], sealed, labels))
    counted = rows(_CLASS_COLUMNS, _count_classes([n for n, _ in added], labels))
    await connection.execute(_ADD, [counted, rows(_COLUMNS, versions)], prepare=True)


def _row(n: NewStatement, version: int, live: bool, sealed: bytes, labels: LabelIds) -> tuple[object, ...]:
    """A new version in the order of ``_ADD``'s columns."""
    where = (n.subject_id, n.statement_id, version, n.data_class.class_id, n.type, n.source)
    how = (n.true_time, n.received_at, live, n.retracts, n.partial, n.clears)
    return (*where, *how, n.digest, n.raw_id, labels.ids(n.said), n.coded, n.alarm, sealed)


async def labels_of(
    connection: Connection, places: Sequence[tuple[str, str]], labels: LabelIds
) -> dict[tuple[str, str], frozenset[str]]:
    """The labels that the newest live version of each (subject id, statement id) has now."""
    cursor = await connection.execute(
        "select s.subject_id, s.statement_id, c.labels from statement s"
        " join data_class c using (subject_id, class_id)"
        " where s.live and s.subject_id = any(%s) and s.statement_id = any(%s) order by s.version",
        [[s for s, _ in places], [i for _, i in places]],
    )
    return {(s, i): labels.codes(ids) for s, i, ids in await cursor.fetchall()}


async def held(connection: Connection, statement_ids: Sequence[str]) -> frozenset[str]:
    """Which of these statements are kept here, about anybody, whether they stand or were taken back."""
    cursor = await connection.execute(
        "select distinct statement_id from statement where live and statement_id = any(%s)",
        [list(statement_ids)],
    )
    return frozenset(row[0] for row in await cursor.fetchall())


async def said_before(
    connection: Connection, places: Sequence[tuple[str, str]], labels: LabelIds
) -> dict[tuple[str, str], frozenset[str]]:
    """Every label that the sender of each (subject id, statement id) ever gave it."""
    cursor = await connection.execute(
        "select subject_id, statement_id, said from statement"
        " where subject_id = any(%s) and statement_id = any(%s) and said <> '{}'",
        [[s for s, _ in places], [i for _, i in places]],
    )
    found: defaultdict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    for subject_id, statement_id, ids in await cursor.fetchall():
        found[subject_id, statement_id] |= labels.codes(ids)
    return found


def _count_classes(added: Sequence[NewStatement], labels: LabelIds) -> list[tuple[object, ...]]:
    """By how much each class's version rises: by the number of statements that came in it."""
    counts: defaultdict[tuple[str, ClassKey], int] = defaultdict(int)
    for n in added:
        counts[n.subject_id, n.data_class] += 1
    return [
        (
            *(subject, c.class_id, c.controller, c.category.value, c.heading.value),
            *(labels.ids(c.labels), labels.ids(c.exclusions), count),
        )
        for (subject, c), count in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1].class_id))
    ]
