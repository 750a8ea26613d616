"""Start-up refuses to run on code that another distribution may have overwritten (ADR 0009)."""

from __future__ import annotations

import pytest

from aggregator.cli import owners


def test_four_names_of_our_own_are_no_reason_to_stop() -> None:
    owners.refuse_shared_names()


@pytest.mark.parametrize("name", owners.NAMES)
def test_a_name_with_a_second_owner_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(owners, "packages_distributions", lambda: {name: ["carerecord", "stranger"]})
    with pytest.raises(SystemExit, match=f"stranger.*'{name}'"):
        owners.refuse_shared_names()
