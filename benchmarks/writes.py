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
    """mllp and mllp-statements, then mllp-mixed: eight senders, each waits for its answer before it sends again."""
    place = bench.place("messages")
    seconds, each = (1.0, 60) if bench.quick else (10.0, 2000)
    environment = dict(os.environ) | place.environment
    senders = range(_SENDERS)
    with started(["-m", "benchmarks.server", "listen"], environment) as (process, _):
        door: dict[str, Any] = {
            "kind": "mllp",
            "port": place.settings.mllp_port,
            "connections": _SENDERS,
            "once": True,
            "seconds": seconds,
        }

        def sent(count: int, *kinds: tuple[str, ...]) -> dict[str, Any]:
            return door | {"requests": [_encoded(outside.messages(c, count, *kinds)) for c in senders]}

        # Registering somebody is dearer, and rarer, than telling of them: it is not what is counted.
        load(sent(outside.REGISTERED) | {"seconds": 15})
        process.send_signal(signal.SIGUSR1)
        (adt,) = load(sent(each, outside.ADT))
        process.send_signal(signal.SIGUSR1)
        (mixed,) = load(sent(each, outside.MIXED))
        counted = [json.loads(line) for line in end(process).splitlines() if line.startswith("{")]
    about = machine(bench.folder)
    for name, told in (("mllp", adt), ("mllp-mixed", mixed)):
        assert set(told["statuses"]) == {"AA"}, told["statuses"]
        count = told["statuses"]["AA"]
        p50 = round(median(told["latencies"]), 2)
        yield figure(name).line(count / told["seconds"], about, p50_ms=p50, messages=count)
    count = adt["statuses"]["AA"]
    by_kind = {k: round(n / count, 3) for k, n in sorted(counted[1].items(), key=lambda kn: -kn[1])}
    yield figure("mllp-statements").line(sum(counted[1].values()) / count, about, statements=by_kind)


def _encoded(messages: list[bytes]) -> list[str]:
    return [b64encode(message).decode() for message in messages]
