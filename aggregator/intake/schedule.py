"""Timed work of a place, through the queue in PostgreSQL: one pull of a source at a time, wherever it runs."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import timedelta

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from adapters.source import Speaks
from aggregator.intake.ingest import Intake
from aggregator.intake.jobs import tasks
from aggregator.store import outbox, replays
from aggregator.store.postgres import Database
from aggregator.store.vault import Vault
from schemas.errors import Unavailable

log = structlog.get_logger()

_END_SECONDS = 2.0
_LOOK_SECONDS = 1.0  # whoever asked for a reading again looks at its bar
_LEFT_SECONDS = 30  # a run that did not move for so long was left by a dead process


class Schedule:
    def __init__(
        self, intake: Intake, record: Database, vault: Vault, url: str, every: timedelta, raw_kept: timedelta
    ) -> None:
        self._intake = intake
        self._record = record
        self._every = every
        self._context = {"intake": intake, "record": record, "vault": vault, "raw_kept": raw_kept}
        self._queue = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))
        self._queue.add_tasks_from(tasks, namespace="intake")

    async def run(self, stop: asyncio.Event) -> None:
        """Queue pulls on time and work them off until ``stop``."""
        async with self._queue.open_async():
            worker = asyncio.create_task(
                self._queue.run_worker_async(
                    queues=["intake"],
                    # One for each source, so that those that hang hold up nobody, and some for the rest.
                    concurrency=len(self._intake.sources) + 4,
                    wait=True,
                    listen_notify=False,
                    fetch_job_polling_interval=1.0,
                    install_signal_handlers=False,
                    # Whatever is under way goes on where it stood, so nothing is lost by not waiting for it.
                    shutdown_graceful_timeout=_END_SECONDS,
                    delete_jobs="successful",
                    additional_context=self._context,
                )
            )
            due = 0.0
            while not stop.is_set():
                if time.monotonic() >= due:
                    due = time.monotonic() + self._every.total_seconds()
                    await self._queue_pulls()
                await self._queue_replays()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker

    async def relay(self) -> int:
        """Let readers of events see what was committed, in order; how many changes."""
        async with self._record.transaction() as connection:
            return await outbox.relay(connection)

    async def _queue_replays(self) -> None:
        """Queue the runs of reading again that nobody is at work on."""
        try:
            async with self._record.connection() as connection:
                waiting = await replays.unfinished(connection, _LEFT_SECONDS)
            for run_id in waiting:
                with suppress(AlreadyEnqueued):
                    await self._queue.configure_task("intake:replay", queueing_lock=run_id).defer_async(
                        run_id=run_id
                    )
        except (ConnectorException, Unavailable):
            return  # the next look will find them

    async def _queue_pulls(self) -> None:
        for name, source in self._intake.sources.items():
            if not source.terms.speaks & {Speaks.PULL, Speaks.DROP}:
                continue
            try:
                await self._queue.configure_task(
                    "intake:pull", queueing_lock=name, lock=f"pull {name}"
                ).defer_async(source=name)
            except AlreadyEnqueued:
                continue
            except ConnectorException:
                log.warning("queue.not_reached")
                return
