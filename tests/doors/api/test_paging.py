"""Pages of `$everything`: every entry once, in order, and a link that gives nothing away."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.doors.api import paging
from schemas.codes import Category, Heading
from schemas.errors import BadInput, NotSupported
from schemas.record import Entry


def _entry(type_: str, id_: str) -> Entry:
    return Entry(id_, type_, Category.ACUTE, Heading.RESULTS, {})


@settings(deadline=None)
@given(
    names=st.sets(
        st.tuples(st.sampled_from(["Condition", "Flag", "Patient"]), st.integers(0, 99)), max_size=40
    ),
    count=st.integers(1, 9),
)
def test_pages_follow_each_other_without_a_gap_or_a_repeat(names: set[tuple[str, int]], count: int) -> None:
    entries = [_entry(kind, f"{n:032x}") for kind, n in sorted(names)]
    seen: list[Entry] = []
    wanted = paging.read({"_count": str(count)})
    while True:
        page, after = paging.cut(entries, wanted)
        assert len(page) <= count
        seen += page
        if after is None:
            break
        query = dict(part.split("=") for part in wanted.following(after).split("&"))
        wanted = paging.read(query)
    assert seen == entries


def test_an_entry_that_has_gone_meanwhile_moves_no_page() -> None:
    entries = [_entry("Flag", f"{n:032x}") for n in range(4)]
    _, after = paging.cut(entries, paging.Wanted(2))
    assert after is not None
    page, _ = paging.cut(entries[:1] + entries[2:], paging.Wanted(2, after=after))
    assert list(page) == entries[2:]


def test_without_a_count_all_is_on_one_page_and_types_are_carried_on() -> None:
    assert paging.read({"_format": "json"}) == paging.Wanted()
    wanted = paging.read({"_count": "99999", "_type": "Flag,Condition"})
    assert (wanted.count, wanted.types) == (paging.MOST, ("Flag", "Condition"))
    assert wanted.following(("Flag", "1")) == "_count=1000&_after=Flag/1&_type=Flag,Condition"


@pytest.mark.parametrize("query", [{"_count": "-1"}, {"_count": "²"}, {"_count": "x"}, {"_after": "Flag"}])
def test_what_is_no_page_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        paging.read(query)


def test_a_parameter_that_would_be_ignored_is_refused() -> None:
    with pytest.raises(NotSupported):
        paging.read({"_since": "2026-01-01"})
