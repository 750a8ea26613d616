"""Reading: the warm view beside the stripped pipe, cold views, and what the size of the place costs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import groupby
from statistics import median, quantiles
from typing import Any

from aggregator.app import open_place
from aggregator.merge import bundle
from benchmarks import fill, outside, stripped
from benchmarks.figures import figure
from benchmarks.machine import machine, resident_mb
from benchmarks.place import Bench, Place, load, request, served
from schemas.codes import Interaction

READER = "dr.patel"
_FACTS = 200
_SOURCES = 5

Line = dict[str, Any]


def views(bench: Bench) -> Iterator[Line]:
    """warm-view, warm-view-p99, worker-memory, cold-view, cold-view-asked, cold-view-5000."""
    place = bench.place("views")
    token = bench.token(READER)
    warm, asked = (2, 5) if bench.quick else (8, 40)
    copies, large = (10, 4) if bench.quick else (100, 12)
    kept = asyncio.run(_fill(place, token, _FACTS // _SOURCES, warm, asked, copies))
    with served(place, "record", MEASURE_FACTS=str(_FACTS // _SOURCES)) as (port, pid):
        yield from _warm(bench, place, port, token, kept["warm"])
        yield figure("worker-memory").line(resident_mb(pid), machine(bench.folder))
        yield _cold(bench, "cold-view", port, token, kept["copies"])
        yield _cold(bench, "cold-view-asked", port, token, kept["asked"])
    kept = asyncio.run(_fill(place, token, 1000, 0, 0, large, first=400_000))
    with served(place, "record", MEASURE_FACTS="1000") as (port, _):
        yield _cold(bench, "cold-view-5000", port, token, kept["copies"])


async def _fill(
    place: Place, token: str, count: int, warm: int, asked: int, copies: int, first: int = 0
) -> dict[str, list[str]]:
    """People to read, and the stripped pipe's segments of the first of them."""
    sources = outside.sources(count)
    async with open_place(place.settings, tracer=outside.Register(), sources=sources) as opened:
        numbers = range(first, first + warm + asked)
        kept = {
            "warm": await fill.take_in(opened, numbers[:warm], asked=True) if warm else [],
            "asked": await fill.take_in(opened, numbers[warm:], asked=False) if asked else [],
        }
        one = await fill.take_in(opened, [first + 1000], asked=True)
        kept["copies"] = await fill.copy_person(opened, one[0], copies)
        caller = await opened.callers.of_token(token)
        for person in kept["warm"]:
            record = await opened.records.record(caller, person, Interaction.RECORD)
            made = bundle.segments(record, f"{place.settings.base_url}/fhir")
            joined = [b"".join(s.body for s in run) for _, run in groupby(made, lambda s: s.classes)]
            await stripped.keep(place.settings, person, joined)
    return kept


def _warm(bench: Bench, place: Place, port: int, token: str, persons: list[str]) -> Iterator[Line]:
    seconds, times = (0.5, 2) if bench.quick else (2.0, 4)
    with served(place, "stripped") as (pipe_port, _):
        views = [request(port, "GET", f"/fhir/Patient/{p}/$record", token) for p in persons]
        pipes = [request(pipe_port, "GET", f"/stripped/{p}") for p in persons]
        each: dict[str, Any] = {"kind": "http", "connections": 16, "seconds": seconds}
        one_view = each | {"port": port, "requests": views}
        one_pipe = each | {"port": pipe_port, "requests": pipes}
        told = load(*[one_pipe, one_view] * (times + 1))[2:]  # the first of each is for warming up
    pipe, view = told[0::2], told[1::2]
    for one in (*pipe, *view):
        assert set(one["statuses"]) == {"200"}, one["statuses"]
    speed, beside = _speed(view), _speed(pipe)
    p50, p99 = _percentiles(view)
    pipe50, pipe99 = _percentiles(pipe)
    about = machine(bench.folder)
    yield figure("warm-view").line(
        speed,
        about,
        beside=beside,
        p50_ms=p50,
        pipe_p50_ms=pipe50,
        bytes=_octets(view),
        pipe_bytes=_octets(pipe),
        connections=16,
    )
    yield figure("warm-view-p99").line(p99, about, beside=pipe99)


def _cold(bench: Bench, name: str, port: int, token: str, persons: list[str]) -> Line:
    first, *rest = [request(port, "GET", f"/fhir/Patient/{p}/$record", token) for p in persons]
    once: dict[str, Any] = {"kind": "http", "port": port, "connections": 1, "once": True}
    _, told = load(once | {"seconds": 10, "requests": [first]}, once | {"seconds": 15, "requests": rest})
    assert set(told["statuses"]) == {"200"}, told["statuses"]
    p50, p99 = _percentiles([told])
    return figure(name).line(
        p50, machine(bench.folder), p99_ms=p99, views=len(told["latencies"]), bytes=_octets([told])
    )


def crowd(bench: Bench) -> Iterator[Line]:
    """crowd: the same small people read when few are kept, and again when many are."""
    place = bench.place("crowd")
    token = bench.token(READER)
    few, many, sample = (200, 2_000, 40) if bench.quick else (1_000, 50_000, 300)
    here = asyncio.run(_crowd(place, few))
    medians = []
    detail: dict[str, Any] = {}
    for size in (few, many):
        if size > few:
            here += asyncio.run(_crowd(place, size - few))
        chosen = here[:: max(1, len(here) // sample)][:sample]
        with served(place, "record", MEASURE_FACTS="1") as (port, _):
            once = [request(port, "GET", f"/fhir/Patient/{p}/$record", token) for p in chosen]
            given = {"kind": "http", "port": port, "connections": 1, "once": True, "seconds": 10}
            told = load(given | {"requests": once[:20]}, given | {"requests": once[20:]})[1]
        assert set(told["statuses"]) == {"200"}, told["statuses"]
        p50, p99 = _percentiles([told])
        medians.append(p50)
        detail[f"p99_ms_among_{size}"] = p99
    yield figure("crowd").line(
        medians[1], machine(bench.folder), beside=medians[0], people=many, few=few, **detail
    )


async def _crowd(place: Place, count: int) -> list[str]:
    """Small people: two organisations, a few facts each, all alike but for their ids."""
    sources = dict(list(outside.sources(3).items())[:2])
    async with open_place(place.settings, tracer=outside.Register(), sources=sources) as opened:
        one = await fill.take_in(opened, [1], asked=True)
        made: list[str] = []
        while len(made) < count:
            made += await fill.copy_person(opened, one[0], min(10_000, count - len(made)))
    return made


def _speed(rounds: list[dict[str, Any]]) -> float:
    seconds: float = sum(r["seconds"] for r in rounds)
    return sum(len(r["latencies"]) for r in rounds) / seconds


def _octets(rounds: list[dict[str, Any]]) -> int:
    """Of one answer, its head included."""
    octets: int = sum(r["octets"] for r in rounds)
    return octets // sum(len(r["latencies"]) for r in rounds)


def _percentiles(rounds: list[dict[str, Any]]) -> tuple[float, float]:
    """(median, 99th percentile) of all latencies of these rounds."""
    every = [x for r in rounds for x in r["latencies"]]
    return round(median(every), 3), round(quantiles(every, n=100, method="inclusive")[98], 3)
