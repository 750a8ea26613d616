"""Laying out a source of one's own: a small distribution with an import name of its own that works as it stands.

The files are templates in ``adapters/kit/template``; what is laid out passes the contract suite as it is, and
is changed from there. Nothing of it is imported here: a place finds it by its entry point.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

from adapters.registry import KINDS

_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,19}(-[a-z0-9]{1,20}){0,3}")
_SUFFIX: Final = ".tmpl"


class CannotLayOut(ValueError):
    """The name is not fit, or something is already there."""


def lay_out(name: str, folder: Path) -> list[Path]:
    """Write the distribution of a source of kind ``name`` into ``folder``, which must not exist yet.

    The paths that were written, in their order. Raises ``CannotLayOut``.
    """
    if not _NAME.fullmatch(name):
        raise CannotLayOut("a name is small letters, digits and single dashes, and begins with a letter")
    if name in KINDS:
        raise CannotLayOut(f"{name} is a kind that there is already")
    if folder.exists():
        raise CannotLayOut(f"{folder} is already there; nothing was written")
    plain = name.replace("-", "_")
    words = {
        "name": name,
        "package": f"carerecord_{plain}",
        "distribution": f"carerecord-{name}",
        "title": name.replace("-", " ").capitalize(),
        "klass": plain.title().replace("_", ""),
        "path": "/api/people",
    }
    written = []
    for parts, text in _templates(files("adapters.kit").joinpath("template"), ()):
        own = [words["package"] if part == "package" else part for part in parts]
        path = folder.joinpath(*own)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(words), "utf-8")
        written.append(path)
    return written


def _templates(folder: Traversable, above: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    """(path without the suffix, text) of each template below a folder, in the order of their names."""
    found = []
    for entry in sorted(folder.iterdir(), key=lambda e: (e.is_dir(), e.name)):
        if entry.is_dir():
            found += _templates(entry, (*above, entry.name))
        elif entry.name.endswith(_SUFFIX):
            found.append(((*above, entry.name.removesuffix(_SUFFIX)), entry.read_text("utf-8")))
    return found
