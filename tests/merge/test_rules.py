"""The tables are whole, speak only words that the code knows, and are told truly in the documents."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from aggregator.merge import rules
from aggregator.merge.guards import GUARDS
from aggregator.merge.rules import RULES
from schemas.checks import resource_types
from schemas.codes import CellState, Heading

TABLES = {name: files(rules).joinpath(name).read_bytes() for name in rules.TABLES}
PAGE = (Path(__file__).parents[2] / "docs/reference/record-bundle.md").read_text()


def test_every_guard_of_a_table_is_one_that_can_be_read() -> None:
    assert {guard for f in RULES.families for guard in (*f.strict, *f.lenient)} == set(GUARDS)


def test_every_family_says_why() -> None:
    assert all(family.why for family in RULES.families)


def test_every_heading_and_type_of_a_table_exists() -> None:
    headings = {heading.value for heading in Heading}
    assert RULES.only_if_equal | set(RULES.never_merged) <= headings
    assert set(RULES.family_of) | set(RULES.choices) | set(RULES.person) <= resource_types()


def test_every_kind_of_conflict_that_a_heading_names_has_a_rank_and_words() -> None:
    assert {rule.kind for rule in RULES.never_merged.values()} <= set(RULES.kinds)
    assert all(kind.rank in range(1, 5) and kind.text for kind in RULES.kinds.values())


@pytest.mark.parametrize("name", rules.TABLES)
def test_no_edit_of_a_table_goes_without_another_version(name: str) -> None:
    assert rules.read(TABLES).version == RULES.version
    edited = TABLES | {name: TABLES[name] + b"\n"}
    assert rules.read(edited).version != RULES.version


def test_a_table_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(KeyError):
        rules.read(TABLES | {"same.toml": b'version = "x"'})


def test_the_reference_page_lists_every_kind_at_its_rank_and_every_state() -> None:
    for kind in RULES.kinds.values():
        assert re.search(rf"(?m)^\| {kind.rank} \|.*`{kind.name}`", PAGE)
    for state in CellState:
        assert f"| `{state.value}` |" in PAGE
