"""Filling a store: through the one door in where that is what is measured, by COPY where it only has to be full.

By COPY one person is taken in the real way and then copied with new ids, each body sealed again under the
copy's own key, so that every row is of the shape that intake makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.app import Place
from aggregator.store import sources as states
from aggregator.store.postgres import Connection
from aggregator.store.vault import FileKms, seal, unseal
from benchmarks.outside import Instant
from schemas.identifiers import keyed_id, new_id

_BATCH = 20
_TABLES = ("subject", "link", "person_key", "data_class", "statement", "relationship", "asked")

Row = dict[str, Any]


async def take_in(place: Place, people: Sequence[int], *, asked: bool) -> list[str]:
    """Take in what every source of the place says of these people; their person ids in the same order.

    ``asked``: each source counts as asked just now, so that opening a record asks none of them.
    """
    persons: list[str] = []
    for start in range(0, len(people), _BATCH):
        some = people[start : start + _BATCH]
        for source in place.intake.sources.values():
            assert isinstance(source, Instant)
            receipts = await place.intake.ingest_many([source.raw(person) for person in some])
            assert not any(r.refusals for r in receipts), [r.refusals for r in receipts]
        persons += [next(iter(r.persons)) for r in receipts]
    if asked:
        await _count_as_asked(place, persons)
    return persons


async def _count_as_asked(place: Place, persons: Sequence[str]) -> None:
    now = datetime.now(UTC)
    async with place.record.transaction() as connection:
        cursor = await connection.execute(
            "select subject_id from link where until is null and person_id = any(%s)", [list(persons)]
        )
        subjects = [row[0] for row in await cursor.fetchall()]
        for name in place.intake.sources:
            await states.asked(connection, subjects, name, now)


@dataclass(slots=True)
class _Copies:
    """Rows to be copied in, by table; keys with their subjects' new ids."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    keys: list[tuple[str, str, bytes]] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)


async def copy_person(place: Place, person_id: str, count: int) -> list[str]:
    """``count`` copies of one person by COPY; their person ids. Statistics are gathered afterwards."""
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select subject_id from link where person_id = %s and until is null", [person_id]
        )
        old = [row[0] for row in await cursor.fetchall()]
        model = {table: await _rows(connection, table, old) for table in _TABLES}
    keys = await place.vault.find({s["key_id"] for s in model["subject"]})
    key_of = {s["subject_id"]: keys[s["key_id"]] for s in model["subject"]}
    for row in model["statement"]:
        bound = (row["subject_id"], row["statement_id"], str(row["version"]))
        row["body"] = unseal(key_of[row["subject_id"]], bytes(row["body"]), *bound)
    kms = FileKms(place.settings.master_key_file)
    made = _Copies()
    for index in range(count):
        _copy(model, index, kms, made)
    await _write(place, made)
    return made.persons


def _copy(model: dict[str, list[Row]], index: int, kms: FileKms, made: _Copies) -> None:
    """One more person like the model, under new ids and keys."""
    person = new_id()
    made.persons.append(person)
    ids: dict[str, str] = {}
    sealing: dict[str, AESGCM] = {}
    for s in model["subject"]:
        raw_key, subject_id, key_id = AESGCM.generate_key(256), new_id(), new_id()
        ids[s["subject_id"]], sealing[subject_id] = subject_id, AESGCM(raw_key)
        made.keys.append((key_id, "subject", kms.wrap(raw_key)))
        local_id = seal(sealing[subject_id], b"copied", subject_id, "local id")
        made.rows["subject"].append(
            s | {"subject_id": subject_id, "key_id": key_id, "local_key": new_id(), "sealed_number": None}
            | {"sealed_local_id": local_id, "own_person": new_id(), "sealed_who": None, "sealed_places": None}
        )  # fmt: skip
    for table in _TABLES[1:]:
        for row in model[table]:
            copied = row | {"subject_id": ids[row["subject_id"]]}
            if table == "link":
                copied |= {"link_id": new_id(), "person_id": person}
            elif table == "person_key":
                copied["hash"] = keyed_id(b"measure", str(index), row["hash"])
            elif table == "statement":
                statement_id = keyed_id(b"measure", str(index), row["statement_id"])
                bound = (copied["subject_id"], statement_id, str(row["version"]))
                body = seal(sealing[copied["subject_id"]], row["body"], *bound)
                copied |= {"statement_id": statement_id, "body": body}
            made.rows[table].append(copied)


async def _write(place: Place, made: _Copies) -> None:
    async with (
        place.keys.transaction() as connection,
        connection.cursor() as cursor,
        cursor.copy("copy key (key_id, kind, wrapped) from stdin") as copy,
    ):
        for key in made.keys:
            await copy.write_row(key)
    async with place.record.transaction() as connection, connection.cursor() as cursor:
        await cursor.execute("set local statement_timeout = '120s'")
        for table, rows in made.rows.items():
            if not rows:
                continue
            async with cursor.copy(f"copy {table} ({', '.join(rows[0])}) from stdin") as copy:
                for row in rows:
                    await copy.write_row(list(row.values()))
    async with place.record.connection() as connection:
        await connection.execute("analyze")


async def _rows(connection: Connection, table: str, subjects: Sequence[str]) -> list[Row]:
    cursor = await connection.execute(f"select * from {table} where subject_id = any(%s)", [list(subjects)])
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
