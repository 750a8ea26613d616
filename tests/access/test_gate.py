"""The gate: remembers decisions, never the moment at which they are asked for again."""

from __future__ import annotations

import psycopg
import pytest

from schemas.codes import Category
from tests.places import Feed, a_place, caller, patient, telling


@pytest.mark.anyio
async def test_every_look_is_audited_at_its_own_time(home, fresh_database, fresh_key_database):
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    acute.says["one"] = telling("ZAC01", "H1", patient("Hale", "Brian", "1948-03-02"))
    async with a_place(home, fresh_database, fresh_key_database, acute) as place:
        (person,) = (await place.intake.ingest(acute.raw("one"))).persons
        for _ in range(3):
            await place.records.record(caller("dr", "doctor", "ZAC01"), person)
    with psycopg.connect(fresh_database) as connection:
        times = [row[0] for row in connection.execute("select at from audit where person_id = %s", [person])]
    assert len(set(times)) == 3
