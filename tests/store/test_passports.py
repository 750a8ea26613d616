"""Frozen passports are kept once, whole and unreadable without their subject's key, on both PostgreSQL versions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.store.migrations.run import migrate
from aggregator.store.passports import Shelf
from aggregator.store.postgres import Database
from aggregator.store.vault import FileKms, KeyGone, Vault
from schemas.codes import Audience
from schemas.errors import Unavailable
from schemas.passport import Copy

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("server", [16, 18], indirect=True)]
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Shelved:
    shelf: Shelf
    vault: Vault
    record: Database
    key_id: str


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def kept(fresh_database, fresh_key_database, tmp_path) -> AsyncIterator[Shelved]:
    migrate(fresh_database, "record")
    migrate(fresh_key_database, "keys")
    record, keys = Database(fresh_database, "record store"), Database(fresh_key_database, "key store")
    await record.open()
    await keys.open()
    vault = Vault(keys, FileKms(tmp_path / "master.key", create=True))
    (key_id,) = await vault.create(1)
    async with record.connection() as connection:
        await connection.execute(
            "insert into subject (subject_id, organisation, local_key, sealed_local_id, key_id, own_person)"
            " values ('s', 'ZAC01', 'l', '', %s, 'p')",
            [key_id],
        )
    yield Shelved(Shelf(record, vault), vault, record, key_id)
    await record.close()
    await keys.close()


def copy(version: int = 1, audience: Audience = Audience.SYSTEM, **changes: object) -> Copy:
    made = Copy(
        passport_id="p",
        version=version,
        subject_id="s",
        person_id="person",
        recipient="ZCH01",
        audience=audience,
        frozen_at=AT + timedelta(hours=version),
        frozen_by="doctor@ZAC01",
        scope=frozenset({"s:c:", "s:d:location"}),
        statements=frozenset({"one", "two"}),
        digest="00",
        document=b'{"said": "Penicillin"}',
        pdf=b"%PDF" if audience is Audience.PAPER else b"",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_a_copy_comes_back_as_it_was_kept_newest_first(kept):
    first, second = copy(1), copy(2)
    paper = copy(1, Audience.PAPER)
    assert await kept.shelf.add([first, paper])
    assert await kept.shelf.add([second])
    assert await kept.shelf.latest(["s"], "ZCH01", [Audience.SYSTEM]) == [second, first]
    assert await kept.shelf.latest(["s"], "ZCH01", [Audience.PAPER]) == [paper]
    assert await kept.shelf.latest(["s"], "ZCH01", [Audience.SYSTEM], version=1) == [first]
    both = [Audience.SYSTEM, Audience.PAPER]
    assert await kept.shelf.latest(["s"], "ZCH01", both) == [second, first, paper]
    assert await kept.shelf.latest(["s"], "ZCH01", both[::-1]) == [second, paper, first]
    assert await kept.shelf.newest_version("p") == 2


async def test_other_recipients_and_other_subjects_are_not_given(kept):
    await kept.shelf.add([copy()])
    assert await kept.shelf.latest(["s"], "ZSC01", [Audience.SYSTEM]) == []
    assert await kept.shelf.latest(["other"], "ZCH01", [Audience.SYSTEM]) == []
    assert await kept.shelf.latest([], "ZCH01", [Audience.SYSTEM]) == []
    assert await kept.shelf.newest_version("other") == 0


async def test_a_version_is_kept_once_and_whole_or_not_at_all(kept):
    assert await kept.shelf.add([copy(1, Audience.PAPER)])
    assert not await kept.shelf.add([copy(1), copy(1, Audience.PAPER, document=b"another")])
    assert await kept.shelf.latest(["s"], "ZCH01", [Audience.SYSTEM]) == []
    (held,) = await kept.shelf.latest(["s"], "ZCH01", [Audience.PAPER])
    assert held.document == b'{"said": "Penicillin"}'


async def test_bytes_moved_to_another_row_do_not_open(kept):
    await kept.shelf.add([copy(1), copy(2, document=b"second")])
    async with kept.record.connection() as connection:
        await connection.execute(
            "update passport set sealed_document = (select sealed_document from passport where version = 1)"
            " where version = 2"
        )
    with pytest.raises(KeyGone):
        await kept.shelf.latest(["s"], "ZCH01", [Audience.SYSTEM])


async def test_without_the_key_a_copy_does_not_exist_and_none_can_be_added(kept):
    await kept.shelf.add([copy()])
    await kept.vault.destroy(kept.key_id)
    assert await kept.shelf.latest(["s"], "ZCH01", [Audience.SYSTEM]) == []
    with pytest.raises(Unavailable):
        await kept.shelf.add([copy(2)])
