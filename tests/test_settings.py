"""A place starts from settings that are whole and safe, or not at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.settings import SETTINGS, Settings, SettingsError


def real(folder: Path, **changes: str) -> dict[str, str]:
    """The least that a place outside the demo needs; ``changes`` by the name of the setting."""
    key = folder / "master.key"
    key.write_bytes(bytes(32))
    given = {
        "home": str(folder),
        "master_key_file": str(key),
        "issuer": "https://signin.example",
        "demographics_url": "https://demographics.example",
    }
    return {f"CARERECORD_{name.upper()}": value for name, value in (given | changes).items()}


def test_the_least_that_is_needed_is_enough_and_the_rest_has_its_default(tmp_path: Path) -> None:
    settings = Settings.read(real(tmp_path))
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.refresh_deadline == timedelta(milliseconds=800)
    assert settings.sources_file == tmp_path / "sources.toml"
    assert not settings.demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "http://127.0.0.1:8081"),
        ("issuer", ""),
        ("demographics_url", ""),
        ("master_key_file", ""),
        ("port", "http"),
        ("workers", ""),
        ("database_url_file", "/nowhere/record.url"),
    ],
)
def test_a_setting_that_is_missing_or_unsafe_outside_the_demo_is_named(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"CARERECORD_{name.upper()}"):
        Settings.read(real(tmp_path, **{name: value}))


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({"CARERECORD_PORT": "eighty"})
    lines = str(refused.value).splitlines()
    assert {line.partition(" ")[0] for line in lines} == {
        "CARERECORD_ISSUER",
        "CARERECORD_DEMOGRAPHICS_URL",
        "CARERECORD_MASTER_KEY_FILE",
        "CARERECORD_PORT",
    }


def test_databases_given_by_url_are_two_and_their_urls_stay_out_of_the_repr(tmp_path: Path) -> None:
    for name in ("record", "keys"):
        (tmp_path / name).write_text(f"postgresql://{name}:secret@localhost/{name}\n")
    both = {"database_url_file": str(tmp_path / "record"), "keys_url_file": str(tmp_path / "keys")}
    settings = Settings.read(real(tmp_path, **both))
    assert settings.keys_url == "postgresql://keys:secret@localhost/keys"
    assert "secret" not in repr(settings)
    with pytest.raises(SettingsError, match="or neither"):
        Settings.read(real(tmp_path, database_url_file=both["database_url_file"]))


def test_only_the_demo_makes_its_own_key_and_signs_in_without_tls(tmp_path: Path) -> None:
    given = real(tmp_path, issuer="http://127.0.0.1:8081", master_key_file="")
    assert Settings.read(given, demo=True).master_key_file == tmp_path / "master.key"
    with pytest.raises(SettingsError, match="for the demo only"):
        Settings.read(given)


def test_a_setting_is_declared_once() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(names) == len(set(names))


def test_what_is_refused_today_can_be_read_today(tmp_path: Path) -> None:
    assert Settings.read(real(tmp_path, raw_days="30")).raw_kept == timedelta(days=30)
    for wrong in ("0", "-1", "soon"):
        with pytest.raises(SettingsError, match="CARERECORD_RAW_DAYS"):
            Settings.read(real(tmp_path, raw_days=wrong))
