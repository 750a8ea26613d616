"""Which person: everyone gets one, our own trace joins them, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.people.blocking import sound
from schemas.codes import Category
from schemas.contribution import NumberMerge
from schemas.identifiers import SubjectKey
from tests.places import NOW, Feed, Register, a_place, number, patient, telling

ONE, TWO, OLD = number(0), number(1), number(2)


def sources(**claims):
    """Two feeds that tell of one person each: (family, given, birth, number) for ``acute`` and ``council``."""
    feeds = []
    for name, organisation, category in (
        ("acute", "ZAC01", Category.ACUTE),
        ("council", "ZSC01", Category.SOCIAL_CARE),
    ):
        feed = Feed(name, organisation, category)
        family, given, birth, nhs, more = claims[name]
        feed.says["one"] = telling(
            organisation, f"{name}-1", patient(family, given, birth, nhs), related=None, **more
        )
        feeds.append(feed)
    return feeds


async def persons(home, databases, register, **claims):
    acute, council = sources(**claims)
    async with a_place(home, *databases, acute, council, register=register) as place:
        first = await place.intake.ingest(acute.raw("one"))
        second = await place.intake.ingest(council.raw("one"))
        return first, second, place


HALE = ("Hale", "Brian", "1948-03-02")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("case", "council", "same"),
    [
        ("the same verified number", (*HALE, ONE, {}), True),
        ("no number but a trace that finds one", (*HALE, None, {}), True),
        ("an unknown identity", (*HALE, ONE, {"unknown_identity": True}), False),
        ("a twin with a number of their own", ("Hale", "Barry", "1948-03-02", TWO, {}), False),
    ],
)
async def test_who_is_the_same_person(home, fresh_database, fresh_key_database, case, council, same):
    register = Register(people={ONE.digits: ("Hale", "1948-03-02")})
    if council[3] == TWO:
        register.people[TWO.digits] = ("Hale", "1948-03-02")
    first, second, _ = await persons(
        home, (fresh_database, fresh_key_database), register, acute=(*HALE, ONE, {}), council=council
    )
    assert (first.persons == second.persons) is same


@pytest.mark.anyio
async def test_a_number_of_somebody_else_goes_to_review_and_nothing_is_kept(
    home, fresh_database, fresh_key_database
):
    register = Register(people={ONE.digits: ("Hale", "1948-03-02")})
    _, second, _ = await persons(
        home,
        (fresh_database, fresh_key_database),
        register,
        acute=(*HALE, ONE, {}),
        council=("Other", "Olga", "1930-01-01", ONE, {}),
    )
    assert (second.kept, {r.field for r in second.refusals}) == ((), {"Patient.identifier"})


@pytest.mark.anyio
async def test_an_invalidated_number_joins_nobody(home, fresh_database, fresh_key_database):
    register = Register(invalidated={ONE.digits})
    first, second, _ = await persons(
        home,
        (fresh_database, fresh_key_database),
        register,
        acute=(*HALE, ONE, {}),
        council=(*HALE, ONE, {}),
    )
    assert first.persons != second.persons
    assert len(first.persons) == len(second.persons) == 1


@pytest.mark.anyio
async def test_a_superseded_number_reads_as_the_present_one(home, fresh_database, fresh_key_database):
    register = Register(people={ONE.digits: ("Hale", "1948-03-02")}, superseded={OLD.digits: ONE.digits})
    acute, council = sources(acute=(*HALE, OLD, {}), council=(*HALE, ONE, {}))
    async with a_place(home, fresh_database, fresh_key_database, acute, council, register=register) as place:
        (person,) = (await place.intake.ingest(acute.raw("one"))).persons
        assert (await place.intake.ingest(council.raw("one"))).persons == {person}
        assert await place.identity.by_number(OLD) == await place.identity.by_number(ONE) == person


@pytest.mark.anyio
async def test_without_the_demographics_service_everyone_is_still_kept_and_traced_later(
    home, fresh_database, fresh_key_database
):
    register = Register(people={ONE.digits: ("Hale", "1948-03-02")}, down=True)
    acute, council = sources(acute=(*HALE, ONE, {}), council=(*HALE, ONE, {}))
    async with a_place(home, fresh_database, fresh_key_database, acute, council, register=register) as place:
        first = await place.intake.ingest(acute.raw("one"))
        assert len(first.persons) == 1
        register.down = False
        assert (await place.identity.trace_again(), await place.identity.trace_again()) == (1, 0)
        assert await place.identity.by_number(ONE) == next(iter(first.persons))


@pytest.mark.anyio
async def test_a_merge_by_the_source_moves_the_link_and_no_statement(
    home, fresh_database, fresh_key_database
):
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    for local in ("H1", "H2"):
        acute.says[local] = telling("ZAC01", local, patient(*HALE), related=None)
    merge = NumberMerge(SubjectKey("ZAC01", "H1"), SubjectKey("ZAC01", "H2"), NOW)
    acute.says["merge"] = replace(telling("ZAC01", "H2", patient(*HALE), related=None), merges=(merge,))
    async with a_place(home, fresh_database, fresh_key_database, acute) as place:
        (losing,) = (await place.intake.ingest(acute.raw("H1"))).persons
        (surviving,) = (await place.intake.ingest(acute.raw("H2"))).persons
        assert losing != surviving
        await place.intake.ingest(acute.raw("merge"))
        subjects, _, _ = await place.identity.known_as(surviving)
        assert len(subjects) == 2
        assert (await place.identity.known_as(losing))[0] == []


def test_names_that_sound_alike_block_together():
    assert sound("Robert") == sound("Rupert") == "R163"
    assert sound("Ashcraft") == "A261"
    assert sound("Šmid") == sound("Smith")
    assert sound("李") == ""
