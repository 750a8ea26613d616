"""Statements: immutable versions, live by true time, sealed to their row; on both server versions."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from schemas.codes import Category, Heading
from tests.places import NOW, Feed, a_place, allergy, caller, patient, telling

pytestmark = pytest.mark.parametrize("server", [16, 18], indirect=True)


def feed(*steps: tuple[str, int]) -> Feed:
    """A hospital that tells the same allergy with these (text, days from now)."""
    made = Feed("acute", "ZAC01", Category.ACUTE)
    for index, (text, days) in enumerate(steps):
        made.says[str(index)] = telling(
            "ZAC01",
            "H1",
            patient("Hale", "Brian", "1948-03-02"),
            (Heading.ALLERGIES, Category.ACUTE, allergy("A1", text)),
            at=NOW + timedelta(days=days),
        )
    return made


async def shown(place, person):
    record = await place.records.record(caller("dr", "doctor", "ZAC01"), person)
    return [e.resource["code"]["text"] for e in record.under(Heading.ALLERGIES)]


@pytest.mark.anyio
async def test_the_latest_true_time_stands_whatever_came_last(home, fresh_database, fresh_key_database):
    acute = feed(("newer", 0), ("older", -5))
    async with a_place(home, fresh_database, fresh_key_database, acute) as place:
        (person,) = (await place.intake.ingest(acute.raw("0"))).persons
        await place.intake.ingest(acute.raw("1"))
        assert await shown(place, person) == ["newer"]


@pytest.mark.anyio
async def test_a_body_moved_to_another_row_does_not_open(home, fresh_database, fresh_key_database):
    acute = feed(("one", 0))
    acute.says["0"] = telling(
        "ZAC01",
        "H1",
        patient("Hale", "Brian", "1948-03-02"),
        (Heading.ALLERGIES, Category.ACUTE, allergy("A1", "first")),
        (Heading.ALLERGIES, Category.ACUTE, allergy("A2", "second")),
    )
    async with a_place(home, fresh_database, fresh_key_database, acute) as place:
        (person,) = (await place.intake.ingest(acute.raw("0"))).persons
        with psycopg.connect(fresh_database, autocommit=True) as connection:
            connection.execute(
                "update statement set body = (select body from statement where type = 'AllergyIntolerance'"
                " order by statement_id limit 1)"
                " where type = 'AllergyIntolerance'"
            )
        with pytest.raises(Exception, match="do not open"):
            await shown(place, person)


@pytest.mark.anyio
async def test_a_destroyed_key_makes_a_restored_backup_unreadable(home, fresh_database, fresh_key_database):
    acute = feed(("one", 0))
    async with a_place(home, fresh_database, fresh_key_database, acute) as place:
        (person,) = (await place.intake.ingest(acute.raw("0"))).persons
        with psycopg.connect(fresh_database) as connection:
            keys = [row[0] for row in connection.execute("select key_id from subject")]
        for key in keys:
            await place.vault.destroy(key)
        # Nothing was taken from the record database: it is as a restored backup would be.
        assert await shown(place, person) == []


@pytest.mark.anyio
async def test_no_name_number_or_local_id_lies_readable_in_the_record_database(
    home, fresh_database, fresh_key_database
):
    acute = feed(("Penicillin", 0))
    async with a_place(home, fresh_database, fresh_key_database, acute) as place:
        await place.intake.ingest(acute.raw("0"))
    with psycopg.connect(fresh_database) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "select table_name from information_schema.tables where table_schema = 'public'"
                " and table_name not like 'procrastinate%'"
            )
        ]
        everything = " ".join(
            str(row) for table in tables for row in connection.execute(f"select t::text from {table} t")
        )
    for secret in ("Hale", "Brian", "Penicillin", "H1'"):
        assert secret not in everything
