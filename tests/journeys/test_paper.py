"""Paper is read by whoever lives with the person: Brian's prints say nothing of the concern about his son.

The words are those that the outside systems of the demo hold, so that these journeys can fail: the doctor's
screen must show them in the same minute.
"""

from __future__ import annotations

import io
import json

import pytest
from pypdf import PdfReader

from demo.lives import Person
from tests.journeys.answers import good, says
from tests.journeys.running import Place, Reader


def concern(brian: Person) -> list[str]:
    """What the safeguarding enquiry says, and what it makes people say."""
    assert brian.social_care is not None
    (one,) = brian.social_care.safeguarding
    return [*_sentences(one.text), one.person_wishes, one.source_of_risk]


def health_of_the_son(brian: Person, gary: Person) -> list[str]:
    """What is held about how the son is, in his father's file and in his own."""
    assert brian.social_care is not None
    assert gary.mental_health is not None
    (carer,) = brian.social_care.carers
    private = [a.text for a in brian.social_care.assessments if "third_party" in a.sensitive]
    own = [contact.note for contact in gary.mental_health.contacts]
    return [carer.needs, *private, *own]


@pytest.fixture(scope="module")
def forbidden(place: Place) -> list[str]:
    brian, gary = place.lives["brian"], place.lives["gary"]
    return [*concern(brian), *health_of_the_son(brian, gary), "safeguarding", "Section 42", "carer strain"]


@pytest.fixture(scope="module")
def doctor(place: Place) -> Reader:
    return place.signed_in("dr.patel")


@pytest.fixture(scope="module")
def brian(doctor: Reader) -> str:
    return doctor.find("brian")


@pytest.fixture(scope="module")
def frozen(doctor: Reader, brian: str) -> bytes:
    """The passport that goes into Brian's bag: frozen, sealed, as PDF."""
    answer = doctor.ask("POST", f"/Patient/{brian}/$passport", headers={"Accept": "application/pdf"})
    assert answer.status_code == 201
    return answer.content


def test_the_doctors_screen_tells_of_the_concern_and_of_how_the_carer_is(
    place: Place, doctor: Reader, brian: str
) -> None:
    record = good(doctor.get(f"/Patient/{brian}/$record"))
    told = place.lives["brian"]
    assert told.social_care is not None
    assert all(says(record, sentence) for sentence in _sentences(told.social_care.safeguarding[0].text))
    assert says(record, "Gary at the end of his strength")


def test_the_printed_passport_says_nothing_of_it(frozen: bytes, forbidden: list[str]) -> None:
    printed = text_of(frozen)
    assert says(printed, "Holloway")
    assert says(printed, "Penicillin")
    assert [n for n, word in enumerate(forbidden) if says(printed, word)] == []


def test_the_fhir_inside_the_printed_passport_says_nothing_of_it(frozen: bytes, forbidden: list[str]) -> None:
    attached = PdfReader(io.BytesIO(frozen)).attachments
    files = {name: content for name, contents in attached.items() for content in contents}
    (document,) = [json.loads(content) for name, content in files.items() if name.endswith(".json")]
    assert (document["resourceType"], document["type"]) == ("Bundle", "document")
    assert says(document, "Penicillin")
    for content in files.values():
        inside = content.decode()
        assert [n for n, word in enumerate(forbidden) if says(inside, word)] == []


def test_nothing_else_in_the_file_says_it_either(frozen: bytes, forbidden: list[str]) -> None:
    reader = PdfReader(io.BytesIO(frozen))
    about = " ".join(str(value) for value in (reader.metadata or {}).values())
    raw = frozen.decode("latin-1")
    assert [n for n, word in enumerate(forbidden) if says(about, word) or word in raw] == []


@pytest.mark.parametrize("recipient", ["ZAC01", "ZCH01", "ZGP01"])
def test_no_recipient_gets_it_on_paper(
    doctor: Reader, brian: str, recipient: str, forbidden: list[str]
) -> None:
    path = f"/Patient/{brian}/$passport?recipient={recipient}"
    answer = doctor.get(path, headers={"Accept": "application/pdf"})
    assert answer.status_code == 200
    printed = text_of(answer.content)
    assert [n for n, word in enumerate(forbidden) if says(printed, word)] == []


def test_the_plan_says_what_is_agreed_and_nothing_of_it(
    place: Place, doctor: Reader, brian: str, forbidden: list[str]
) -> None:
    meeting = place.lives["brian"].meetings[-1]
    plan = good(doctor.get(f"/Patient/{brian}/$plan"))
    assert all(says(plan, action.what) for action in meeting.actions)
    assert [n for n, word in enumerate(forbidden) if says(plan, word)] == []


def test_brian_himself_reads_nothing_of_it(place: Place, brian: str, forbidden: list[str]) -> None:
    record = good(place.signed_in("brian").get(f"/Patient/{brian}/$record"))
    assert says(record, "Penicillin")
    assert [n for n, word in enumerate(forbidden) if says(record, word)] == []


def test_a_carer_without_rights_reads_nothing_at_all(place: Place, brian: str) -> None:
    assert place.signed_in("son").get(f"/Patient/{brian}/$record").status_code == 404


def text_of(pdf: bytes) -> str:
    """All that a reader of the print can read."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in text.split(".") if sentence.strip()]
