"""A GP's structured record read down from STU3: nothing of it lost, nothing turned round, its warnings told."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.fhir_server.gp_structured import FORM, OPERATION, StructuredRecord
from adapters.source import Ask, Raw, SourceDown
from adapters.wire.rest import WrongPerson
from schemas import strictjson
from schemas.checks import refusals
from schemas.codes import Category, Heading
from schemas.contribution import Statement, Translated
from tests.adapters.fhir_server import practice as p
from tests.adapters.fhir_server.neighbours import DIGITS, NOW, NUMBER, OTHER


def _source(handler: Any = None) -> StructuredRecord:
    connection = Connection("ZGP09", url="https://practice.example/fhir", deadline=0.5)
    return StructuredRecord(connection, httpx.AsyncClient(transport=httpx.MockTransport(handler)))


def _translated(content: bytes) -> Translated:
    return _source().translate(Raw("gp-structured", FORM, content, NOW))


def _told(*resources: dict[str, Any]) -> dict[str, Statement]:
    """What is told by the last two digits of its lasting identifier."""
    made = _translated(p.record(*resources))
    assert made.refusals == ()
    assert [x for s in made.statements for x in refusals(s)] == []
    return {s.identifier.value[-2:]: s for s in made.statements}


def _code(concept: dict[str, Any]) -> str:
    return str(concept["coding"][0]["code"])


def test_a_whole_record_is_read_down_without_a_refusal() -> None:
    made = _translated(p.WHOLE)
    assert made.refusals == ()
    assert [x for s in made.statements for x in refusals(s)] == []
    assert {s.category for s in made.statements} == {Category.PRIMARY_CARE, Category.DEMOGRAPHICS}
    assert Counter(s.type for s in made.statements) == {
        "Patient": 1,
        "AllergyIntolerance": 3,
        "MedicationStatement": 1,
        "Encounter": 1,
        "Condition": 1,
        "Immunization": 2,
        "Observation": 1,
        "DiagnosticReport": 1,
        "ServiceRequest": 2,
    }


def test_an_allergy_keeps_its_states_its_date_and_its_reaction() -> None:
    told = _told(p.PENICILLIN)["31"]
    assert _code(told.resource["clinicalStatus"]) == "active"
    assert _code(told.resource["verificationStatus"]) == "unconfirmed"
    assert told.resource["recordedDate"] == "2011-02-03T10:00:00+00:00"
    assert told.resource["reaction"][0]["severity"] == "severe"
    assert told.resource["recorder"]["display"] == "Dr Ida Stone"
    assert told.identifier.system == p.CROSS_CARE


def test_a_degraded_allergy_is_told_by_its_words() -> None:
    told = _told(p.SEPTRIN)["32"]
    assert told.resource["code"]["text"] == "Septrin"
    assert _code(told.resource["code"]) == "196461000000101"


def test_an_ended_allergy_is_told_and_never_as_a_present_one() -> None:
    told = _told(p.ENDED_LIST)["33"]
    assert _code(told.resource["clinicalStatus"]) == "resolved"
    assert told.resource["note"][-1]["text"] == "Ended 2018-03-01 (Tolerated since)"
    bare = {k: v for k, v in p.ENDED.items() if k != "extension"}
    told = _told(p.listed("1103671000000101", "Ended allergies", contained=[bare]))["33"]
    assert _code(told.resource["clinicalStatus"]) == "resolved"


def test_a_medicine_is_one_line_with_its_drug_and_dose() -> None:
    told = _told(p.STATEMENT, p.PLAN, p.CONSULTATION)
    assert "43" not in told, "the authorisation is the statement's own"
    line = told["42"].resource
    assert line["medicationCodeableConcept"]["coding"][0]["display"] == "Warfarin 1mg tablets"
    assert line["dosage"][0]["doseAndRate"][0]["doseQuantity"]["unit"] == "tablet"
    assert (line["dosage"][0]["text"], line["dosage"][0]["patientInstruction"]) == (
        "As directed",
        "Yellow book",
    )
    assert line["status"] == "active"
    assert "taken" not in line
    assert line["context"]["identifier"]["value"][-2:] == "61"


def test_an_authorisation_without_its_statement_is_told_itself() -> None:
    told = _told(p.PLAN)["43"]
    assert told.resource["requester"]["display"] == "Dr Ida Stone"


def test_why_a_medicine_ended_comes_from_its_authorisation() -> None:
    why = {
        "url": f"{p.GPC}MedicationStatusReason-1",
        "extension": [{"url": "statusReason", "valueCodeableConcept": {"text": "Bleeding"}}],
    }
    told = _told(p.STATEMENT | {"status": "stopped"}, p.PLAN | {"extension": [why]})["42"]
    assert told.resource["statusReason"] == [{"text": "Bleeding"}]


def test_a_medicine_not_taken_is_not_told_as_taken() -> None:
    assert _told(p.STATEMENT | {"taken": "n"}, p.PLAN)["42"].resource["status"] == "not-taken"


def test_an_immunisation_that_was_not_given_stays_so() -> None:
    told = _told(p.NOT_GIVEN, p.GIVEN)
    assert (told["71"].resource["status"], told["72"].resource["status"]) == ("not-done", "completed")
    assert told["71"].resource["statusReason"] == {"text": "Declined"}
    assert told["72"].resource["occurrenceDateTime"] == "2023-10-10"


def test_problems_results_referrals_and_reports_keep_what_they_say() -> None:
    told = _told(p.PROBLEM, p.PRESSURE, p.REFERRAL, p.REQUEST, p.REPORT, p.CONSULTATION, p.PENICILLIN)
    problem, pressure, report = (told[n].resource for n in ("51", "81", "95"))
    assert (problem["recordedDate"], problem["onsetDateTime"]) == ("2020-06-01", "2020-05-20")
    assert problem["extension"][0]["valueReference"]["identifier"]["value"][-2:] == "31"
    assert pressure["note"] == [{"text": "Left arm, sitting"}]
    assert pressure["encounter"]["type"] == "Encounter"
    referral = told["91"].resource
    assert (referral["status"], referral["note"][0]["text"]) == ("on-hold", "Please see and advise")
    assert _code(referral["code"]) == "183522005"
    assert report["basedOn"][0]["identifier"]["value"][-2:] == "92"
    assert report["result"][0]["identifier"]["value"][-2:] == "81"
    assert (told["91"].heading, told["61"].heading) == (Heading.SERVICES, Heading.ENCOUNTERS)


@pytest.mark.parametrize("code", ["confidential-items", "data-in-transit", "data-awaiting-filing", "another"])
def test_what_the_practice_withholds_reaches_the_reader(code: str) -> None:
    warned = p.listed("886921000000105", "Allergies and adverse reactions", warning=code)
    (flag,) = [s for s in _translated(p.record(warned)).statements if s.type == "Flag"]
    assert flag.heading is Heading.ALERTS
    assert "Allergies and adverse reactions" in flag.resource["code"]["text"]


def test_a_warning_is_told_in_the_practices_words_once_for_all_lists() -> None:
    note = "Patient record transfer not yet complete; information recorded before 01-Mar-2026 may be missing."
    lists = [p.listed("1", t, warning="data-in-transit", note=note) for t in ("Problems", "Immunisations")]
    (flag,) = [s for s in _translated(p.record(*lists)).statements if s.type == "Flag"]
    assert flag.resource["code"]["text"].count(note) == 1
    assert "(Problems, Immunisations)" in flag.resource["code"]["text"]


def test_an_empty_list_is_no_statement_that_there_are_none() -> None:
    empty = p.listed("886921000000105", "Allergies and adverse reactions") | p.EMPTY
    made = _translated(p.record(empty))
    assert [s.type for s in made.statements] == ["Patient"]
    assert not {h.heading for h in _source().terms.headings if h.no_rows == "none"}


def test_no_known_allergies_is_told_only_when_the_practice_says_so() -> None:
    none = p.PENICILLIN | {"code": p.coded("716186003", "No known allergy")}
    del none["reaction"]
    assert _code(_told(none)["31"].resource["code"]) == "716186003"


@pytest.mark.parametrize(
    "content", [p.STRANGER, p.record(p.PENICILLIN, patient=p.ANOTHERS)], ids=["fact", "patient"]
)
def test_a_record_with_anything_of_another_person_says_nothing(content: bytes) -> None:
    made = _translated(content)
    assert (made.subjects, made.statements) == ((), ())
    assert made.refusals
    assert OTHER not in repr(made)


def _answering(body: Any, status: int = 200, asked: list[httpx.Request] | None = None) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        if request.url.path.endswith("/metadata"):
            return httpx.Response(200, json={"resourceType": "CapabilityStatement", "fhirVersion": "3.0.1"})
        return httpx.Response(status, json=body, headers={"content-type": "application/fhir+json"})

    return answer


def _pull(source: StructuredRecord) -> list[Raw]:
    return anyio.run(lambda: source.pull_person(Ask((), NUMBER), NOW))


def test_the_number_goes_in_the_body_of_one_post() -> None:
    asked: list[httpx.Request] = []
    source = _source(_answering(p.bundle(*p.FACTS), asked=asked))
    (raw,) = _pull(source)
    (request,) = asked
    assert (request.method, request.url.path) == ("POST", "/fhir" + OPERATION)
    assert request.headers["content-type"] == "application/fhir+json"
    assert DIGITS not in str(request.url) + str(request.headers)
    body: Any = strictjson.loads(request.content)
    assert body["parameter"][0]["valueIdentifier"]["value"] == DIGITS
    assert {
        "name": "includeAllergies",
        "part": [{"name": "includeResolvedAllergies", "valueBoolean": True}],
    } in body["parameter"]
    assert source.translate(raw).refusals == ()
    assert anyio.run(source.check) == []


def test_somebody_whom_the_practice_does_not_know_is_no_fault() -> None:
    assert _pull(_source(_answering({"resourceType": "OperationOutcome"}, 404))) == []


@pytest.mark.parametrize(
    "body",
    [
        p.bundle(p.PENICILLIN, patient=p.ANOTHERS),
        p.bundle(p.PENICILLIN, patient={k: v for k, v in p.PATIENT.items() if k != "identifier"}),
        p.bundle(p.STATEMENT | {"subject": {"reference": "Patient/10"}}),
    ],
    ids=["another", "unnamed", "inside"],
)
def test_an_answer_that_is_not_surely_about_the_person_is_refused(body: Any) -> None:
    with pytest.raises(WrongPerson):
        _pull(_source(_answering(body)))


@pytest.mark.parametrize("body", [{}, [], {"resourceType": "Bundle"}, {"resourceType": "Patient", "id": "9"}])
def test_an_odd_answer_is_down_and_never_empty(body: Any) -> None:
    with pytest.raises(SourceDown):
        _pull(_source(_answering(body)))


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(data=st.data(), junk=_JUNK)
def test_no_shape_of_any_element_makes_translating_raise(data: st.DataObject, junk: Any) -> None:
    resource = data.draw(st.sampled_from([*p.FACTS, p.WARFARIN, p.ENDED_LIST, p.PATIENT, *p.AROUND]))
    element = data.draw(st.sampled_from(sorted(resource)))
    _translated(p.record(resource | {element: junk}, p.PENICILLIN))


@settings(deadline=None)
@given(junk=st.binary(max_size=200) | _JUNK.map(lambda j: json.dumps(j).encode()))
def test_no_bytes_make_translating_raise(junk: bytes) -> None:
    assert _translated(junk).statements == ()
