"""Names and sizes: folders read like the trade's own index, files fit in a head."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.source_tree import ROOMS, ROOT, python_files, syntax_of

EMPTY_WORDS = frozenset(
    {"util", "utils", "helper", "helpers", "manager", "managers", "common", "core", "misc"}
)
# Words that mean something else in the NHS.
TAKEN_WORDS = frozenset({"spine", "trust"})
LINE_LIMIT = 300
# A test file mirrors one module and is read test by test, so it may run longer than what it tests.
TEST_LINE_LIMIT = 500

# A file may be longer only with an argument: path -> why splitting it would make it worse.
LONG_FILES: dict[str, str] = {}


def line_count(path: Path) -> int:
    return len((ROOT / path).read_text().splitlines())


def line_limit(path: Path) -> int:
    return TEST_LINE_LIMIT if path.parts[0] == "tests" else LINE_LIMIT


def test_no_module_or_folder_has_a_name_that_says_nothing_or_means_something_else() -> None:
    refused = EMPTY_WORDS | TAKEN_WORDS
    found = [
        str(path)
        for path in python_files()
        for part in (*path.parts[:-1], path.stem)
        if refused & set(re.split(r"[_\-.]", part.lower()))
    ]
    assert found == []


def test_no_file_is_longer_than_the_limit_without_an_argument() -> None:
    unargued = {
        str(path): lines
        for path in python_files()
        if (lines := line_count(path)) > line_limit(path) and not LONG_FILES.get(str(path))
    }
    assert unargued == {}, "split these, or argue for each in LONG_FILES"


def test_no_argument_for_a_long_file_outlives_the_long_file() -> None:
    stale = [
        name
        for name in LONG_FILES
        if not (ROOT / name).is_file() or line_count(Path(name)) <= line_limit(Path(name))
    ]
    assert stale == []


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        str(path)
        for path in python_files(*ROOMS, "demo", "benchmarks", "assets", "tests")
        # A test folder's empty __init__ only keeps it from being imported under another room's name.
        if not (path.parts[0] == "tests" and path.name == "__init__.py")
        if len((ast.get_docstring(syntax_of(path)) or "").strip(" .")) < 10
    ]
    assert silent == []


def test_no_stray_module_lies_at_the_root() -> None:
    # The editable install puts the root on the import path, so a file there is importable everywhere.
    assert [str(path) for path in python_files() if len(path.parts) == 1] == []


def test_every_folder_of_tests_and_rooms_is_a_package() -> None:
    # Without __init__.py pytest would import tests/adapters as `adapters`.
    modules = {path for path in python_files(*ROOMS, "tests", "demo") if "migrations" not in path.parts}
    folders = {path.parent for path in modules}
    above = {parent for folder in folders for parent in folder.parents if parent.parts}
    assert sorted(str(f) for f in folders | above if not (ROOT / f / "__init__.py").is_file()) == []
