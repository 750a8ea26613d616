"""Showing, freezing and checking passports on real databases: who gets which copy, and when no longer."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest

from aggregator.app import Place
from aggregator.care.passport import Finding, Form, Passports
from aggregator.care.passport.pdf import DOCUMENT_NAME
from schemas import strictjson
from schemas.caller import Caller
from schemas.checks import check_bundle
from schemas.codes import Category, Heading, RelationshipKind
from schemas.errors import BadInput, NotAllowed, NothingToShow
from tests.places import Feed, Register, a_place, allergy, caller, number, patient, telling

ADA = number(0)
WHO = patient("Marsh", "Ada", "1948-03-02", ADA)
CONCERN = "Son shouts at her"


@pytest.fixture(params=["asyncio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def flag(value: str, text: str) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "identifier": [{"system": "urn:test", "value": value}],
        "status": "active",
        "code": {"text": text},
    }


def medicine(value: str, text: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "identifier": [{"system": "urn:test", "value": value}],
        "status": "active",
        "medicationCodeableConcept": {"text": text},
    }


@dataclass
class Ward:
    """A place with a hospital and a council that both know Ada, and its passports."""

    place: Place
    passports: Passports
    person: str
    acute: Feed
    council: Feed
    doctor: Caller
    home: Path

    async def tell(self, feed: Feed, key: str, *resources: Any, **more: Any) -> None:
        local = {"acute": "H1", "social-care": "S1"}[feed.name]
        feed.says[key] = telling(feed.organisation, local, WHO, *resources, **more)
        await self.place.intake.ingest(feed.raw(key))


@asynccontextmanager
async def a_ward(home: Path, record_url: str, keys_url: str) -> AsyncIterator[Ward]:
    acute = Feed("acute", "ZAC01", Category.ACUTE)
    council = Feed("social-care", "ZSC01", Category.SOCIAL_CARE)
    acute.says["one"] = telling(
        "ZAC01",
        "H1",
        WHO,
        (Heading.ALLERGIES, Category.ACUTE, allergy("A1", "Penicillin", "91936005")),
        (Heading.MEDICINES, Category.ACUTE, medicine("M1", "Warfarin 1 mg tablets")),
    )
    council.says["one"] = telling(
        "ZSC01",
        "S1",
        WHO,
        (Heading.ALERTS, Category.SOCIAL_CARE, flag("F1", "Falls risk")),
        (Heading.SAFEGUARDING, Category.SOCIAL_CARE, flag("G1", CONCERN)),
        related=RelationshipKind.CASELOAD,
        labels={"F1": frozenset({"N"}), "G1": frozenset({"SAFEGUARDING"})},
    )
    register = Register(people={ADA.digits: ("Marsh", "1948-03-02")})
    async with a_place(home, record_url, keys_url, acute, council, register=register) as place:
        (person,) = (await place.intake.ingest(acute.raw("one"))).persons
        await place.intake.ingest(council.raw("one"))
        passports = Passports(place.records, place.record, place.vault, place.secrets, home, "Wolds")
        doctor = caller("dr.patel", "doctor", "ZAC01", name="Dr Patel")
        yield Ward(place, passports, person, acute, council, doctor, home)


@pytest.fixture
async def ward(home, fresh_database, fresh_key_database) -> AsyncIterator[Ward]:
    async with a_ward(home, fresh_database, fresh_key_database) as made:
        yield made


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.anyio
async def test_before_anything_is_frozen_a_reader_gets_a_draft(ward):
    shown = await ward.passports.show(ward.doctor, ward.person)
    bundle = strictjson.loads(shown.body)
    assert shown.version == 0
    assert check_bundle(bundle) == []
    assert bundle["entry"][0]["resource"]["status"] == "preliminary"
    assert "Penicillin" in shown.body.decode()


@pytest.mark.anyio
async def test_freezing_makes_a_version_that_is_shown_again_unchanged(ward):
    frozen = await ward.passports.freeze(ward.doctor, ward.person)
    assert frozen.version == 1
    await ward.tell(ward.acute, "two", (Heading.ALLERGIES, Category.ACUTE, allergy("A2", "Latex")))
    again = await ward.passports.show(ward.doctor, ward.person)
    assert (again.version, again.body) == (1, frozen.body)
    second = await ward.passports.freeze(ward.doctor, ward.person)
    assert second.version == 2
    assert "Latex" in second.body.decode()
    first = await ward.passports.show(ward.doctor, ward.person, version=1)
    assert first.body == frozen.body
    assert (await ward.passports.show(ward.doctor, ward.person)).body == second.body


@pytest.mark.anyio
async def test_the_print_and_its_attachment_say_nothing_that_is_for_professional_screens_only(ward):
    document = await ward.passports.freeze(ward.doctor, ward.person)
    assert CONCERN in document.body.decode()
    printed = await ward.passports.show(ward.doctor, ward.person, form=Form.PDF)
    attached = pypdf.PdfReader(io.BytesIO(printed.body)).attachments[DOCUMENT_NAME][0].decode()
    for copy in (text_of(printed.body), attached):
        assert "Penicillin" in copy
        assert "Falls risk" in copy
        assert CONCERN not in copy
        assert "afeguarding" not in copy


@pytest.mark.anyio
async def test_a_sealed_copy_is_checked_and_an_older_one_is_superseded(ward):
    first = await ward.passports.freeze(ward.doctor, ward.person, form=Form.PDF)
    assert (await ward.passports.check(first.body)).finding is Finding.VALID
    await ward.passports.freeze(ward.doctor, ward.person)
    assert (await ward.passports.check(first.body)).finding is Finding.SUPERSEDED
    later = datetime.now(UTC) + timedelta(days=60)
    assert (await ward.passports.check(first.body, later)).finding is Finding.EXPIRED
    assert (await ward.passports.check(b"nothing")).finding is Finding.UNREADABLE


@pytest.mark.anyio
async def test_another_role_gets_a_draft_of_what_it_may_see(ward):
    await ward.passports.freeze(ward.doctor, ward.person)
    shown = await ward.passports.show(caller("rec.hall", "receptionist", "ZAC01"), ward.person)
    assert shown.version == 0
    assert "Penicillin" not in shown.body.decode()
    assert "Marsh" in shown.body.decode()


@pytest.mark.anyio
async def test_a_reader_who_may_not_see_all_of_the_copy_for_systems_gets_the_narrower_one_for_paper(ward):
    await ward.passports.freeze(ward.doctor, ward.person, recipient="ZSC01")
    lead = await ward.passports.show(caller("sw.okafor", "social_worker", "ZSC01"), ward.person)
    therapist = await ward.passports.show(caller("ot.green", "occupational_therapist", "ZSC01"), ward.person)
    assert (lead.version, therapist.version) == (1, 1)
    assert CONCERN in lead.body.decode()
    assert CONCERN not in therapist.body.decode()
    assert "Penicillin" in therapist.body.decode()


@pytest.mark.anyio
async def test_a_stranger_gets_the_constant_nothing_whether_or_not_one_was_frozen(ward):
    await ward.passports.freeze(ward.doctor, ward.person)
    texts = []
    for person in (ward.person, "0" * 32):
        for form in Form:
            with pytest.raises(NothingToShow) as refused:
                await ward.passports.show(caller("dr.outside", "doctor", "ZXX01"), person, form=form)
            texts.append(refused.value.outcome())
    assert texts[0] == texts[1] == texts[2] == texts[3]


@pytest.mark.anyio
async def test_a_copy_for_one_organisation_is_not_what_another_is_shown(ward):
    await ward.passports.freeze(ward.doctor, ward.person, recipient="ZCH01")
    assert (await ward.passports.show(ward.doctor, ward.person)).version == 0
    assert (await ward.passports.show(ward.doctor, ward.person, recipient="ZCH01")).version == 1


@pytest.mark.anyio
async def test_a_statement_that_was_sealed_since_takes_the_whole_copy_away(ward):
    for key in ("P1", "P2"):
        told = (Heading.PROBLEMS, Category.ACUTE, problem(key))
        await ward.tell(ward.acute, key, told, labels={key: frozenset({"N"})})
    officer = caller("sw.okafor", "social_worker", "ZSC01")
    await ward.passports.freeze(ward.doctor, ward.person, recipient="ZSC01")
    before = await ward.passports.show(officer, ward.person)
    assert before.version == 1
    # The class stays granted, because P1 is still in it: only the statement itself has moved to a sealed one.
    told = (Heading.PROBLEMS, Category.ACUTE, problem("P2", "Depression"))
    soon = datetime.now(UTC) + timedelta(seconds=1)
    await ward.tell(ward.acute, "sealed", told, labels={"P2": frozenset({"SEAL"})}, at=soon)
    after = await ward.passports.show(officer, ward.person)
    assert after.version == 0
    assert "Depression" not in after.body.decode()


def problem(value: str, text: str = "Low mood") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "identifier": [{"system": "urn:test", "value": value}],
        "code": {"text": text},
    }


@pytest.mark.anyio
async def test_each_showing_and_each_freezing_is_audited(ward):
    await ward.passports.freeze(ward.doctor, ward.person)
    await ward.passports.show(ward.doctor, ward.person, form=Form.PDF)
    with pytest.raises(NothingToShow):
        await ward.passports.show(caller("dr.outside", "doctor", "ZXX01"), ward.person)
    async with ward.place.record.connection() as connection:
        cursor = await connection.execute("select body from audit order by at, counter")
        rows = [strictjson.loads(body.encode()) for (body,) in await cursor.fetchall()]
    told = [(r["outcome"], r["audience"]) for r in rows if r["action"] == "$passport"]
    assert sorted(told) == sorted(
        [
            ("shown", "system"),
            ("shown", "paper"),
            ("written", "system"),
            ("shown", "paper"),
            ("nothing", "system"),
        ]
    )
    assert [r["passport"].rpartition("/")[2] for r in rows if "passport" in r] == ["1", "1"]
    assert "Penicillin" not in repr(rows)


@pytest.mark.anyio
@pytest.mark.parametrize("who", [("rec.hall", "receptionist", "ZAC01"), ("ada", "person", "")])
async def test_who_cannot_see_what_a_passport_must_hold_cannot_freeze_one(ward, who):
    with pytest.raises((NotAllowed, NothingToShow)):
        await ward.passports.freeze(caller(*who), ward.person)


@pytest.mark.anyio
async def test_a_recipient_must_be_the_code_of_an_organisation(ward):
    for wrong in ("", "zch01", "ZCH01' or 1=1", "Z" * 40):
        with pytest.raises(BadInput):
            await ward.passports.show(ward.doctor, ward.person, recipient=wrong)


@pytest.mark.anyio
async def test_nothing_of_it_can_be_read_in_the_database_or_without_the_key(ward):
    await ward.passports.freeze(ward.doctor, ward.person)
    async with ward.place.record.connection() as connection:
        cursor = await connection.execute("select passport::text, sealed_document from passport")
        rows = await cursor.fetchall()
        cursor = await connection.execute("select key_id from subject where organisation = 'ZAC01'")
        (key_id,) = await cursor.fetchone()
    assert len(rows) == 2
    assert "Penicillin" not in repr(rows)
    await ward.place.vault.destroy(key_id)
    shown = await ward.passports.show(ward.doctor, ward.person)
    assert shown.version == 0


@pytest.mark.anyio
async def test_two_who_freeze_at_once_make_two_versions(ward):
    import asyncio

    made = await asyncio.gather(*(ward.passports.freeze(ward.doctor, ward.person) for _ in range(2)))
    assert sorted(m.version for m in made) == [1, 2]
