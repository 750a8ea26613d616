"""Relationships: what a source said first does not undo what it said later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from schemas.codes import Category, RelationshipKind
from schemas.contribution import RelationshipClaim
from schemas.identifiers import Identifier, SubjectKey
from tests.places import NOW, Feed, a_place, patient, telling

KEY = SubjectKey("ZAC01", "H1")


def attendance(days_ago: int, *, ended: bool) -> RelationshipClaim:
    start = NOW - timedelta(days=100)
    return RelationshipClaim(
        KEY,
        "ZAC01",
        RelationshipKind.ATTENDANCE,
        start,
        start + timedelta(days=3) if ended else None,
        Identifier("urn:visit", "V1"),
        NOW - timedelta(days=days_ago),
    )


@pytest.mark.anyio
async def test_an_admission_that_comes_late_does_not_reopen_a_discharge(
    home, fresh_database, fresh_key_database
):
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    told = telling("ZAC01", "H1", patient("Hale", "Brian", "1948-03-02"), related=None)
    acute.says["discharge"] = replace(told, relationships=(attendance(97, ended=True),))
    acute.says["admission"] = replace(told, relationships=(attendance(100, ended=False),))
    async with a_place(home, fresh_database, fresh_key_database, acute) as place:
        await place.intake.ingest(acute.raw("discharge"))
        await place.intake.ingest(acute.raw("admission"))
    with psycopg.connect(fresh_database) as connection:
        ends = connection.execute("select end_at from relationship").fetchall()
    assert ends == [(NOW - timedelta(days=97),)]
