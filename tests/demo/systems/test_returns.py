"""The files that outside systems leave: repeatable, whole, and without what people asked to keep closed."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

from demo.lives import facts, lives
from demo.systems.dropping import drop
from demo.systems.mental_health import mhsds
from demo.systems.social_care import cld

TODAY = date(2026, 11, 22)
PEOPLE = list(lives(7, 60, TODAY))


def test_the_same_day_and_people_make_the_same_files() -> None:
    again = list(lives(7, 60, TODAY))
    assert cld.content(PEOPLE, TODAY) == cld.content(again, TODAY)
    assert mhsds.content(PEOPLE, TODAY) == mhsds.content(again, TODAY)


def test_returns_are_about_a_period_that_is_over() -> None:
    assert cld.quarter_end(TODAY) == date(2026, 9, 30)
    assert cld.quarter_end(date(2026, 1, 1)) == date(2025, 12, 31)
    assert mhsds.month(TODAY) == (date(2026, 10, 1), date(2026, 10, 31))


def test_nothing_sealed_is_in_a_return() -> None:
    sealed = {fact.id for person in PEOPLE for fact in facts(person) if fact.sealed}
    archive = zipfile.ZipFile(io.BytesIO(mhsds.content(PEOPLE, TODAY)))
    words = cld.content(PEOPLE, TODAY).decode() + "".join(
        archive.read(n).decode() for n in archive.namelist()
    )
    assert sealed
    assert not [id_ for id_ in sealed if id_ in words]


def test_a_file_is_left_whole_and_an_unchanged_one_is_not_touched(tmp_path: Path) -> None:
    path = drop(tmp_path / "new", "a.csv", b"one")
    before = path.stat().st_mtime_ns
    assert drop(tmp_path / "new", "a.csv", b"one").stat().st_mtime_ns == before
    drop(tmp_path / "new", "a.csv", b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]
