"""A demo place ends when it is told to, leaves nothing behind, and goes on where it was when it starts again."""

from __future__ import annotations

import os
import signal
import socket
import time
import uuid
from pathlib import Path

from tests.journeys.quiet import assert_quiet
from tests.journeys.running import Place, descendants, is_alive, until
from tests.journeys.test_push import held, observation

# Seconds on a machine that has nothing else to do; a busy one gets time in proportion to its load.
ANSWERS_WITHIN = 20.0
ENDS_WITHIN = 10.0


def test_ctrl_c_ends_everything_and_the_next_start_keeps_the_data(folder: Path) -> None:
    place = Place(folder)
    try:
        begun = time.monotonic()
        place.start()
        place.wait_ready()
        assert time.monotonic() - begun < ANSWERS_WITHIN * busy()
        place.wait_settled()
        doctor = place.signed_in("dr.patel")
        person, name = doctor.find("mrs-p"), uuid.uuid4().hex
        kept = place.signed_in("sys.acute").post("/Observation", observation(person, name))
        assert kept.status_code == 201

        assert place.process is not None
        family = descendants(place.process.pid)
        assert len(family) > 5
        begun = time.monotonic()
        assert place.end(signal.SIGINT) == 0
        assert time.monotonic() - begun < ENDS_WITHIN * busy()
        assert [pid for pid in family if is_alive(pid)] == []
        assert not _listens(place.port)
        assert not _listens(place.mllp_port)

        begun = time.monotonic()
        place.start()
        place.wait_ready()
        assert time.monotonic() - begun < ANSWERS_WITHIN * busy()
        assert len(held(place.signed_in("dr.patel"), person, name)) == 1
        place.wait_settled()
        assert len(held(place.signed_in("dr.patel"), person, name)) == 1
    finally:
        place.end()
        place.http.close()
    assert_quiet(place)


def test_a_place_that_is_told_to_end_while_it_starts_leaves_nothing_either(folder: Path) -> None:
    place = Place(folder)
    place.start()
    assert place.process is not None
    until(lambda: place.pids(str(place.home)), "its database is being made")
    family = descendants(place.process.pid)
    assert place.end(signal.SIGTERM) == 0
    assert [pid for pid in family if is_alive(pid)] == []


def test_two_places_in_one_home_are_refused(place: Place) -> None:
    world = (place.home / "demo.json").read_bytes()
    second = place.command("demo", "--port", "0", "--mllp-port", "0", "--people", "99")
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1, "one sentence, no traceback"
    assert (place.home / "demo.json").read_bytes() == world
    assert place.is_ready()


def busy() -> float:
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
