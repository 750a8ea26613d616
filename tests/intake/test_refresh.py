"""Opening a record asks its sources side by side, waits no longer than it may, and keeps what comes late."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.source import Ask, CannotBeAsked, Raw, SourceDown, Terms
from adapters.wire.rest import WrongPerson
from aggregator.intake.refresh import Refresh
from schemas.codes import Category, CellState, Heading
from tests.care.piles import fall
from tests.intake.doubles import council, lasting, passing
from tests.places import Feed, a_place, caller, patient, telling

pytestmark = pytest.mark.anyio

DEADLINE = timedelta(milliseconds=300)


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    """(place, refresh, person, hanging source, quick source); the person is known to both."""
    hanging, quick = council("hanging"), council("quick", says={"0": fall("p-0")})
    async with a_place(home, fresh_database, fresh_key_database, hanging, quick) as place:
        (person,) = (await place.intake.ingest(quick.raw("0"))).persons
        refresh = Refresh(place.record, place.intake, place.identity, DEADLINE)
        yield place, refresh, person, hanging, quick
        await refresh.close()


async def look(place, name, columns):
    async with place.record.connection() as connection:
        cursor = await connection.execute(f"select {columns} from source_state where source = %s", [name])
        return await cursor.fetchone()


async def asked_of(place):
    async with place.record.connection() as connection:
        cursor = await connection.execute("select source from asked order by source")
        return [row[0] for row in await cursor.fetchall()]


async def test_a_source_that_hangs_costs_the_reader_the_deadline_and_the_quick_one_nothing(opened):
    place, refresh, person, hanging, quick = opened
    hanging.delay = 1.0
    begun = time.monotonic()
    await refresh.ask(person, [hanging, quick])
    took = time.monotonic() - begun
    assert 0.25 < took < 0.8
    assert await asked_of(place) == ["quick"]
    await refresh.close()
    assert await asked_of(place) == ["hanging", "quick"], "the late answer is kept"


async def test_two_readers_of_one_person_are_one_question(opened):
    _, refresh, person, _, quick = opened
    quick.delay = 0.1
    await asyncio.gather(*(refresh.ask(person, [quick]) for _ in range(5)))
    assert quick.questions == 1


async def test_a_source_that_is_down_is_kept_as_down_and_up_again_when_it_answers(opened):
    place, refresh, person, _, quick = opened
    quick.fails = [lasting("quick")]
    await refresh.ask(person, [quick])
    assert await look(place, "quick", "failures, down_since is not null") == (1, True)
    await refresh.ask(person, [quick])
    assert await look(place, "quick", "failures, down_since") == (0, None)


async def test_a_hitch_is_no_failure(opened):
    place, refresh, person, _, quick = opened
    quick.fails = [passing("quick")]
    await refresh.ask(person, [quick])
    await refresh.close()
    assert (quick.questions, await look(place, "quick", "failures, down_since")) == (2, (0, None))


async def test_somebody_else_s_data_waits_for_its_controller_and_says_nothing(opened):
    place, refresh, person, _, quick = opened
    quick.fails = [WrongPerson("quick", b"somebody else")]
    await refresh.ask(person, [quick])
    async with place.record.connection() as connection:
        cursor = await connection.execute("select kind, state, source from review")
        assert await cursor.fetchall() == [("wrong-person", "open", "quick")]
    assert isinstance(WrongPerson("quick", b""), SourceDown)


async def test_who_cannot_be_asked_for_is_never_taken_for_somebody_of_whom_nothing_is_known(
    tmp_path: Path, fresh_database: str, fresh_key_database: str
) -> None:
    source = Unaskable("gp", "ZGP01", Category.PRIMARY_CARE, fresh_for=timedelta(minutes=15))
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    acute.says["here"] = telling("ZAC01", "H1", patient("Holt", "Ann", "1950-01-01"))
    async with a_place(tmp_path, fresh_database, fresh_key_database, acute, source) as place:
        receipt = await place.intake.ingest(acute.raw("here"))
        (person,) = receipt.persons
        record = await place.records.record(caller("dr", "doctor", "ZAC01"), person)
        async with place.record.connection() as connection:
            cursor = await connection.execute("select count(*) from asked")
            assert await cursor.fetchone() == (0,)
    cells = {c.state for c in record.grid if c.source == "gp" and c.heading is Heading.ALLERGIES}
    assert cells == {CellState.LATE}


class Unaskable(Feed):
    """A source that tells of nobody unasked and knows nobody without a number."""

    @property
    def terms(self) -> Terms:
        return replace(Feed.terms.fget(self), asked_only=True)  # type: ignore[attr-defined]

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        raise CannotBeAsked(self.name)
