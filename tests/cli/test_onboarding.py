"""What whoever connects a source types: trying one, comparing two feeds; said in words, ended by the right status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aggregator.cli import app, logs
from tests.adapters.acute.messages import NUMBER, adt, pid, segment

ALLERGY = segment("AL1", f1="1", f2="DA", f3="Z88.0^PENICILLIN^I10", f4="SV", f5="RASH")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose settings name a hospital and a folder of returns; nothing of it runs."""
    monkeypatch.setattr(logs, "configure", lambda **_: None)
    sources = (
        '[source."acute"]\nkind = "acute"\norganisation = "ZAC01"\n'
        f'[source."returns"]\nkind = "social-care-returns"\norganisation = "ZSC01"\nfolder = "{tmp_path}/none"\n'
    )
    (tmp_path / "sources.toml").write_text(sources)
    for name, value in {
        "HOME": tmp_path,
        "ISSUER": "https://signin.example",
        "DEMOGRAPHICS_URL": "https://register.example",
        "MASTER_KEY_FILE": tmp_path / "master.key",
        "SOURCES_FILE": tmp_path / "sources.toml",
    }.items():
        monkeypatch.setenv(f"CARERECORD_{name}", str(value))
    return tmp_path


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def feed(place: Path, name: str, *messages: bytes) -> str:
    folder = place / name
    folder.mkdir()
    for number, message in enumerate(messages):
        (folder / f"{number}.hl7").write_bytes(message)
    return f"acute={folder}"


def test_two_feeds_that_say_the_same_are_alike(place: Path) -> None:
    old = feed(place, "old", adt("A28", ALLERGY))
    new = feed(place, "new", adt("A28", ALLERGY))
    told = typed("compare-feeds", old, new)
    assert told.exit_code == 0
    assert "0 not the same (0.00 %)" in told.output


def test_what_the_new_feed_leaves_out_ends_with_one_and_names_nobody(place: Path) -> None:
    old = feed(place, "old", adt("A28", ALLERGY))
    new = feed(place, "new", adt("A28"))
    told = typed("compare-feeds", old, new)
    assert told.exit_code == 1
    assert "allergies: 1 only in the old feed" in told.output
    assert not any(value in told.output for value in (NUMBER, "H4410", "WOLDS", "PENICILLIN"))
    assert typed("compare-feeds", old, new, "--allow", "60").exit_code == 0


def test_a_number_that_changed_is_told_as_an_element_only(place: Path) -> None:
    old = feed(place, "old", adt("A28"))
    new = feed(place, "new", adt("A28", person=pid(f13="01632960002^PRN^PH")))
    assert "demographics: 1 differs: telecom" in typed("compare-feeds", old, new).output


def test_two_feeds_that_tell_nothing_are_not_alike(place: Path) -> None:
    told = typed("compare-feeds", feed(place, "old"), feed(place, "new"))
    assert told.exit_code == 1
    assert told.output.startswith("0 facts about 0 people")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare-feeds", "acute", "acute"), "acute sends by itself"),
        (("compare-feeds", "acute=/nowhere", "acute=/nowhere"), "there is none to read"),
        (("compare-feeds", "returns", "returns"), "the drop folder cannot be read"),
        (("compare-feeds", "hospice", "acute"), "this place has: acute, returns"),
        (("check", "hospice"), "this place has: acute, returns"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(place: Path, words: tuple[str, ...], said: str) -> None:
    told = typed(*words)
    assert told.exit_code == 1
    assert said in f"{told.output}{told.exception}"


def test_one_source_is_tried_without_any_store(place: Path) -> None:
    told = typed("check", "returns")
    assert (told.exit_code, told.output) == (1, "the drop folder does not exist\n")
    assert typed("check", "acute").exit_code == 0


def test_the_kit_needs_nothing_of_the_tests_to_be_imported() -> None:
    code = (
        "import sys, adapters.kit.swept, adapters.kit.dropped, adapters.kit.recording, adapters.kit.distribution;"
        "print({'pytest', 'hypothesis'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
