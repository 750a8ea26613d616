"""A pytest plugin: no test's name carries an NHS number, because test output is a log like any other.

Parameters that hold ten digits in a row (or 3-3-4) get a plain word as their part of the name. Names given
by hand are the author's to choose; one with such a number in it stops the run.
"""

from __future__ import annotations

import re

import pytest

NUMBER_SHAPED = re.compile(r"(?<!\d)(?:\d{10}|\d{3}[ -]\d{3}[ -]\d{4})(?!\d)")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    text = (
        val.decode("latin-1") if isinstance(val, bytes) else str(val) if isinstance(val, (str, int)) else ""
    )
    return f"{argname}-with-ten-digits" if NUMBER_SHAPED.search(text) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    loud = sorted({item.nodeid.partition("[")[0] for item in items if NUMBER_SHAPED.search(item.nodeid)})
    if loud:
        raise pytest.UsageError(f"ten digits in the name of a case of: {', '.join(loud)}")
