"""What is pushed wrong: a fitting status, the element named, no value repeated, an entry in review, nothing kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import strictjson
from tests.doors.api.pushing import (
    HALE,
    INVALIDATED,
    NOBODY,
    OTHER,
    Door,
    bundle,
    number,
    someone,
    weight,
    with_,
)

P = "urn:uuid:5b9b6a52-16d5-4d0e-8b67-8f2cf7f6a001"
ABOUT = {"reference": P}
SECRET = "Zebediah-77"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
OWN = "https://hospital.example/person"


def one(path: str, new: Any) -> Callable[[Door], Any]:
    """A weight of the known person with one element changed, pushed alone."""
    return lambda door: with_(weight("hostile", {"reference": f"Patient/{door.person}"}), path, new)


def whole(*entries: Any, kind: str = "transaction") -> Callable[[Door], Any]:
    return lambda door: bundle(*entries, kind=kind)


def text(written: str) -> Callable[[Door], Any]:
    return lambda door: written.encode()


PATIENT = someone("P-1", HALE)
WEIGHT = weight("hostile", ABOUT)
PAIR = [(P, PATIENT), WEIGHT]


def request(method: str = "POST", url: str = "Observation", **more: Any) -> dict[str, Any]:
    return {"resource": WEIGHT, "request": {"method": method, "url": url, **more}}


JUNK = [
    ("key twice", '{"resourceType":"Bundle","type":"batch","type":"transaction"}', "$.type"),
    ("deep", "[" * 5000 + "]" * 5000, "$"),
    ("NaN", '{"resourceType":"Bundle","x":NaN}', "$.x"),
    ("Infinity", '{"resourceType":"Bundle","x":-Infinity}', "$.x"),
    ("half a surrogate", '{"resourceType":"Bundle","x":"\\ud83d"}', "$.x"),
    ("NUL", '{"resourceType":"Bundle","x":"\\u0000"}', "$.x"),
    ("cut", '{"resourceType":"Bundle","entry":[{', "$.entry[0]"),
    ("two values", '{"resourceType":"Bundle"}{"resourceType":"Bundle"}', "$"),
    ("ndjson", '{"resourceType":"Patient"}\n{"resourceType":"Patient"}\n', "$"),
    ("nothing", "", "$"),
    ("blank", " \n", "$"),
    ("list at the root", "[]", "resourceType"),
    ("text at the root", '"Bundle"', "resourceType"),
    ("null at the root", "null", "resourceType"),
    ("a Patient at the root", '{"resourceType":"Patient"}', "resourceType"),
    ("XML called JSON", "<Bundle xmlns='http://hl7.org/fhir'/>", "$"),
    ("endless number", '{"resourceType":"Bundle","total":1' + "0" * 5000 + "}", "$.total"),
    ("huge exponent", '{"resourceType":"Bundle","total":1e99999}', "$.total"),
]


@pytest.mark.parametrize(("body", "field"), [j[1:] for j in JUNK], ids=[j[0] for j in JUNK])
def test_what_is_no_plain_json_gets_400_and_waits_in_review(door: Door, body: str, field: str) -> None:
    refused(door, "", text(body), 400, field)


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf{}",
        '{"resourceType":"Bundle"}'.encode("utf-16"),
        b"\xff\xfe{}",
        b'{"x":"\xe9"}',
        b"\x00",
    ],
    ids=["mark", "utf-16", "utf-16 mark", "latin-1", "zero"],
)
def test_what_is_not_utf_8_gets_400_and_waits_in_review(door: Door, body: bytes) -> None:
    refused(door, "", lambda _: body, 400)


SINGLES: list[tuple[str, str, Any, int, str]] = [
    ("status off its list", "status", "done", 422, "Observation.status"),
    ("status of another type", "status", 7, 422, "Observation.status"),
    ("no code", "code", ..., 422, "Observation.code"),
    ("wrong type in the URL", "resourceType", "Condition", 400, "resourceType"),
    ("unknown type", "resourceType", "Observatory", 400, "resourceType"),
    ("end before start", "effectivePeriod", {"start": "2026-02-01", "end": "2026-01-01"}, 422, "effective"),
    ("30 February", "effectiveDateTime", "2026-02-30", 422, "Observation.effective"),
    ("no zone", "effectiveDateTime", "2026-02-03T10:00:00", 422, "Observation.effective"),
    ("decimal as word", "valueQuantity.value", "heavy", 422, "Observation.value.value"),
    ("overlong id", "id", "x" * 65, 422, "Observation.id"),
    ("script", "text", {"status": "generated", "div": "<div><script>1</script></div>"}, 422, "Observation.text"),
    ("relative system", "code.coding.0.system", "loinc", 422, "Observation.code.coding[0].system"),
    ("bad reference", "performer", [{"reference": "the nurse"}], 422, "Observation.performer[0].reference"),
    ("local reference to nothing", "performer", [{"reference": "#n"}], 422, "Observation.performer[0]"),
    ("nobody", "subject", ..., 422, "Observation.subject"),
    ("empty subject", "subject", {}, 422, "Observation.subject"),
    ("person unknown here", "subject", {"reference": "Patient/" + "0" * 32}, 422, "Observation.subject"),
    ("group", "subject", {"reference": "Group/1"}, 422, "Observation.subject"),
    ("a search", "subject", {"reference": "Patient?identifier=x|1"}, 422, "Observation.subject"),
    ("a version", "subject", {"reference": "Patient/1/_history/2"}, 422, "Observation.subject"),
    ("another server's", "subject", {"reference": "https://other.example/Patient/1"}, 422, "Observation.subject"),
    ("words", "subject", {"display": "Brian"}, 422, "Observation.subject"),
    ("only a number", "subject", {"identifier": {"system": NHS, "value": HALE.digits}}, 422, "subject"),
    ("never sent", "subject", {"identifier": {"system": OWN, "value": "nobody"}}, 422, "subject"),
    ("no system", "subject", {"identifier": {"value": "P-1"}}, 422, "subject"),
    ("no identifier", "identifier", ..., 422, "Observation.identifier"),
    ("another's controller", "meta",
     {"tag": [{"system": "https://carerecord.example/fhir/CodeSystem/controller", "code": "ZGP01"}]},
     403, "Observation.meta.tag"),
    ("unknown element", "weight", SECRET, 422, "Observation.weight"),
    ("values for two types", "valueString", SECRET, 422, "Observation.value"),
    ("contained person", "contained", [{"resourceType": "Patient", "id": "p"}], 422, "Observation.contained[0]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "new", "status", "field"), [s[1:] for s in SINGLES], ids=[s[0] for s in SINGLES]
)
def test_a_resource_that_breaks_a_rule_is_refused_by_element(
    door: Door, path: str, new: Any, status: int, field: str
) -> None:
    refused(door, "/Observation", one(path, new), status, field)


NUMBERS = [
    ("wrong check digit", [{"system": NHS, "value": HALE.digits[:9] + str((int(HALE.digits[9]) + 1) % 10)}]),
    ("words for a number", [{"system": NHS, "value": "unknown"}]),
    ("all zero", [{"system": NHS, "value": "0000000000"}]),
    ("Scottish", [{"system": NHS, "value": "0101500004"}]),
    ("two numbers", [{"system": NHS, "value": HALE.digits}, {"system": NHS, "value": NOBODY.digits}]),
    ("old system", [{"system": "http://fhir.nhs.net/Id/nhs-number", "value": HALE.digits}]),
    ("by OID", [{"system": "urn:oid:2.16.840.1.113883.2.1.4.1", "value": HALE.digits}]),
]


@pytest.mark.parametrize("numbers", [n[1] for n in NUMBERS], ids=[n[0] for n in NUMBERS])
def test_a_number_that_is_none_is_never_passed_over(door: Door, numbers: list[Any]) -> None:
    patient = someone("P-9") | {"identifier": [{"system": OWN, "value": "P-9"}, *numbers]}
    refused(door, "", whole((P, patient), WEIGHT), 422, "Bundle.entry[0].resource.identifier")


TRANSACTIONS: list[tuple[str, list[Any], int, str]] = [
    ("empty", [], 422, "Bundle.entry"),
    ("a read", [*PAIR, {"request": {"method": "GET", "url": "Patient"}}], 422, "Bundle.entry[2].request.method"),
    ("a delete", [{"request": {"method": "DELETE", "url": "Observation/1"}}], 422, "Bundle.entry[0].request.method"),
    ("no resource", [{"request": {"method": "POST", "url": "Observation"}}], 422, "Bundle.entry[0].resource"),
    ("other url", [(P, PATIENT), request(url="Condition")], 422, "Bundle.entry[1].request.url"),
    ("only if new", [(P, PATIENT), request(ifNoneExist="identifier=1")], 400, "Bundle.entry[1].request.ifNoneExist"),
    ("only if same", [(P, PATIENT), request(ifMatch='W/"1"')], 400, "Bundle.entry[1].request.ifMatch"),
    ("url twice", [(P, PATIENT), (P, someone("P-2"))], 422, "Bundle.entry[1].fullUrl"),
    ("relative fullUrl", [("Patient/1", PATIENT)], 422, "Bundle.entry[0].fullUrl"),
    ("two of one identifier", [(P, PATIENT), someone("P-1", OTHER)], 422, "Bundle.entry[1].resource.identifier"),
    ("no own identifier", [(P, with_(PATIENT, "identifier.1", ...))], 422, "Bundle.entry[0].resource.identifier"),
    ("an old one", [with_(PATIENT, "identifier.1.use", "old")], 422, "Bundle.entry[0].resource.identifier"),
    ("gender as a letter", [with_(PATIENT, "gender", "M")], 422, "Bundle.entry[0].resource.gender"),
    ("a bad second", [*PAIR, with_(weight("two", ABOUT), "status", 1)], 422, "Bundle.entry[2].resource.status"),
    ("nobody in it", [weight("x", {"reference": "urn:uuid:1"})], 422, "Bundle.entry[0].resource.subject"),
    ("an organisation", [{"resource": {"resourceType": "Organization", "name": "Ward"},
                          "request": {"method": "POST", "url": "Organization"}}],
     403, "Bundle.entry[0].resource.resourceType"),
    ("bad base64", [(P, PATIENT), {
        "resourceType": "DocumentReference", "identifier": [{"system": "urn:x", "value": "1"}], "status": "current",
        "subject": ABOUT, "content": [{"attachment": {"contentType": "text/plain", "data": "%%%"}}]}],
     422, "Bundle.entry[1].resource.content[0].attachment.data"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "status", "field"), [t[1:] for t in TRANSACTIONS], ids=[t[0] for t in TRANSACTIONS]
)
def test_a_transaction_with_one_fault_keeps_nothing(
    door: Door, entries: list[Any], status: int, field: str
) -> None:
    refused(door, "", whole(*entries), status, field)


@pytest.mark.parametrize("kind", ["document", "message", "collection", "searchset", "history", "parcel", ...])
def test_a_bundle_of_another_kind_is_refused(door: Door, kind: Any) -> None:
    refused(door, "", lambda _: with_(bundle(*PAIR), "type", kind), 422, "Bundle.type")


@pytest.mark.parametrize(
    "kind",
    ["application/fhir+xml", "text/xml", "application/x-ndjson", "", "application/json-patch+json",
     "application/fhir+json; charset=utf-16"],
)  # fmt: skip
def test_another_media_type_gets_415_and_the_body_waits_in_review(door: Door, kind: str) -> None:
    refused(door, "", whole(*PAIR), 415, "Content-Type", Content_Type=kind)


def test_a_body_that_is_too_long_gets_413_and_an_entry_without_it(door: Door) -> None:
    refused(door, "", lambda _: b" " * 10_000_001, 413, "body")


def test_a_conditional_create_is_refused_and_not_ignored(door: Door) -> None:
    refused(door, "/Observation", one("status", "final"), 400, "If-None-Exist", If_None_Exist="identifier=1")


def test_a_request_id_with_another_body_is_refused_and_the_body_kept_in_review(door: Door) -> None:
    request_id = "0b7a9f3c-6d53-4c3e-9f10-0d8f6f6f0001"
    about = {"reference": f"Patient/{door.person}"}
    assert door.post("/Observation", weight("once", about), X_Request_ID=request_id).status_code == 201
    refused(
        door, "/Observation", lambda _: weight("twice", about), 422, "X-Request-ID", X_Request_ID=request_id
    )


def refused(
    door: Door, path: str, body: Callable[[Door], Any], status: int, field: str = "", **headers: str
) -> None:
    """It is answered so; the review pile has what the answer says; no statement is kept; no value comes back."""
    kept, waiting = door.kept(), len(door.waiting())
    sent = body(door)
    answer = door.post(path, sent, **headers)
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    named = [e for issue in told["issue"] for e in issue.get("expression", [])]
    assert not field or any(field in e for e in named), named
    assert SECRET not in answer.text
    assert HALE.digits not in answer.text
    assert door.kept() == kept
    fresh = door.waiting()[waiting:]
    assert fresh
    assert all(kind == "refusal" for kind, _, _ in fresh)
    assert not field or any(field in f for _, f, _ in fresh), fresh


# ---- whose number it is -------------------------------------------------------------------------------------


UNCONFIRMED = {
    "another's": someone("N-1", OTHER),
    "nobody's": someone("N-2", NOBODY),
    "another birth date": someone("N-3", HALE, birthDate="1990-01-01"),
    "without a name": {"resourceType": "Patient", "identifier": someone("N-4", OTHER)["identifier"]},
    "not valid any more": someone("N-6", INVALIDATED),
    "an unknown family": someone("N-5", OTHER, name=[{"family": "Nemo"}]),
}


@pytest.mark.parametrize("shape", ["transaction", "alone", "batch"])
def test_the_answer_never_tells_whose_a_number_is(door: Door, shape: str) -> None:
    """The same status, headers and bytes whatever the reason; and the right person is answered as ever."""

    def push(patient: dict[str, Any]) -> Any:
        if shape == "alone":
            return door.post("/Patient", patient)
        return door.post("", bundle((P, patient), WEIGHT, kind=shape))

    answers = {name: push(patient) for name, patient in UNCONFIRMED.items()}
    door.register.down = True
    answers["not traced"] = push(someone("N-7", HALE))
    door.register.down = False
    assert len({a.content for a in answers.values()}) == 1
    assert len({(a.status_code, *sorted(a.headers.items())) for a in answers.values()}) == 1
    told = next(iter(answers.values()))
    assert told.status_code == (200 if shape == "batch" else 202)
    assert "could not be confirmed" in told.text
    assert push(someone("P-1", HALE)).status_code in (200, 201)


def test_another_persons_number_waits_as_wrong_person_and_joins_nobody(door: Door) -> None:
    kept, waiting = door.kept(), len(door.waiting())
    assert door.post("", bundle((P, someone("W-1", OTHER)), WEIGHT)).status_code == 202
    assert {kind for kind, _, _ in door.waiting()[waiting:]} == {"wrong-person"}
    assert door.kept() == kept


def test_a_repeat_of_an_unconfirmed_push_gets_the_same_answer(door: Door) -> None:
    request_id = "0b7a9f3c-6d53-4c3e-9f10-0d8f6f6f0002"
    for path, body in (("", bundle((P, someone("W-2", OTHER)), WEIGHT)), ("/Patient", someone("W-3", OTHER))):
        first = door.post(path, body, X_Request_ID=f"{request_id[:-1]}{len(path)}")
        again = door.post(path, body, X_Request_ID=f"{request_id[:-1]}{len(path)}")
        assert (first.status_code, first.content) == (again.status_code, again.content)
        assert first.status_code == 202


# ---- whom it is about ---------------------------------------------------------------------------------------


def persons(answer: Any, door: Door) -> list[str]:
    """The subject of each statement that a transaction kept."""
    ids = [e["response"]["location"].split("/")[1] for e in answer.json()["entry"]]
    rows = dict(door.rows("select statement_id, subject_id from statement"))
    return [rows[i] for i in ids]


@pytest.mark.parametrize(
    ("url", "reference"),
    [
        (P, ABOUT),
        ("https://hospital.example/fhir/Patient/p1", {"reference": "https://hospital.example/fhir/Patient/p1"}),
        ("https://hospital.example/fhir/Patient/p1", {"reference": "Patient/p1"}),
        ("", {"identifier": {"system": OWN, "value": "R-1"}}),
    ],
    ids=["urn", "absolute", "relative", "identifier"],
)  # fmt: skip
def test_an_entry_finds_its_patient_however_it_refers(door: Door, url: str, reference: Any) -> None:
    entry = weight("refers", reference)
    own = {"fullUrl": "https://hospital.example/fhir/Observation/o1", "resource": entry,
           "request": {"method": "POST", "url": "Observation"}}  # fmt: skip
    answer = door.post("", bundle((url, someone("R-1", HALE)), own))
    assert answer.status_code == 200, answer.text
    patient, observation = persons(answer, door)
    assert patient == observation


def test_two_people_in_one_bundle_are_each_kept_under_their_own(door: Door) -> None:
    other = someone("T-2", OTHER, name=[{"family": "Winter", "given": ["Ann"]}], birthDate="1950-01-01")
    q = "urn:uuid:5b9b6a52-16d5-4d0e-8b67-8f2cf7f6a002"
    answer = door.post(
        "", bundle((P, someone("T-1", HALE)), (q, other), weight("t1", ABOUT), weight("t2", {"reference": q}))
    )
    assert answer.status_code == 200, answer.text
    one_, two, first, second = persons(answer, door)
    assert (one_, two) == (first, second)
    assert one_ != two


def test_two_number_systems_of_one_sender_never_name_one_person_by_accident(door: Door) -> None:
    elsewhere = someone("4711") | {
        "identifier": [{"system": "https://hospital.example/ward", "value": "4711"}]
    }
    answer = door.post("", bundle(someone("4711"), elsewhere | {"name": [{"family": "Frost"}]}))
    assert answer.status_code == 200, answer.text
    first, second = persons(answer, door)
    assert first != second


@pytest.mark.parametrize(
    ("kind", "element"),
    [("RelatedPerson", "patient"), ("EpisodeOfCare", "patient"), ("Task", "for"), ("Flag", "subject")],
)
def test_the_element_that_says_whom_it_is_about_is_named_as_its_type_calls_it(
    door: Door, kind: str, element: str
) -> None:
    resource: dict[str, Any] = {
        "RelatedPerson": {},
        "EpisodeOfCare": {"status": "active"},
        "Task": {"status": "requested", "intent": "order"},
        "Flag": {"status": "active", "code": {"text": "x"}},
    }[kind]
    sent = resource | {"resourceType": kind, element: {"reference": "Patient/" + "0" * 32}}
    refused(door, f"/{kind}", lambda _: sent, 422, f"{kind}.{element}")


# ---- whatever else ------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [None, True, 0, -1, 10**30, 1e300, "", " ", "x" * 2000, "\U0001f600", [], {}, [None], [{}], {"a": 1}, "#",
     "urn:x", "2026-02-30", "9999-12-31T23:59:60+14:00", {"resourceType": "Patient"}, {"reference": 7}, {"coding": [7]},
     {"system": NHS, "value": number(7).digits}, {"start": "2027", "end": "2026"}, "<script>", "Patient/x"]
)  # fmt: skip


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if way:
        yield way
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from ways(inner, (*way, name))


STAY = {
    "resourceType": "EpisodeOfCare", "identifier": [{"system": "urn:x", "value": "E"}], "status": "active",
    "patient": ABOUT, "period": {"start": "2026-01-01"}, "meta": {"lastUpdated": "2026-11-01T09:00:00Z"},
    "type": [{"text": "Caseload"}], "managingOrganization": {"display": "Ward"},
}  # fmt: skip
FORM = {
    "resourceType": "QuestionnaireResponse", "identifier": {"system": "urn:x", "value": "Q"}, "status": "completed",
    "questionnaire": "https://x.example/Questionnaire/about-me|1", "subject": ABOUT,
    "meta": {"security": [{"code": "R"}]}, "item": [{"linkId": "1", "answer": [{"valueString": "Tea"}]}],
}  # fmt: skip


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_change_of_a_bundle_is_ever_our_fault_or_half_kept(door: Door, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["transaction", "batch"]))
    made = json.loads(json.dumps(bundle((P, someone("M-1", HALE)), WEIGHT, STAY, FORM, kind=kind)))
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(list(ways(made))))
        at = made
        for step in way[:-1]:
            at = at[step]
        if data.draw(st.booleans()):
            del at[way[-1]]
        else:
            at[way[-1]] = deepcopy(data.draw(PIECES))
    kept, waiting = door.kept(), len(door.waiting())
    answer = door.post("", strictjson.dumps(made))
    assert answer.status_code in (200, 202, 400, 403, 422), answer.text
    if answer.status_code >= 400:
        assert answer.json()["resourceType"] == "OperationOutcome"
        assert len(door.waiting()) > waiting
        assert door.kept() == kept
