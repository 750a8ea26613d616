"""The tutorial "Add a source" does what it says, from nothing to a hospice that is pulled.

Everything in it is written and typed as it stands on the page, but for its port, which has to be free. What it
installs goes into a folder of its own and never into the environment of the tests.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journeys.running import ROOT, Place, free_port, until
from tests.journeys.tutorial import blocks, commands, is_as_expected, shell, write

PAGE = ROOT / "docs/tutorial/add-a-source.md"
PORT = "8099"


def listens(port: str) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), timeout=1):
        return True
    return False


@pytest.fixture
def environment(own_place: Place, tmp_path: Path) -> dict[str, str]:
    site = tmp_path / "site"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return own_place.environment | {
        "PATH": path,
        "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
        "PIP_TARGET": str(site),
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }


def test_every_file_and_command_of_the_tutorial_works(environment: dict[str, str], tmp_path: Path) -> None:
    port = str(free_port())
    work = tmp_path / "work"
    work.mkdir()
    with shell(work, environment) as typed:
        for block in blocks(PAGE.read_text().replace(PORT, port)):
            if block.language != "console":
                assert write(block, typed.folder()), f"a block that nobody follows: {block.text[:60]}"
                continue
            for command, expected in commands(block.text):
                status, printed = typed.type(command)
                assert status == 0, f"{command}\n{printed}"
                assert is_as_expected(printed, expected), (
                    f"{command}\n{printed}\nbut the page says\n{expected}"
                )
                if command.endswith("&"):
                    until(lambda: listens(port), "the played system listens")
    clean = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
        cwd=work / "hospice",
        capture_output=True,
        text=True,
        check=False,
    )
    assert clean.returncode == 0, clean.stdout
    assert not list(Path(sys.prefix).glob("lib/python*/site-packages/carerecord_hospice*"))
