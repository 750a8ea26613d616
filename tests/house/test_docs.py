"""What the documents say exists, and what exists is in them: links, verbs, rooms, decisions, images.

The lists that come from code are checked in `test_docs_interface` (settings, commands) and `test_docs_routes`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source_tree import ROOMS, ROOT, project_files, python_files

PAGES = tuple(path for path in project_files() if path.suffix == ".md")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
NAMED_PATH = re.compile(
    r"`((?:tests|docs|assets|aggregator|adapters|consent|schemas|demo|requirements)/[\w./-]*)`"
)
PAGES_BY_NAME = pytest.mark.parametrize("page", PAGES, ids=str)


def read(page: Path) -> str:
    return (ROOT / page).read_text()


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", read(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def inside(target: str, page: Path) -> Path:
    return ((ROOT / page).parent / target.partition("#")[0]).resolve()


@PAGES_BY_NAME
def test_no_link_leads_nowhere(page: Path) -> None:
    local = [
        link for link in LINK.findall(read(page)) if "://" not in link and not link.startswith("mailto:")
    ]
    lost = [link for link in local if link[0] != "#" and not inside(link, page).exists()]
    lost += [link for link in local if link[0] == "#" and link[1:] not in anchors(page)]
    assert lost == []


@PAGES_BY_NAME
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    if page.name == "CHANGELOG.md":
        return  # speaks of what was, too
    named = {path.rstrip("/") for path in NAMED_PATH.findall(read(page))}
    assert sorted(p for p in named if not (ROOT / p).exists() and not (ROOT / f"{p}.py").is_file()) == []


@PAGES_BY_NAME
def test_every_make_verb_that_a_page_names_is_one(page: Path) -> None:
    named = set(re.findall(r"(?:`|^    )make ([a-z][a-z-]+)", read(page), flags=re.MULTILINE))
    assert named - verbs() == set()


def verbs() -> set[str]:
    (declared,) = re.findall(r"(?m)^\.PHONY: (.+)$", (ROOT / "Makefile").read_text())
    return set(declared.split())


def test_every_verb_of_the_makefile_has_its_entry() -> None:
    page = read(Path("docs/reference/verbs.md"))
    assert sorted(verb for verb in verbs() if f"`make {verb}`" not in page) == []


def test_every_verb_with_a_help_text_is_declared_phony() -> None:
    helped = set(re.findall(r"(?m)^([a-z-]+):.*## ", (ROOT / "Makefile").read_text()))
    assert helped - verbs() == set()


def test_every_room_has_its_entry() -> None:
    page = read(Path("docs/reference/rooms.md"))
    inner = {path.parts[1].removesuffix(".py") for path in python_files("aggregator")}
    inner -= {"__init__", "__main__"}
    expected = set(ROOMS) | inner
    assert sorted(r for r in expected if f"`{r}`" not in page and f"`{r}/`" not in page) == []


def test_every_source_has_its_entry() -> None:
    page = ROOT / "docs/reference/sources.md"
    sources = {p.parts[1] for p in python_files("adapters") if len(p.parts) > 2 and p.parts[1] != "wire"}
    text = page.read_text() if page.is_file() else ""
    assert sorted(source for source in sources if f"`{source}`" not in text) == []


def test_decisions_are_numbered_once_and_have_their_three_parts() -> None:
    records = [path for path in PAGES if path.parent == Path("docs/adr")]
    numbers = [path.name[:4] for path in records]
    assert sorted(numbers) == sorted(set(numbers))
    for record in records:
        text = read(record)
        assert text.startswith(f"# {record.name[:4]} "), record
        parts = re.findall(r"(?m)^## (\w+)", text)
        assert [p for p in parts if p in ("Context", "Decision", "Consequences")] == [
            "Context",
            "Decision",
            "Consequences",
        ], record


def test_every_page_of_docs_can_be_reached_from_the_front() -> None:
    reached = {Path("README.md")}
    waiting = [Path("README.md")]
    while waiting:
        page = waiting.pop()
        for link in LINK.findall(read(page)):
            target = inside(link, page)
            if target.suffix == ".md" and target.is_relative_to(ROOT) and target.is_file():
                found = target.relative_to(ROOT)
                if found not in reached:
                    reached.add(found)
                    waiting.append(found)
    documents = {path for path in PAGES if path.parts[0] == "docs"}
    assert sorted(map(str, documents - reached)) == []


def test_the_changelog_has_a_part_for_what_is_not_released() -> None:
    assert "## [Unreleased]" in read(Path("CHANGELOG.md"))
