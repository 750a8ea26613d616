"""A place whose council feed has rows that a mapping refuses until it is mended, and who may look at them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from aggregator.app import Place
from aggregator.care.reviewing import Reviewing
from aggregator.care.sources import Sources
from schemas.caller import Caller
from schemas.codes import Category
from schemas.contribution import Refusal, Translated
from tests.places import Feed, a_place, caller, patient, telling

WHY = "is not on the list of values"
ENGINEER = caller("ie.novak", "integration_engineer", "ZAC01", activities=frozenset({"review", "identity"}))
SUPPORT = caller("adm.cole", "support", "ZAC01", activities=frozenset())
DOCTOR = caller("dr.patel", "doctor", "ZAC01")
COUNCIL_ENGINEER: Caller = replace(ENGINEER, organisation="ZSC01", user_id="ie.other", token_id="other")


def refusing(field: str = "PV1-4", reason: str = WHY, part: str = "") -> Translated:
    return Translated(refusals=(Refusal(field, reason, part),))


def fall(name: str) -> Translated:
    return telling("ZAC01", name, patient("Hale", name, "1948-03-02"), related=None)


@asynccontextmanager
async def a_pile(
    home: Path, record_url: str, keys_url: str, refused: int = 3
) -> AsyncIterator[tuple[Place, Feed, Reviewing, Sources]]:
    """The hospital's feed with so many refused inputs, keyed "0", "1", ... ``mend`` settles them."""
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    other = Feed("council", "ZSC01", Category.SOCIAL_CARE)
    async with a_place(home, record_url, keys_url, feed, other) as place:
        for index in range(refused):
            feed.says[str(index)] = refusing()
            await place.intake.ingest(feed.raw(str(index)))
        reviewing = Reviewing(place.records, place.record, place.intake, place.identity)
        yield place, feed, reviewing, Sources(place.records, place.record, place.intake)


def mend(feed: Feed, *keys: str) -> None:
    """From now on the mapping understands these inputs."""
    for key in keys or tuple(feed.says):
        feed.says[key] = fall(f"p-{key}")
