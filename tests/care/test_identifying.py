"""Who is who, decided by people: who may, what they see, what is audited, and that it is reversible."""

from __future__ import annotations

import json

import pytest

from aggregator.care.find import Find
from aggregator.care.identifying import Identifying
from schemas.codes import Category
from schemas.contribution import NumberMerge, Translated
from schemas.errors import BadInput, Clash, NotAllowed, NothingToShow
from tests.people.telling import claim, key, numbers, person, tell
from tests.places import NOW, Feed, Register, a_place, caller, patient, telling

ONE, TWO = (n for n, _ in zip(numbers(), range(2), strict=False))
MOSS = ("Moss", "Kim", "1971-07-07")
HOME = {"address": [{"line": ["1 Mill Lane"], "postalCode": "WL1 1AA"}]}
WHY = "the same tenancy letter"


def staff(
    user: str = "ie.novak", organisation: str = "ZAC01", role: str = "integration_engineer", *more: str
):
    return caller(user, role, organisation, activities=frozenset({"review", "identity", *more}))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def place(home, fresh_database, fresh_key_database):
    register = Register(people={ONE.digits: ("Hale", "1948-03-02")}, invalidated={TWO.digits})
    async with a_place(home, fresh_database, fresh_key_database, register=register) as place:
        yield place


@pytest.fixture
def identifying(place) -> Identifying:
    return Identifying(place.records, place.record, place.vault)


async def a_pair(place, **more: object) -> tuple[str, str]:
    """Two alike, one at the hospital and one at housing; their person ids."""
    await tell(place, claim("H1", MOSS, **HOME))
    await tell(place, claim("T1", MOSS, organisation="ZHO01", **HOME, **more))
    await place.identity.propose()
    return await person(place, "H1") or "", await person(place, "T1", "ZHO01") or ""


async def audited(place) -> list[dict]:
    async with place.record.connection() as connection:
        cursor = await connection.execute("select person_id, body from audit order by kept_at, counter")
        return [{"person": p, **json.loads(b)} for p, b in await cursor.fetchall()]


@pytest.mark.anyio
async def test_a_pair_is_shown_to_staff_of_either_side_with_its_reasons_and_to_nobody_else(
    place, identifying
):
    await a_pair(place)
    (found,) = await identifying.matches(staff())
    assert found.for_it[0] == "the same birth date"
    assert [(s.organisation, s.own, s.family) for s in found.sides] == [
        ("ZAC01", True, "Moss"),
        ("ZHO01", False, "Moss"),
    ]
    assert len(await identifying.matches(staff(organisation="ZHO01"))) == 1
    assert await identifying.matches(staff(organisation="ZMH01")) == ()
    with pytest.raises(NothingToShow):
        await identifying.match(staff(organisation="ZMH01"), found.match_id)
    with pytest.raises(NotAllowed):
        await identifying.matches(caller("dr", "doctor", "ZAC01"))
    rows = await audited(place)
    assert [r["outcome"] for r in rows] == ["shown", "shown", "shown", "nothing", "refused"]
    assert "Moss" not in json.dumps(rows)


@pytest.mark.anyio
async def test_the_queue_comes_in_pages_likeliest_first(place, identifying):
    await a_pair(place)
    await tell(place, claim("T2", ("Moss", "K", "1971-07-07"), organisation="ZHO01"))
    await place.identity.propose()
    first, second = await identifying.matches(staff())
    assert first.score > second.score
    assert await identifying.matches(staff(), limit=1) == (first,)
    assert await identifying.matches(staff(), first.match_id) == (second,)


@pytest.mark.anyio
async def test_the_place_of_a_location_restricted_person_is_neither_shown_nor_compared(place, identifying):
    await a_pair(place)
    (before,) = await identifying.matches(staff())
    assert any("postcode" in reason for reason in before.for_it)
    await tell(place, claim("T1", MOSS, organisation="ZHO01", restricted=True, **HOME))
    (found,) = await identifying.matches(staff())
    hidden = next(s for s in found.sides if s.organisation == "ZHO01")
    assert (hidden.location_restricted, hidden.address) == (True, ())
    assert not any("postcode" in r or "address" in r for r in (*found.for_it, *found.against))


@pytest.mark.anyio
async def test_a_link_is_decided_with_a_reason_shown_in_history_and_undone_exactly(place, identifying):
    before = await a_pair(place)
    (found,) = await identifying.matches(staff())
    for because in ("", "see 999 000 0018"):
        with pytest.raises(BadInput):
            await identifying.decide(staff(), found.match_id, "link", because)
    await identifying.decide(staff(), found.match_id, "link", WHY)
    one = await person(place, "H1")
    assert one == await person(place, "T1", "ZHO01")
    assert await identifying.matches(staff()) == ()
    linked = await identifying.match(staff(), found.match_id)
    assert (linked.state, linked.decided_by, linked.because) == ("linked", "ie.novak", WHY)
    event = next(e for e in await identifying.history(staff(), one or "") if e.undoable)
    assert (event.what, event.organisation, event.because) == ("joined", "ZHO01", WHY)
    with pytest.raises(Clash):
        await identifying.decide(staff(), found.match_id, "apart", WHY)
    await identifying.undo(staff("ie.two"), event.event_id, "another letter")
    assert (await person(place, "H1"), await person(place, "T1", "ZHO01")) == before
    assert (await identifying.match(staff(), found.match_id)).state == "undone"
    told = [e.what for e in await identifying.history(staff(), one or "")]
    assert told == ["left", "joined", "joined"]
    written = [r for r in await audited(place) if r["outcome"] == "written"]
    assert {r["person"] for r in written} == set(before)
    assert WHY not in json.dumps(await audited(place)), (
        "a reason may name somebody; it stays with the verdict"
    )


