"""Shuffled, repeated and split in batches of any size, a feed leads to the record that it leads to in order."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.acute.feed import HospitalFeed
from adapters.acute.translate import Sender
from adapters.source import Raw
from aggregator.app import Place, open_place
from aggregator.store.migrations.run import migrate
from schemas import strictjson
from tests.conftest import fresh_pair
from tests.intake.hospital import ORGANISATION, Life, lives
from tests.places import Register, caller, number, settings

pytestmark = pytest.mark.anyio
DOCTOR = caller("dr", "doctor", ORGANISATION)


@asynccontextmanager
async def _hospital(home: Path, record: str, keys: str, people: Sequence[Life]) -> AsyncIterator[Place]:
    migrate(record, "record")
    migrate(keys, "keys")
    register = Register({number(p.index).digits: (p.family, _iso(p.birth)) for p in people})
    feed = {"acute": HospitalFeed(Sender(ORGANISATION))}
    async with open_place(settings(home, record, keys), tracer=register, sources=feed) as place:
        yield place


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


async def _take(place: Place, messages: Sequence[bytes], chance: random.Random) -> set[tuple[str, str]]:
    """In batches of any size; what was refused, by field and reason."""
    refused, rest = set[tuple[str, str]](), list(messages)
    while rest:
        size = chance.randint(1, 64)
        batch, rest = rest[:size], rest[size:]
        raws = [Raw("acute", "hl7v2", content, datetime.now(UTC)) for content in batch]
        refused |= {(f.field, f.reason) for r in await place.intake.ingest_many(raws) for f in r.refusals}
    return refused


async def _records(place: Place, people: Sequence[Life]) -> dict[int, Any]:
    """Each person's record, without the random person id and what says when and as how many it was received.

    A version's number counts arrivals, so it stands in Provenance only.
    """
    found = {}
    for life in people:
        person = await place.identity.by_number(number(life.index))
        assert person is not None
        segments, _ = await place.records.segments(DOCTOR, person, "http://x/fhir")
        bundle = strictjson.read(b"".join(segments).replace(person.encode(), b"PERSON"))
        entries = [
            e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] != "OperationOutcome"
        ]
        for resource in entries:
            for moment in ("recorded", "date"):
                if resource["resourceType"] in ("Provenance", "List"):
                    resource.pop(moment, None)
            resource.get("meta", {}).pop("lastUpdated", None)
            if resource["resourceType"] == "Provenance":
                for entity in resource["entity"]:
                    named = entity["what"]["identifier"]
                    named["value"] = named["value"].partition("/")[0]
        found[life.index] = entries
    return found


async def _relationships(place: Place) -> list[Any]:
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select organisation, kind, evidence, start_at, end_at from relationship order by 3, 1, 2"
        )
        return await cursor.fetchall()


@pytest.mark.parametrize("count", [10_000])
async def test_shuffled_and_repeated_messages_lead_to_the_same_records_as_in_order(
    tmp_path: Path, fresh_database: str, fresh_key_database: str, server: Any, count: int
) -> None:
    people = lives(100, seed=7)
    told = [message for life in people for message in life.told]
    chance = random.Random(11)
    mixed = [*told, *(chance.choice(told) for _ in range(count - len(told)))]
    chance.shuffle(mixed)
    assert len(told) < count / 5

    async with _hospital(tmp_path / "in-order", fresh_database, fresh_key_database, people) as place:
        assert await _take(place, told, random.Random(1)) == set()
        in_order = await _records(place, people)
        related = await _relationships(place)

    (tmp_path / "shuffled").mkdir()
    # Ids of facts are keyed with the place's own secret: the same secret, the same ids.
    shutil.copy(tmp_path / "in-order/master.key", tmp_path / "shuffled/master.key")
    with fresh_pair(server) as (record, keys):
        async with _hospital(tmp_path / "shuffled", record, keys, people) as place:
            assert await _take(place, mixed, random.Random(2)) == set()
            shuffled = await _records(place, people)
            assert await _relationships(place) == related

    assert sum(len(entries) for entries in in_order.values()) > 1_000
    different = [index for index in in_order if in_order[index] != shuffled[index]]
    assert different == []
