"""Client Level Data: both releases' spellings, the "as at" date, bad rows, and no half rows."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.social_care.cld import FORM, ClientLevelData
from adapters.source import Raw, SourceDown
from aggregator.intake.checking import refusals
from schemas.codes import RelationshipKind
from schemas.contribution import Translated

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEADER = (
    "LA_Code,Reporting_Period_Start_Date,Reporting_Period_End_Date,NHS_Number,LA_Person_Unique_Identifier,"
    "Gender,Ethnicity,Date_of_Birth,Client_Type,Primary_Support_Reason,Postcode,Accommodation_Status,"
    "Hearing_Impairment,Event_Type,Event_Start_Date,Event_End_Date,Event_Outcome,Service_Type,"
    "Service_Component,Provider_CQC_Location_ID,Assessment_Type,Request_Route_of_Access"
)
PERSON = (
    "999,2025-10-01,2026-09-30,9990000018,P1,Male,White: Irish,1947-03-14,Service user,Mental health,WL2 3CR"
)
SERVICE = f"{PERSON},Tenant,None,Service,2026-02-01,,,Long term support: Community,Home support,1-1,,"
ENDED = (
    f"{PERSON},Tenant,None,Service,2026-03-01,2026-03-20,Admitted to hospital,x,Long term nursing care,1-2,,"
)
ASSESSED = f"{PERSON},Tenant,Hard of hearing,Assessment,01/04/2026,03/04/2026,NFA - Moved to another LA,,,,Long term,"
ASKED = f"{PERSON},Tenant,None,Request,2026-01-05,2026-01-05,Provision of service,,,,,Prison"
REVIEWED = f"{PERSON},Tenant,None,Review,2026-05-05,2026-05-06,Continuation of support or services,,,,,"
ROWS = [SERVICE, ENDED, ASSESSED, ASKED, REVIEWED]


def source(folder: Path | None = None) -> ClientLevelData:
    return ClientLevelData(Connection("ZSC01", folder=folder, providers={"1-1": "ZHC01", "1-2": "ZCH01"}))


def translate(*rows: str, header: str = HEADER, name: str = "") -> Translated:
    content = "\r\n".join([header, *rows, ""]).encode()
    return source().translate(Raw("social-care-returns", FORM, content, NOW, name))


def test_every_kind_of_event_is_kept_as_valid_r4_and_dated_as_at_the_periods_end() -> None:
    told = translate(*ROWS)
    assert told.refusals == ()
    assert [p for s in told.statements for p in refusals(s)] == []
    assert {s.true_time for s in told.statements} == {datetime(2026, 9, 30, tzinfo=UTC)}
    kinds = [s.type for s in told.statements if "cld-trait" not in s.identifier.system]
    assert sorted(kinds) == ["EpisodeOfCare", "EpisodeOfCare", "ServiceRequest", "Task", "Task"]


def test_release_one_names_and_words_read_the_same() -> None:
    old = HEADER.replace("LA_Person_Unique_Identifier", "LA Person Unique ID").replace("_", " ")
    assert translate(*ROWS, header=old) == translate(*ROWS)


def test_a_return_is_evidence_of_care_until_its_as_at_date_only() -> None:
    found = {(r.organisation, r.kind): r.end for r in translate(SERVICE, ENDED).relationships}
    assert found[("ZHC01", RelationshipKind.CASELOAD)] == datetime(2026, 10, 1, tzinfo=UTC)
    assert found[("ZCH01", RelationshipKind.STAY)] == datetime(2026, 3, 21, tzinfo=UTC)


def test_the_persons_own_columns_come_from_the_newest_event() -> None:
    (claim,) = translate(SERVICE, REVIEWED.replace("WL2 3CR", "WL9 9ZZ")).subjects
    assert claim.patient["address"] == [{"postalCode": "WL9 9ZZ"}]
    assert claim.patient["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "B"


def test_a_return_never_tells_an_address_as_the_present_one() -> None:
    (person,) = [s for s in translate(*ROWS).statements if s.type == "Patient"]
    assert "address" not in person.resource
    assert person.resource["birthDate"] == "1947-03-14"


def test_a_refuge_has_no_postcode_and_restricts_the_location() -> None:
    (claim,) = translate(SERVICE.replace("Tenant", "Refuge")).subjects
    assert claim.location_restricted is True
    assert "address" not in claim.patient


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("2026-02-01", "2026-02-30", "Event_Start_Date"),
        ("2026-09-30", "", "Reporting_Period_End_Date"),
        ("9990000018", "9990000019", "NHS_Number"),
        (",P1,", ",,", "LA_Person_Unique_Identifier"),
        ("Service user", "Somebody", "Client_Type"),
        (",Service,", ",Visit,", "Event_Type"),
    ],
)
def test_a_bad_row_is_refused_by_number_and_column_and_the_others_are_kept(
    old: str, new: str, column: str
) -> None:
    told = translate(ASSESSED, SERVICE.replace(old, new, 1), name="CLD.csv#2001")
    assert [(r.part, r.field) for r in told.refusals] == [("row 2002", column)]
    assert new == "" or new not in repr(told.refusals)
    assert len([s for s in told.statements if s.type == "Task"]) == 1


def test_a_missing_column_refuses_the_whole_file_by_name() -> None:
    told = translate(*ROWS, header=HEADER.replace("Event_Type", "Kind"))
    assert told.statements == ()
    assert [(r.field, r.part) for r in told.refusals] == [("Event_Type", "file")]


def test_a_column_that_is_not_known_is_named_and_the_rows_are_kept() -> None:
    told = translate(f"{SERVICE},yes", header=f"{HEADER},Smoker")
    assert [(r.field, r.part) for r in told.refusals] == [("Smoker", "file")]
    assert told.statements


def test_two_rows_that_say_otherwise_of_one_event_are_not_both_kept() -> None:
    told = translate(ENDED, ENDED.replace("2026-03-20", "2026-03-25"))
    assert [r.part for r in told.refusals] == ["row 3"]
    assert len([s for s in told.statements if s.type == "EpisodeOfCare"]) == 1


def test_the_same_row_twice_is_one_event() -> None:
    assert translate(SERVICE, SERVICE) == translate(SERVICE)


@given(st.data())
def test_a_file_cut_anywhere_keeps_only_events_of_the_whole_file(data: st.DataObject) -> None:
    content = "\r\n".join([HEADER, *ROWS, ""]).encode()
    cut = content[: data.draw(st.integers(0, len(content)))]
    whole = translate(*ROWS)
    told = source().translate(Raw("social-care-returns", FORM, cut, NOW))
    events = [s for s in told.statements if "cld-trait" not in s.identifier.system]
    assert set(map(repr, events)) <= set(map(repr, whole.statements))


@given(st.permutations(ROWS))
def test_any_order_of_rows_says_the_same(rows: list[str]) -> None:
    first, second = translate(*ROWS), translate(*rows)
    assert first.subjects == second.subjects
    assert sorted(map(repr, first.statements)) == sorted(map(repr, second.statements))


def test_dropped_files_are_read_in_order_once_and_again_when_sent_again(tmp_path: Path) -> None:
    for day, name in ((1, "b.csv"), (2, "a.csv")):
        (tmp_path / name).write_text(f"{HEADER}\n{SERVICE}\n")
        os.utime(tmp_path / name, (day, day))
    (tmp_path / ".c.csv").write_text("being written")

    async def names(cursor: str) -> tuple[list[str], str]:
        found = [(raw.name, position) async for raw, position in source(tmp_path).pull(cursor, NOW)]
        return [name for name, _ in found], found[-1][1] if found else cursor

    first, cursor = anyio.run(names, "")
    assert first == ["b.csv#2", "a.csv#2"]
    assert anyio.run(names, cursor) == ([], cursor)
    os.utime(tmp_path / "b.csv", (3, 3))
    assert anyio.run(names, cursor)[0] == ["b.csv#2"]


def test_no_folder_is_down_not_empty() -> None:
    async def first() -> None:
        async for _ in source().pull("", NOW):
            pass

    with pytest.raises(SourceDown):
        anyio.run(first)


def test_the_as_at_date_stands_in_every_event() -> None:
    events = [s for s in translate(*ROWS).statements if "cld-trait" not in s.identifier.system]
    for event in events:
        dates = [e.get("valueDate") for e in event.resource["extension"] if e["url"].endswith("as-at")]
        assert dates == [date(2026, 9, 30).isoformat()]
