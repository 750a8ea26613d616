"""Scorecards: counts that agree with what was told, for whoever operates the feeds, about nobody."""

from __future__ import annotations

import msgspec
import pytest

from schemas.codes import Category, Heading
from schemas.errors import NothingToShow
from tests.care.piles import COUNCIL_ENGINEER, ENGINEER, SUPPORT, WHY, a_pile
from tests.places import allergy, patient, telling

pytestmark = pytest.mark.anyio

PEOPLE = ("Hale", "Osei", "Lind", "Marr")


@pytest.fixture
async def opened(home, fresh_database, fresh_key_database):
    async with a_pile(home, fresh_database, fresh_key_database, refused=3) as made:
        place, feed, _, _ = made
        for index, family in enumerate(PEOPLE):
            told = (
                [
                    (
                        Heading.ALLERGIES,
                        Category.ACUTE,
                        allergy(f"A{index}", "Nuts", "91934008" if index else ""),
                    )
                ]
                if index < 3
                else []
            )
            feed.says[family] = telling(
                "ZAC01", family, patient(family, "Ann", "1950-01-01"), *told, related=None
            )
            await place.intake.ingest(feed.raw(family))
        yield made


async def test_a_scorecard_counts_what_was_told_by_heading(opened):
    _, _, _, sources = opened
    (card,) = await sources.scorecards(ENGINEER)
    assert (card.source, card.organisation, card.state, card.known) == ("acute", "ZAC01", "speaking", 4)
    rows = {row.heading: row for row in card.rows}
    allergies = rows[Heading.ALLERGIES]
    assert (allergies.subjects, allergies.known, allergies.coverage, allergies.statements) == (3, 4, 0.75, 3)
    assert allergies.uncoded == pytest.approx(1 / 3)
    assert rows[Heading.DEMOGRAPHICS].coverage == 1.0
    assert (rows[Heading.MEDICINES].statements, rows[Heading.MEDICINES].newest) == (0, None)
    assert allergies.newest is not None
    assert allergies.median is not None
    assert allergies.newest <= allergies.median
    assert [(r.field, r.reason, r.count) for r in card.refusals] == [("PV1-4", WHY, 3)]


async def test_a_scorecard_is_for_the_source_s_own_organisation(opened):
    _, _, _, sources = opened
    assert [c.source for c in await sources.scorecards(COUNCIL_ENGINEER)] == ["council"]
    assert (await sources.scorecard(COUNCIL_ENGINEER, "council")).state == "not heard of yet"
    for other in ("acute", "no-such"):
        with pytest.raises(NothingToShow):
            await sources.scorecard(COUNCIL_ENGINEER, other)


async def test_a_scorecard_names_nobody(opened):
    _, _, _, sources = opened
    (card,) = await sources.scorecards(SUPPORT)
    said = msgspec.json.encode(card).decode()
    assert [family for family in PEOPLE if family in said] == []
