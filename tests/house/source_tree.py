"""The project's own files, as git sees them: tracked, or new and not ignored.

Lives here: finding and reading files for the house tests. Does not live here: any rule about them.
"""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("schemas", "consent", "adapters", "aggregator")


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that belongs to the project, relative to `ROOT`, sorted."""
    # safe.directory: CI may check out as another user than the one that runs the tests.
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = sorted({Path(name) for name in listed.split("\0") if name})
    return tuple(name for name in names if (ROOT / name).is_file())


def python_files(*folders: str) -> tuple[Path, ...]:
    """The project's Python files, all of them or those under the given top folders."""
    return tuple(
        path for path in project_files() if path.suffix == ".py" and (not folders or path.parts[0] in folders)
    )


def text_of(path: Path) -> str | None:
    """A file's text, or None when it is not UTF-8 (a picture, a font)."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def syntax_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imported_modules(path: Path) -> set[str]:
    """The modules that a file imports absolutely, inside functions too; `from a import b` counts as `a.b`."""
    modules: set[str] = set()
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def imported_roots(path: Path) -> set[str]:
    """The top-level packages that a file imports absolutely, inside functions too."""
    return {module.partition(".")[0] for module in imported_modules(path)}
