"""The tasks of the queue. Jobs carry opaque names only; what they need comes from the worker's context."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from procrastinate import Blueprint, JobContext

from aggregator.intake.feed import pull
from aggregator.store import raws

tasks = Blueprint()
log = structlog.get_logger()

_LEFT_ALONE = timedelta(minutes=2)  # raw input that is still waiting after this was left by a dead process


@tasks.task(name="pull", queue="intake", pass_context=True)
async def pull_source(context: JobContext, source: str) -> None:
    """Take in what one source has new."""
    intake, record = _intake(context)
    count, refused = await pull(intake, record, source)
    if count:
        log.info("pulled", source=source, raw=count, refused=refused)


@tasks.periodic(cron="* * * * *")
@tasks.task(name="pick-up", queue="intake", pass_context=True)
async def pick_up(context: JobContext, timestamp: int) -> None:
    """Understand raw input that was kept by a process that died before it could."""
    intake, _ = _intake(context)
    for raw_id in await intake.raws.waiting(datetime.now(UTC) - _LEFT_ALONE):
        await intake.replay(raw_id, "pick-up")


@tasks.periodic(cron="0 3 * * *")
@tasks.task(name="trace-again", queue="intake", pass_context=True)
async def trace_again(context: JobContext, timestamp: int) -> None:
    """Trace those again whom our own trace has not found yet (people-and-safety 1.1)."""
    intake, record = _intake(context)
    async with record.connection() as connection:
        untraced = await raws.newest_of_untraced(connection)
    for raw_id in untraced:
        await intake.replay(raw_id, "trace-again")


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="retry-stalled", queue="intake", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Queue jobs again whose worker died."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def _intake(context: JobContext) -> tuple[Any, Any]:
    return context.additional_context["intake"], context.additional_context["record"]
