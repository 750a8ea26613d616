"""Ways round the rules through what sources send and through what staff do about it, tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.acute.feed import HospitalFeed
from adapters.acute.translate import Sender
from adapters.connection import Connection
from adapters.elements import local_system
from adapters.fhir_server.supplier import care_home
from adapters.source import Raw
from aggregator.app import Place
from aggregator.care.find import Find
from aggregator.care.identifying import Identifying
from aggregator.care.push import Push
from schemas import strictjson
from schemas.codes import Category, Heading, RelationshipKind
from schemas.errors import NothingToShow, Unprocessable
from schemas.identifiers import SubjectKey
from tests.access.test_attacks import HALE, WHO, encounter
from tests.people.telling import claim, person, tell
from tests.places import NOW, Feed, Register, a_place, allergy, caller, patient, telling

HOME = {"address": [{"line": ["1 Mill Lane"], "postalCode": "WL1 1AA"}]}
MOSS = ("Moss", "Kim", "1971-07-07")


def clerk(organisation: str = "ZAC01"):
    activities = frozenset({"review", "identity"})
    return caller("ie.novak", "integration_engineer", organisation, activities=activities)


async def heard(place: Place, source: str) -> str:
    """Its only input is told; whom it is about."""
    (person_id,) = (await place.intake.ingest(place.intake.sources[source].raw("one"))).persons
    return person_id


@pytest.fixture
def register() -> Register:
    return Register(people={HALE.digits: ("Hale", "1948-03-02")})


@pytest.fixture
async def place(home, fresh_database, fresh_key_database, register):
    """The hospital and the mental health trust know somebody; the care home's system may push."""
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    acute.says["one"] = telling(
        "ZAC01", "H1", WHO, (Heading.ALLERGIES, Category.ACUTE, allergy("A1", "Penicillin", "91936005"))
    )
    trust = Feed("trust", "ZMH01", Category.MENTAL_HEALTH)
    trust.says["one"] = telling("ZMH01", "M1", WHO, related=RelationshipKind.CASELOAD)
    async with a_place(home, fresh_database, fresh_key_database, acute, trust, register=register) as place:
        place.intake.sources["care-home"] = care_home("care-home", Connection("ZCH01"), place.http)  # type: ignore[index]
        yield place


def bundle(*resources: dict) -> bytes:
    urls = [f"urn:uuid:0a3b6f9e-6a55-4c3c-8d4c-3f1f6a3f000{n}" for n, _ in enumerate(resources)]
    entries = [
        {"fullUrl": url, "resource": r, "request": {"method": "POST", "url": r["resourceType"]}}
        for url, r in zip(urls, resources, strict=True)
    ]
    return strictjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


@pytest.mark.anyio
async def test_a_system_that_takes_our_id_for_its_own_opens_no_door_with_it(place):
    person_id = await heard(place, "acute")
    push = Push(place.records, place.intake, place.identity, place.record)
    system, nurse = caller("sys.home", "system", "ZCH01"), caller("chn", "care_home_nurse", "ZCH01")
    await push.resource(system, encounter(person_id), "")
    own = {"system": local_system("ZCH01", "person"), "value": f"carerecord:{person_id}"}
    anybody = patient("Nobody", "At All", "1950-01-01") | {"identifier": [own]}
    visit = encounter(person_id) | {
        "identifier": [{"system": "urn:zch01:visit", "value": "V2"}],
        "subject": {"reference": "urn:uuid:0a3b6f9e-6a55-4c3c-8d4c-3f1f6a3f0000"},
    }
    with pytest.raises(Unprocessable):
        await push.bundle(system, bundle(anybody, visit), "")
    with pytest.raises(NothingToShow):
        await place.records.record(nurse, person_id)


@pytest.mark.anyio
async def test_a_local_number_does_not_tell_who_withholds_that_they_know_the_person(place):
    """A number on a stranger's letter must not find one's own patient at a service that is sealed."""
    doctor, find = caller("dr", "doctor", "ZAC01"), Find(place.records, place.identity)
    person_id = await heard(place, "acute")
    assert await heard(place, "trust") == person_id
    (found,) = await find.by_local_id(doctor, SubjectKey("ZAC01", "H1"))
    assert found.person_id == person_id
    assert len(await find.by_local_id(doctor, SubjectKey("ZMH01", "M1"))) == 1
    said = place.intake.sources["trust"].says["one"]
    sealed = tuple(
        replace(s, labels=frozenset({"SEAL"}), true_time=NOW + timedelta(seconds=1)) for s in said.statements
    )
    place.intake.sources["trust"].says["one"] = replace(said, statements=sealed)
    assert await heard(place, "trust") == person_id
    assert await find.by_local_id(doctor, SubjectKey("ZMH01", "M1")) == []
    assert len(await find.by_local_id(doctor, SubjectKey("ZAC01", "H1"))) == 1


