"""Writing: transaction Bundles over HTTP, HL7 v2 messages over MLLP. What is counted was committed first."""

from __future__ import annotations

import json
import os
import signal
from base64 import b64encode
from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks import outside, people
from benchmarks.figures import figure
from benchmarks.machine import machine
from benchmarks.place import Bench, end, load, request, served, started

_BUNDLE = 100
_SENDERS = 8

Line = dict[str, Any]


def pushes(bench: Bench) -> Iterator[Line]:
    """push: Bundles of 100 resources about one person each, four senders, no Bundle sent twice."""
    place = bench.place("pushes")
    token = bench.token("sys.gp")
    seconds, most, persons = (1.0, 40, 10) if bench.quick else (10.0, 600, 50)
    with served(place, "record", MEASURE_FACTS="1") as (port, _):
        bundles = [
            request(port, "POST", "/fhir", token, people.bundle(i % persons, i, _BUNDLE)) for i in range(most)
        ]
        warm = persons // 2
        once = {"kind": "http", "port": port, "connections": 4, "once": True}
        _, told = load(
            once | {"seconds": 5, "requests": bundles[:warm]},
            once | {"seconds": seconds, "requests": bundles[warm:]},
        )
    good = told["statuses"].get("200", 0)
    assert set(told["statuses"]) == {"200"}, told["statuses"]
    yield figure("push").line(
        good * _BUNDLE / told["seconds"],
        machine(bench.folder),
        bundles=good,
        p50_ms=round(median(told["latencies"]), 1),
    )


def messages(bench: Bench) -> Iterator[Line]:
    """mllp and mllp-statements: eight senders, each waits for its acknowledgement before it sends again."""
    place = bench.place("messages")
    seconds, each = (1.0, 60) if bench.quick else (10.0, 1500)
    environment = dict(os.environ) | place.environment
    with started(["-m", "benchmarks.server", "listen"], environment) as (process, _):
        sent = [[b64encode(m).decode() for m in outside.messages(c, each)] for c in range(_SENDERS)]
        door: dict[str, Any] = {
            "kind": "mllp",
            "port": place.settings.mllp_port,
            "connections": _SENDERS,
            "once": True,
        }
        # Registering somebody is dearer, and rarer, than telling of them: it is not what is counted.
        load(door | {"seconds": 15, "requests": [one[: outside.REGISTERED] for one in sent]})
        process.send_signal(signal.SIGUSR1)
        (told,) = load(door | {"seconds": seconds, "requests": [one[outside.REGISTERED :] for one in sent]})
        counted = json.loads(end(process).splitlines()[-1])
    assert set(told["statuses"]) == {"AA"}, told["statuses"]
    count = told["statuses"]["AA"]
    about = machine(bench.folder)
    yield figure("mllp").line(
        count / told["seconds"], about, p50_ms=round(median(told["latencies"]), 2), messages=count
    )
    by_kind = {k: round(n / count, 3) for k, n in sorted(counted.items(), key=lambda kn: -kn[1])}
    yield figure("mllp-statements").line(sum(counted.values()) / count, about, statements=by_kind)
