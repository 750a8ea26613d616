"""The passport as a FHIR document: valid, whole, and of nothing but the record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aggregator.care.passport.document import Issue, document
from aggregator.care.passport.sheet import sheet
from schemas import strictjson
from schemas.checks import check_bundle
from schemas.codes import Audience, CellState, Heading
from schemas.record import Record
from tests.care.records import PERSON, brian, concept, entry, grid, person, record

ISSUE = Issue("a" * 32, 2, "ZAC01", "Wolds General Hospital", "ZCH01")
DRAFT = Issue("a" * 32, 0, "ZAC01", "Wolds General Hospital", "ZCH01")


def made(told: Record, issue: Issue = ISSUE) -> dict[str, Any]:
    return document(told, sheet(told, Audience.SYSTEM, "ZCH01"), issue)


def composition(bundle: dict[str, Any]) -> dict[str, Any]:
    return bundle["entry"][0]["resource"]


@pytest.mark.parametrize(
    "told",
    [
        brian(),
        brian(location_restricted=True),
        record([]),
        record([person()], grid=()),
        record([person(name=None, birthDate=None)], grid=grid(gp=CellState.LATE), floor_withheld=True),
    ],
    ids=["brian", "restricted", "nothing", "no grid", "nearly nothing"],
)
def test_the_document_is_valid_r4_whatever_the_record_holds(told):
    bundle = made(told)
    assert check_bundle(strictjson.loads(strictjson.dumps(bundle))) == []
    assert bundle["type"] == "document"
    assert composition(bundle)["resourceType"] == "Composition"


def test_every_reference_leads_to_an_entry_of_the_document():
    bundle = made(brian())
    urls = [e["fullUrl"] for e in bundle["entry"]]
    assert len(urls) == len(set(urls))
    assert set(references(bundle)) <= set(urls)


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [r for n in node for r in references(n)]
    if not isinstance(node, dict):
        return []
    own = [node["reference"]] if isinstance(node.get("reference"), str) else []
    return own + [r for n in node.values() for r in references(n)]


def test_a_reference_to_what_is_not_in_the_document_becomes_words():
    stay = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "IMP"},
        "episodeOfCare": [{"reference": "EpisodeOfCare/hidden"}],
    }
    bundle = made(record([person(), entry(Heading.ENCOUNTERS, stay)]))
    assert "hidden" not in json.dumps(bundle, default=str)


def test_each_section_has_entries_or_a_reason_and_words():
    for section in composition(made(brian()))["section"]:
        assert section["text"]["div"].startswith("<div xmlns=")
        if section["title"] != "Not known when this was made":
            assert ("entry" in section) != ("emptyReason" in section)


def test_prsb_headings_are_coded():
    codes = {c["code"] for s in composition(made(brian()))["section"] for c in s["code"]["coding"]}
    assert {"886921000000105", "933361000000108", "887161000000102", "48765-2"} <= codes


def test_everything_in_it_has_provenance():
    bundle = made(brian())
    resources = [e["resource"] for e in bundle["entry"]]
    told = {t["reference"] for r in resources if r["resourceType"] == "Provenance" for t in r["target"]}
    authored = {"Composition", "Organization", "Device", "Provenance"}
    about = {e["fullUrl"] for e in bundle["entry"] if e["resource"]["resourceType"] not in authored}
    assert about == told


def test_a_draft_is_preliminary_and_a_version_replaces_the_one_before():
    assert composition(made(brian(), DRAFT))["status"] == "preliminary"
    final = composition(made(brian()))
    assert final["status"] == "final"
    assert final["relatesTo"][0]["targetIdentifier"]["value"] == f"{'a' * 32}.1.system"


def test_the_same_record_gives_the_same_bytes():
    assert strictjson.dumps(made(brian())) == strictjson.dumps(made(brian()))


def test_markup_in_a_source_text_stays_text():
    nasty = '<script>alert(1)</script> & "quoted" \x01'
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": nasty}}
    bundle = made(record([person(), entry(Heading.ALERTS, flag, name="nasty")]))
    div = composition(bundle)["section"][0]["text"]["div"]
    assert "<script>" not in div
    assert "&lt;script&gt;" in div


def test_documents_are_listed_without_their_contents():
    text = json.dumps(made(brian()), default=str)
    assert "U2VjcmV0" not in text
    assert "Discharge letter" in text


def test_of_somebody_location_restricted_no_organisation_is_named():
    told = brian(location_restricted=True)
    # What a source says of places was cut before the record was merged; this is about what is added here.
    clinical = record(
        [e for e in told.entries if e.heading in (Heading.ALLERGIES, Heading.MEDICINES, Heading.PROBLEMS)],
        location_restricted=True,
        grid=grid(care_home=CellState.DOWN),
    )
    text = json.dumps(made(clinical), default=str)
    for name in ("ZAC01", "ZCH01", "ZGP01", "Wolds General", "Beech House", "acute", "care-home"):
        assert name not in text, name


def test_an_entry_is_there_once_however_many_sections_speak_of_it():
    refusal = {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": concept("Advance decision to refuse treatment"),
        "content": [{"attachment": {"title": "Advance decision"}}],
    }
    bundle = made(record([person(), entry(Heading.LEGAL, refusal, "gp")]))
    kinds = [e["resource"]["resourceType"] for e in bundle["entry"]]
    assert kinds.count("DocumentReference") == 1
    assert sum(PERSON in json.dumps(e, default=str) for e in bundle["entry"]) == 0
