"""The processes of a place. Each dies with its parent, and opens nothing before it runs.

``web``: the HTTP doors. ``listen``: the HL7 v2 door. ``work``: timed pulls, the relay, the sealer.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from aggregator.cli import logs, place
from aggregator.store.embedded.launch import die_with

log = structlog.get_logger()

_END_SECONDS = 6  # less than the patience of whoever supervises us


def begin() -> None:
    """What every process of a place does first."""
    logs.configure()
    if sys.platform == "linux":
        die_with(os.getppid(), signal.SIGTERM)


def rest_collector() -> None:
    """Let the garbage collector look at new objects only, and less often.

    What a process has made by now lives as long as it does, and one record makes more objects than the
    collector's usual patience: it would stop a view several times to find nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def web() -> None:
    """Run the HTTP doors: granian with one application for each worker."""
    from granian import Granian
    from granian.constants import Interfaces

    begin()
    settings = place.settings()
    Granian(
        "aggregator.cli.processes:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        factory=True,
        log_access=False,
        websockets=False,
        http1_settings=None,
        respawn_failed_workers=True,
    ).serve()


def application() -> object:
    """The web application of one worker: called after the fork."""
    from aggregator.app import web as make

    logs.configure()
    if sys.platform == "linux":
        # A killed main process would leave this worker behind, holding the port.
        die_with(os.getppid(), signal.SIGKILL)
    made = make(place.settings())
    rest_collector()
    return made


def listen() -> None:
    """Run the HL7 v2 door for the place's stream source."""
    begin()
    asyncio.run(_listen())


async def _listen() -> None:
    from adapters.acute.feed import HospitalFeed
    from aggregator.app import open_place
    from aggregator.doors import mllp_tls
    from aggregator.doors.mllp import Listener
    from aggregator.intake.hl7 import Hl7Feed

    settings = place.settings()
    stop = _stop_event()
    async with open_place(settings) as opened:
        feeds = [name for name, s in opened.intake.sources.items() if isinstance(s, HospitalFeed)]
        hospital = next(iter(feeds), None)
        if hospital is None:
            log.warning("mllp.no_source")
            await stop.wait()
            return
        feed = Hl7Feed(opened.intake, hospital)
        rest_collector()
        certificate, key = settings.mllp_certificate_file, settings.mllp_key_file
        tls = (
            mllp_tls.context(certificate, key, settings.mllp_client_ca_file) if certificate and key else None
        )
        async with Listener(feed.answer, feed.fail, host=settings.host, port=settings.mllp_port, tls=tls):
            log.info("mllp.listening", port=settings.mllp_port, tls=tls is not None)
            await stop.wait()


def work() -> None:
    """Run the timed work of the place."""
    begin()
    asyncio.run(_work())


async def _work() -> None:
    from aggregator.access.sealing import Sealer
    from aggregator.app import open_place
    from aggregator.intake.schedule import Schedule
    from schemas.errors import Unavailable

    settings = place.settings()
    stop = _stop_event()
    async with open_place(settings) as opened:
        schedule = Schedule(
            opened.intake,
            opened.record,
            opened.vault,
            settings.database_url,
            settings.pull_every,
            settings.raw_kept,
        )
        sealer = Sealer(opened.record, opened.secrets)
        running = asyncio.create_task(schedule.run(stop))
        while not stop.is_set():
            with suppress(Unavailable):
                await schedule.relay()
                while await sealer.seal(datetime.now(UTC)) and not stop.is_set():
                    pass
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1.0)
        await running


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        # When the main process was killed, the database is gone too and the queue waits for it for minutes.
        signal.alarm(_END_SECONDS)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    return stop
