"""The direction of travel: contracts in pyproject.toml are kept, and are strict enough to be broken.

Also here: what import contracts cannot say: `fhir` behind one module, the demo place as an outside
system, and one single place that builds a `Decision`.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.source_tree import ROOMS, ROOT, imported_modules, imported_roots, python_files, syntax_of

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the rooms that lie in `folder`."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept() -> None:
    ended = lint(ROOT)
    assert ended.returncode == 0, ended.stdout


def test_the_layers_leave_no_part_of_the_aggregator_out() -> None:
    (inside,) = [c for c in CONFIG["contracts"] if c.get("containers") == ["aggregator"]]
    assert inside["exhaustive"] is True
    assert set(CONFIG["root_packages"]) == set(ROOMS)
    assert not [c["name"] for c in CONFIG["contracts"] if c.get("ignore_imports")]


def test_the_command_line_may_start_and_migrate_the_store_only() -> None:
    # By room and not by contract: a store room that is new tomorrow is kept out without an edit.
    may = ("aggregator.store.embedded", "aggregator.store.migrations")
    trespassers = {
        f"{path}: {name}"
        for path in python_files("aggregator")
        if path.parts[1].removesuffix(".py") == "cli"
        for name in imported_modules(path)
        if (name + ".").startswith("aggregator.store.")
        and not (name + ".").startswith(tuple(f"{m}." for m in may))
    }
    assert trespassers == set()


def test_every_source_is_named_in_the_contract_that_keeps_sources_apart() -> None:
    (apart,) = [c for c in CONFIG["contracts"] if "adapters.acute" in c.get("modules", [])]
    sources = {
        f"adapters.{path.parts[1]}"
        for path in python_files("adapters")
        if len(path.parts) > 2 and path.parts[1] not in ("wire", "kit")
    }
    assert sources - set(apart["modules"]) == set()


# Each row: where a line is added, the line, and a word of the contract that must be broken by it.
TRESPASSES = [
    ("schemas/identifiers.py", "import consent", "The rooms"),
    ("consent/roles.py", "import adapters", "The rooms"),
    ("adapters/registry.py", "import aggregator", "The rooms"),
    ("aggregator/store/__init__.py", "import aggregator.care", "Inside aggregator"),
    ("aggregator/stray.py", "", "Inside aggregator"),
    ("adapters/acute/__init__.py", "import adapters.housing", "Sources do not"),
    ("aggregator/doors/api/__init__.py", "import aggregator.doors.web", "Doors do not"),
    ("aggregator/care/record.py", "import consent.decide", "Only the gate"),
    ("aggregator/doors/web/__init__.py", "import aggregator.store", "touch the store"),
    ("aggregator/doors/web/__init__.py", "import aggregator.access.gate", "Doors know"),
    ("aggregator/doors/api/__init__.py", "import consent.roles", "Doors know"),
    ("consent/roles.py", "import httpx", "Rules are pure"),
    ("aggregator/merge/__init__.py", "import psycopg", "Rules are pure"),
    ("adapters/registry.py", "import fhir.resources", "schemas.resources is the only"),
]


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms that the contracts name, as empty modules, with the project's own contracts."""
    house = tmp_path_factory.mktemp("house")
    named = set(CONFIG["root_packages"])
    for contract in CONFIG["contracts"]:
        for key in (
            "modules",
            "source_modules",
            "forbidden_modules",
            "protected_modules",
            "allowed_importers",
        ):
            named |= set(contract.get(key, []))
        for layer in contract.get("layers", []):
            within = contract.get("containers", [""])[0]
            named |= {f"{within}.{part.strip(' ()')}".lstrip(".") for part in layer.split("|")}
    named |= {"schemas.identifiers", "consent.roles", "adapters.registry", "aggregator.care.record"}
    for name in sorted(named):
        if name.partition(".")[0] in ROOMS:
            folder = house.joinpath(*name.split("."))
            folder.mkdir(parents=True, exist_ok=True)
            for step in (folder, *folder.parents):
                if step == house:
                    break
                (step / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", house)
    return house


def test_an_empty_house_keeps_every_contract(empty_house: Path) -> None:
    ended = lint(empty_house)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(("where", "line", "contract"), TRESPASSES)
def test_a_trespass_breaks_its_contract(
    empty_house: Path, tmp_path: Path, where: str, line: str, contract: str
) -> None:
    house = tmp_path / "house"
    shutil.copytree(empty_house, house)
    target = house / where
    if not target.exists() and target.with_suffix("").is_dir():
        target = target.with_suffix("") / "__init__.py"
    target.write_text(line + "\n")
    ended = lint(house)
    assert ended.returncode != 0, ended.stdout
    broken = [row for row in ended.stdout.splitlines() if row.rstrip().endswith("BROKEN")]
    assert any(contract in row for row in broken), ended.stdout


def test_fhir_models_are_imported_by_one_module_only() -> None:
    importers = {path.as_posix() for path in python_files(*ROOMS, "demo") if "fhir" in imported_roots(path)}
    assert importers <= {"schemas/resources.py"}


def test_the_demo_place_is_an_outside_system() -> None:
    # It plays the sources: sharing our code would let one mistake hide on both sides.
    trespassers = {
        p.as_posix(): found for p in python_files("demo") if (found := imported_roots(p) & set(ROOMS))
    }
    assert trespassers == {}


def test_no_room_imports_the_demo_place_the_tests_or_the_benchmarks() -> None:
    outside = {"demo", "tests", "benchmarks"}
    importers = {p.as_posix(): found for p in python_files(*ROOMS) if (found := imported_roots(p) & outside)}
    assert importers == {}


def test_a_decision_is_built_in_one_place() -> None:
    builders = {
        path.as_posix()
        for path in python_files(*ROOMS)
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.Call)
        and (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""))
        == "Decision"
    }
    assert builders <= {"consent/decide.py"}
    defined = [
        path.as_posix()
        for path in python_files(*ROOMS)
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.ClassDef) and node.name == "Decision"
    ]
    assert defined == ["schemas/decision.py"]
