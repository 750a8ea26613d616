"""A source that fails takes nothing else with it: the record answers on time and says who is missing.

What housing told before stays in view with its age. Deadlines here are those of a reader who waits, with room
for a loaded machine; the product's own is 0.8 s for all sources together.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.journeys.answers import Resource, cells, good, says, since
from tests.journeys.conftest import new_folder
from tests.journeys.quiet import assert_quiet
from tests.journeys.running import Place, Reader, started, until

ON_TIME = 4.0
HOME = ("home", "housing")


@pytest.fixture(scope="module")
def breaking() -> Iterator[Place]:
    """A place whose housing system is broken and mended again. Each journey opens somebody's record first."""
    with new_folder() as folder:
        with started(folder) as running:
            running.wait_settled()
            yield running
        assert_quiet(running)


@pytest.fixture
def mended(breaking: Place) -> Iterator[Place]:
    breaking.fault("housing", "off")
    told = breaking.command("pull", "housing")
    assert told.returncode == 0, "housing does not answer before it is broken"
    yield breaking
    breaking.fault("housing", "off")


def record(reader: Reader, person: str) -> Resource:
    """The record, which must come on time."""
    begun = time.monotonic()
    answer = good(reader.get(f"/Patient/{person}/$record"))
    assert time.monotonic() - begun < ON_TIME
    return answer


def down_since(answer: Resource) -> datetime | None:
    """Since when the grid says that housing is down."""
    moments = since(answer, "housing").get("down", set())
    assert len(moments) <= 1
    return datetime.fromisoformat(moments.pop()) if moments else None


def test_a_stopped_housing_system_is_down_since_it_stopped_and_the_rest_is_told(own_place: Place) -> None:
    own_place.wait_settled()
    doctor = own_place.signed_in("dr.patel")
    brian = doctor.find("brian")
    (housing,) = own_place.pids("demo.systems.housing")
    stopped = datetime.now(UTC)
    os.kill(housing, signal.SIGKILL)

    answer = record(doctor, brian)
    told = down_since(answer)
    assert told is not None
    assert stopped <= told <= datetime.now(UTC)
    assert {who for _, who in cells(answer)} == {"acute", "social-care", "mental-health", "gp", "care-home"}
    assert says(answer, "Black mould in back bedroom"), "what it told before stays"
    assert down_since(record(doctor, brian)) == told, "it stays down since then"


def test_a_system_that_hangs_holds_nobody_up(mended: Place) -> None:
    doctor = mended.signed_in("dr.patel")
    person = doctor.find("mrs-x")
    begun = datetime.now(UTC)
    mended.fault("housing", "hang")
    assert ("demographics", "acute") in cells(record(doctor, person))
    told = until(lambda: down_since(record(doctor, person)), "housing is said to be down", 30)
    assert begun <= told <= datetime.now(UTC)

    mended.fault("housing", "off")
    assert mended.command("pull", "housing").returncode == 0
    assert down_since(record(doctor, person)) is None
    assert HOME in cells(record(doctor, person))


def test_a_system_that_breaks_off_is_down(mended: Place) -> None:
    doctor = mended.signed_in("dr.patel")
    person = doctor.find("mrs-p")
    mended.fault("housing", "reset")
    answer = record(doctor, person)
    assert down_since(answer) is not None
    assert ("demographics", "acute") in cells(answer)


def test_what_a_system_says_of_somebody_else_is_never_shown_and_rings_a_bell(mended: Place) -> None:
    doctor = mended.signed_in("dr.patel")
    person = doctor.find("restricted-address")
    mended.fault("housing", "other-person")
    answer = record(doctor, person)

    until(lambda: "source.wrong_person" in mended.output.read_text(), "somebody is told", 15)
    own = mended.lives["restricted-address"].housing
    assert own is not None
    mine = {repair.description for repair in own.repairs}
    others = [p.housing for key, p in mended.lives.items() if key != "restricted-address" and p.housing]
    strange = {repair.description for other in others for repair in other.repairs} - mine
    assert strange
    for shown in (answer, record(doctor, person)):
        assert not any(says(shown, description) for description in strange)
