"""The real door over a real place, one for each file of pushes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.store.embedded import Cluster
from tests.conftest import a_folder, fresh_pair
from tests.doors.api.pushing import Door, a_door


@pytest.fixture(scope="module")
def door(cluster: Cluster) -> Iterator[Door]:
    with a_folder() as home, fresh_pair(cluster) as (record, keys), a_door(home, record, keys) as opened:
        yield opened
