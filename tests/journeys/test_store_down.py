"""A store that stops under load is told to whoever asks: 503, when to come back, and never a 500 or half an answer."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.journeys.answers import cells, good, outcome
from tests.journeys.conftest import new_folder
from tests.journeys.quiet import assert_quiet
from tests.journeys.running import Place, Reader, descendants, free_port, started, until

_PATIENT = httpx.Timeout(60)


class Load:
    """Readers who ask again and again; what they were answered."""

    def __init__(self, reader: Reader, path: str, readers: int = 4) -> None:
        self._reader, self._path = reader, path
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(readers)]
        self.answers: list[httpx.Response] = []
        self.lost = 0

    def _ask(self) -> None:
        while not self._end.is_set():
            try:
                self.answers.append(self._reader.get(self._path, timeout=_PATIENT))
            except httpx.TransportError:
                self.lost += 1

    def count(self, status: int) -> int:
        return sum(answer.status_code == status for answer in self.answers)

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def stopped(place: Place) -> Iterator[None]:
    """PostgreSQL stands still, all of its processes; it goes on afterwards."""
    server = place.postgres
    family = [server, *descendants(server)]
    try:
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)


def not_ready(place: Place) -> bool:
    return place.get("/health/ready", timeout=_PATIENT).status_code == 503


def test_a_database_that_stands_still_is_told_and_when_it_goes_on_so_do_the_answers(place: Place) -> None:
    doctor = place.signed_in("dr.patel")
    path = f"/Patient/{doctor.find('brian')}/$record"
    with Load(doctor, path) as load:
        until(lambda: load.count(200) > 5, "the first answers are there")
        with stopped(place):
            until(lambda: load.count(503) > 2, "readers are told", 60)
            until(lambda: not_ready(place), "the place says that it is not ready", 30)
            assert place.get("/health/live").status_code == 200
        place.wait_ready()
        before = load.count(200)
        until(lambda: load.count(200) > before + 5, "answers come again", 60)
    assert {answer.status_code for answer in load.answers} == {200, 503}
    assert load.lost == 0
    for answer in load.answers:
        if answer.status_code == 503:
            outcome(answer, 503)
            assert int(answer.headers["retry-after"]) > 0
    shown = {frozenset(cells(good(answer))) for answer in load.answers if answer.status_code == 200}
    assert len(shown) == 1, "an answer is whole or none"


def test_a_write_while_the_database_stands_still_is_refused_and_can_be_repeated(place: Place) -> None:
    from tests.journeys.test_push import held, observation

    name, request = os.urandom(8).hex(), "5f9c2c7e-0000-4000-8000-00000000abcd"
    doctor, hospital = place.signed_in("dr.patel"), place.signed_in("sys.acute")
    person = doctor.find("brian")
    body = observation(person, name)
    with stopped(place):
        late = hospital.post("/Observation", body, X_Request_ID=request)
        outcome(late, 503)
    place.wait_ready()
    assert hospital.post("/Observation", body, X_Request_ID=request).status_code in (200, 201)
    assert len(held(doctor, person, name)) == 1


@pytest.mark.redis
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server")
def test_a_shared_cache_that_dies_under_load_changes_no_answer() -> None:
    with new_folder() as folder:
        port = free_port()
        with (
            _redis(folder, port) as cache,
            started(folder, {"CARERECORD_REDIS_URL": f"redis://127.0.0.1:{port}/0"}) as place,
        ):
            place.wait_settled()
            doctor = place.signed_in("dr.patel")
            path = f"/Patient/{doctor.find('brian')}/$record"
            good(doctor.get(path))
            with Load(doctor, path) as load:
                until(lambda: load.count(200) > 5, "the first answers are there")
                cache.kill()
                cache.wait()
                before = load.count(200)
                until(lambda: load.count(200) > before + 20, "answers come without a cache", 60)
            assert {answer.status_code for answer in load.answers} == {200}
            assert load.lost == 0
            assert len({frozenset(cells(good(answer))) for answer in load.answers}) == 1
        assert_quiet(place)


@contextmanager
def _redis(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis server of our own that keeps nothing."""
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(
        ["redis-server", *arguments, "--dir", str(folder)], stdout=subprocess.DEVNULL
    ) as server:
        try:
            yield server
        finally:
            server.kill()
