"""The council's case file in FHIR: shapes, labels, relationships, and what is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.person_source import NO_LOCAL_ID
from adapters.social_care.case_system import CaseSystem
from adapters.source import Ask, CannotBeAsked, Raw
from schemas.checks import refusals
from schemas.codes import Category, Heading, RelationshipKind
from schemas.contribution import Translated, Window
from tests.adapters.social_care.conftest import CASE, NOW, raw_of

Translate = Callable[[Any], Translated]


def test_a_whole_case_file_is_kept_and_every_resource_is_valid_r4(case: Any, translate: Translate) -> None:
    told = translate(case)
    assert told.refusals == ()
    assert [problem for s in told.statements for problem in refusals(s)] == []
    assert {s.type for s in told.statements} == {
        "EpisodeOfCare", "ServiceRequest", "Task", "Condition", "Flag", "DeviceRequest", "RelatedPerson",
        "QuestionnaireResponse", "Observation", "CareTeam", "DocumentReference", "Patient",
    }  # fmt: skip


def test_the_person_is_claimed_with_name_number_and_property_reference(
    case: Any, translate: Translate
) -> None:
    (claim,) = translate(case).subjects
    assert claim.nhs_number is not None
    assert claim.nhs_number.digits == "9990000018"
    assert [n["use"] for n in claim.patient["name"]] == ["usual", "nickname", "old"]
    assert claim.patient["address"][0]["extension"][0]["extension"][1]["valueString"] == "999000000007"
    assert claim.location_restricted is None


def test_who_somebody_is_is_kept_as_well_as_claimed_but_no_former_name(
    case: Any, translate: Translate
) -> None:
    (person,) = [s for s in translate(case).statements if s.type == "Patient"]
    assert (person.heading, person.category) == (Heading.DEMOGRAPHICS, Category.DEMOGRAPHICS)
    assert person.resource["name"][0]["family"] == "Example"
    assert "Formerly" not in json.dumps(person.resource)


def test_a_care_home_gets_a_stay_and_a_home_care_provider_a_caseload(case: Any, translate: Translate) -> None:
    found = {(r.organisation, r.kind): r.end is None for r in translate(case).relationships}
    assert found == {
        ("ZSC01", RelationshipKind.CASELOAD): True,
        ("ZHC01", RelationshipKind.CASELOAD): True,
        ("ZCH01", RelationshipKind.STAY): False,
    }


def test_the_source_of_a_risk_stands_apart_with_its_own_label(case: Any, translate: Translate) -> None:
    holding = [
        s for s in translate(case).statements if "Barry Example" in json.dumps(s.resource, default=str)
    ]
    source = [s for s in holding if s.heading is Heading.SAFEGUARDING]
    assert [s.labels for s in source] == [frozenset({"SAFEGUARDING", "THIRD_PARTY", "RISK_SOURCE"})]


def test_the_carers_own_needs_are_third_party_and_the_contingency_is_not(
    case: Any, translate: Translate
) -> None:
    forms = {s.identifier.system.rsplit("/", 1)[1]: s.labels for s in translate(case).statements}
    assert "THIRD_PARTY" in forms["carer-needs"]
    assert "THIRD_PARTY" not in forms["carer-arrangement"]


def test_a_key_safe_code_is_never_kept(case: Any, translate: Translate) -> None:
    told = json.dumps([s.resource for s in translate(case).statements], default=str)
    assert "1234" not in told
    assert "Key safe in use" in told


def test_do_not_see_alone_is_a_staff_safety_line(case: Any, translate: Translate) -> None:
    flags = [s for s in translate(case).statements if s.heading is Heading.STAFF_SAFETY]
    assert [f.resource["code"]["text"] for f in flags] == ["Two to visit"]


def test_an_item_restricted_by_the_person_is_sealed(case: Any, translate: Translate) -> None:
    (note,) = [s for s in translate(case).statements if s.type == "DocumentReference"]
    assert "SEAL" in note.labels


@pytest.mark.parametrize("status", ["Refuge", "Women's refuge", "Prison", "Approved premises"])
def test_a_protected_place_is_kept_nowhere(case: Any, translate: Translate, status: str) -> None:
    case["accommodation"][0]["status"] = status
    told = translate(case)
    (claim,) = told.subjects
    assert claim.location_restricted is (True if "efuge" in status else None)
    assert "address" not in claim.patient
    everything = json.dumps([s.resource for s in told.statements], default=str) + "".join(
        base64.b64decode(s.resource["content"][0]["attachment"]["data"]).decode()
        for s in told.statements
        if s.type == "DocumentReference"
    )
    for place in ("7 Mill Lane", "WL2 9ZZ", "999000000007"):
        assert place not in everything
    home = next(s for s in told.statements if s.heading is Heading.HOME)
    assert "LOCIS" in home.labels


@pytest.mark.parametrize(
    ("told", "hidden", "objects"),
    [
        ({"addressProtected": True}, True, False),
        ({"address": {"lines": ["Wolds Women's Refuge"]}}, True, False),
        ({"sharingDissent": True}, None, True),
    ],
    ids=["protected", "refuge", "dissent"],
)
def test_what_a_refused_file_hides_or_objects_to_does_not_wait_for_its_mend(
    case: Any, translate: Translate, told: dict[str, Any], hidden: bool | None, objects: bool
) -> None:
    case["person"] |= {"gender": "Q", **told}
    found = translate(case)
    assert [r.field for r in found.refusals] == ["person.gender"]
    assert (found.statements, found.relationships, found.windows) == ((), (), ())
    (claim,) = found.subjects
    assert (claim.key.local_id, claim.nhs_number, claim.location_restricted) == ("C-1", None, hidden)
    assert [(c.effect, c.status) for c in found.choices] == ([("deny", "active")] if objects else [])
    case["person"]["gender"] = "male"
    assert {c.identifier for c in found.choices} == {c.identifier for c in translate(case).choices}


def test_a_refused_file_that_restricts_nobody_says_nothing(case: Any, translate: Translate) -> None:
    case["person"] |= {"gender": "Q", "addressProtected": "perhaps", "sharingDissent": False}
    found = translate(case)
    assert found.refusals
    assert (found.subjects, found.choices) == ((), ())


def test_a_night_shelter_tells_a_place_and_why_somebody_has_no_home(case: Any, translate: Translate) -> None:
    case["accommodation"][0]["status"] = "Night shelter/hostel"
    (home,) = [s for s in translate(case).statements if s.heading is Heading.HOME]
    assert home.labels == {"LOCIS", "HOMELESS"}


def test_a_whole_file_is_a_whole_telling_and_one_with_a_refusal_is_not(
    case: Any, translate: Translate
) -> None:
    told = translate(case)
    assert told.windows == (Window(subject=told.subjects[0].key),)
    case["alerts"][0]["visibility"] = "none"
    assert translate(case).windows == ()


def test_an_item_entered_in_error_retracts_what_it_said_and_makes_no_relationship(
    case: Any, translate: Translate
) -> None:
    case["packages"][0]["enteredInError"] = True
    told = translate(case)
    assert [s.identifier.value for s in told.statements if s.retracts] == ["P1"]
    assert "ZHC01" not in {r.organisation for r in told.relationships}


@pytest.mark.parametrize("code", ["DNH-SL", "DNH-IL"])
def test_data_that_the_system_does_not_hold_is_shown_as_such(
    case: Any, translate: Translate, code: str
) -> None:
    case["packages"][0] |= {"component": code, "serviceType": code}
    case["assessments"][0] |= {"kind": code, "outcome": code}
    told = translate(case)
    assert told.refusals == ()
    (package,) = [s.resource for s in told.statements if s.identifier.value == "P1"]
    (task,) = [s.resource for s in told.statements if s.type == "Task"]
    for found in (package["type"][0], task["code"], task["extension"][0]["valueCodeableConcept"]):
        assert found["text"] == f"Data not held ({code})"
        assert found["coding"][0]["code"] == code


def test_a_package_arranged_for_a_later_day_is_planned(case: Any, translate: Translate) -> None:
    case["packages"][0] |= {"on": "2026-12-01T09:00:00+00:00", "updatedAt": "2026-11-01T09:00:00+00:00"}
    (package,) = [s.resource for s in translate(case).statements if s.identifier.value == "P1"]
    assert package["status"] == "planned"


def test_people_around_carry_each_of_their_roles(case: Any, translate: Translate) -> None:
    case["contacts"] = [
        {"id": "X1", "on": "2026-01-01", "name": "Bea Example", "roles": ["next_of_kin", "keyholder"]}
    ]
    (found,) = [s.resource for s in translate(case).statements if s.identifier.value == "X1"]
    assert [c["code"] for c in found["relationship"][0]["coding"]] == ["NOK", "KH"]
    case["contacts"][0]["roles"] = ["boss"]
    assert [r.field for r in translate(case).refusals] == ["contacts[0].roles"]


def test_a_refuge_keeps_the_restriction_on_after_a_move_that_the_source_reports(
    case: Any, translate: Translate
) -> None:
    case["accommodation"].insert(0, {"id": "H0", "on": "2026-01-01T09:00:00+00:00", "status": "Refuge"})
    assert translate(case).subjects[0].location_restricted is True


def test_both_releases_words_for_an_outcome_give_one_code(case: Any, translate: Translate) -> None:
    codes = set()
    for words in ("NFA - Support declined", "NFA: Support declined", "nfa:  SUPPORT declined"):
        case["assessments"][0]["outcome"] = words
        (task,) = [s for s in translate(case).statements if s.type == "Task"]
        codes.add(task.resource["extension"][0]["valueCodeableConcept"]["coding"][0]["code"])
    assert codes == {"NFA-SD"}


def test_an_item_with_an_unknown_field_is_refused_whole_and_the_others_are_kept(
    case: Any, translate: Translate
) -> None:
    whole = translate(case)
    case["alerts"][0]["visibility"] = "none"
    told = translate(case)
    assert [(r.field, r.part) for r in told.refusals] == [("alerts[0].visibility", "alerts[0]")]
    assert len(told.statements) == len(whole.statements) - 1


def test_an_unknown_sensitivity_refuses_its_item(case: Any, translate: Translate) -> None:
    case["notes"][0]["sensitivity"] = ["eyes-only"]
    told = translate(case)
    assert [r.part for r in told.refusals] == ["notes[0]"]
    assert not [s for s in told.statements if s.type == "DocumentReference"]


def test_an_unknown_list_is_refused_by_name(case: Any, translate: Translate) -> None:
    case["visits"] = []
    assert [r.field for r in translate(case).refusals] == ["visits"]


def test_an_item_of_another_person_refuses_the_whole_file(case: Any, translate: Translate) -> None:
    case["alerts"][1]["personId"] = "C-2"
    told = translate(case)
    assert told.statements == ()
    assert told.subjects == ()
    assert [r.reason for r in told.refusals] == ["is another person's"]


@pytest.mark.parametrize("number", ["9990000019", "999000001", "９９９０００００１８"])
def test_a_number_that_does_not_fit_refuses_the_whole_file_without_saying_it(
    case: Any, translate: Translate, number: str
) -> None:
    case["person"]["nhsNumber"] = number
    told = translate(case)
    assert told.statements == ()
    assert number not in repr(told)


def test_a_scottish_number_is_never_taken_for_an_nhs_number(case: Any, translate: Translate) -> None:
    case["person"]["nhsNumber"] = "3002470007"  # the sum fits; it begins with a day and a month
    (claim,) = translate(case).subjects
    assert claim.nhs_number is None
    assert claim.patient["identifier"][1]["system"] == "https://phs.scot/chi-number"


def test_dissent_is_a_choice_and_a_merge_is_a_merge(case: Any, translate: Translate) -> None:
    case["person"] |= {
        "sharingDissent": True, "updatedAt": "2026-11-01T10:00:00Z", "mergedInto": "C-9", "mergedOn": "2026-11-02",
    }  # fmt: skip
    told = translate(case)
    assert [(c.effect, c.status) for c in told.choices] == [("deny", "active")]
    assert [m.surviving.local_id for m in told.merges] == ["C-9"]


def test_nobody_is_asked_about_by_a_name_that_was_made_of_a_number() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("it must not stand in an address")

    async def ask() -> list[Raw]:
        client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        system = CaseSystem(Connection("ZSC01", url="http://source.example"), client)
        return await system.pull_person(Ask((f"{NO_LOCAL_ID}abc",)), NOW)

    with pytest.raises(CannotBeAsked):
        anyio.run(ask)


def test_the_same_file_says_the_same_again(case: Any, translate: Translate) -> None:
    assert translate(case) == translate(case)


@settings(deadline=None)
@given(st.data())
def test_a_file_cut_anywhere_keeps_nothing(data: st.DataObject) -> None:
    content = raw_of(CASE).content
    cut = data.draw(st.integers(0, len(content) - 1))
    told = _pure().translate(raw_of(content[:cut]))
    assert told.statements == ()
    assert told.subjects == ()
    assert len(told.refusals) == 1


@settings(deadline=None)
@given(st.data())
def test_any_order_of_items_says_the_same(data: st.DataObject) -> None:
    shuffled = {
        k: data.draw(st.permutations(v)) if isinstance(v, list) else v
        for k, v in data.draw(st.permutations(list(CASE.items())))
    }
    first, second = (_pure().translate(raw_of(c)) for c in (CASE, shuffled))
    key = lambda s: (s.identifier.system, s.identifier.value)  # noqa: E731
    assert sorted(first.statements, key=key) == sorted(second.statements, key=key)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.sampled_from([k for k in CASE if isinstance(CASE[k], list)]), st.data())
def test_junk_in_any_field_is_refused_or_read_and_never_raises(section: str, data: st.DataObject) -> None:
    case = json.loads(json.dumps(CASE))
    item = case[section][0]
    item[data.draw(st.sampled_from(sorted(item)))] = data.draw(JUNK)
    told = _pure().translate(raw_of(case))
    assert all(r.field and r.reason for r in told.refusals)
    assert [problem for s in told.statements for problem in refusals(s)] == []


def _pure() -> CaseSystem:
    return CaseSystem(Connection("ZSC01", url="http://127.0.0.1:1"), None)  # type: ignore[arg-type]
