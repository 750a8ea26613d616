"""The wheel holds the four rooms and everything they read at run time, and nothing else.

Built offline with hatchling's own builder. The demo place, the tests and the benchmarks stay out of it.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.house.source_tree import ROOMS, ROOT, project_files

# What `assets/build.py` makes from npm packages: ignored by git, wanted in the wheel.
BUILT = (
    "schemas/r4/fhir.schema.json",
    "schemas/r4/LICENSE",
    "aggregator/doors/web/static/vendor/nhsuk-frontend.min.css",
    "aggregator/doors/web/static/vendor/nhsuk-frontend.min.js",
    "aggregator/doors/web/static/vendor/htmx.min.js",
    "aggregator/care/passport/fonts/LICENSE",
)


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with ZipFile(Path(built)) as archive:
        return frozenset(name for name in archive.namelist() if not name.endswith("/"))


def test_the_wheel_has_exactly_the_four_import_names(wheel_names: frozenset[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)
    assert len([top for top in tops if top.endswith(".dist-info")]) == 1


def test_every_file_of_the_rooms_is_in_the_wheel(wheel_names: frozenset[str]) -> None:
    # Modules, SQL, migrations, templates, TOML tables: whatever git keeps, the installed rooms can read.
    kept = {path.as_posix() for path in project_files() if path.parts[0] in ROOMS}
    assert sorted(kept - wheel_names) == []


@pytest.mark.parametrize("name", BUILT)
def test_what_was_built_from_npm_is_in_the_wheel(wheel_names: frozenset[str], name: str) -> None:
    assert name in wheel_names


def test_the_passport_font_is_in_the_wheel_in_two_weights(wheel_names: frozenset[str]) -> None:
    fonts = {n for n in wheel_names if n.startswith("aggregator/care/passport/fonts/") and n.endswith(".ttf")}
    assert any("-400-" in name for name in fonts)
    assert any("-700-" in name for name in fonts)


def test_nothing_made_while_running_gets_into_the_wheel(wheel_names: frozenset[str]) -> None:
    unwanted = (".pyc", ".log", ".sqlite", ".pem", ".key", ".map")
    assert sorted(n for n in wheel_names if n.endswith(unwanted) or "__pycache__" in n) == []


def test_the_wheel_carries_the_licence_and_the_command(wheel_names: frozenset[str]) -> None:
    names = {name.partition(".dist-info/")[2] for name in wheel_names if ".dist-info/" in name}
    assert {"licenses/LICENSE", "entry_points.txt", "METADATA", "RECORD"} <= names


def test_an_editable_install_needs_nothing_beyond_the_build_lock(tmp_path: Path) -> None:
    # `make` installs without build isolation, so what the builder would fetch by itself is not there.
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["editable"])
    with ZipFile(Path(built)) as archive:
        paths = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".pth")]
    assert [Path(line.strip()) for line in paths] == [ROOT]
