"""The audit log: no row can be changed, taken out, moved or cut off unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.access.sealing import Sealer, Tree, verify
from tests.places import NOW, a_place


@pytest.fixture
async def log(home, fresh_database, fresh_key_database):
    """A place with twenty audit rows, sealed in two heads; (place, url)."""
    async with a_place(home, fresh_database, fresh_key_database) as place:
        sealer = Sealer(place.record, place.secrets)
        for batch in range(2):
            for row in range(10):
                await place.statements.audited(
                    NOW + timedelta(seconds=batch * 10 + row), f"{row:032d}", f'{{"row":{row}}}'
                )
            await sealer.seal(datetime.now(UTC) + timedelta(seconds=batch))
        yield place, fresh_database


def change(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.anyio
async def test_an_untouched_log_is_genuine(log):
    place, _ = log
    verdict = await verify(place.record, place.secrets)
    assert (verdict.bad, verdict.rows, verdict.heads, verdict.unsealed) == ("", 20, 2, 0)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("crime", "named"),
    [
        ("update audit set body = '{\"row\":99}' where counter = 3", "row 3 was changed"),
        ("update audit set person_id = 'someone' where counter = 4", "row 4 was changed"),
        ("update audit set at = at + interval '1 second' where counter = 5", "row 5 was changed"),
        ("delete from audit where counter = 6", "row 6 is missing"),
        (
            "update audit_leaf set position = case position when 2 then -1 when 3 then 2 else position end;"
            "update audit_leaf set position = 3 where position = -1",
            "changed or reordered",
        ),
        ("update audit_head set root = sha256('x') where size = 10", "signature does not fit"),
        ("delete from audit_leaf where position = 19", "the log ends before it at row 19"),
    ],
)
async def test_the_first_bad_place_is_named(log, crime, named):
    place, url = log
    change(url, *crime.split(";"))
    assert named in (await verify(place.record, place.secrets)).bad


@pytest.mark.anyio
async def test_a_log_cut_with_its_heads_is_shown_by_a_head_that_a_partner_kept(log):
    place, url = log
    with psycopg.connect(url) as connection:
        size, root = connection.execute("select size, root from audit_head order by size desc").fetchone()
    change(
        url,
        "delete from audit where counter > 10",
        "delete from audit_leaf where position >= 10",
        "delete from audit_head where size > 10",
    )
    assert (await verify(place.record, place.secrets)).bad == ""
    verdict = await verify(place.record, place.secrets, (size, bytes(root)))
    assert verdict.bad == f"the partner's head {size} does not fit this log"


@given(st.lists(st.binary(max_size=8), max_size=40), st.integers(0, 40))
def test_a_tree_goes_on_from_its_frontier_as_if_it_had_never_stopped(leaves, cut):
    whole, first = Tree(), Tree()
    for leaf in leaves:
        whole.append(leaf)
    for leaf in leaves[:cut]:
        first.append(leaf)
    second = Tree.at(first.size, first.frontier())
    for leaf in leaves[cut:]:
        second.append(leaf)
    assert (second.size, second.root()) == (whole.size, whole.root())


@pytest.mark.anyio
async def test_a_row_whose_writers_clock_is_far_behind_is_sealed_too(log):
    place, _ = log
    await place.statements.audited(NOW - timedelta(days=2), "0" * 32, "{}")
    assert await Sealer(place.record, place.secrets).seal(datetime.now(UTC)) == 1
