"""A return sent twice, through the place's own pull: what the second lacks is gone, what it corrects is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.connection import Connection
from adapters.social_care.cld import ClientLevelData
from aggregator.app import Place, open_place
from aggregator.intake.feed import pull
from aggregator.store.migrations.run import migrate
from aggregator.store.vault import unseal
from demo.lives import Person, lives
from demo.systems.dropping import drop
from demo.systems.social_care import cld, cld_before
from schemas import strictjson
from tests.places import Register, settings

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 22)
NAME = "social-care-returns"


@pytest.fixture(scope="module")
def everyone() -> Sequence[Person]:
    return list(lives(7, 60, TODAY))


@pytest.fixture
async def place(tmp_path: Path, fresh_database: str, fresh_key_database: str) -> Any:
    migrate(fresh_database, "record")
    migrate(fresh_key_database, "keys")
    folder = tmp_path / "drop"
    folder.mkdir()
    source = ClientLevelData(Connection("ZSC01", folder=folder), NAME)
    asked = settings(tmp_path, fresh_database, fresh_key_database)
    async with open_place(asked, tracer=Register(), sources={NAME: source}) as opened:
        yield opened


async def live(place: Place) -> dict[str, dict[str, Any]]:
    """The live events by their natural key."""
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select s.subject_id, statement_id, version, body, key_id from statement s join subject using (subject_id)"
            " where live and type in ('ServiceRequest', 'Task', 'EpisodeOfCare')"
        )
        found = await cursor.fetchall()
    keys = await place.vault.find({row[4] for row in found})
    told = [strictjson.read(unseal(keys[k], bytes(b), s, i, str(v))) for s, i, v, b, k in found]
    return {f"{t['resourceType']} {t['identifier'][0]['value']}": t for t in told}


def outcomes(events: dict[str, dict[str, Any]]) -> int:
    return sum("Outcome" in e["url"] for event in events.values() for e in event["extension"])


async def test_the_second_sending_takes_back_the_row_it_lacks_and_corrects_the_other(
    place: Place, tmp_path: Path, everyone: Sequence[Person]
) -> None:
    folder = tmp_path / "drop"
    first = cld_before.content(everyone, TODAY)
    drop(folder, cld_before.name(TODAY), first, timedelta(minutes=1))
    assert await pull(place.intake, place.record, NAME) == (1, 0)
    before = await live(place)
    drop(folder, cld.name(TODAY), cld.content(everyone, TODAY))
    assert await pull(place.intake, place.record, NAME) == (1, 0)
    after = await live(place)
    assert len(before.keys() - after.keys()) == 1
    assert not after.keys() - before.keys()
    assert outcomes(after) == outcomes({k: before[k] for k in after}) + 1


async def test_a_second_sending_with_a_refused_row_takes_nothing_back(
    place: Place, tmp_path: Path, everyone: Sequence[Person]
) -> None:
    folder = tmp_path / "drop"
    drop(folder, "a.csv", cld_before.content(everyone, TODAY), timedelta(minutes=1))
    await pull(place.intake, place.record, NAME)
    before = await live(place)
    lines = cld.content(everyone, TODAY).split(b"\r\n")
    drop(folder, "b.csv", b"\r\n".join([*lines[:-1], b"half a row", b""]))
    _, refused = await pull(place.intake, place.record, NAME)
    assert refused >= 1
    assert (await live(place)).keys() == before.keys()
