"""What is measured is named in one table, in the command's list and in the reference page alike."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks import outside, people
from benchmarks.figures import RUNS
from schemas import strictjson
from schemas.checks import check_bundle

ROOT = Path(__file__).parents[2]
FIGURES = [f.name for figures in RUNS.values() for f in figures]


def test_the_list_names_every_figure_and_starts_nothing() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [json.loads(line)["figure"] for line in told.stdout.splitlines()] == FIGURES


def test_every_figure_has_its_entry_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "benchmarks.md").read_text("utf-8")
    assert [name for name in FIGURES if f"`{name}`" not in page] == []


def test_a_figure_beside_another_is_held_by_its_ratio() -> None:
    warm = RUNS["views"][0]
    assert warm.line(60, {}, beside=100)["met"]
    assert not warm.line(50, {}, beside=100)["met"]


def test_what_is_pushed_is_valid() -> None:
    bundle = strictjson.read(people.bundle(1, 1, 100))
    assert len(bundle["entry"]) == 100
    assert check_bundle(bundle) == []


def test_no_source_or_sender_tells_anything_that_is_refused() -> None:
    for name, source in outside.sources(40).items():
        raw = outside.Instant(people.TELLERS[[t.name for t in people.TELLERS].index(name)], 40).raw(7)
        assert source.translate(raw).refusals == ()
    hospital = outside.hospital_feed()["acute"]
    for message in outside.messages(3, 100):
        assert hospital.translate(outside.frame(message)).refusals == ()
