"""A stage, and a browser without script in front of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.doors.web.stubs import Stage, viewer


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def browser(stage: Stage) -> Iterator[TestClient]:
    with TestClient(viewer(stage), base_url="http://viewer.test", follow_redirects=False) as client:
        yield client
