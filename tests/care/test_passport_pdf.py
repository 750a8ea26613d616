"""The print: what it says, what it must not say, what it carries, and that a change of it is seen."""

from __future__ import annotations

import hashlib
import io
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from aggregator.care.passport import Finding, Trust, token, verify
from aggregator.care.passport.document import Issue, document
from aggregator.care.passport.pdf import CODE_NAME, DOCUMENT_NAME, Imprint, Press
from aggregator.care.passport.seal import CERTIFICATE, Seal
from aggregator.care.passport.sheet import sheet
from aggregator.store.vault import FileKms, Secrets
from schemas import strictjson
from schemas.codes import Audience, Heading
from schemas.record import Record
from tests.care.records import NOW, NUMBER, brian, concept, entry, person, record

PASSPORT = "ab" * 16
LATER = NOW + timedelta(hours=1)
UNTIL = NOW + timedelta(days=28)


@dataclass(frozen=True)
class Printed:
    pdf: bytes
    document: bytes
    code: str

    @property
    def text(self) -> str:
        pages = pypdf.PdfReader(io.BytesIO(self.pdf)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    return Secrets.of(FileKms(tmp_path_factory.mktemp("keys") / "master.key", create=True))


@pytest.fixture(scope="module")
def seal(secrets: Secrets, tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return Seal(secrets, tmp_path_factory.mktemp("home"), "Wolds shared record")


@pytest.fixture(scope="module")
def trust(seal: Seal, secrets: Secrets) -> Trust:
    return Trust.of(seal.certificate, secrets.signing.public_key())


def printed(press: Press, told: Record, secrets: Secrets | None = None) -> Printed:
    version = 2 if secrets else 0
    said = sheet(told, Audience.PAPER, "ZCH01")
    body = strictjson.dumps(document(told, said, Issue(PASSPORT, version, "ZAC01", "Wolds General", "ZCH01")))
    digest = hashlib.sha256(body).hexdigest()
    code = token.write(secrets.signing, PASSPORT, version, digest, NOW, UNTIL) if secrets else ""
    imprint = Imprint(
        place="Wolds shared record",
        printed_by="Nurse Jones, ward nurse",
        printed_at=NOW,
        sender="Wolds General Hospital",
        recipient="Beech House",
        version=version,
        expires_at=UNTIL if secrets else None,
        code=code,
        digest=digest if secrets else "",
    )
    return Printed(press.print(said, body, imprint), body, code)


@pytest.fixture(scope="module")
def sealed(press: Press, seal: Seal, secrets: Secrets) -> Printed:
    made = printed(press, brian(), secrets)
    return Printed(seal.close(made.pdf), made.document, made.code)


def test_the_page_says_who_what_and_what_is_missing(sealed):
    for words in (
        "Discharge and transfer record (passport)",
        "HOLLOWAY, Brian Edward (Mr)",
        "14 March 1947 (79 years)",
        "999 000 0018",
        "Needs: Speaks slowly since his stroke: give him time",
        "Known allergies",
        "Penicillin",
        "Anaphylaxis (severe)",
        "Not reconciled",
        "time-critical",
        "not 'do not treat'",
        "Beech House did not answer in time.",
        "My radio sets",
        "Page 1 of",
        "Nurse Jones, ward nurse",
        "A new one is due by 18 December 2026",
    ):
        assert words in sealed.text.replace("\u00a0", " ").replace("\u2019", "'").replace("\u2018", "'"), (
            words
        )


def test_it_carries_the_very_document_and_the_code(sealed):
    attached = pypdf.PdfReader(io.BytesIO(sealed.pdf)).attachments
    assert attached[DOCUMENT_NAME] == [sealed.document]
    assert attached[CODE_NAME] == [sealed.code.encode()]


def test_it_says_that_it_is_accessible_and_archivable(sealed):
    root = pypdf.PdfReader(io.BytesIO(sealed.pdf)).root_object
    metadata = root["/Metadata"].get_data().decode()
    for claim in (
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
    ):
        assert claim in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")


def test_nothing_outside_the_pages_names_the_person(sealed):
    reader = pypdf.PdfReader(io.BytesIO(sealed.pdf))
    outside = repr(reader.metadata) + reader.root_object["/Metadata"].get_data().decode() + sealed.code
    for secret in ("Holloway", "HOLLOWAY", "Brian", NUMBER, "999 000", "Penicillin"):
        assert secret not in outside


def test_a_sealed_one_is_valid_and_a_draft_has_no_seal_and_no_code(press, sealed, trust):
    verdict = verify(sealed.pdf, trust, LATER)
    assert (verdict.finding, verdict.passport_id, verdict.version) == (Finding.VALID, PASSPORT, 2)
    draft = printed(press, brian())
    assert verify(draft.pdf, trust, LATER).finding is Finding.UNREADABLE
    assert "Draft" in draft.text
    assert CODE_NAME not in pypdf.PdfReader(io.BytesIO(draft.pdf)).attachments


def test_one_changed_byte_anywhere_is_never_valid(sealed, trust):
    places = random.Random(7).sample(range(len(sealed.pdf)), 60)
    for place in places:
        torn = bytearray(sealed.pdf)
        torn[place] ^= 1
        assert not verify(bytes(torn), trust, LATER).valid, place


def test_one_changed_byte_in_the_seal_itself_is_never_valid(sealed, trust):
    start = sealed.pdf.index(b"/Contents <", sealed.pdf.index(b"/ETSI.CAdES.detached") - 4_000)
    for place in range(start, start + 2_700, 61):
        torn = bytearray(sealed.pdf)
        torn[place] ^= 1
        assert not verify(bytes(torn), trust, LATER).valid, place


def test_what_is_added_after_the_seal_is_a_change(sealed, trust):
    writer = pypdf.PdfWriter(io.BytesIO(sealed.pdf), incremental=True)
    writer.add_metadata({"/Title": "Another"})
    out = io.BytesIO()
    writer.write(out)
    assert verify(out.getvalue(), trust, LATER).finding is Finding.CHANGED
    assert verify(sealed.pdf + b"\n% more", trust, LATER).finding is Finding.CHANGED


def test_age_a_newer_version_and_a_stranger_are_told_apart(sealed, trust):
    assert verify(sealed.pdf, trust, UNTIL).finding is Finding.EXPIRED
    assert verify(sealed.pdf, trust, LATER, newest={PASSPORT: 3}).finding is Finding.SUPERSEDED
    assert verify(sealed.pdf, Trust(), LATER).finding is Finding.UNKNOWN_KEY
    assert verify(b"%PDF-1.7 nothing", trust, LATER).finding is Finding.UNREADABLE


def test_a_code_moved_to_another_document_is_a_change(press, seal, secrets, trust):
    moved = printed(press, brian(), secrets)
    other = printed(press, record([person()]), None)
    said = sheet(record([person()]), Audience.PAPER, "ZCH01")
    imprint = Imprint("Wolds", "x", NOW, version=2, expires_at=UNTIL, code=moved.code, digest="0" * 64)
    forged = seal.close(press.print(said, other.document, imprint))
    assert verify(forged, trust, LATER).finding is Finding.CHANGED


@pytest.mark.parametrize("family", ["Щукин", "محمد", "張", "Święto", "O\u2019Neill", "☃", "김"])
def test_a_name_in_any_script_is_printed_and_kept_in_the_attachment(press, family):
    told = record([person(name=[{"family": family, "given": ["Ada"]}])])
    made = printed(press, told)
    assert ", Ada" in made.text
    assert family in made.document.decode()


def test_texts_of_sources_are_words_and_never_layout(press):
    nasty = '#panic("x") *bold* $x$ <label> @ref \\ `raw` [ ] // no comment'
    flag = {"resourceType": "Flag", "status": "active", "code": concept(nasty)}
    made = printed(press, record([person(), entry(Heading.ALERTS, flag, name="nasty")]))
    assert '#panic("x") *bold*' in made.text


def test_a_very_full_record_prints(press):
    told = brian()
    many = [
        entry(
            h,
            {
                "resourceType": "Flag",
                "status": "active",
                "code": concept(f"{h.value} {n} " + "long words " * 30),
            },
        )
        for h in (Heading.ALERTS, Heading.NEEDS, Heading.HOME)
        for n in range(40)
    ]
    assert "Page 1 of" in printed(press, record([*told.entries, *many])).text


def test_of_somebody_location_restricted_the_print_adds_no_place(press, secrets):
    clinical = [e for e in brian().entries if e.heading in (Heading.ALLERGIES, Heading.MEDICINES)]
    told = record(
        [person(address=None, telecom=None, generalPractitioner=None), *clinical], location_restricted=True
    )
    made = printed(press, told, secrets)
    for place in ("Wolds General", "Beech House", "Market Street", "Woldham"):
        assert place not in made.text
        assert place not in made.document.decode()
    assert "do not write down or tell anyone where this person lives" in made.text


def test_the_certificate_is_made_once_and_refused_under_another_key(secrets, tmp_path: Path):
    first = Seal(secrets, tmp_path, "Wolds").certificate
    assert Seal(secrets, tmp_path, "Wolds").certificate == first
    stranger = Secrets.of(FileKms(tmp_path / "other.key", create=True))
    with pytest.raises(ValueError, match=CERTIFICATE):
        Seal(stranger, tmp_path, "Wolds")
