"""Everything installed is pinned with a hash, and no lock file says from where it is fetched.

An installation behind a mirror then needs no edit, and a lock file cannot point at another host.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from tests.house.source_tree import ROOT, project_files

PYTHON_LOCKS = ("requirements/run.txt", "requirements/dev.txt", "requirements/build.txt")
NPM_LOCKS = tuple(str(path) for path in project_files() if path.name == "package-lock.json")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(\[[\w,-]+\])?==(?P<version>[^ ;\\]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(\s|$)")
ADDRESS = re.compile(r"(?i)\b(?:https?|git|ssh|file)(?:\+\w+)?://|@\s*git\+")


def python_pins(lock: str) -> dict[str, str]:
    """Each pinned requirement of a lock file with its continuation lines joined, comments left out."""
    text = (ROOT / lock).read_text()
    joined = re.sub(r"\\\n\s*", " ", "\n".join(li for li in text.splitlines() if li.lstrip()[:1] != "#"))
    entries = [line.strip() for line in joined.splitlines() if line.strip()]
    return {(found["name"] if (found := PIN.match(entry)) else entry): entry for entry in entries}


def npm_packages(lock: str) -> dict[str, dict[str, Any]]:
    packages = json.loads((ROOT / lock).read_text())["packages"]
    return {name: entry for name, entry in packages.items() if name}


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_python_requirement_is_pinned_with_a_hash(lock: str) -> None:
    pins = python_pins(lock)
    assert pins
    assert [name for name, entry in pins.items() if not PIN.match(entry) or not HASH.search(entry)] == []


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_no_python_lock_names_a_host_or_an_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not ADDRESS.search(text)
    assert not re.search(r"(?m)^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", text)


def test_the_development_lock_agrees_with_the_runtime_lock() -> None:
    run, dev = python_pins("requirements/run.txt"), python_pins("requirements/dev.txt")
    version = {name: PIN.match(entry)["version"] for name, entry in run.items()}  # type: ignore[index]
    differing = [name for name, want in version.items() if f"=={want}" not in dev.get(name, "")]
    assert differing == []


def test_every_declared_dependency_is_in_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def names(requirements: list[str]) -> set[str]:
        found = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
        return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}

    def locked(lock: str) -> set[str]:
        return {re.sub(r"[-_.]+", "-", name).lower() for name in python_pins(lock)}

    assert names(project["project"]["dependencies"]) - locked("requirements/run.txt") == set()
    assert names(project["dependency-groups"]["dev"]) - locked("requirements/dev.txt") == set()
    assert names(project["build-system"]["requires"]) - locked("requirements/build.txt") == set()


def test_pyproject_names_no_host() -> None:
    assert not ADDRESS.search((ROOT / "pyproject.toml").read_text())


def test_both_npm_locks_are_there() -> None:
    assert set(NPM_LOCKS) == {"package-lock.json", "tests/package-lock.json"}


@pytest.mark.parametrize("lock", NPM_LOCKS)
def test_every_npm_package_has_an_integrity_hash_and_no_address(lock: str) -> None:
    packages = npm_packages(lock)
    assert packages
    assert [n for n, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


@pytest.mark.parametrize("lock", NPM_LOCKS)
def test_npm_versions_are_exact(lock: str) -> None:
    wanted = json.loads((ROOT / lock).with_name("package.json").read_text())["dependencies"]
    packages = npm_packages(lock)
    assert {n: packages[f"node_modules/{n}"]["version"] for n in wanted} == wanted


@pytest.mark.parametrize("lock", NPM_LOCKS)
def test_npm_runs_no_install_scripts_and_writes_no_address(lock: str) -> None:
    settings = (ROOT / lock).with_name(".npmrc").read_text().split()
    assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true"} <= set(settings)


def test_the_makefile_installs_with_hashes_only() -> None:
    makefile = (ROOT / "Makefile").read_text()
    installs = re.findall(r"pip install [^\n]*-r [^\n]*", makefile)
    assert installs
    assert all("--require-hashes" in line for line in installs)
    assert not re.search(r"\bnpm (i|install)\b", makefile), "npm ci keeps to the lock, npm install does not"
