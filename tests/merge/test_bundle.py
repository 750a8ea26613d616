"""The `$record` pieces: joined they are one valid Bundle, apart each is headed by its classes."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from aggregator.merge.bundle import segments
from aggregator.merge.outcome import FLOOR_WITHHELD, NOTHING_WITHHELD, SINCE, WITHHELD
from aggregator.merge.provenance import provenance
from schemas import strictjson
from schemas.checks import check_bundle
from schemas.codes import Heading
from schemas.identifiers import ODS_ORGANISATION
from schemas.record import Record
from tests.merge.tellings import (
    NOW,
    PERSON,
    allergy,
    concept,
    day,
    decision,
    dosage,
    medicine,
    person,
    problem,
    record,
    source,
    told,
)

BASE = "https://place.example/fhir"
TERMS = "http://terminology.hl7.org/CodeSystem"


def active(system: str) -> dict[str, Any]:
    return {"clinicalStatus": {"coding": [{"system": f"{TERMS}/{system}", "code": "active"}]}}


ALLERGY = active("allergyintolerance-clinical")


def full() -> Record:
    own = {"reference": "Patient/local"}
    pairs = [
        told(person(birthDate="1951-03-04"), id="p1", class_id="c-person"),
        told(allergy(patient=own, **ALLERGY), id="a1", on=1, received=7, class_id="c-allergy"),
        told(allergy(patient=own, **ALLERGY), "gp", id="a2", on=3, class_id="c-gp-allergy"),
        told(
            {"resourceType": "AllergyIntolerance", "code": concept("716186003")} | ALLERGY,
            "social-care",
            id="n1",
            class_id="c-none",
        ),
        told(medicine(dosage=dosage(Decimal("1.10")), subject=own), id="m1", class_id="c-medicine"),
        told(problem(subject=own, **active("condition-clinical")), id="q1", class_id="c-problem"),
    ]
    return record(pairs, sources=[source("acute", Heading.ALLERGIES), source("gp", Heading.HOME)])


def joined(found: Record) -> Any:
    return strictjson.loads(b"".join(s.body for s in segments(found, BASE)))


def of_type(bundle: Any, type_: str) -> list[Any]:
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == type_]


def test_the_pieces_joined_are_a_valid_collection() -> None:
    bundle = joined(full())
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert check_bundle(bundle) == []


def test_an_empty_record_is_a_valid_collection_too() -> None:
    bundle = joined(record([]))
    assert check_bundle(bundle) == []
    assert [e["resource"]["resourceType"] for e in bundle["entry"]] == ["OperationOutcome", "List"]


def test_full_urls_are_distinct_and_under_the_base() -> None:
    urls = [e["fullUrl"] for e in joined(full())["entry"]]
    assert len(urls) == len(set(urls))
    assert f"{BASE}/Patient/{PERSON}" in urls


def test_each_piece_is_headed_by_the_classes_it_tells_of() -> None:
    first, *middle, ledger, last = segments(full(), BASE)
    assert first.classes == last.classes == frozenset()
    assert [sorted(s.classes) for s in middle] == [
        ["c-person"],
        ["c-allergy", "c-gp-allergy"],
        ["c-none"],
        ["c-medicine"],
        ["c-problem"],
    ]
    assert ledger.classes == {"c-allergy", "c-gp-allergy", "c-none"}


def test_a_number_keeps_the_precision_it_was_told_with() -> None:
    assert b'"value":1.10,' in b"".join(s.body for s in segments(full(), BASE))


def test_the_same_record_gives_the_same_bytes() -> None:
    assert list(segments(full(), BASE)) == list(segments(full(), BASE))


def test_every_entry_has_its_provenance() -> None:
    bundle = joined(full())
    entries = [
        f"{r['resourceType']}/{r['id']}"
        for e in bundle["entry"]
        if (r := e["resource"])["resourceType"] not in ("Provenance", "List", "OperationOutcome")
    ]
    assert [p["target"][0]["reference"] for p in of_type(bundle, "Provenance")] == entries


def test_provenance_names_who_told_what_when_and_by_which_rule_it_was_folded() -> None:
    (entry,) = (e for e in full().entries if e.entry_id == "a1")
    found = provenance(entry)
    assert found["recorded"] == "2026-10-07T10:00:00Z"
    assert found["occurredDateTime"] == "2026-10-03T09:00:00Z"
    assert found["activity"]["coding"][0]["code"] == "allergy-same-substance"
    assert found["policy"][0].endswith(entry.rules_version)
    assert [a["who"]["identifier"] for a in found["agent"]] == [
        {"system": ODS_ORGANISATION, "value": "ZAC01"},
        {"system": ODS_ORGANISATION, "value": "ZGP01"},
    ]
    assert [e["what"]["identifier"]["value"] for e in found["entity"]] == ["a1/1", "a2/1"]


def test_receipt_times_are_in_provenance_only() -> None:
    late = day(29).astimezone(UTC)
    bundle = joined(record([told(allergy(), received=29)], now=NOW - timedelta(days=5)))
    spoken = [strictjson.dumps(e) for e in bundle["entry"] if e["resource"]["resourceType"] != "Provenance"]
    assert not any(late.date().isoformat().encode() in text for text in spoken)


def test_the_list_cites_every_entry_of_every_conflict() -> None:
    (found,) = of_type(joined(full()), "List")
    assert [item["item"]["reference"] for item in found["entry"]] == [
        "AllergyIntolerance/a1",
        "AllergyIntolerance/n1",
    ]
    assert {item["flag"]["coding"][0]["code"] for item in found["entry"]} == {"allergy-status"}


def texts(found: Record) -> list[str]:
    (outcome,) = of_type(joined(found), "OperationOutcome")
    return [issue["details"]["text"] for issue in outcome["issue"]]


def test_the_withheld_notice_is_yes_or_no_in_constant_words() -> None:
    assert texts(record([]))[:1] == [NOTHING_WITHHELD]
    both = decision(withheld=True, floor_withheld=True)
    assert texts(record([], decision=both))[:2] == [WITHHELD, FLOOR_WITHHELD]


def test_banners_that_apply_are_said() -> None:
    asked = decision(location_restricted=True, emergency="s")
    said = texts(record([], decision=asked, linked=False))
    assert [text.split(":")[0].split(".")[0] for text in said[1:]] == [
        "Location restricted",
        "Not linked to other records",
        "Shown under emergency access",
    ]


def test_the_grid_is_one_coded_issue_for_each_cell() -> None:
    asked = decision(headings=frozenset({Heading.ALLERGIES}))
    sources = [source("acute", Heading.ALLERGIES), source("gp", Heading.HOME)]
    (outcome,) = of_type(
        joined(record([told(allergy())], sources=sources, decision=asked)), "OperationOutcome"
    )
    _, *cells = outcome["issue"]
    assert [[c["code"] for c in cell["details"]["coding"]] for cell in cells] == [
        ["answered", "allergies", "acute"],
        ["never-holds", "allergies", "gp"],
    ]
    assert cells[0]["extension"] == [{"url": SINCE, "valueInstant": "2026-11-20T11:59:00Z"}]
