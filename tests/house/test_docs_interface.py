"""Everything that can be set or typed has its entry: settings and commands.

The lists come from the code, so a new one without an entry fails here, and an entry that outlived its
setting or command fails too.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from typer.main import get_command

from aggregator.cli import app
from aggregator.settings import SETTINGS
from tests.house.source_tree import ROOT

SETTINGS_PAGE = (ROOT / "docs/reference/settings.md").read_text()
COMMANDS_PAGE = (ROOT / "docs/reference/commands.md").read_text()


def commands() -> dict[str, Any]:
    """Every command by the words that call it, groups walked down."""
    found: dict[str, Any] = {}

    def walk(name: str, command: Any) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found[name] = command
            return
        for word, child in inner.items():
            if not child.hidden:
                walk(f"{name} {word}", child)

    walk("carerecord", get_command(app))
    return found


COMMANDS = commands()


def test_every_setting_has_its_entry_with_default_and_meaning() -> None:
    wanted = [
        f"| `{s.variable}` | {f'`{s.default}`' if s.default else 'none'} | {s.help} |" for s in SETTINGS
    ]
    missing = [row for row in wanted if row not in SETTINGS_PAGE]
    assert missing == [], "put these rows into docs/reference/settings.md"


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"(?m)^\| `(CARERECORD_\w+)`", SETTINGS_PAGE))
    assert named - {setting.variable for setting in SETTINGS} == set()


def test_no_setting_that_secures_something_has_a_default() -> None:
    secret = re.compile(r"key|secret|password|token|credential|issuer|_url")
    assert [s.name for s in SETTINGS if secret.search(s.name) and s.default] == []


def test_compose_sets_only_what_can_be_set() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    given = {name for service in services.values() if "build" in service for name in service["environment"]}
    assert given - {setting.variable for setting in SETTINGS} == set()


def test_every_command_has_its_entry() -> None:
    assert sorted(name for name in COMMANDS if f"## `{name}" not in COMMANDS_PAGE) == []


def test_no_command_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"(?m)^## `(carerecord(?: [a-z][a-z-]*)*)", COMMANDS_PAGE))
    assert named - set(COMMANDS) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_an_example(name: str) -> None:
    words = " ".join(filter(None, (COMMANDS[name].help, COMMANDS[name].epilog)))
    assert "Example" in words
    assert name in words.partition("Example")[2]
