"""The power goes in the middle of a push: what was acknowledged is there afterwards, and nothing is there by half."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.journeys.answers import good, resources
from tests.journeys.running import Place, descendants, is_alive, until
from tests.journeys.test_push import SYSTEM, observation, transaction

BUNDLES, EACH = 100, 100
ENOUGH = 25  # so many are acknowledged when the power goes, and so many are not even begun
PEOPLE = ("brian", "mrs-x", "mrs-p", "mr-a")


def test_every_acknowledged_push_survives_kill_9(own_place: Place) -> None:
    hospital, doctor = own_place.signed_in("sys.acute"), own_place.signed_in("dr.patel")
    own_place.wait_settled()
    people = [doctor.find(key) for key in PEOPLE]
    acknowledged: list[int] = []
    dead = threading.Event()

    def push(number: int) -> None:
        if dead.is_set():
            return
        person = people[number % len(people)]
        body = transaction(*(observation(person, f"{number}/{n}", 50 + n / 10) for n in range(EACH)))
        try:
            answer = hospital.post("", body, X_Request_ID=str(uuid.uuid4()))
        except httpx.TransportError:
            return
        if answer.status_code == 503:
            return  # the database died before the door did
        assert len(good(answer)["entry"]) == EACH
        acknowledged.append(number)
        if len(acknowledged) == ENOUGH:
            assert own_place.process is not None
            own_place.process.kill()
            dead.set()

    assert own_place.process is not None
    family = descendants(own_place.process.pid)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(push, range(BUNDLES)))
    assert ENOUGH <= len(acknowledged) < BUNDLES

    own_place.process.wait(10)
    until(lambda: not any(map(is_alive, family)), "nothing of the killed place lives", 20)
    own_place.start()
    own_place.wait_ready()

    reader = own_place.signed_in("dr.patel")
    kept: Counter[int] = Counter()
    for person in people:
        found = good(reader.get(f"/Observation?patient={person}"))
        for resource in resources(found, "Observation"):
            kept.update(
                int(i["value"].partition("/")[0])
                for i in resource.get("identifier", [])
                if i["system"] == SYSTEM
            )
    assert {n for n in acknowledged if kept[n] != EACH} == set()
    assert set(kept.values()) == {EACH}, "a transaction is whole or not there"
    verified = own_place.command("verify-audit")
    assert verified.returncode == 0, "the audit chain is whole"


def web_workers(place: Place) -> list[int]:
    """Forked from the web process, so with its command line, or a title of their own."""
    return [pid for main in place.pids("process web")[:1] for pid in descendants(main)]


VICTIMS: dict[str, Callable[[Place], list[int]]] = {
    "a web worker": web_workers,
    "the HL7 v2 door": lambda place: place.pids("process listen"),
    "the timed work": lambda place: place.pids("process work"),
}


@pytest.mark.parametrize("name", VICTIMS)
def test_a_killed_process_of_a_place_is_started_again(place: Place, name: str) -> None:
    alive = VICTIMS[name]
    killed = until(lambda: alive(place), "it runs")[-1]
    os.kill(killed, signal.SIGKILL)
    until(lambda: set(alive(place)) - {killed}, "there is a new one")
    place.wait_ready()
    until(place.takes_messages, "the HL7 v2 door is open")
