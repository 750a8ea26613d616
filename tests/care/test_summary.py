"""The International Patient Summary: valid, the three sections always there, and honest about what is empty."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.care.summary import Summaries, summary
from schemas import strictjson
from schemas.checks import check_bundle
from schemas.codes import CellState, Interaction
from schemas.record import Record
from tests.care.records import NOW, allergy, brian, grid, none_known, person, record
from tests.places import caller

REQUIRED = ("48765-2", "10160-0", "11450-4")


def sections(told: Record) -> dict[str, dict[str, Any]]:
    composition = summary(told)["entry"][0]["resource"]
    return {s["code"]["coding"][0]["code"]: s for s in composition["section"]}


def reason(told: Record, code: str) -> tuple[str, str]:
    empty = sections(told)[code]["emptyReason"]
    return empty["coding"][0]["code"], empty["coding"][1]["code"]


@pytest.mark.parametrize(
    "told", [brian(), brian(location_restricted=True), record([]), record([person(), none_known()], grid=())]
)
def test_it_is_a_valid_document_with_the_required_sections(told):
    bundle = summary(told)
    assert check_bundle(strictjson.loads(strictjson.dumps(bundle))) == []
    first = bundle["entry"][0]["resource"]
    assert first["type"]["coding"][0] == {
        "system": "http://loinc.org",
        "code": "60591-5",
        "display": "Patient summary Document",
    }
    assert set(REQUIRED) <= set(sections(told))
    for section in sections(told).values():
        assert ("entry" in section) != ("emptyReason" in section)
        assert section["text"]["status"] == "generated"


def test_the_author_is_an_entry_and_every_full_url_a_urn():
    bundle = summary(brian())
    urls = {e["fullUrl"] for e in bundle["entry"]}
    assert bundle["entry"][0]["resource"]["author"][0]["reference"] in urls
    assert all(url.startswith("urn:uuid:") for url in urls)


def test_identifiers_are_the_same_each_time():
    from datetime import timedelta

    first, later = summary(brian()), summary(brian(made_at=NOW + timedelta(hours=1)))
    assert [e["fullUrl"] for e in first["entry"]] == [e["fullUrl"] for e in later["entry"]]
    assert strictjson.dumps(first) == strictjson.dumps(summary(brian()))


def test_none_known_stands_only_where_a_source_said_so():
    told = sections(record([none_known()]))["48765-2"]
    assert len(told["entry"]) == 1
    assert "No known allergies" in told["text"]["div"]
    assert reason(record([]), "48765-2") == ("unavailable", "not-recorded")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("unavailable", "not-recorded")),
        ({"grid": grid(gp=CellState.DOWN)}, ("unavailable", "not-known")),
        ({"grid": ()}, ("notasked", "not-held")),
        ({"floor_withheld": True}, ("withheld", "withheld")),
    ],
)
def test_an_empty_section_says_why(changes, expected):
    assert reason(record([], **changes), "10160-0") == expected


def test_what_is_withheld_is_said_of_no_section_but_those_of_the_notice():
    assert reason(record([], withheld=True, floor_withheld=True), "11450-4") == (
        "unavailable",
        "not-recorded",
    )


class Records:
    """Gives one record and remembers how it was asked for."""

    def __init__(self, told: Record) -> None:
        self.told = told
        self.asked: list[Interaction] = []

    async def record(self, caller: Any, person_id: str, interaction: Interaction) -> Record:
        self.asked.append(interaction)
        return self.told


@pytest.mark.anyio
async def test_it_is_asked_for_as_a_summary():
    records = Records(record([person(), allergy()]))
    bundle = await Summaries(records).of_person(caller("dr", "doctor", "ZAC01"), "p")  # type: ignore[arg-type]
    assert records.asked == [Interaction.SUMMARY]
    assert bundle["type"] == "document"
