"""What `carerecord new-source` lays out works as it stands, is whole, and overwrites nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from adapters import registry
from adapters.kit.distribution import CannotLayOut, lay_out
from schemas.identifiers import nhs_number
from tests.house.source_tree import ROOT


@pytest.mark.parametrize("name", ["hospice", "out-of-hours", "ward9"])
def test_what_is_laid_out_passes_the_contract_suite_as_it_is(name: str, tmp_path: Path) -> None:
    lay_out(name, tmp_path / name)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path / name,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert int(re.findall(r"(\d+) passed", run.stdout)[0]) >= 35


def test_its_entry_point_is_of_its_own_kind_under_its_own_import_name(tmp_path: Path) -> None:
    lay_out("out-of-hours", tmp_path / "x")
    told = tomllib.loads((tmp_path / "x" / "pyproject.toml").read_text())
    assert told["project"]["entry-points"][registry.GROUP] == {
        "out-of-hours": "carerecord_out_of_hours.feed:make"
    }
    assert (tmp_path / "x" / "carerecord_out_of_hours" / "feed.py").is_file()


def test_its_code_is_clean_and_typed(tmp_path: Path) -> None:
    lay_out("hospice", tmp_path / "hospice")
    for words in (
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--no-cache", "--check", "."],
        ["mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "carerecord_hospice", "play.py"],
    ):
        run = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=tmp_path / "hospice",
            env=os.environ | {"MYPYPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr


def test_every_number_in_it_is_set_aside_for_tests_and_valid(tmp_path: Path) -> None:
    texts = [path.read_text() for path in lay_out("hospice", tmp_path / "hospice")]
    numbers = {found for text in texts for found in re.findall(r"\b\d{10}\b", text)}
    assert numbers
    assert all(number.startswith("999") and nhs_number(number) for number in numbers)


@pytest.mark.parametrize(
    "name",
    ["", "Hospice", "9th", "hos pice", "../up", "a--b", "-a", "a-", "hospice\n", "x" * 40, "acute", "é"],
)
def test_what_is_no_name_or_is_taken_is_refused_and_nothing_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotLayOut):
        lay_out(name, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "hospice").mkdir()
    with pytest.raises(CannotLayOut, match="already there"):
        lay_out("hospice", tmp_path / "hospice")
    assert list((tmp_path / "hospice").iterdir()) == []
