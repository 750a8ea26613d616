"""Doing what a tutorial says: its files are written, its commands typed into one shell, its output expected.

A console block has commands after "$ " and what they print; "..." stands for anything. In another block the
first line says what to do with the rest: ``# file: PATH``, ``# append: PATH``, ``# insert: PATH before TEXT``,
``# replace: PATH`` with the new text after ``# by``. Other blocks are for reading.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
_ORDER = re.compile(r"(?:#|//) (file|append|insert|replace): (\S+)(?: before (.+))?\n")
_END = "--- that was all:"


@dataclass(frozen=True)
class Block:
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    return [Block(language, text) for language, text in _BLOCK.findall(page)]


@dataclass
class Shell:
    """One bash, so that a folder entered and a variable set stay so."""

    process: subprocess.Popen[str]

    def type(self, command: str) -> tuple[int, str]:
        """(exit status, what it printed)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{command}\nprintf '\\n%s %s\\n' '{_END}' $?\n")
        self.process.stdin.flush()
        printed: list[str] = []
        for line in self.process.stdout:
            if line.startswith(_END):
                return int(line.split()[-1]), "".join(printed).rstrip("\n")
            printed.append(line)
        raise AssertionError(f"the shell ended in: {command}")

    def folder(self) -> Path:
        return Path(self.type("pwd")[1])


@contextmanager
def shell(folder: Path, environment: Mapping[str, str]) -> Iterator[Shell]:
    process = subprocess.Popen(
        ["bash", "--noprofile", "--norc"],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Shell(process)
    finally:
        with suppress(BrokenPipeError):
            process.communicate("kill $(jobs -p)\nwait\nexit\n", timeout=20)


def commands(console: str) -> list[tuple[str, str]]:
    """(command, expected output) of a console block."""
    found = re.findall(r"(?ms)^\$ (.*?)\n(.*?)(?=^\$ |\Z)", console)
    return [(command, expected.rstrip("\n")) for command, expected in found]


def is_as_expected(printed: str, expected: str) -> bool:
    """Whether it printed that; "..." on a line is any text, alone on a line any lines."""
    lines = [
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in expected.splitlines()
    ]
    return not expected or re.fullmatch("".join(lines), printed + "\n") is not None


def write(block: Block, folder: Path) -> bool:
    """Do with a block what its first line says; whether it said something."""
    order = _ORDER.match(block.text)
    if order is None:
        return False
    what, name, before = order.groups()
    path, text = folder / name, block.text[order.end() :]
    if what == "file":
        path.write_text(text)
        return True
    held = path.read_text()
    if what == "append":
        path.write_text(held + text)
        return True
    old, new = (before, text + before) if what == "insert" else text.split("# by\n")
    assert held.count(old) == 1, f"{name} has {held.count(old)} places that a block speaks of"
    path.write_text(held.replace(old, new))
    return True
