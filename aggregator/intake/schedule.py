"""Timed work of a place, through the queue in PostgreSQL: one pull of a source at a time, wherever it runs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from adapters.source import Speaks
from aggregator.intake.ingest import Intake
from aggregator.intake.jobs import tasks
from aggregator.store import outbox
from aggregator.store.postgres import Database

log = structlog.get_logger()


class Schedule:
    def __init__(self, intake: Intake, record: Database, url: str, every: timedelta) -> None:
        self._intake = intake
        self._record = record
        self._every = every
        self._queue = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))
        self._queue.add_tasks_from(tasks, namespace="intake")

    async def run(self, stop: asyncio.Event) -> None:
        """Queue pulls on time and work them off until ``stop``."""
        async with self._queue.open_async():
            worker = asyncio.create_task(
                self._queue.run_worker_async(
                    queues=["intake"],
                    concurrency=4,
                    wait=True,
                    listen_notify=False,
                    fetch_job_polling_interval=1.0,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    additional_context={"intake": self._intake, "record": self._record},
                )
            )
            while not stop.is_set():
                await self._queue_pulls()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._every.total_seconds())
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker

    async def relay(self) -> int:
        """Let readers of events see what was committed, in order; how many changes."""
        async with self._record.transaction() as connection:
            return await outbox.relay(connection)

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