@pytest.mark.anyio
async def test_a_pair_set_apart_is_not_asked_about_again(place, identifying):
    before = await a_pair(place)
    (found,) = await identifying.matches(staff())
    await identifying.decide(staff(), found.match_id, "apart", WHY)
    await tell(place, claim("T1", MOSS, organisation="ZHO01", gender="female", **HOME))
    await place.identity.propose()
    assert await identifying.matches(staff()) == ()
    assert (await person(place, "H1"), await person(place, "T1", "ZHO01")) == before
    await identifying.undo(staff(), found.match_id, "decided too soon")
    assert len(await identifying.matches(staff())) == 1


@pytest.mark.anyio
async def test_what_our_trace_joined_can_be_parted_by_either_side_and_put_back(place, identifying):
    hale = ("Hale", "Brian", "1948-03-02")
    await tell(place, claim("H1", hale, ONE))
    await tell(place, claim("C1", hale, ONE, organisation="ZSC01"))
    one = await person(place, "H1") or ""
    event = next(e for e in await identifying.history(staff(organisation="ZSC01"), one) if e.undoable)
    with pytest.raises(NothingToShow):
        await identifying.undo(staff(organisation="ZMH01"), event.event_id, WHY)
    await identifying.undo(staff(organisation="ZSC01"), event.event_id, WHY)
    other = await person(place, "C1", "ZSC01") or ""
    assert other != one
    (back,) = [r["undone"] for r in await audited(place) if r["outcome"] == "written"]
    assert back == event.event_id
    async with place.record.connection() as connection:
        cursor = await connection.execute("select match_id from possible_match where state = 'apart'")
        ((match_id,),) = await cursor.fetchall()
    await identifying.undo(staff(), match_id, "it was the same person")
    assert await person(place, "C1", "ZSC01") == one


@pytest.mark.anyio
async def test_history_of_somebody_whom_the_organisation_does_not_know_is_the_constant_nothing(
    place, identifying
):
    one, _ = await a_pair(place)
    for person_id in (one, "0" * 32, "not an id"):
        with pytest.raises(NothingToShow):
            await identifying.history(staff(organisation="ZMH01"), person_id)


@pytest.mark.anyio
async def test_only_two_people_of_the_restricted_role_join_what_an_invalidated_number_belongs_to(
    place, identifying
):
    hale = ("Hale", "Brian", "1948-03-02")
    await tell(place, claim("H1", ("Hale", "Beth", "1948-03-02"), TWO), claim("H2", hale, ONE))
    old, new = await person(place, "H1") or "", await person(place, "H2") or ""
    with pytest.raises(NotAllowed):
        await identifying.join(staff(), old, new, WHY)
    first, second = (
        staff(u, "ZAC01", "identity_officer", "identity-restricted") for u in ("io.one", "io.two")
    )
    assert await identifying.join(first, old, new, WHY) is False
    assert await person(place, "H1") != await person(place, "H2")
    with pytest.raises(Clash):
        await identifying.join(first, old, new, WHY)
    assert await identifying.matches(first) == (), "nothing lists such a pair"
    assert await identifying.join(second, old, new, WHY) is True
    assert await person(place, "H1") == await person(place, "H2")
    rows = await audited(place)
    assert not [r for r in rows if old in json.dumps(r) and new in json.dumps(r)], "no row relates the two"
    shown = {e.rule for e in await identifying.history(staff(), await person(place, "H1") or "")}
    assert "two people decided that they are one person" not in shown


@pytest.mark.anyio
async def test_an_old_local_number_finds_the_surviving_person_for_those_who_may_see_them(
    home, fresh_database, fresh_key_database
):
    feed = Feed("acute", "ZAC01", Category.ACUTE)
    for local in ("H1", "H2"):
        feed.says[local] = telling("ZAC01", local, patient(*MOSS))
    feed.says["merge"] = Translated(merges=(NumberMerge(key("H1"), key("H2"), NOW),))
    async with a_place(home, fresh_database, fresh_key_database, feed) as place:
        find = Find(place.records, place.identity)
        for said in ("H1", "H2", "merge"):
            await place.intake.ingest(feed.raw(said))
        (found,) = await find.by_local_id(caller("dr", "doctor", "ZAC01"), key("H1"))
        assert found.person_id == await person(place, "H2")
        for other in (caller("dr", "doctor", "ZXX01"), caller("ho", "housing_officer", "ZHO01")):
            assert await find.by_local_id(other, key("H1")) == []
        assert await find.by_local_id(caller("dr", "doctor", "ZAC01"), key("H9")) == []
