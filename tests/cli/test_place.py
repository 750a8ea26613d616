"""A place says in its home how it can be reached, and keeps its secrets beside that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.cli import place


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARERECORD_HOME", str(tmp_path))
    for name in ("CARERECORD_PORT", "CARERECORD_ISSUER", "CARERECORD_DEMOGRAPHICS_URL", "CARERECORD_TITLE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_secret_is_readable_by_its_owner_only_and_replaces_the_older_one(home: Path) -> None:
    path = home / "record.url"
    path.write_text("old")
    path.chmod(0o644)
    place.write_secret(home, "record.url", "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)


def test_other_commands_of_a_home_find_the_place_that_runs_in_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        "CARERECORD_HOME": str(home),
        "CARERECORD_PORT": "9090",
        "CARERECORD_ISSUER": "http://127.0.0.1:1",
        "CARERECORD_DEMOGRAPHICS_URL": "http://127.0.0.1:1",
        "CARERECORD_TITLE": "Wolds",
    }
    place.write(home, {"demo": True, "environment": told})
    assert (place.settings().port, place.settings().title, place.settings().demo) == (9090, "Wolds", True)
    monkeypatch.setenv("CARERECORD_TITLE", "Mine")
    assert (place.settings().port, place.settings().title) == (9090, "Mine")


def test_what_is_written_is_whole_and_leaves_nothing_beside_it(home: Path) -> None:
    place.write(home, {"demo": False})
    place.write(home, {"demo": True})
    assert json.loads((home / "place.json").read_text()) == {"demo": True}
    assert [p.name for p in home.iterdir()] == ["place.json"]


def test_a_home_without_a_place_is_said_to_have_none(home: Path) -> None:
    with pytest.raises(FileNotFoundError):
        place.read()
