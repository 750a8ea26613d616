"""The review pile: for staff of the feed's controller, what of it for whom, and settled so that it can be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.access import audit
from aggregator.intake import review
from schemas.contribution import ChoiceClaim, Refusal
from schemas.errors import BadInput, NotAllowed, NothingToShow
from schemas.identifiers import Identifier, SubjectKey
from tests.care.piles import COUNCIL_ENGINEER, DOCTOR, ENGINEER, SUPPORT, WHY, a_pile, fall, mend, refusing
from tests.places import NOW

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pile(home, fresh_database, fresh_key_database):
    async with a_pile(home, fresh_database, fresh_key_database) as made:
        yield made


async def audited(place):
    async with place.record.connection() as connection:
        cursor = await connection.execute("select person_id, body from audit order by kept_at, counter")
        return [(person, audit.read(body)) for person, body in await cursor.fetchall()]


async def test_the_pile_groups_what_one_fix_may_settle_and_pages_the_rest(pile):
    _, _, reviewing, _ = pile
    found = await reviewing.pile(ENGINEER, limit=2)
    (group,) = found.groups
    assert (group.source, group.kind, group.field, group.reason, group.count) == (
        "acute",
        "refusal",
        "PV1-4",
        WHY,
        3,
    )
    rest = await reviewing.pile(ENGINEER, after=found.more, limit=2)
    assert (len(found.entries), len(rest.entries), rest.more) == (2, 1, "")
    assert len({e.review_id for e in found.entries + rest.entries}) == 3
    assert (await reviewing.pile(ENGINEER, source="council")).entries == ()


async def test_the_pile_is_for_the_feed_s_own_organisation(pile):
    _, _, reviewing, _ = pile
    (entry, *_) = (await reviewing.pile(ENGINEER)).entries
    assert (await reviewing.pile(COUNCIL_ENGINEER)).groups == ()
    for ask in (reviewing.entry, reviewing.accept):
        with pytest.raises(NothingToShow):
            await ask(COUNCIL_ENGINEER, entry.review_id)
    with pytest.raises(NothingToShow):
        await reviewing.replay(COUNCIL_ENGINEER, review_id=entry.review_id)
    with pytest.raises(NothingToShow):
        await reviewing.close(COUNCIL_ENGINEER, entry.review_id, "not ours")


async def test_who_treats_people_has_no_business_with_the_pile(pile):
    _, _, reviewing, sources = pile
    for refused in (reviewing.pile(DOCTOR), sources.scorecards(DOCTOR), reviewing.replay(DOCTOR)):
        with pytest.raises(NotAllowed):
            await refused


async def test_support_sees_field_and_reason_and_never_what_was_sent(pile):
    _, _, reviewing, _ = pile
    (entry, *_) = (await reviewing.pile(SUPPORT)).entries
    found = await reviewing.entry(SUPPORT, entry.review_id)
    assert (found.field, found.reason, found.excerpt) == ("PV1-4", WHY, "")
    assert "field and reason" in found.why_not
    for refused in (
        reviewing.replay(SUPPORT, review_id=entry.review_id),
        reviewing.close(SUPPORT, entry.review_id, "done"),
        reviewing.accept(SUPPORT, entry.review_id),
        reviewing.run(SUPPORT, "0" * 32),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_every_look_is_audited_as_person_unknown(pile):
    place, _, reviewing, sources = pile
    (entry, *_) = (await reviewing.pile(ENGINEER)).entries
    await reviewing.entry(ENGINEER, entry.review_id)
    await sources.scorecards(SUPPORT)
    with pytest.raises(NotAllowed):
        await reviewing.pile(DOCTOR)
    rows = await audited(place)
    assert [(person, row["person"], row["outcome"]) for person, row in rows] == [
        ("", "unknown", "shown"),
        ("", "unknown", "shown"),
        ("", "unknown", "shown"),
        ("", "unknown", "refused"),
    ]
    assert rows[1][1]["review"] == entry.review_id


async def test_reading_again_after_the_fix_settles_what_is_understood_now(pile):
    place, feed, reviewing, _ = pile
    mend(feed, "0", "1")
    run_id = await reviewing.replay(ENGINEER, source="acute", field="PV1-4", reason=WHY)
    waiting = await reviewing.run(ENGINEER, run_id)
    assert (waiting.total, waiting.done, waiting.before, waiting.after, waiting.finished) == (
        3,
        0,
        3,
        3,
        False,
    )
    async for _ in review.read_again(place.intake, place.record, run_id):
        pass
    done = await reviewing.run(ENGINEER, run_id)
    assert (done.done, done.kept, done.still_refused, done.after, done.finished) == (3, 2, 1, 1, True)
    (left,) = (await reviewing.pile(ENGINEER)).entries
    assert left.state == "open"
    with pytest.raises(NothingToShow):
        await reviewing.run(COUNCIL_ENGINEER, run_id)


async def test_one_entry_is_read_again_by_itself(pile):
    place, feed, reviewing, _ = pile
    entries = (await reviewing.pile(ENGINEER)).entries
    mend(feed)
    run_id = await reviewing.replay(ENGINEER, review_id=entries[1].review_id)
    async for _ in review.read_again(place.intake, place.record, run_id):
        pass
    assert (await reviewing.entry(ENGINEER, entries[1].review_id)).state == "replayed"
    assert {e.review_id for e in (await reviewing.pile(ENGINEER)).entries} == {
        entries[0].review_id,
        entries[2].review_id,
    }


async def test_what_needs_no_reading_is_closed_with_a_reason_that_names_nobody(pile):
    _, _, reviewing, _ = pile
    (entry, *_) = (await reviewing.pile(ENGINEER)).entries
    for because in ("", "  ", "x" * 301, "it is 999 000 0018 again"):
        with pytest.raises(BadInput):
            await reviewing.close(ENGINEER, entry.review_id, because)
    await reviewing.close(ENGINEER, entry.review_id, "a test message of the trust's own")
    found = await reviewing.entry(ENGINEER, entry.review_id)
    assert (found.state, found.because) == ("closed", "a test message of the trust's own")
    with pytest.raises(BadInput):
        await reviewing.accept(ENGINEER, entry.review_id)


async def test_an_entry_about_somebody_else_shows_nothing_of_what_was_sent(pile):
    place, feed, reviewing, _ = pile
    await place.intake.quarantine(replace(feed.raw("0"), form="quarantine"))
    (entry,) = (await reviewing.pile(ENGINEER, kind="wrong-person")).entries
    found = await reviewing.entry(ENGINEER, entry.review_id)
    assert (found.excerpt, "replay only" in found.why_not) == ("", True)
    run_id = await reviewing.replay(ENGINEER, review_id=entry.review_id)
    assert (await reviewing.run(ENGINEER, run_id)).total == 0, "a quarantined answer says nothing"


async def test_an_input_that_grew_another_refusal_keeps_the_first_one_s_age(pile):
    place, feed, reviewing, _ = pile
    (before, *_) = (await reviewing.pile(ENGINEER)).entries
    feed.says["0"] = type(refusing())(refusals=(Refusal("PV1-4", WHY), Refusal("PV1-7", WHY)))
    run_id = await reviewing.replay(ENGINEER, review_id=before.review_id)
    async for _ in review.read_again(place.intake, place.record, run_id):
        pass
    found = {(e.field, e.review_id): e.received_at for e in (await reviewing.pile(ENGINEER)).entries}
    assert found["PV1-4", before.review_id] == before.received_at
    assert sum(field == "PV1-7" for field, _ in found) == 1


SENT = '{"service": "Q7", "name": "Brian Hale"}'


async def sent(place, feed, translated):
    """An input of a form that can be shown in part, refused for its service."""
    feed.says[SENT] = replace(translated, refusals=(Refusal("service", WHY),))
    await place.intake.ingest(replace(feed.raw(SENT), form="case.json"))


async def excerpt(reviewing):
    found = await reviewing.pile(ENGINEER)
    (entry,) = (e for e in found.entries if e.field == "service")
    return await reviewing.entry(ENGINEER, entry.review_id)


async def test_who_decides_about_it_sees_the_refused_part_by_its_form(pile):
    place, feed, reviewing, _ = pile
    await sent(place, feed, refusing())
    found = await excerpt(reviewing)
    assert (found.excerpt, found.why_not) == ("service: Q7\nname: xxxxx xxxx", "")
    assert (await audited(place))[-1][1]["excerpt"] is True


@pytest.mark.parametrize("how", ["says that it hides a place", "carries a dissent", "of a restricted person"])
async def test_nothing_is_shown_of_what_shields_somebody(home, fresh_database, fresh_key_database, how):
    key = SubjectKey("ZAC01", "p-1")
    told = fall("p-1")
    if how == "says that it hides a place":
        told = replace(told, subjects=(replace(told.subjects[0], location_restricted=True),))
    if how == "carries a dissent":
        told = replace(told, choices=(ChoiceClaim(key, "deny", NOW, Identifier("urn:zu8", "1")),))
    async with a_pile(home, fresh_database, fresh_key_database) as (place, feed, reviewing, _):
        if how == "of a restricted person":
            feed.says["before"] = replace(
                told, subjects=(replace(told.subjects[0], location_restricted=True),)
            )
            await place.intake.ingest(feed.raw("before"))
        await sent(place, feed, told)
        found = await excerpt(reviewing)
        assert (found.excerpt, "replay only" in found.why_not) == ("", True)
        assert (await audited(place))[-1][1]["excerpt"] is False
