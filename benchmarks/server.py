"""The processes that are measured: `python -m benchmarks.server record|stripped|listen`.

``record`` is the place's own web application on one granian worker; only the systems outside it are in
process. ``stripped`` is what it is held against: the same bytes, fetched, decrypted, joined and sent.
``listen`` is the HL7 v2 door. Settings come from the environment, as in any place.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from aggregator import app as wiring
from aggregator.cli import logs, processes
from aggregator.settings import Settings
from benchmarks import outside, stripped


def settings() -> Settings:
    return Settings.read(demo=True)


def record() -> FastAPI:
    """The real application; sources that answer at once stand where the settings' own would."""
    logs.configure(level=40)
    count = int(os.environ["MEASURE_FACTS"])
    wiring.open_place = partial(wiring.open_place, tracer=outside.Register(), sources=outside.sources(count))
    made = wiring.web(settings())
    processes.rest_collector()
    return made


def stripped_pipe() -> FastAPI:
    """One FastAPI route: fetch, decrypt, join, send, with the audit row in the fetching statement."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with stripped.Pipe.open(settings()) as pipe:
            app.state.pipe = pipe
            yield

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/stripped/{name}")
    async def send(name: str, request: Request) -> Response:
        pipe: stripped.Pipe = request.app.state.pipe
        body = await pipe.read(name, datetime.now(UTC))
        return Response(body, media_type="application/fhir+json", headers={"Cache-Control": "no-store"})

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    return app


def _serve(factory: str) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    chosen = settings()
    Granian(
        f"benchmarks.server:{factory}",
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.ASGI,
        workers=1,
        factory=True,
        log_enabled=False,
        log_access=False,
        websockets=False,
    ).serve()


async def _listen() -> None:
    """The HL7 v2 door until SIGTERM. At SIGUSR1 and at the end: the SQL statements since then, by first words."""
    from aggregator.doors.mllp import Listener
    from aggregator.intake.hl7 import Hl7Feed

    logs.configure(level=50)
    counted = _count_statements()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    def tell() -> None:
        print(json.dumps(counted), flush=True)
        counted.clear()

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell)
    chosen = settings()
    feeds = outside.hospital_feed()
    async with wiring.open_place(chosen, tracer=outside.Register(), sources=feeds) as place:
        feed = Hl7Feed(place.intake, "acute")
        processes.rest_collector()
        async with Listener(feed.answer, feed.fail, port=chosen.mllp_port):
            print(json.dumps({"ready": True}), flush=True)
            await stop.wait()
    tell()


def _count_statements() -> Counter[str]:
    """Count what is sent to PostgreSQL; transaction marks are psycopg's own and are not counted here."""
    import psycopg

    counted: Counter[str] = Counter()
    execute = psycopg.AsyncCursor.execute

    async def counting(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        counted[" ".join(str(query).split()[:4])] += 1
        return await execute(self, query, *args, **more)

    psycopg.AsyncCursor.execute = counting  # type: ignore[method-assign]
    return counted


if __name__ == "__main__":
    match sys.argv[1]:
        case "record":
            _serve("record")
        case "stripped":
            _serve("stripped_pipe")
        case "listen":
            asyncio.run(_listen())
