"""The outside systems, read by the very sources that read real ones: all is kept, and their faults are seen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest

from adapters import registry
from adapters.connection import Connection
from adapters.source import Ask, CannotBeAsked, Raw, Source, SourceDown
from adapters.wire.rest import WrongPerson
from schemas.checks import refusals
from schemas.identifiers import nhs_number
from tests.contracts.sources import NUMBER
from tests.demo.systems.conftest import ORGANISATIONS, ROOT, SYSTEMS, Running, command, started

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
T = TypeVar("T")
Start = Callable[[str], Running]


def kind(name: str) -> str:
    return name.replace("_", "-")


async def with_source(system: Running, work: Callable[[Source], Awaitable[T]], seen: list[str]) -> T:
    """Run ``work`` with the source of this system; the addresses that were asked for go to ``seen``."""

    async def note(request: httpx.Request) -> None:
        seen.append(str(request.url))

    async with httpx.AsyncClient(trust_env=False, event_hooks={"request": [note]}) as client:
        connection = Connection(
            ORGANISATIONS[system.name], url=system.url, secret_file=system.key_file, deadline=0.7
        )
        return await work(registry.make(kind(system.name), kind(system.name), connection, client))


def ask(system: Running, work: Callable[[Source], Awaitable[T]], seen: list[str] | None = None) -> T:
    addresses: list[str] = [] if seen is None else seen
    return anyio.run(lambda: with_source(system, work, addresses))


async def sweep(source: Source) -> list[tuple[Raw, str]]:
    return [pair async for pair in source.pull("", NOW)]


@pytest.mark.parametrize("name", SYSTEMS)
def test_everybody_is_swept_once_and_every_fact_is_kept(running: Start, name: str) -> None:
    async def all_of_it(source: Source) -> tuple[list[Any], int]:
        pairs = await sweep(source)
        again = [pair async for pair in source.pull(pairs[-1][1], NOW)]
        return [source.translate(raw) for raw, _ in pairs], len(again)

    told, again = ask(running(name), all_of_it)
    assert len({c.key for t in told for c in t.subjects}) == len(told) > 5
    assert [r for t in told for r in t.refusals] == []
    assert [p for t in told for s in t.statements for p in refusals(s)] == []
    assert again == 0


@pytest.mark.parametrize("name", ["social_care", "mental_health"])
def test_a_person_is_found_by_number_and_no_address_tells_it(running: Start, name: str) -> None:
    async def find(source: Source) -> tuple[Any, list[Raw]]:
        told = [source.translate(raw) for raw, _ in await sweep(source)]
        claim = next(c for t in told for c in t.subjects if c.nhs_number)
        return claim, await source.pull_person(Ask((), claim.nhs_number), NOW)

    seen: list[str] = []
    claim, raws = ask(running(name), find, seen)
    assert raws
    assert seen
    assert not any(claim.nhs_number.digits in address for address in seen)


def test_housing_is_never_asked_by_number_and_holds_none(running: Start) -> None:
    async def look(source: Source) -> list[Any]:
        told = [source.translate(raw) for raw, _ in await sweep(source)]
        with pytest.raises(CannotBeAsked):
            await source.pull_person(Ask((), nhs_number(NUMBER)), NOW)
        return told

    seen: list[str] = []
    told = ask(running("housing"), look, seen)
    assert not any(c.nhs_number for t in told for c in t.subjects)
    assert not any("search" in address for address in seen)


@pytest.mark.parametrize("fault", ["hang", "reset", "half", "not-json"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_broken_system_is_down_in_time_and_mends(running: Start, name: str, fault: str) -> None:
    system = running(name)

    async def one(source: Source) -> list[Raw]:
        return await source.pull_person(Ask(("1",)), NOW)

    system.fault(fault)
    begun = time.monotonic()
    with pytest.raises(SourceDown):
        ask(system, one)
    assert time.monotonic() - begun < 5
    system.fault("off")
    assert ask(system, lambda source: source.check()) == []


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_that_mixes_people_up_is_refused(running: Start, name: str) -> None:
    system = running(name)

    async def mixed(source: Source) -> None:
        (raw, _), *_ = await sweep(source)
        (claim,) = source.translate(raw).subjects
        system.fault("other-person")
        with pytest.raises(WrongPerson):
            await source.pull_person(Ask((claim.key.local_id,)), NOW)
        swept = await sweep(source)
        assert {raw.form for raw, _ in swept} == {"quarantine"}

    ask(system, mixed)
    system.fault("off")


@pytest.mark.parametrize("name", ["social_care", "mental_health"])
def test_the_return_that_is_dropped_is_kept_whole(running: Start, name: str) -> None:
    system = running(name)

    async def read() -> list[Any]:
        connection = Connection(
            ORGANISATIONS[name],
            folder=system.drop,
            providers={"1-999000001": "ZCH01", "1-999000003": "ZHC01"},
        )
        async with httpx.AsyncClient() as client:
            source = registry.make("returns", f"{kind(name)}-returns", connection, client)
            return [source.translate(raw) for raw, _ in await sweep(source)]

    told = anyio.run(read)
    assert [r for t in told for r in t.refusals] == []
    assert [p for t in told for s in t.statements for p in refusals(s)] == []
    assert all(t.statements for t in told)
    assert told


@pytest.mark.parametrize("name", SYSTEMS)
def test_nobody_without_the_key_is_answered(running: Start, name: str) -> None:
    system = running(name)
    for path in ("/api/v1/people/changes", "/api/v1/patients/changes", "/api/v2/persons/changes", "/__fault"):
        assert httpx.get(system.url + path, trust_env=False).status_code == 401


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_ends_when_told_and_has_logged_nothing(name: str, tmp_path: Path) -> None:
    with started(name, tmp_path) as system:
        httpx.get(f"{system.url}/api/v1/people/somebody/file?who=somebody", trust_env=False)
        system.process.send_signal(signal.SIGTERM)
        out, err = system.process.communicate(timeout=10)
        assert (system.process.returncode, out, err) == (0, "", "")
        assert oct(system.key_file.stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_ends_with_its_parent(name: str, tmp_path: Path) -> None:
    parent = f"import subprocess, time\np = subprocess.Popen({command(name, tmp_path)!r})\ntime.sleep(600)"
    with subprocess.Popen(
        [sys.executable, "-c", parent], cwd=ROOT, text=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        # The pipe ends when the last process that holds it does.
        assert process.communicate(timeout=10)[0] == ""
