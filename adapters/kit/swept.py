"""What a source promises besides that can be asked for whatever changed: in order, resumable, nothing left out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from adapters.kit.asked import FAULTS, SLOW, AskedContract, Handler
from adapters.kit.contract import SKEW, refused_whole
from adapters.source import Raw


class SweptContract(AskedContract):
    """``answer`` and ``mistaken`` also answer what the source asks to find out what changed."""

    def sweep(self, handler: Handler, cursor: str = "") -> list[tuple[Raw, str]]:
        async def swept() -> list[tuple[Raw, str]]:
            return [pair async for pair in self.live(handler).pull(cursor, self.now)]

        return asyncio.run(swept())

    def test_no_cursor_or_name_tells_whom_a_sweep_has_met(self) -> None:
        for raw, cursor in self.sweep(self.answer):
            assert self.tells_nobody(f"{raw.name} {cursor}")

    def test_a_sweep_that_is_not_answered_as_agreed_is_down_and_never_empty(self) -> None:
        for fault in (*FAULTS, *SLOW):
            self.down(lambda fault=fault: self.sweep(fault))  # type: ignore[misc]

    def test_a_sweep_hands_on_what_cannot_be_trusted_for_review(self) -> None:
        source = self.offline()
        for raw, _ in self.sweep(self.mistaken):
            told = source.translate(raw)
            assert refused_whole(told)

    def test_a_sweep_that_was_broken_off_goes_on_without_a_loss(self) -> None:
        all_of_it = self.sweep(self.answer)
        assert all_of_it, "a sweep from the beginning brings the person whom the system holds"
        expected = _contents(all_of_it)
        for taken in range(len(all_of_it) + 1):
            cursor = all_of_it[taken - 1][1] if taken else ""
            rest = self.sweep(self.answer, cursor)
            assert _contents(all_of_it[:taken]) | _contents(rest) == expected
            assert self.tells_nobody(cursor)

    def test_a_sweep_does_not_go_by_our_clock(self) -> None:
        async def at(skew: int) -> list[tuple[bytes, str]]:
            source = self.live(self.answer)
            return [(raw.content, cursor) async for raw, cursor in source.pull("", self.now + skew * SKEW)]

        assert asyncio.run(at(-1)) == asyncio.run(at(0)) == asyncio.run(at(1))


def _contents(swept: Sequence[tuple[Raw, str]]) -> set[bytes]:
    return {raw.content for raw, _ in swept}
