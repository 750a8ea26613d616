"""people-and-safety 1 and 2, as far as they say who a person is: each rule by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.codes import Interaction
from schemas.identifiers import NhsNumber, check_digit_fits
from tests.people.telling import claim, merge, numbers, person, tell
from tests.people.telling import key as local
from tests.places import NOW, Register, a_place, caller

ONE, TWO, THREE = (n for n, _ in zip(numbers(), range(3), strict=False))
HALE, SMITH = ("Hale", "Brian", "1948-03-02"), ("Smith", "Amelia", "2026-11-01")
AT_HOME = {"address": [{"line": ["1 Mill Lane"], "postalCode": "WL1 1AA"}]}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def register() -> Register:
    return Register(people={ONE.digits: ("Hale", "1948-03-02")})


@pytest.fixture
async def place(home, fresh_database, fresh_key_database, register):
    async with a_place(home, fresh_database, fresh_key_database, register=register) as place:
        yield place


async def proposed(place) -> list[tuple[int, list[str]]]:
    """The whole queue of possible matches: score and reasons."""
    while await place.identity.propose():
        pass
    async with place.record.connection() as connection:
        cursor = await connection.execute("select score, reasons from possible_match order by score")
        return list(await cursor.fetchall())


async def facts(place, local_id: str):
    return (
        await place.gate.facts(caller("x", "doctor", "ZAC01"), await person(place, local_id) or "")
    ).facts.person


@pytest.mark.anyio
async def test_verified_means_what_our_own_trace_found_not_what_a_feed_says(place):
    status = {"extension": [{"url": "https://fhir.hl7.org.uk/verification-status", "valueCode": "01"}]}
    await tell(place, claim("H1", ("Nobody", "Norman", "1950-01-01"), TWO, **status))
    await tell(place, claim("C1", ("Nobody", "Norman", "1950-01-01"), TWO, organisation="ZSC01", **status))
    assert await person(place, "H1") != await person(place, "C1", "ZSC01")
    assert await place.identity.by_number(TWO) is None


@pytest.mark.anyio
async def test_everyone_gets_a_person_traced_or_not_and_the_same_one_again(place):
    nobody = claim("H1", ("", "", ""))
    await tell(place, nobody)
    first = await person(place, "H1")
    await tell(place, nobody)
    assert first
    assert await person(place, "H1") == first


@pytest.mark.anyio
async def test_a_valid_number_with_the_wrong_person_is_refused_on_every_telling(place):
    wrong = claim("H2", ("Poe", "Mary", "1960-01-01"), ONE)
    for _ in range(2):
        (refusal,) = await tell(place, wrong)
        assert refusal.field == "Patient.identifier"
    assert await person(place, "H2") is None


@pytest.mark.anyio
async def test_while_the_trace_is_silent_another_name_under_a_verified_local_id_is_refused(place, register):
    await tell(place, claim("H1", HALE, ONE))
    register.down = True
    assert await tell(place, claim("H1", ("Poe", "Mary", "1960-01-01"), ONE))
    assert not await tell(place, claim("H1", HALE, ONE, **AT_HOME))
    assert await place.identity.by_number(ONE) == await person(place, "H1")


@pytest.mark.anyio
async def test_a_number_that_changes_under_one_local_id_is_refused_unless_it_supersedes(place, register):
    await tell(place, claim("H1", HALE, ONE))
    register.people[TWO.digits] = ("Hale", "1948-03-02")
    (refusal,) = await tell(place, claim("H1", HALE, TWO))
    assert refusal.reason == "this local id was verified to be somebody else's before"
    register.superseded[ONE.digits] = TWO.digits
    del register.people[ONE.digits]
    assert not await tell(place, claim("H1", HALE, TWO))
    assert (
        await place.identity.by_number(ONE)
        == await place.identity.by_number(TWO)
        == await person(place, "H1")
    )


@pytest.mark.anyio
async def test_a_number_superseded_since_is_followed_by_the_nightly_trace(place, register):
    await tell(place, claim("H1", HALE, ONE))
    register.people[TWO.digits] = register.people.pop(ONE.digits)
    register.superseded[ONE.digits] = TWO.digits
    await tell(place, claim("C1", HALE, TWO, organisation="ZSC01"))
    assert await person(place, "C1", "ZSC01") != await person(place, "H1")
    async with place.record.connection() as connection:
        await connection.execute("update subject set traced_at = traced_at - interval '60 days'")
    await place.identity.trace_again()
    assert await person(place, "C1", "ZSC01") == await person(place, "H1")


@pytest.mark.anyio
async def test_an_invalidated_number_keys_nothing_and_is_never_a_candidate(place, register):
    register.invalidated.add(TWO.digits)
    await tell(place, claim("H1", HALE, ONE, **AT_HOME))
    await tell(place, claim("C1", HALE, TWO, organisation="ZSC01", **AT_HOME))
    await tell(place, claim("C2", HALE, TWO, organisation="ZHO01", **AT_HOME))
    assert await place.identity.by_number(TWO) is None
    assert (
        len(
            {
                await person(place, "C1", "ZSC01"),
                await person(place, "C2", "ZHO01"),
                await person(place, "H1"),
            }
        )
        == 3
    )
    assert await proposed(place) == []


@pytest.mark.anyio
async def test_a_number_invalidated_after_it_linked_two_parts_them(place, register):
    await tell(place, claim("H1", HALE, ONE))
    await tell(place, claim("C1", HALE, ONE, organisation="ZSC01"))
    assert await person(place, "H1") == await person(place, "C1", "ZSC01")
    register.invalidated.add(ONE.digits)
    await tell(place, claim("H1", HALE, ONE, **AT_HOME))
    assert await person(place, "H1") != await person(place, "C1", "ZSC01")


@pytest.mark.anyio
async def test_a_merge_that_would_relate_an_invalidated_number_to_another_is_refused_without_saying_why(
    place, register
):
    register.invalidated.add(TWO.digits)
    await tell(place, claim("H1", HALE, TWO), claim("H2", ("Hale", "Beth", "1948-03-02"), ONE))
    refusal = await merge(place, local("H1"), local("H2"))
    assert refusal
    assert "invalid" not in refusal.reason
    assert await person(place, "H1") != await person(place, "H2")
    assert await proposed(place) == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "second",
    [
        claim("H2", ("Twining", "Ben", "2025-01-01"), None, organisation="ZSC01", **AT_HOME),
        claim(
            "H2",
            ("Twining", "Anna", "2025-01-01"),
            None,
            organisation="ZSC01",
            multipleBirthInteger=2,
            **AT_HOME,
        ),
        claim(
            "H2",
            ("Twining", "Baby", "2025-01-01"),
            None,
            organisation="ZSC01",
            multipleBirthBoolean=True,
            **AT_HOME,
        ),
    ],
    ids=["another-given-name", "another-birth-order", "a-placeholder-for-a-name"],
)
async def test_twins_are_never_linked_nor_proposed_by_what_twins_share(place, second):
    first = claim("H1", ("Twining", "Anna", "2025-01-01"), None, multipleBirthInteger=1, **AT_HOME)
    await tell(place, first)
    await tell(place, second)
    assert await person(place, "H1") != await person(place, "H2", "ZSC01")
    assert await proposed(place) == []


@pytest.mark.anyio
async def test_near_equal_numbers_mean_nothing(place):
    near = next(
        n
        for n in numbers(int(ONE.digits) + 1)
        if sum(a != b for a, b in zip(n.digits, ONE.digits, strict=True)) <= 2
    )
    await tell(place, claim("H1", ("Twining", "Anna", "2025-01-01"), ONE, multipleBirthBoolean=True))
    await tell(
        place,
        claim("C1", ("Twining", "Ben", "2025-01-01"), near, organisation="ZSC01", multipleBirthBoolean=True),
    )
    assert await proposed(place) == []


@pytest.mark.anyio
async def test_a_mothers_number_on_a_baby_is_quarantined(place, register):
    register.people[TWO.digits] = ("Smith", "1990-05-05")
    await tell(place, claim("M1", ("Smith", "Jane", "1990-05-05"), TWO))
    (refusal,) = await tell(place, claim("B1", ("Smith", "Baby", "2026-11-01"), TWO))
    assert refusal.field == "Patient.identifier"
    assert await person(place, "B1") is None
    assert await place.identity.by_number(TWO) == await person(place, "M1")


@pytest.mark.anyio
async def test_a_newborn_that_gets_a_name_stays_the_same_person(place, register):
    register.people[THREE.digits] = ("Smith", "2026-11-01")
    await tell(place, claim("B1", ("Smith", "Baby", "2026-11-01"), THREE))
    before = await person(place, "B1")
    assert not await tell(place, claim("B1", SMITH, THREE))
    register.down = True
    assert not await tell(place, claim("B1", ("Smith", "Amelia Rose", "2026-11-01"), THREE))
    assert await person(place, "B1") == before == await place.identity.by_number(THREE)


class Listening(Register):
    """Keeps what it was asked for."""

    asked: list[NhsNumber | None]

    async def trace(self, asked, who):
        self.asked.append(asked)
        return await super().trace(asked, who)


@pytest.mark.anyio
@pytest.mark.parametrize("digits", ["010148123", "311250000", "320000000"])
async def test_a_scottish_chi_is_never_taken_for_an_nhs_number_because_its_sum_fits(
    home, fresh_database, fresh_key_database, digits
):
    chi = next(NhsNumber(f"{digits}{d}") for d in range(10) if check_digit_fits(f"{digits}{d}"))
    register = Listening(people={chi.digits: ("Moor", "1948-03-02")})
    register.asked = []
    async with a_place(home, fresh_database, fresh_key_database, register=register) as place:
        register.people.clear()
        await tell(place, claim("H1", HALE, chi))
        assert register.asked == [None]
        assert await place.identity.by_number(chi) is None


@pytest.mark.anyio
@pytest.mark.parametrize(
    "told",
    [
        claim("H1", HALE, ONE, unknown=True),
        claim("H1", ("Unknown", "Male", "1948-03-02"), ONE),
        claim("H1", ("HALE", "UNKNOWN", "1948-03-02"), None),
    ],
    ids=["PID-31", "a-name-that-says-so", "a-given-name-that-says-so"],
)
async def test_an_unknown_person_is_neither_traced_nor_matched(place, told):
    await tell(place, claim("C1", HALE, ONE, organisation="ZSC01", **AT_HOME))
    await tell(place, told)
    assert await person(place, "H1") not in (None, await person(place, "C1", "ZSC01"))
    assert await proposed(place) == []
    found, _, number = await place.identity.known_as(await person(place, "H1"))
    assert number is None
    assert found[0].traced == ""


@pytest.mark.anyio
async def test_an_unknown_person_who_is_named_is_traced_then(place):
    await tell(place, claim("H1", HALE, ONE, unknown=True))
    await tell(place, claim("H1", HALE, ONE, unknown=False))
    assert await place.identity.by_number(ONE) == await person(place, "H1")


@pytest.mark.anyio
async def test_an_unknown_person_is_joined_by_the_hospitals_own_merge(place):
    await tell(place, claim("T1", ("Unknown", "Male", ""), None, unknown=True), claim("H1", HALE, ONE))
    assert await merge(place, local("T1"), local("H1")) is None
    assert await person(place, "T1") == await person(place, "H1")


def died(code: str) -> dict[str, object]:
    url = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus"
    told = {"url": "deathNotificationStatus", "valueCodeableConcept": {"coding": [{"code": code}]}}
    return {"deceasedDateTime": "2026-11-01", "extension": [{"url": url, "extension": [told]}]}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("told", "death"),
    [
        ({"deceasedBoolean": True}, "informal"),
        (died("1"), "informal"),
        (died("2"), "formal"),
        (died("U"), ""),
        ({"deceasedBoolean": False}, ""),
    ],
    ids=["said", "informal", "formal", "removed", "lives"],
)
async def test_a_death_is_formal_only_when_the_service_says_so_and_can_be_taken_back(place, told, death):
    await tell(place, claim("H1", HALE, ONE, **died("1")))
    await tell(place, claim("H1", HALE, ONE, **told))
    await tell(place, claim("H1", HALE, ONE, **AT_HOME))
    assert (await facts(place, "H1")).death == death


@pytest.mark.anyio
async def test_an_older_telling_that_comes_late_changes_nothing_that_a_later_one_told(place):
    early, late = NOW - timedelta(days=9), NOW
    await tell(place, claim("H1", HALE, ONE, at=late, deceasedBoolean=False))
    await tell(place, claim("H1", HALE, ONE, at=early, unknown=True, **died("2")))
    assert (await facts(place, "H1")).death == ""
    assert await place.identity.by_number(ONE) == await person(place, "H1")


@pytest.mark.anyio
async def test_location_restricted_people_are_found_by_no_postcode_and_compared_by_no_place(place):
    hidden = claim(
        "C1", ("Moss", "Brian", "1948-03-02"), None, organisation="ZSC01", restricted=True, **AT_HOME
    )
    await tell(
        place, hidden, claim("C2", ("Moor", "Brian", "1948-03-02"), None, organisation="ZSC01", **AT_HOME)
    )
    await tell(place, claim("H2", ("Moss", "Brian", "1948-03-02"), TWO, **AT_HOME))
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select distinct k.kind from person_key k join subject s using (subject_id) where s.location_restricted"
        )
        assert await cursor.fetchall() == [("name-birth",)]
    ((_, reasons),) = [r for r in await proposed(place) if "family-same" in r[1]]
    assert not [code for code in reasons if code.startswith(("postcode", "street", "phone"))]


@pytest.mark.anyio
async def test_a_child_is_taken_to_be_as_young_as_any_source_says(place):
    await tell(
        place,
        claim("H1", ("Hale", "Kim", "2012-01-01"), None),
        claim("H2", ("Hale", "Kim", "2002-01-01"), None),
    )
    await merge(place, local("H1"), local("H2"))
    young = await facts(place, "H2")
    assert str(young.birth_date) == "2012-01-01"
    decision = place.gate.decide(
        caller("x", "doctor", "ZAC01"),
        await place.gate.facts(caller("x", "doctor", "ZAC01"), young.person_id),
        Interaction.RECORD,
    )
    assert not decision.permit


@pytest.mark.anyio
async def test_two_subjects_told_in_one_batch_are_two_people(place):
    await tell(place, claim("H1", HALE, ONE), replace(claim("H2", HALE, None), nhs_number=None))
    assert await person(place, "H1") != await person(place, "H2")