@pytest.mark.anyio
async def test_no_history_relates_an_invalidated_number_to_whom_it_was_linked_with(place, register):
    """Two were one, then the number of one was taken from them: adoption, gender recognition or protection."""
    identifying = Identifying(place.records, place.record, place.vault)
    hale = ("Hale", "Brian", "1948-03-02")
    await tell(place, claim("H1", hale, HALE))
    await tell(place, claim("T1", hale, organisation="ZHO01"))
    one = await person(place, "H1") or ""
    assert await person(place, "T1", "ZHO01") == one
    register.invalidated.add(HALE.digits)
    await tell(place, claim("H1", hale, HALE, gender="female"))
    other = await person(place, "T1", "ZHO01") or ""
    assert other != one
    for organisation, person_id in (("ZAC01", one), ("ZHO01", other)):
        told = await identifying.history(clerk(organisation), person_id)
        assert {e.organisation for e in told} == {organisation}
    for organisation, person_id in (("ZHO01", one), ("ZAC01", other)):
        with pytest.raises(NothingToShow):
            await identifying.history(clerk(organisation), person_id)


@pytest.mark.anyio
async def test_whose_subject_left_a_person_learns_of_nothing_but_its_own_from_then_on(place):
    identifying = Identifying(place.records, place.record, place.vault)
    await tell(place, claim("H1", MOSS, **HOME), claim("T1", MOSS, organisation="ZHO01", **HOME))
    await place.identity.propose()
    (found,) = await identifying.matches(clerk())
    await identifying.decide(clerk(), found.match_id, "link", "the same tenancy letter")
    one = await person(place, "H1") or ""
    assert {e.organisation for e in await identifying.history(clerk("ZHO01"), one)} == {"ZAC01", "ZHO01"}
    await identifying.undo(clerk(), found.match_id, "somebody else after all")
    lost, kept = ("ZHO01", "ZAC01") if await person(place, "H1") == one else ("ZAC01", "ZHO01")
    assert {e.organisation for e in await identifying.history(clerk(lost), one)} == {lost}
    assert {e.organisation for e in await identifying.history(clerk(kept), one)} == {"ZAC01", "ZHO01"}


@pytest.mark.anyio
async def test_the_score_tells_nothing_of_a_hidden_place(place):
    identifying = Identifying(place.records, place.record, place.vault)
    await tell(place, claim("H1", MOSS, **HOME), claim("T1", MOSS, organisation="ZHO01", **HOME))
    await place.identity.propose()
    (before,) = await identifying.matches(clerk())
    await tell(place, claim("T1", MOSS, organisation="ZHO01", restricted=True, **HOME))
    (found,) = await identifying.matches(clerk())
    assert found.score < before.score
    await place.identity.propose()
    (again,) = await identifying.matches(clerk())
    assert (again.score, again.for_it) == (found.score, found.for_it)


@pytest.mark.anyio
async def test_a_place_that_another_source_hides_is_not_compared(place, register):
    """The housing register knows no flag; the hospital's message about the same person has it."""
    identifying = Identifying(place.records, place.record, place.vault)
    hale = ("Hale", "Brian", "1948-03-02")
    await tell(place, claim("H1", hale, HALE, restricted=True))
    await tell(place, claim("T1", hale, HALE, organisation="ZHO01", **HOME))
    await tell(place, claim("C1", ("Hail", "Brian", "1948-03-02"), organisation="ZSC01", **HOME))
    assert await person(place, "C1", "ZSC01") != await person(place, "T1", "ZHO01")
    await place.identity.propose()
    async with place.record.connection() as connection:
        cursor = await connection.execute("select reasons from possible_match")
        reasons = {code for (codes,) in await cursor.fetchall() for code in codes}
    found = await identifying.matches(clerk("ZSC01"))
    assert len(found) == 2
    assert not {c for c in reasons if c.startswith(("postcode", "street", "phone"))}


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["in error", "taken back"])
async def test_a_neighbour_erases_nothing_that_an_organisation_itself_tells_here(place, how):
    """It may speak for the hospital; it may not make the hospital's own allergy vanish."""
    person_id = await heard(place, "acute")
    verification = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
    wrong = {"verificationStatus": {"coding": [{"system": verification, "code": "entered-in-error"}]}}
    retold = allergy("A1", "Penicillin", "91936005") | (wrong if how == "in error" else {})
    if how == "in error":
        del retold["clinicalStatus"]
    said = telling("ZNB01/north", "P1", WHO, (Heading.ALLERGIES, Category.ACUTE, retold), related=None)
    spoken = tuple(replace(s, controller="ZAC01", retracts=how == "taken back") for s in said.statements[1:])
    north = Feed("north", "ZNB01", Category.ACUTE)
    north.says["one"] = replace(said, statements=spoken)
    place.intake.sources["north"] = north
    doctor = caller("dr", "doctor", "ZAC01")
    before = (await place.records.record(doctor, person_id)).under(Heading.ALLERGIES)
    assert await heard(place, "north") == person_id
    after = (await place.records.record(doctor, person_id)).under(Heading.ALLERGIES)
    assert [e.entry_id for e in after] == [e.entry_id for e in before] != []


