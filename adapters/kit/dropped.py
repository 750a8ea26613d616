"""What a source promises that reads files from a folder: each once, whole, and a missing folder is no silence."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from adapters.kit.contract import SourceContract
from adapters.kit.state import standing
from adapters.source import Raw, Source, SourceDown, Speaks


class DroppedContract(SourceContract):
    """``suffix`` is that of a finished file; ``inputs`` are whole files, dropped in their order."""

    suffix = ""

    def folder_of(self, folder: Path) -> Source:
        connection = replace(self.connection(), folder=folder)
        return self.make(connection, httpx.AsyncClient(transport=httpx.MockTransport(_nobody)))

    def sweep(self, folder: Path, cursor: str = "") -> list[tuple[Raw, str]]:
        async def swept() -> list[tuple[Raw, str]]:
            return [pair async for pair in self.folder_of(folder).pull(cursor, self.now)]

        return asyncio.run(swept())

    @contextmanager
    def dropped(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as name:
            for number, raw in enumerate(self.inputs()):
                (Path(name) / f"{number}{self.suffix}").write_bytes(raw.content)
            yield Path(name)

    def test_its_terms_say_that_files_are_dropped(self) -> None:
        assert Speaks.DROP in self.terms().speaks

    def test_every_file_is_taken_once(self) -> None:
        with self.dropped() as folder:
            found = self.sweep(folder)
            source = self.offline()
            assert standing(source.translate(raw) for raw, _ in found) == standing(self.told())
            assert self.sweep(folder, found[-1][1]) == []

    def test_a_sweep_that_was_broken_off_goes_on_without_a_loss(self) -> None:
        with self.dropped() as folder:
            all_of_it = self.sweep(folder)
            for taken, (_, cursor) in enumerate(all_of_it, 1):
                rest = self.sweep(folder, cursor)
                again = [raw.content for raw, _ in [*all_of_it[:taken], *rest]]
                assert {raw.content for raw, _ in all_of_it} == set(again)

    def test_a_file_that_is_still_being_written_is_left_alone(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            content = self.inputs()[0].content
            (Path(name) / f"new{self.suffix}.part").write_bytes(content)
            (Path(name) / f".new{self.suffix}").write_bytes(content)
            assert self.sweep(Path(name)) == []

    def test_a_missing_folder_is_down_and_never_empty(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            gone = Path(name) / "gone"
            assert asyncio.run(self.folder_of(gone).check()), "a check must say that the folder is missing"
            raised = None
            try:
                self.sweep(gone)
            except SourceDown as error:
                raised = error
            assert raised is not None, "a missing folder is not an empty one"


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError("a source of files must not call anybody")
