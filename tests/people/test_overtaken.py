"""What two writers tell of one subject at the same time is all kept, whoever commits first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.demographics.service import Traced
from schemas.codes import Category
from schemas.contribution import Translated
from schemas.identifiers import NhsNumber
from schemas.person import Demographics
from tests.places import NOW, Feed, Register, a_place, number, patient, telling

pytestmark = pytest.mark.anyio
NHS = number(0)


@dataclass(slots=True)
class Slow(Register):
    """Answers once it is let: the place has looked at its own books before, and others write meanwhile."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def trace(self, asked: NhsNumber | None, who: Demographics) -> Traced:
        self.asked.set()
        await self.let.wait()
        return await Register.trace(self, asked, who)


def _said(who: dict[str, Any], **claim: Any) -> Translated:
    return telling("ZSC01", "C1", who, related=None, **claim)


def _council() -> Feed:
    feed = Feed("council", "ZSC01", Category.SOCIAL_CARE)
    nameless = {"resourceType": "Patient", "birthDate": "1948-03-02"}
    feed.says["return"] = _said(nameless, nhs_number=NHS)
    feed.says["live"] = _said(patient("Hale", "Brian", "1948-03-02", NHS))
    feed.says["refuge"] = _said(nameless, location_restricted=True)
    return feed


async def _subject(place: Any) -> tuple[str, bool]:
    async with place.record.connection() as connection:
        cursor = await connection.execute("select traced, location_restricted from subject")
        (row,) = await cursor.fetchall()
    return row


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
async def test_a_name_is_traced_and_a_hidden_place_stays_hidden_although_another_writer_was_first(
    home, fresh_database, fresh_key_database, known
) -> None:
    feed, register = _council(), Slow({NHS.digits: ("Hale", "1948-03-02")})
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        if known:
            await place.intake.ingest(feed.raw("return"))
        slow = asyncio.create_task(place.intake.ingest(feed.raw("live")))
        await register.asked.wait()
        await place.intake.ingest(feed.raw("refuge"))
        register.let.set()
        assert (await slow).refusals == ()
        assert await _subject(place) == ("verified", True)
        assert await place.identity.by_number(NHS) is not None


@pytest.mark.parametrize("later", [timedelta(days=60), timedelta(days=-60)], ids=["newer", "older"])
async def test_somebody_known_from_a_return_without_a_name_is_traced_once_a_name_comes(
    home, fresh_database, fresh_key_database, later
) -> None:
    feed = _council()
    for key, at in (("return", NOW), ("live", NOW + later)):
        said = feed.says[key]
        feed.says[key] = replace(said, subjects=tuple(replace(c, at=at) for c in said.subjects))
    register = Register({NHS.digits: ("Hale", "1948-03-02")})
    async with a_place(home, fresh_database, fresh_key_database, feed, register=register) as place:
        for key in ("return", "live"):
            await place.intake.ingest(feed.raw(key))
        assert await place.identity.by_number(NHS) is not None
