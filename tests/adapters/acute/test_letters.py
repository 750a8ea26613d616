"""Documents with their header: what they are, whose they are, and what takes them back."""

from __future__ import annotations

import base64

import pytest

from adapters.sensitivity import SEALED
from schemas.codes import Heading
from tests.adapters.acute.messages import accepted, evn, header, octets, one, pid, pv1, refused, segment

TXA = {"f2": "DS", "f6": "20260301110000", "f9": "^PATEL^A^^^Dr", "f12": "D-1", "f17": "AU"}
LINES = (
    segment("OBX", f1="1", f2="TX", f3="DS^Summary", f5="Seen on the ward.", f11="F"),
    segment("OBX", f1="2", f2="TX", f3="DS^Summary", f5="Home tomorrow.", f11="F"),
)


def mdm(event: str = "T02", *more: str, person: str = "", **txa: str) -> bytes:
    parts = (pv1(), segment("TXA", **{**TXA, **txa}), *(more or LINES))
    return octets(header(f"MDM^{event}"), evn(), person or pid(), *parts)


def test_a_document_tells_its_kind_author_status_visit_and_words() -> None:
    statement = one(accepted(mdm()), "DocumentReference")
    found = statement.resource
    assert statement.heading is Heading.DOCUMENTS
    assert statement.identifier.value == "D-1"
    assert found["type"]["text"] == "Discharge summary"
    assert (found["status"], found["docStatus"]) == ("current", "final")
    assert found["date"] == "2026-03-01T11:00:00+00:00"
    assert found["author"][0]["display"] == "Dr A PATEL"
    assert found["context"]["encounter"][0]["identifier"]["value"] == "V900"
    (content,) = found["content"]
    assert base64.b64decode(content["attachment"]["data"]).decode() == "Seen on the ward.\nHome tomorrow."


def test_an_encoded_document_is_carried_as_it_is() -> None:
    pdf = base64.b64encode(b"%PDF-1.4 x").decode()
    row = segment("OBX", f1="1", f2="ED", f3="DS^Summary", f5=f"^application^PDF^Base64^{pdf}", f11="F")
    (content,) = one(accepted(mdm("T02", row)), "DocumentReference").resource["content"]
    assert content["attachment"]["contentType"] == "application/pdf"
    assert content["attachment"]["data"] == pdf


def test_a_replacement_and_an_addendum_name_the_document_that_they_are_about() -> None:
    for event, code in (("T06", "appends"), ("T10", "replaces")):
        (relation,) = one(accepted(mdm(event, f12="D-2", f13="D-1")), "DocumentReference").resource[
            "relatesTo"
        ]
        assert (relation["code"], relation["target"]["identifier"]["value"]) == (code, "D-1")


@pytest.mark.parametrize(("event", "fields"), [("T11", {}), ("T02", {"f19": "CA"})])
def test_a_cancelled_document_is_taken_back(event: str, fields: dict[str, str]) -> None:
    statement = one(accepted(mdm(event, **fields)), "DocumentReference")
    assert statement.retracts
    assert statement.resource["status"] == "entered-in-error"
    assert "attachment" not in str(statement.resource["content"][0].get("data", ""))


def test_a_confidential_document_is_sealed_and_a_psychiatric_one_tells_its_service() -> None:
    assert one(accepted(mdm(f18="R")), "DocumentReference").labels == {SEALED}
    assert "psychiatry" in one(accepted(mdm(f2="PC")), "DocumentReference").service


def test_a_hidden_place_is_taken_out_of_the_words_of_a_document() -> None:
    row = segment("OBX", f1="1", f2="TX", f3="X^Y", f5="Lives at 1 MILL ROW, ZZ1 4AA.", f11="F")
    hidden = one(accepted(mdm("T02", row, segment("ZU8", f4="2"))), "DocumentReference")
    text = base64.b64decode(hidden.resource["content"][0]["attachment"]["data"]).decode()
    assert "MILL ROW" not in text
    assert "ZZ1" not in text


@pytest.mark.parametrize(
    ("fields", "rows", "place"),
    [
        ({"f12": ""}, LINES, "TXA-12"),
        ({"f17": "??"}, LINES, "TXA-17"),
        ({}, (segment("OBX", f2="TX", f3="X^Y", f11="F"),), "OBX-5"),
        ({}, (segment("OBX", f2="RP", f3="X^Y", f5="http://x", f11="F"),), "OBX-5"),
    ],
    ids=["no number", "unknown status", "no content", "elsewhere"],
)
def test_a_document_in_doubt_is_refused_whole(
    fields: dict[str, str], rows: tuple[str, ...], place: str
) -> None:
    assert refused(mdm("T02", *rows, **fields)) == (place,)
