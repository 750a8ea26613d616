"""The refused part of an input shows its form and a refused code, and names nobody."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.source import Raw
from aggregator.intake.excerpt import excerpt, hides, shaped
from schemas import strictjson
from schemas.contribution import ChoiceClaim, SubjectClaim, Translated
from schemas.identifiers import Identifier, SubjectKey

NOW = datetime(2026, 11, 1, tzinfo=UTC)
KEY = SubjectKey("ZAC01", "H1")

MESSAGE = (
    "MSH|^~\\&|PAS|ZAC01|CARE|ZAC01|20261101120000||ADT^A01|C1|P|2.4\r"
    "EVN|A01|20261101120000\r"
    "PID|1||9990000018^^^NHS~H1||Hale^Brian||19480302|M|||1 High Street^^Wolds^^WO1 1AA\r"
    "PV1|1|Q|WARD 7^^^ZAC01|13||||||||||||||||V1\r"
    "AL1|1|DA|91936005^Penicillin|XX\r"
    "AL1|2|DA|^Nuts told by his son|SV\r"
)


def hl7(part, field, text=MESSAGE):
    return excerpt(Raw("acute", "hl7v2", text.encode(), NOW), part, field).splitlines()


def test_of_a_message_only_the_refused_segment_is_shown_and_only_the_refused_code_as_it_is():
    assert hl7("message 1", "PV1-2") == [
        "PV1-1: 9", "PV1-2: Q", "PV1-3: xxxx 9^^^xxx99", "PV1-4: 99", "PV1-20: x9"
    ]  # fmt: skip
    assert hl7("message 1 AL1[1]", "AL1-4") == [
        "AL1-1: 9", "AL1-2: xx", "AL1-3: 99999999^xxxxxxxxxx", "AL1-4: XX"
    ]  # fmt: skip


@pytest.mark.parametrize("field", ["PID-3", "PID-5", "PID-7", "PID-11", "AL1-3"])
def test_who_somebody_is_and_what_is_long_is_shown_by_its_form_even_when_it_is_what_was_refused(field):
    shown = "\n".join(hl7("message 1", field))
    assert shown
    for told in ("9990000018", "Hale", "Brian", "1948", "High", "WO1", "91936005", "Nuts", "son"):
        assert told not in shown


def test_a_place_is_shown_by_its_form_even_when_it_is_what_was_refused():
    placed = MESSAGE.replace("WARD 7", "REFUGE") + "AIL|1||HAVEN\rNTE|1||hides\r"
    shown = {name: "\n".join(hl7("message 1", name, placed)) for name in ("PV1-3", "AIL-3", "NTE-3")}
    assert all(shown.values())
    assert not [name for name, text in shown.items() if any(w in text for w in ("REFUGE", "HAVEN", "hides"))]


def test_a_date_that_is_written_otherwise_can_be_mended_from_its_form():
    said = hl7("message 1", "EVN-2", MESSAGE.replace("EVN|A01|20261101120000", "EVN|A01|01/11/26 12.00"))
    assert said == ["EVN-1: x99", "EVN-2: 99/99/99 99.99"]


def test_of_two_messages_the_one_that_was_refused_is_shown():
    other = MESSAGE.replace("|Q|", "|I|").replace("C1", "C2")
    assert hl7("message 2", "PV1-2", MESSAGE + other)[1] == "PV1-2: I"
    assert hl7("message 3", "PV1-2", MESSAGE + other) == []


def table(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


COLUMNS = ("NHS_Number", "Service_Component", "Event_Start_Date", "Comments", "Ethnicity")


def test_of_a_file_only_the_refused_row_is_shown():
    content = table(COLUMNS, ("9990000018", "Telecare plus", "2026-01-31", "lives with Ann", "A"),
                    ("9990000026", "Meals", "31/01/2026", "", "Z9"))  # fmt: skip
    raw = Raw("returns", "cld.csv", content, NOW, "return.csv#2002")
    assert excerpt(raw, "row 2002", "Service_Component").splitlines() == [
        "NHS_Number: 9999999999", "Service_Component: Telecare plus", "Event_Start_Date: 9999-99-99",
        "Comments: xxxxx xxxx xxx", "Ethnicity: x",
    ]  # fmt: skip
    second = excerpt(raw, "row 2003", "Ethnicity").splitlines()
    assert (second[2], second[4]) == ("Event_Start_Date: 99/99/9999", "Ethnicity: Z9")
    assert excerpt(raw, "row 9", "Ethnicity") == excerpt(raw, "row 2002", "Ethnicity")
    assert excerpt(raw, "row 4000", "Ethnicity") == ""
    assert excerpt(raw, "file", "file") == ""


def test_of_a_document_only_the_refused_element_is_shown():
    packages = [{"service": "home-care"}, {"service": "??", "at": {"postcode": "WO1 1AA"}}]
    content = strictjson.dumps({"person": {"name": "Brian Hale"}, "packages": packages})
    raw = Raw("council", "case.json", content, NOW)
    assert excerpt(raw, "packages[1]", "packages[1].service").splitlines() == [
        "service: ??", "at.postcode: xx9 9xx"
    ]  # fmt: skip
    assert excerpt(raw, "packages[7]", "packages[7].service") == ""
    assert excerpt(Raw("council", "case.json", b"{", NOW), "packages[1]", "x") == ""


def test_what_cannot_be_divided_is_not_shown():
    assert excerpt(Raw("mh", "mhsds.zip", b"PK", NOW), "MHS101 row 2", "x") == ""


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=200)


@given(TEXTS)
def test_a_form_says_no_letter_and_no_digit(value):
    assert {c for c in shaped(value) if c.isalnum()} <= {"x", "9"}


@given(st.lists(TEXTS, min_size=5, max_size=5))
def test_whatever_a_row_holds_no_other_value_of_it_is_shown(values):
    raw = Raw("returns", "cld.csv", table(COLUMNS, values), NOW)
    for line in excerpt(raw, "row 2", "Service_Component").splitlines():
        name, _, value = line.partition(": ")
        if name in COLUMNS and name != "Service_Component":
            assert {c for c in value if c.isalnum()} <= {"x", "9"}


@given(st.binary(max_size=400), st.text(max_size=20), st.text(max_size=20))
def test_no_input_and_no_refusal_breaks_it(content, part, field):
    for form in ("hl7v2", "cld.csv", "case.json", "odd"):
        excerpt(Raw("any", form, content, NOW), part, field)


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        (Translated(), False),
        (Translated(subjects=(SubjectClaim(KEY, {}),)), False),
        (Translated(subjects=(SubjectClaim(KEY, {}, location_restricted=True),)), True),
        (Translated(choices=(ChoiceClaim(KEY, "deny", NOW, Identifier("urn:x", "1")),)), True),
        (Translated(choices=(ChoiceClaim(KEY, "permit", NOW, Identifier("urn:x", "1")),)), False),
    ],
)
def test_an_input_that_shields_somebody_is_told_from_others(said, hidden):
    assert hides(said) is hidden
