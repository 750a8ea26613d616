"""A repeat of a push is a question like the first: decided, audited, and refused to whoever was stopped since."""

from __future__ import annotations

import psycopg
import pytest

from aggregator.care.push import Push
from schemas import strictjson
from schemas.codes import Category
from schemas.errors import NotSignedIn
from tests.places import Feed, Register, a_place, caller, number, patient, telling

HALE = number(0)
REQUEST = "7c1d7f5e-2f0e-4b8e-9d53-0d6a3a6f7f10"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_a_repeat_is_audited_and_refused_after_a_revocation(home, fresh_database, fresh_key_database):
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    feed.says["one"] = telling("ZAC01", "H1", patient("Hale", "Brian", "1948-03-02", HALE))
    register = Register(people={HALE.digits: ("Hale", "1948-03-02")})
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        (person,) = (await place.intake.ingest(feed.raw("one"))).persons
        push, system = (
            Push(place.records, place.intake, place.identity, place.record),
            caller("sys", "system", "ZAC01"),
        )
        resource = {
            "resourceType": "Condition",
            "identifier": [{"system": "urn:test", "value": "C1"}],
            "subject": {"reference": f"Patient/{person}"},
            "code": {"text": "Asthma"},
        }
        entry = {"resource": resource, "request": {"method": "POST", "url": "Condition"}}
        body = strictjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
        first = await push.bundle(system, body, REQUEST)
        assert (await push.bundle(system, body, REQUEST)).body == first.body
        with psycopg.connect(fresh_database, autocommit=True) as connection:
            told = connection.execute("select count(*) from audit where body like '%\"write\"%'").fetchone()
            connection.execute("insert into revoked (kind, key) values ('user', 'sys')")
        assert told == (3,)  # asked, written about the person, asked again
        with pytest.raises(NotSignedIn):
            await push.bundle(system, body, REQUEST)
