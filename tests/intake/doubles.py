"""Sources that hang, fail for a while, or tell in pieces: doubles of the port, with what they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.source import Ask, Raw, SourceDown, Speaks, Terms
from schemas.codes import Category
from tests.places import Feed


@dataclass(slots=True)
class Asked(Feed):
    """``fails``: what is raised by the next questions, first to last; then it answers.

    ``hangs``: it never answers. ``at_once``: the most questions that it was ever asked at the same time.
    """

    fails: list[SourceDown] = field(default_factory=list)
    hangs: bool = False
    questions: int = 0
    at_once: int = 0
    speaks: frozenset[Speaks] = frozenset({Speaks.PULL})
    silent: timedelta = timedelta(days=1)
    _open: int = 0

    @property
    def terms(self) -> Terms:
        # Zero-argument super() does not work in a class made anew for its slots.
        return replace(Feed.terms.fget(self), speaks=self.speaks, silent_after=self.silent)  # type: ignore[attr-defined]

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        self.questions += 1
        for position, key in enumerate(sorted(self.says), 1):
            if position > int(cursor or 0):
                await self._answer()
                yield self.raw(key), str(position)
        await self._answer()

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        self.questions += 1
        self._open += 1
        self.at_once = max(self.at_once, self._open)
        try:
            await self._answer()
            await asyncio.sleep(self.delay)
        finally:
            self._open -= 1
        return [self.raw(key) for key in (self.answers(ask) if self.answers else [])]

    async def _answer(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise self.fails.pop(0)


def council(name: str = "council", **more: object) -> Asked:
    return Asked(name, "ZSC01", Category.SOCIAL_CARE, fresh_for=timedelta(minutes=15), **more)  # type: ignore[arg-type]


def passing(name: str = "council") -> SourceDown:
    return SourceDown(name, "answered 503", passing=True)


def lasting(name: str = "council") -> SourceDown:
    return SourceDown(name, "refused our key (401)")
