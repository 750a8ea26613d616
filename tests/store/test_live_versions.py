"""Which versions of a statement make its replayed state."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.store.statements import Head, live_versions
from tests.places import NOW

heads = st.lists(
    st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), min_size=1, max_size=6, unique_by=lambda h: h
)


@given(heads, st.randoms(use_true_random=False))
def test_which_versions_are_live_does_not_depend_on_arrival(drawn, random):
    def numbered(order):
        made = [
            Head(
                n,
                NOW + timedelta(days=day),
                partial,
                retracts and not partial,
                True,
                f"{day}{partial}{retracts}",
            )
            for n, (day, partial, retracts) in enumerate(order, 1)
        ]
        by_number = {h.version: h.digest for h in made}
        return {by_number[v] for v in live_versions(made)}

    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert numbered(drawn) == numbered(shuffled)
