"""The tasks of the queue. Jobs carry opaque names only; what they need comes from the worker's context."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from procrastinate import Blueprint, JobContext

from aggregator.intake import feed, retention, review

tasks = Blueprint()
log = structlog.get_logger()

_LEFT_ALONE = timedelta(minutes=2)  # raw input that is still waiting after this was left by a dead process


@tasks.task(name="pull", queue="intake", pass_context=True)
async def pull_source(context: JobContext, source: str) -> None:
    """Take in what one source has new."""
    intake, record = _intake(context)
    count, refused = await feed.pull(intake, record, source)
    if count:
        log.info("pulled", source=source, raw=count, refused=refused)


@tasks.task(name="replay", queue="intake", pass_context=True)
async def replay(context: JobContext, run_id: str) -> None:
    """Read refused input again, as somebody asked for; a run that was left goes on where it stood."""
    intake, record = _intake(context)
    async for run in review.read_again(intake, record, run_id):
        if run.finished_at:
            log.info(
                "replayed", run=run_id, entries=run.total, statements=run.kept, refused=run.still_refused
            )


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="watch", queue="intake", pass_context=True)
async def watch(context: JobContext, timestamp: int) -> None:
    """Notice feeds that are silent for longer than their terms say."""
    await feed.watch(*_intake(context))


@tasks.periodic(cron="* * * * *")
@tasks.task(name="pick-up", queue="intake", pass_context=True)
async def pick_up(context: JobContext, timestamp: int) -> None:
    """Understand raw input that was kept by a process that died before it could."""
    await review.pick_up(*_intake(context), datetime.now(UTC) - _LEFT_ALONE)


@tasks.periodic(cron="30 2 * * *")
@tasks.task(name="retention", queue="intake", pass_context=True)
async def expire(context: JobContext, timestamp: int) -> None:
    """Destroy the keys of days whose raw input is past its time."""
    given = context.additional_context
    destroyed = await retention.expire(given["record"], given["vault"], datetime.now(UTC), given["raw_kept"])
    if destroyed:
        log.info("raw.destroyed", days=destroyed)


@tasks.periodic(cron="0 3 * * *")
@tasks.task(name="trace-again", queue="intake", pass_context=True)
async def trace_again(context: JobContext, timestamp: int) -> None:
    """Trace those again whom our own trace has not found yet, or found long ago (people-and-safety 1.1)."""
    intake, _ = _intake(context)
    while await intake.identity.trace_again():
        pass


@tasks.periodic(cron="* * * * *")
@tasks.task(name="match", queue="intake", queueing_lock="match", lock="match", pass_context=True)
async def match(context: JobContext, timestamp: int) -> None:
    """Fill the queue of possible matches: compare who is new or changed with who is alike."""
    intake, _ = _intake(context)
    while await intake.identity.propose():
        pass


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="retry-stalled", queue="intake", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Queue jobs again whose worker died."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def _intake(context: JobContext) -> tuple[Any, Any]:
    return context.additional_context["intake"], context.additional_context["record"]
