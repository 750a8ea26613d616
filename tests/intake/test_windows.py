"""What a whole telling no longer has: gone, kept and asked about, or too much to believe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.source import HeadingTerms, Raw
from aggregator.app import Place
from schemas.codes import Category, Heading
from schemas.contribution import Statement, SubjectClaim, Translated, Window
from schemas.identifiers import Identifier, SubjectKey
from tests.places import Feed, Register, a_place, allergy, number, patient

pytestmark = pytest.mark.anyio

COUNCIL = "ZSC01"
WHO = SubjectKey(COUNCIL, "C1")
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
LOST = {Heading.SERVICES}


class Council(Feed):
    """A source whose terms let services vanish, and nothing else."""

    @property
    def terms(self) -> Any:
        from dataclasses import replace

        given = Feed.terms.fget(self)  # type: ignore[attr-defined]
        headings = tuple(
            HeadingTerms(h.heading, h.category, h.no_rows, "gone" if h.heading in LOST else "kept")
            for h in given.headings
        )
        return replace(given, headings=headings)


def _council() -> Council:
    return Council("social-care", COUNCIL, Category.SOCIAL_CARE)


def _service(value: str) -> dict[str, Any]:
    return {
        "resourceType": "EpisodeOfCare",
        "identifier": [{"system": "urn:test", "value": value}],
        "status": "active",
        "type": [{"text": f"service {value}"}],
    }


def _fact(value: str, who: SubjectKey = WHO, heading: Heading = Heading.SERVICES) -> Statement:
    resource = _service(value) if heading is Heading.SERVICES else allergy(value, value)
    return Statement(who, Identifier("urn:test", value), resource, Category.SOCIAL_CARE, heading, MORNING)


def _said(*facts: Statement, window: Window | None, who: SubjectKey = WHO, **more: Any) -> Translated:
    claim = SubjectClaim(who, patient("Holt", "Ann", "1950-01-01", number(1)))
    return Translated((claim,), facts, windows=(window,) if window else (), **more)


def _whole(*values: str, **more: Any) -> Translated:
    return _said(*map(_fact, values), window=Window(subject=WHO), **more)


async def _take(place: Place, source: Council, said: Translated, at: datetime) -> str:
    key = f"{len(source.says)}"
    source.says[key] = said
    receipt = await place.intake.ingest(Raw(source.name, "test", key.encode(), at))
    assert receipt.refusals == said.refusals
    return receipt.raw_id


async def _live(place: Place) -> set[str]:
    """The identifiers of the live facts, decrypted."""
    from aggregator.store.vault import unseal
    from schemas import strictjson

    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select s.subject_id, statement_id, version, body, key_id from statement s join subject using (subject_id)"
            " where live and type <> 'Patient'"
        )
        found = await cursor.fetchall()
    keys = await place.vault.find({row[4] for row in found})
    bodies = [unseal(keys[k], bytes(b), s, i, str(v)) for s, i, v, b, k in found]
    return {strictjson.read(body)["identifier"][0]["value"] for body in bodies}


async def _asked(place: Place) -> list[tuple[str, str]]:
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select field, reason from review where kind = 'vanished' and state = 'open' order by created_at"
        )
        return [tuple(row) for row in await cursor.fetchall()]


@pytest.fixture
async def council() -> Council:
    return _council()


@pytest.fixture
async def place(tmp_path: Any, fresh_database: str, fresh_key_database: str, council: Council) -> Any:
    register = Register({number(1).digits: ("Holt", "1950-01-01")})
    async with a_place(tmp_path, fresh_database, fresh_key_database, council, register=register) as opened:
        yield opened


async def test_a_fact_that_a_persons_whole_file_no_longer_has_is_gone(place: Place, council: Council) -> None:
    await _take(place, council, _whole("a", "b"), MORNING)
    await _take(place, council, _whole("a"), MORNING + timedelta(hours=1))
    assert await _live(place) == {"a"}
    assert await _asked(place) == []


async def test_what_is_told_again_after_it_was_gone_is_there_again(place: Place, council: Council) -> None:
    for hour, told in enumerate((("a", "b"), ("a",), ("a", "b"))):
        await _take(place, council, _whole(*told), MORNING + timedelta(hours=hour))
    assert await _live(place) == {"a", "b"}


async def test_an_older_file_that_is_read_again_brings_nothing_back_and_takes_nothing_away(
    place: Place, council: Council
) -> None:
    first = await _take(place, council, _whole("a", "b"), MORNING)
    await _take(place, council, _whole("a", "c"), MORNING + timedelta(hours=1))
    await place.intake.replay(first, "test")
    assert await _live(place) == {"a", "c"}


async def test_a_file_that_was_not_understood_whole_takes_nothing_away(
    place: Place, council: Council
) -> None:
    from schemas.contribution import Refusal

    await _take(place, council, _whole("a", "b"), MORNING)
    partly = _said(_fact("a"), window=Window(subject=WHO), refusals=(Refusal("x", "is bad", "row 2"),))
    await _take(place, council, partly, MORNING + timedelta(hours=1))
    assert await _live(place) == {"a", "b"}


async def test_an_allergy_that_is_no_longer_told_stays_and_somebody_is_asked(
    place: Place, council: Council
) -> None:
    first = _said(_fact("a"), _fact("nuts", heading=Heading.ALLERGIES), window=Window(subject=WHO))
    await _take(place, council, first, MORNING)
    again = await _take(place, council, _whole("a"), MORNING + timedelta(hours=1))
    assert await _live(place) == {"a", "nuts"}
    assert [field for field, _ in await _asked(place)] == ["allergies"]
    raw = await place.intake.raws.read(again)
    assert raw is not None
    await place.intake.replay_many([(again, raw)], "ie.novak", accepted=True)
    assert await _live(place) == {"a"}


async def test_a_file_that_loses_nearly_everything_is_not_believed(place: Place, council: Council) -> None:
    await _take(place, council, _whole(*"abcdefghij"), MORNING)
    await _take(place, council, _whole("a"), MORNING + timedelta(hours=1))
    assert await _live(place) == set("abcdefghij")
    assert [field for field, _ in await _asked(place)] == ["file"]


def _part(telling: str, months: int, *values: str, last: bool = True, whole: bool = True) -> Translated:
    window = Window(
        telling,
        start=datetime(2026, 4, 1, tzinfo=UTC),
        end=datetime(2026, 4 + months, 1, tzinfo=UTC),
        last=last,
        whole=whole,
    )
    return _said(*map(_fact, values), window=window)


async def test_a_return_that_is_sent_again_for_a_longer_time_takes_back_what_it_no_longer_has(
    place: Place, council: Council
) -> None:
    await _take(place, council, _part("q1", 3, "a", "b"), MORNING)
    await _take(place, council, _part("q2", 6, "a", last=False), MORNING + timedelta(hours=1))
    assert await _live(place) == {"a", "b"}, "the file has not ended"
    await _take(place, council, _part("q2", 6, "c"), MORNING + timedelta(hours=1))
    assert await _live(place) == {"a", "c"}


async def test_a_return_for_another_time_takes_nothing_back(place: Place, council: Council) -> None:
    await _take(place, council, _part("q2", 6, "a", "b"), MORNING)
    await _take(place, council, _part("q1", 3, "a"), MORNING + timedelta(hours=1))
    assert await _live(place) == {"a", "b"}


async def test_returns_in_the_wrong_order_lead_to_the_same(place: Place, council: Council) -> None:
    await _take(place, council, _part("q2", 6, "a", "c"), MORNING)
    await _take(place, council, _part("q1", 3, "a", "b"), MORNING + timedelta(hours=1))
    assert await _live(place) == {"a", "c"}


async def test_a_return_of_which_a_part_was_refused_takes_nothing_back_and_asks(
    place: Place, council: Council
) -> None:
    await _take(place, council, _part("q1", 3, "a", "b"), MORNING)
    await _take(place, council, _part("q2", 6, "a", last=False, whole=False), MORNING + timedelta(hours=1))
    await _take(place, council, _part("q2", 6, "c"), MORNING + timedelta(hours=1))
    assert await _live(place) == {"a", "b", "c"}
    assert [field for field, _ in await _asked(place)] == ["file"]


async def test_nobody_is_asked_twice_about_a_fact_however_often_the_file_is_fetched(
    place: Place, council: Council
) -> None:
    first = _said(_fact("a"), _fact("nuts", heading=Heading.ALLERGIES), window=Window(subject=WHO))
    await _take(place, council, first, MORNING)
    asked_with = await _take(place, council, _whole("a"), MORNING + timedelta(hours=1))
    for hour in (2, 3, 4):
        await _take(place, council, _whole("a"), MORNING + timedelta(hours=hour))
    assert len(await _asked(place)) == 1
    raw = await place.intake.raws.read(asked_with)
    assert raw is not None
    await place.intake.replay_many([(asked_with, raw)], "ie.novak", accepted=True)
    assert await _live(place) == {"a"}, "accepted although a newer file has come since"


async def test_what_is_told_again_is_no_longer_in_doubt(place: Place, council: Council) -> None:
    whole = _said(_fact("a"), _fact("nuts", heading=Heading.ALLERGIES), window=Window(subject=WHO))
    await _take(place, council, whole, MORNING)
    asked_with = await _take(place, council, _whole("a"), MORNING + timedelta(hours=1))
    await _take(place, council, whole, MORNING + timedelta(hours=2))
    raw = await place.intake.raws.read(asked_with)
    assert raw is not None
    await place.intake.replay_many([(asked_with, raw)], "ie.novak", accepted=True)
    assert await _live(place) == {"a", "nuts"}
