"""Nothing leaves that was not granted: whole statements, parts, tags, references, and places."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.narrow import THIRD_PARTY, Pair, narrow, visible_labels
from consent.redact import HELD_BACK, MARK
from schemas.codes import Audience, Category, Heading
from schemas.contribution import Contribution
from schemas.decision import ClassFact, Decision
from tests.consent.place import NOW, ask, facts, held, policy

PROBLEMS = held("ZAC01/acute/problems")
PATIENT = held("ZAC01/demographics/demographics")
DOCUMENTS = held("ZAC01/acute/documents")
THERAPY = held("ZMH01/mental-health/problems", "V", "PSYTHPN")


def told(item: ClassFact, statement_id: str, resource: dict[str, Any], **more: Any) -> Pair:
    contribution = Contribution(
        subject_id=item.subject_id,
        class_id=item.class_id,
        statement_id=statement_id,
        version=1,
        source="source",
        controller=item.controller,
        type=resource["resourceType"],
        category=Category(item.category),
        heading=Heading(item.heading),
        true_time=NOW,
        received_at=NOW,
        body=b"",
        labels=item.labels,
        **more,
    )
    return contribution, resource


def decided(
    who: str = "doctor@ZAC01", *, restricted: bool = False, audience: Audience | None = None
) -> Decision:
    about = facts(PROBLEMS, PATIENT, DOCUMENTS, THERAPY, restricted=restricted)
    return ask(who, about, audience=audience, recipient="" if who.endswith("@") else None)


def narrowed(*pairs: Pair, by: Decision | None = None, **more: Any) -> list[dict[str, Any]]:
    return [resource for _, resource in narrow(pairs, by or decided(), policy(), **more)]


def condition(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": {"text": "Hypertension"}, **more}


def test_a_class_that_is_not_granted_is_dropped_even_when_it_was_fetched() -> None:
    mine, theirs = told(PROBLEMS, "a", condition()), told(THERAPY, "b", condition())
    assert narrowed(mine, theirs) == [condition()]


def test_the_resources_given_are_left_as_they_were() -> None:
    resource = {
        "resourceType": "Patient",
        "address": [{"line": ["12 Mill Lane"]}],
        "meta": {"security": [{"code": "X"}]},
    }
    before = json.dumps(resource)
    narrowed(told(PATIENT, "a", resource), by=decided(restricted=True))
    assert json.dumps(resource) == before


def test_security_tags_beyond_the_reader_s_clearance_are_cut() -> None:
    meta = {"security": [{"code": "N"}, {"code": "PATRQT"}, {"code": "ZZZ"}], "tag": [{"code": "acute"}]}
    assert narrowed(told(PROBLEMS, "a", condition(meta=meta)))[0]["meta"] == {
        "tag": [{"code": "acute"}],
        "security": [{"code": "N"}],
    }


def test_a_statement_whose_own_tag_is_not_cleared_is_dropped_but_never_a_retraction() -> None:
    tagged = condition(meta={"security": [{"code": "PSYTHPN"}]})
    assert narrowed(told(PROBLEMS, "a", tagged)) == []
    assert narrowed(told(PROBLEMS, "a", tagged, retracts=True)) == [condition()]


def test_nulls_that_line_up_primitives_with_their_extensions_stay() -> None:
    name = {"given": ["Ann", None, "May"], "_given": [None, {"id": "x"}, None]}
    patient = {
        "resourceType": "Patient",
        "name": [name],
        "link": [{"other": {"reference": "RelatedPerson/x"}}],
    }
    (cut,) = narrowed(told(PATIENT, "p", patient))
    assert cut == {"resourceType": "Patient", "name": [name]}


def test_a_reference_to_what_is_not_granted_is_cut_and_others_stay() -> None:
    resource = condition(
        subject={"reference": "Patient/p"},
        recorder={"reference": "Practitioner/x", "display": "Dr X"},
        encounter={"reference": "Encounter/hidden", "display": "Ward 5"},
        evidence=[{"detail": [{"reference": "Condition/b"}]}],
        stage=[{"assessment": [{"identifier": {"system": "urn:s", "value": "hidden"}}]}],
        asserter={"identifier": {"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "1"}},
    )
    (first, _) = narrowed(told(PROBLEMS, "a", resource), told(PROBLEMS, "b", condition()))
    assert set(first) == {"resourceType", "code", "subject", "recorder", "evidence", "asserter"}


def test_a_reference_by_business_identifier_holds_when_its_target_is_granted() -> None:
    key = {"system": "urn:visit", "value": "1"}
    pairs = (
        told(PROBLEMS, "a", condition(encounter={"identifier": key})),
        told(PROBLEMS, "b", {"resourceType": "Encounter", "identifier": [key]}),
    )
    assert narrowed(*pairs)[0]["encounter"] == {"identifier": key}
    assert "encounter" not in narrowed(pairs[0])[0]


def test_a_reference_to_a_granted_statement_that_was_not_asked_for_stays() -> None:
    pair = told(PROBLEMS, "a", condition(encounter={"reference": "Encounter/e"}))
    assert "encounter" not in narrowed(pair)[0]
    assert "encounter" in narrowed(pair, also_granted=["e"])[0]


def test_a_section_with_an_entry_that_is_not_granted_goes_with_title_and_narrative() -> None:
    composition = {
        "resourceType": "Composition",
        "title": "Discharge",
        "text": {"status": "generated", "div": "<div>therapy</div>"},
        "section": [
            {"title": "Problems", "entry": [{"reference": "Condition/a"}], "text": {"div": "<div>ok</div>"}},
            {
                "title": "Therapy",
                "entry": [{"reference": "Condition/x"}],
                "text": {"div": "<div>therapy</div>"},
            },
            {"title": "More", "section": [{"title": "Therapy", "entry": [{"reference": "Condition/x"}]}]},
        ],
    }
    cut = narrowed(told(DOCUMENTS, "d", composition), told(PROBLEMS, "a", condition()))[0]
    assert "therapy" not in json.dumps(cut).casefold()
    assert [s["title"] for s in cut["section"]] == ["Problems", "More"]


def test_a_list_loses_the_entry_and_its_narrative() -> None:
    listing = {
        "resourceType": "List",
        "text": {"div": "<div>therapy</div>"},
        "entry": [{"item": {"reference": "Condition/a"}}, {"item": {"reference": "Condition/x"}}],
    }
    cut = narrowed(told(DOCUMENTS, "d", listing), told(PROBLEMS, "a", condition()))[0]
    assert cut == {"resourceType": "List", "entry": [{"item": {"reference": "Condition/a"}}]}


def test_a_contained_resource_that_is_not_cleared_goes_with_the_references_to_it() -> None:
    resource = condition(
        contained=[
            {"resourceType": "Observation", "id": "o", "meta": {"security": [{"code": "PSYTHPN"}]}},
            {"resourceType": "Observation", "id": "k", "status": "final"},
        ],
        evidence=[{"detail": [{"reference": "#o"}, {"reference": "#k"}]}],
    )
    cut = narrowed(told(PROBLEMS, "a", resource))[0]
    assert [c["id"] for c in cut["contained"]] == ["k"]
    assert cut["evidence"] == [{"detail": [{"reference": "#k"}]}]


def test_parts_about_somebody_else_are_for_cleared_professional_screens() -> None:
    about_son = {"text": "The son drinks", "extension": [{"url": THIRD_PARTY, "valueBoolean": True}]}
    pair = told(PROBLEMS, "a", condition(note=[about_son, {"text": "Sleeps badly"}]))
    assert len(narrowed(pair)[0]["note"]) == 2
    for by in (decided(audience=Audience.PAPER), decided("person@"), decided("occupational_therapist@ZSC01")):
        assert narrowed(pair, by=by)[0]["note"] == [{"text": "Sleeps badly"}]


def test_a_reader_is_told_only_of_labels_they_are_cleared_for() -> None:
    decision = decided()
    grant = replace(decision.grants[0], labels=frozenset({"R", "PSY", "SEAL"}))
    assert visible_labels(grant, decision, policy()) == {"R", "PSY"}


# ---- places


PATIENT_RESOURCE = {
    "resourceType": "Patient",
    "name": [{"family": "MARSH"}],
    "birthDate": "1940-02-29",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000000"}],
    "address": [{"line": ["12 Mill Lane", "Nether Wold"], "postalCode": "WL4 6EE"}],
    "telecom": [{"system": "phone", "value": "01632 960123"}],
    "generalPractitioner": [{"display": "Market Street Surgery"}],
    "contact": [{"name": {"text": "Ann Marsh"}, "telecom": [{"value": "07700 900123"}]}],
    "managingOrganization": {"reference": "Organization/o", "display": "Wolds General Hospital"},
}


_PLACES = (
    "Mill",
    "MILL",
    "Nether",
    "960123",
    "900123",
    "46ee",
    "3CD",
    "mail.",
    "Market",
    "General",
    "900999",
)


def restricted(*pairs: Pair, **more: Any) -> str:
    everything = (told(PATIENT, "p", PATIENT_RESOURCE), *pairs)
    return json.dumps(narrowed(*everything, by=decided(restricted=True), **more))


def test_a_restricted_person_keeps_name_number_and_birth_date_only() -> None:
    (patient,) = narrowed(told(PATIENT, "p", PATIENT_RESOURCE), by=decided(restricted=True))
    assert set(patient) == {"resourceType", "name", "birthDate", "identifier"}


@pytest.mark.parametrize(
    "words",
    [
        "Lives at 12 Mill Lane with a friend",
        "lives at 12, MILL  LANE",
        "seen at Nether Wold",
        "postcode wl46ee",
        "ring 01632 960123",
        "ring 01632960123 or +44 1632 960123",
        "ring (01632) 960123",
        "some other place, AB12 3CD",
        "write to a.person@mail.example",
        "a call from 07700 900999",
        "registered with Market Street Surgery",
        "seen at Wolds General Hospital",
        "her aunt at 07700-900123",
    ],
)
def test_places_are_cut_out_of_free_text_and_narrative_and_the_rest_stays(words: str) -> None:
    note = condition(note=[{"text": f"Breathless. {words}"}])
    narrative = condition(text={"status": "additional", "div": f"<div><p>Breathless.</p> {words}</div>"})
    for resource in (note, narrative):
        out = restricted(told(PROBLEMS, "a", resource))
        assert "Breathless." in out
        assert MARK in out
        assert not any(place in out for place in _PLACES)


def test_clinical_facts_are_not_mistaken_for_places() -> None:
    words = "BP 140/85, NEWS2 7, Hb 6.50 g/L, B12 low, 0.9% saline, on 2026-05-03 at 09:30, T2DM, C5/6 disc"
    assert words in restricted(told(PROBLEMS, "a", condition(note=[{"text": words}])))


def test_a_measured_curve_is_no_document_and_its_origin_no_place() -> None:
    curve = {"origin": {"value": 0, "unit": "mV"}, "period": 10, "dimensions": 1, "data": "1 2 3"}
    observation = {"resourceType": "Observation", "status": "final", "valueSampledData": curve}
    assert json.dumps(curve) in restricted(told(PROBLEMS, "o", observation))


def test_places_of_care_go_from_an_encounter_and_what_happened_stays() -> None:
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "reasonCode": [{"text": "Fall"}],
        "serviceProvider": {"display": "Larch House"},
        "location": [{"location": {"display": "Ward 5"}}],
        "hospitalization": {
            "destination": {"display": "Beech House"},
            "dischargeDisposition": {"text": "Home"},
        },
        "participant": [{"individual": {"reference": "Organization/x"}}],
    }
    note = told(PROBLEMS, "n", condition(note=[{"text": "Moved to Beech House from Larch House"}]))
    out = restricted(told(PROBLEMS, "e", encounter), note)
    assert all(fact in out for fact in ("Fall", "finished", '"text": "Home"'))
    assert not any(place in out for place in ("Larch", "Ward 5", "Beech", "Organization/x"))


def test_places_known_elsewhere_are_cut_as_well() -> None:
    note = told(PROBLEMS, "a", condition(note=[{"text": "Went to Willow Refuge, came back"}]))
    assert "Willow" in restricted(note)
    assert "Willow" not in restricted(note, held=["Willow Refuge"])


def test_a_document_that_can_be_read_is_scanned_and_any_other_is_held_back() -> None:
    def document(kind: str, data: bytes) -> dict[str, Any]:
        attachment = {
            "contentType": kind,
            "data": base64.b64encode(data).decode(),
            "title": "From 12 Mill Lane",
        }
        return {
            "resourceType": "DocumentReference",
            "status": "current",
            "content": [{"attachment": attachment}],
        }

    plain, pdf = (
        json.loads(restricted(told(DOCUMENTS, "d", document(kind, data))))[-1]["content"][0]["attachment"]
        for kind, data in (
            ("text/plain; charset=utf-8", b"Fell at 12 Mill Lane."),
            ("application/pdf", b"%PDF-1.7"),
        )
    )
    assert base64.b64decode(plain["data"]).decode() == f"Fell at {MARK}."
    assert pdf == {"contentType": "application/pdf", "title": HELD_BACK}


def test_a_place_itself_is_not_shown() -> None:
    out = restricted(told(PROBLEMS, "l", {"resourceType": "Location", "name": "Larch House"}))
    assert "Larch" not in out


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["reference", "identifier", "meta", "extension", "text", "div", "data", "entry", "item", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(
    kind=st.sampled_from(["Composition", "List", "Bundle", "Patient", "Condition"]),
    fields=st.dictionaries(
        st.sampled_from(["section", "entry", "contained", "text", "meta", "note", "address"]), JSON
    ),
)
def test_whatever_shape_a_statement_has_narrowing_does_not_fail(kind: str, fields: dict[str, Any]) -> None:
    pair = told(PROBLEMS, "a", {"resourceType": kind, **fields})
    narrow([pair], decided(restricted=True), policy())
