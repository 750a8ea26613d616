"""The embedded server ends with its owner, comes back, and has one owner at a time."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import pytest

from aggregator.store.embedded import AlreadyRunning, running
from tests.store.owners import (
    PATIENCE,
    children,
    command,
    keep,
    kept,
    log,
    no_server_process_is_left,
    owning,
    until,
)

on_both = pytest.mark.parametrize("version", [16, 18])


@on_both
@pytest.mark.parametrize("way", ["leave", "raise", "exit", "atexit", "SIGTERM", "SIGINT", "SIGHUP"])
def test_every_ordinary_way_out_is_a_clean_shutdown(place: Path, version: int, way: str) -> None:
    with owning(place, version) as owner:
        word = keep(owner.url)
        with psycopg.connect(owner.url):  # a client that is still there does not hold up a fast shutdown
            if way.startswith("SIG"):
                owner.process.send_signal(signal.Signals[way])
            else:
                owner.say(way)
            owner.process.wait(PATIENCE)
        # Not "will be gone soon": the owner waited for it.
        assert no_server_process_is_left(place)
    assert log(place).rstrip().endswith("database system is shut down")
    with owning(place, version) as owner:
        assert word in kept(owner.url)
    assert "was not properly shut down" not in log(place)


@on_both
def test_no_server_is_left_behind_when_its_owner_is_killed(place: Path, version: int) -> None:
    with owning(place, version) as owner:
        owner.process.kill()
        owner.process.wait(PATIENCE)
        until(lambda: no_server_process_is_left(place), "no server process is left")
    # The kernel's signal asked for a fast shutdown, so even this left nothing to recover.
    assert log(place).rstrip().endswith("database system is shut down")


@on_both
def test_where_the_kernel_does_not_tell_a_watchdog_does(place: Path, version: int) -> None:
    with owning(place, version, kernel_tells=False) as owner:
        owner.process.kill()
        owner.process.wait(PATIENCE)
        until(lambda: no_server_process_is_left(place), "no server process is left")
    assert log(place).rstrip().endswith("database system is shut down")


def test_the_watchdog_leaves_with_a_server_that_is_stopped(place: Path, version: int) -> None:
    with owning(place, version, kernel_tells=False) as owner:
        watchdogs = [pid for pid in children(owner.server) if "launch.py" in command(pid)]
        assert len(watchdogs) == 1
        owner.say("leave")
        assert owner.process.wait(PATIENCE) == 0
    until(lambda: not Path(f"/proc/{watchdogs[0]}").exists(), "the watchdog is gone")


def test_a_start_right_after_the_owner_was_killed_waits_for_the_old_server(place: Path, version: int) -> None:
    with owning(place, version) as first:
        word = keep(first.url)
        first.process.kill()
        with owning(place, version) as second:
            assert second.server != first.server
            assert word in kept(second.url)


@on_both
def test_a_start_recovers_after_owner_and_server_were_killed(place: Path, version: int) -> None:
    with owning(place, version, durable=True) as owner:
        word = keep(owner.url)
        # The server first: it must not get the chance of a clean shutdown.
        os.kill(owner.server, signal.SIGKILL)
        owner.process.kill()
        owner.process.wait(PATIENCE)
        stale = set((place / "postgres").glob(".s.PGSQL.*"))
    with owning(place, version, durable=True) as owner:
        assert word in kept(owner.url)
        assert stale
        assert stale.isdisjoint((place / "postgres").glob(".s.PGSQL.*"))
    assert "was not properly shut down; automatic recovery in progress" in log(place)


def test_a_forked_worker_that_ends_stops_nothing(place: Path, version: int) -> None:
    with owning(place, version) as owner:
        for way in ("leave", "exit", "atexit", "SIGTERM"):
            owner.say(f"worker {way}")
            assert owner.hear() == {"worker": "gone"}
            keep(owner.url)


@pytest.mark.parametrize("kernel_tells", [True, False])
def test_a_worker_that_outlives_its_owner_holds_neither_place_nor_server(
    place: Path, version: int, kernel_tells: bool
) -> None:
    with owning(place, version, kernel_tells=kernel_tells) as owner:
        owner.say("worker stay")
        worker = owner.hear()["worker"]
        try:
            owner.process.kill()
            owner.process.wait(PATIENCE)
            with owning(place, version) as second:
                assert keep(second.url) in kept(second.url)
        finally:
            os.kill(worker, signal.SIGKILL)


def test_a_thread_that_may_end_before_the_process_cannot_start_it(home: Path, version: int) -> None:
    with owning(home, version, threaded=True) as owner:
        assert "main thread" in owner.refusal
    assert not home.exists()


# One owner at a time.


def test_a_second_start_in_the_same_home_is_refused_and_the_first_lives_on(place: Path, version: int) -> None:
    with owning(place, version) as first:
        with owning(place, version) as second:
            assert "another process already runs" in second.refusal
        with pytest.raises(AlreadyRunning), running(place, version=version):
            pass
        keep(first.url)


def test_the_same_process_cannot_run_one_home_twice(place: Path, version: int) -> None:
    with (
        running(place, version=version, durable=False),
        pytest.raises(AlreadyRunning),
        running(place, version=version, durable=False),
    ):
        pass


def test_two_places_share_no_lock_and_run_side_by_side(home: Path, version: int) -> None:
    homes = [home / "one", home / "two"]
    home.mkdir(mode=0o711)
    with owning(homes[0], version) as one, owning(homes[1], version) as two:
        for owner, own in ((one, homes[0]), (two, homes[1])):
            inside = {path.stat().st_ino for path in own.rglob("*")}
            held = _locks_of(owner.process.pid, owner.server)
            assert len(held) >= 2
            assert held <= inside
        words = [keep(one.url), keep(two.url)]
        assert [kept(one.url), kept(two.url)] == [words[:1], words[1:]]


def _locks_of(*pids: int) -> set[int]:
    # "1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF"
    lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return {int(words[5].split(":")[2]) for words in lines if words[1] != "->" and int(words[4]) in pids}
