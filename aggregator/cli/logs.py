"""Log lines: JSON with an event name and opaque ids. A last net takes out anything like an NHS number."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NUMBER = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace every ten-digit run in any text of a log line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _NUMBER.sub("[number]", value)
    return event


def configure(level: int = logging.INFO) -> None:
    """Set up logging for this process; tracebacks name places in the code, never values."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
            ),
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # Libraries may log URLs and statements: only their warnings come through, and redacted.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_redact_record)
    for noisy in ("httpx", "httpcore", "psycopg", "psycopg.pool", "procrastinate"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _redact_record(record: logging.LogRecord) -> bool:
    record.msg = _NUMBER.sub("[number]", record.getMessage())
    record.args = ()
    return True