@pytest.mark.anyio
@pytest.mark.parametrize("order", [1, -1], ids=["sealed later", "sealed first"])
async def test_of_two_tellings_of_one_moment_the_more_careful_one_stands(place, order):
    """A feed that tells whole days, or whole seconds, may seal and open within one."""
    person_id = await heard(place, "acute")
    open_ones = telling(
        "ZMH01",
        "M1",
        WHO,
        *((Heading.ALLERGIES, Category.MENTAL_HEALTH, allergy(f"M{n}", f"Food {n}", "")) for n in range(6)),
    )
    sealed = tuple(replace(s, labels=frozenset({"SEAL"})) for s in open_ones.statements)
    trust = place.intake.sources["trust"]
    for said in (open_ones, replace(open_ones, statements=sealed))[::order]:
        trust.says["one"] = said
        assert await heard(place, "trust") == person_id
    seen = await place.records.record(caller("dr", "doctor", "ZAC01"), person_id)
    assert {t.controller for e in seen.entries for t in e.tellings} == {"ZAC01"}


@pytest.mark.anyio
async def test_a_join_by_two_is_undone_by_the_restricted_role_and_hidden_from_all_others(place, register):
    identifying = Identifying(place.records, place.record, place.vault)
    register.invalidated.add(HALE.digits)
    await tell(place, claim("H1", ("Hale", "Beth", "1948-03-02"), HALE), claim("H2", MOSS))
    old, new = await person(place, "H1") or "", await person(place, "H2") or ""
    more = frozenset({"review", "identity", "identity-restricted"})
    first, second = (caller(u, "identity_officer", "ZAC01", activities=more) for u in ("io.one", "io.two"))
    await identifying.join(first, old, new, "seen with the adoption order")
    await identifying.join(second, old, new, "seen with the adoption order")
    one = await person(place, "H1") or ""
    assert await person(place, "H2") == one
    (event,) = [e for e in await identifying.history(first, one) if e.undoable]
    assert not [e for e in await identifying.history(clerk(), one) if e.undoable]
    with pytest.raises(NothingToShow):
        await identifying.undo(clerk(), event.event_id, "not mine to see")
    await identifying.undo(first, event.event_id, "the wrong order")
    assert {await person(place, "H1"), await person(place, "H2")} == {old, new}
    assert await identifying.join(first, old, new, "the right order") is False


@pytest.mark.anyio
async def test_asking_for_a_pair_of_others_is_audited_like_any_other_question(place):
    identifying = Identifying(place.records, place.record, place.vault)
    await tell(place, claim("H1", MOSS, **HOME), claim("T1", MOSS, organisation="ZHO01", **HOME))
    await place.identity.propose()
    (found,) = await identifying.matches(clerk())
    for asking in (
        identifying.match(clerk("ZMH01"), found.match_id),
        identifying.decide(clerk("ZMH01"), found.match_id, "link", "the same letter"),
        identifying.undo(clerk("ZMH01"), found.match_id, "the same letter"),
    ):
        with pytest.raises(NothingToShow):
            await asking
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select body::json ->> 'outcome' from audit order by kept_at, counter"
        )
        assert [o for (o,) in await cursor.fetchall()][-3:] == ["nothing"] * 3


@pytest.mark.anyio
async def test_an_objection_in_a_message_that_is_refused_is_kept(place):
    """One bad field of a message must not leave open what its ZU8 closes."""
    place.intake.sources["hospital"] = HospitalFeed(Sender("ZAC01"), name="hospital")
    said = (
        "MSH|^~\\&|PAS|ZAC01|R|R|20260301101000||ADT^A01|C1|P|2.4",
        "EVN||20260301101000",
        f"PID|1||{HALE.digits}^^^NHS~H1^^^ZAC01^MR||Hale^Brian||19480302|M",
        "PV1|1|I|W4" + "|" * 16 + "V1" + "|" * 25 + "soon",
        "ZU8||2||2",
    )
    receipt = await place.intake.ingest(Raw("hospital", "hl7v2", "\r".join(said).encode(), NOW))
    assert [r.field for r in receipt.refusals] == ["PV1-44"]
    async with place.record.connection() as connection:
        cursor = await connection.execute(
            "select c.effect, c.status, s.location_restricted from choice c join subject s using (subject_id)"
        )
        assert await cursor.fetchall() == [("deny", "active", True)]
