"""The files that outside systems leave: repeatable, whole, and without what people asked to keep closed."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.connection import Connection
from adapters.mental_health.mhsds import FORM as MHSDS
from adapters.mental_health.mhsds import MonthlyReturn
from adapters.social_care.cld import FORM as CLD
from adapters.social_care.cld import ClientLevelData
from adapters.source import Raw, Source
from demo.lives import facts, lives
from demo.systems.dropping import drop
from demo.systems.mental_health import mhsds
from demo.systems.social_care import cld, cld_before
from schemas.contribution import Translated

TODAY = date(2026, 11, 22)
PEOPLE = list(lives(7, 60, TODAY))


def test_the_same_day_and_people_make_the_same_files() -> None:
    again = list(lives(7, 60, TODAY))
    assert cld.content(PEOPLE, TODAY) == cld.content(again, TODAY)
    assert mhsds.content(PEOPLE, TODAY) == mhsds.content(again, TODAY)
    assert cld_before.content(PEOPLE, TODAY) == cld_before.content(again, TODAY)


def test_returns_are_about_a_period_that_is_over() -> None:
    assert cld.quarter_end(TODAY) == date(2026, 9, 30)
    assert cld.quarter_end(date(2026, 1, 1)) == date(2025, 12, 31)
    assert mhsds.month(TODAY) == (date(2026, 10, 1), date(2026, 10, 31))
    assert mhsds.month(TODAY, 1) == (date(2026, 9, 1), date(2026, 9, 30))


def test_nothing_sealed_is_in_a_return() -> None:
    sealed = {fact.id for person in PEOPLE for fact in facts(person) if fact.sealed}
    archive = zipfile.ZipFile(io.BytesIO(mhsds.content(PEOPLE, TODAY)))
    words = (
        cld_before.content(PEOPLE, TODAY).decode()
        + cld.content(PEOPLE, TODAY).decode()
        + "".join(archive.read(n).decode() for n in archive.namelist())
    )
    assert sealed
    assert not [id_ for id_ in sealed if id_ in words]


def told(source: Source, form: str, content: bytes) -> Translated:
    return source.translate(Raw("a", form, content, datetime(2026, 11, 22, tzinfo=UTC)))


def test_the_second_sending_corrects_one_row_and_lacks_one_and_says_the_rest_again() -> None:
    source = ClientLevelData(Connection("ZSC01"))
    first = told(source, CLD, cld_before.content(PEOPLE, TODAY))
    second = told(source, CLD, cld.content(PEOPLE, TODAY))
    assert first.refusals == second.refusals == ()
    assert first.windows == second.windows
    before, after = ({s.identifier: s.resource for s in t.statements} for t in (first, second))
    assert len(before.keys() - after.keys()) == 1
    assert not after.keys() - before.keys()
    events = [i for i in after if "cld-trait" not in i.system]
    assert len([i for i in events if _outcomes(before[i]) != _outcomes(after[i])]) == 1


def _outcomes(resource: dict[str, Any]) -> list[Any]:
    """Their codes: the words differ between the releases."""
    return [e["valueCodeableConcept"].get("coding") for e in resource["extension"] if "Outcome" in e["url"]]


def test_both_versions_of_the_monthly_return_are_read_whole() -> None:
    source = MonthlyReturn(Connection("ZMH01"))
    for back in (1, 0):
        found = told(source, MHSDS, mhsds.content(PEOPLE, TODAY, back))
        assert found.refusals == ()
        assert [w.whole for w in found.windows] == [True]
        assert "EpisodeOfCare" in {s.type for s in found.statements}
    names = [zipfile.ZipFile(io.BytesIO(mhsds.content(PEOPLE, TODAY, b))).namelist() for b in (1, 0)]
    assert "MHS504DelayedDischarge.csv" in names[0]
    assert "MHS518ClinReadyforDischarge.csv" in names[1]


def test_an_earlier_sending_is_older_by_its_time(tmp_path: Path) -> None:
    earlier = drop(tmp_path, "a.csv", b"1", timedelta(minutes=1))
    later = drop(tmp_path, "b.csv", b"2")
    assert later.stat().st_mtime - earlier.stat().st_mtime > 50


def test_a_file_is_left_whole_and_an_unchanged_one_is_not_touched(tmp_path: Path) -> None:
    path = drop(tmp_path / "new", "a.csv", b"one")
    before = path.stat().st_mtime_ns
    assert drop(tmp_path / "new", "a.csv", b"one").stat().st_mtime_ns == before
    drop(tmp_path / "new", "a.csv", b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]
